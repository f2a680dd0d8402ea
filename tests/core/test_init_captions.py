"""`pkoquiz init --captions`: a course from the captions of a recording."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from pkoquiz.cli import cli

CAPTIONS = Path(__file__).parents[2] / "examples/keeping-time/seeds/keeping-time.vtt"


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, list(arguments))
    return result.exit_code, result.output


def test_a_course_on_captions_passes_its_checks_and_builds(tmp_path: Path) -> None:
    course = tmp_path / "talk"
    code, output = run("init", str(course), "--captions", str(CAPTIONS))
    assert (code, "pkoquiz passages" in output) == (0, True)
    assert (course / "seeds/recording.vtt").read_bytes() == CAPTIONS.read_bytes()
    assert run("check", "--pedantic", str(course))[1].endswith("no faults\n")
    assert run("build", "-C", str(course))[0] == 0


def test_its_draft_cites_a_whole_sentence(tmp_path: Path) -> None:
    run("init", str(tmp_path / "talk"), "--captions", str(CAPTIONS))
    question = (tmp_path / "talk/questions/recording.yaml").read_text(encoding="utf-8")
    assert 'quote: "Today we follow a single question through four centuries' in question


@pytest.mark.parametrize("text", ["no captions at all", "", "WEBVTT\n"])
def test_a_file_without_captions_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "talk.vtt").write_text(text)
    code, output = run("init", str(tmp_path / "talk"), "--captions", str(tmp_path / "talk.vtt"))
    assert code == 1
    assert "has no captions; use a .vtt or .srt file" in output
    assert not (tmp_path / "talk").exists()


def test_a_title_in_any_script_is_taken(tmp_path: Path) -> None:
    shutil.copy(CAPTIONS, tmp_path / "講義.vtt")
    code, _ = run(
        "init", str(tmp_path / "x"), "--title", "日本: a", "--captions", str(tmp_path / "講義.vtt")
    )
    assert code == 0
    assert run("check", str(tmp_path / "x"))[0] == 0

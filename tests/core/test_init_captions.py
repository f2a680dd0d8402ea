"""`pkoquiz init --captions`: a course from the captions of a recording."""

import re
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


def test_its_readme_names_files_that_exist(tmp_path: Path) -> None:
    run("init", str(tmp_path / "talk"), "--captions", str(CAPTIONS))
    readme = (tmp_path / "talk/README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([^`]+)`", readme, re.MULTILINE)) - {"editions.txt"}
    assert len(named) == 4
    assert all((tmp_path / "talk" / name).is_file() for name in named)


def test_a_fault_of_the_captions_names_their_file(tmp_path: Path) -> None:
    (tmp_path / "talk.srt").write_bytes(b"1\n00:00:01,000 --> 00:00:02,000\nCaf\xe9\n")
    code, output = run("init", str(tmp_path / "talk"), "--captions", str(tmp_path / "talk.srt"))
    assert code == 1
    assert "talk.srt:3:4: error[PQ150]" in output
    assert output.endswith("talk.srt cannot be read; nothing was created\n")


@pytest.mark.parametrize(
    ("folder", "title", "short"),
    [
        ("tides-and_ports", "Tides and ports", "tides-and-ports"),
        ("MIT Öl-Übung 2026", "MIT Öl-Übung 2026", "mit-ol-ubung-2026"),
        ("日本語", "日本語", "course"),
    ],
)
def test_a_course_is_named_after_its_folder(
    tmp_path: Path, folder: str, title: str, short: str
) -> None:
    run("init", str(tmp_path / folder), "--language", "ja")
    course = (tmp_path / folder / "course.yaml").read_text(encoding="utf-8")
    assert f'title: "{title}"\nshort: {short} ' in course


def test_speakers_with_a_full_width_colon_are_recognised(tmp_path: Path) -> None:
    run("init", str(tmp_path / "kouza"), "--language", "ja")
    output = run("passages", "-C", str(tmp_path / "kouza"))[1]
    assert [line.split()[1] for line in output.splitlines()] == ["講師", "講師", "学生", "講師"]


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

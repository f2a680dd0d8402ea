"""`pkoquiz exam`: list, plan, build, and build again from the manifest."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from pkoquiz.cli import run

BLUEPRINT = """
blueprints:
  quiz:
    title: Bridges, a quiz
    items: 5
    versions: 2
    types: {choice: 2+}
  greedy:
    title: Too much
    items: 5
    types: {essay: 4}
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "course"
    shutil.copytree(
        Path(__file__).parents[1] / "mini", folder, ignore=shutil.ignore_patterns("exports")
    )
    text = (folder / "course.yaml").read_text(encoding="utf-8")
    own, _, _ = text.partition("\nblueprints:")  # the last block of the file
    (folder / "course.yaml").write_text(own + BLUEPRINT, encoding="utf-8")
    return folder


def printed(course: Path) -> dict[str, bytes]:
    folder = course / "exports"
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_list(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["exam", "list", "-C", str(course)]) == 0
    assert (
        "quiz: Bridges, a quiz, 5 questions, 60 minutes, 1 paper in 2 versions, seed 1"
        in capsys.readouterr().out
    )


def test_plan_reports_and_writes_nothing(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(course.rglob("*"))
    assert run(["exam", "plan", "quiz", "-C", str(course), "--questions"]) == 0
    output = capsys.readouterr().out
    assert "paper 1" in output
    assert "difficulty" in output
    assert sorted(course.rglob("*")) == before


def test_plan_as_json_is_the_manifest(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["exam", "plan", "quiz", "-C", str(course), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["exam"], len(data["questions"])) == ("quiz", 5)


def test_build_and_build_again(course: Path, tmp_path: Path) -> None:
    assert run(["exam", "build", "quiz", "-C", str(course)]) == 0
    first = printed(course)
    kinds = {
        f"exam/quiz/quiz-{letter}{key}.{kind}"
        for letter in "AB"
        for key in ("", "-key")
        for kind in ("pdf", "html", "docx")
    }
    assert set(first) == kinds | {"exam/quiz/quiz-strips.pdf", "exam/quiz/manifest.json"}
    kept = tmp_path / "kept.json"
    kept.write_bytes(first["exam/quiz/manifest.json"])
    shutil.rmtree(course / "exports")
    assert run(["exam", "build", "--from", str(kept), "-C", str(course)]) == 0
    assert printed(course) == first


@pytest.mark.parametrize("title", ["\x1b]8;;http://x\x07y", "a\n::error::x"])
def test_the_title_of_a_manifest_cannot_control_the_terminal(
    course: Path, capsys: pytest.CaptureFixture[str], title: str
) -> None:
    assert run(["exam", "plan", "quiz", "-C", str(course), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    manifest = course / "kept.json"
    manifest.write_text(json.dumps({**data, "title": title}), encoding="utf-8")
    run(["exam", "build", "--from", str(manifest), "-C", str(course), "--format", "html"])
    output = capsys.readouterr()
    assert "\x1b" not in output.out + output.err
    assert not re.search("^::", output.out + output.err, re.MULTILINE)


def test_a_shortage_is_reported_and_nothing_is_written(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["exam", "build", "greedy", "-C", str(course)]) == 1
    output = capsys.readouterr().err
    assert "PQ703" in output
    assert "type essay: 4 needed, 1 available, 3 missing" in output
    assert "course.yaml:" in output
    assert not (course / "exports").exists()


def test_options_override_the_blueprint(course: Path) -> None:
    command = [
        "exam",
        "build",
        "quiz",
        "-C",
        str(course),
        "--versions",
        "3",
        "--seed",
        "x",
        "--format",
        "pdf",
        "--large-print",
    ]
    assert run(command) == 0
    made = printed(course)
    assert {name for name in made if name.endswith("-C.pdf")} == {"exam/quiz/quiz-C.pdf"}
    manifest = json.loads(made["exam/quiz/manifest.json"])
    assert (manifest["seed"], manifest["large_print"], manifest["columns"]) == ("x", True, 1)


@pytest.mark.parametrize(
    "arguments",
    [
        ["build"],
        ["build", "nothing"],
        ["build", "quiz", "--large-print", "--columns", "2"],
        ["plan", "nothing"],
    ],
)
def test_wrong_usage(course: Path, arguments: list[str]) -> None:
    assert run(["exam", *arguments, "-C", str(course)]) == 2


def test_nothing_is_written_when_interrupted(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pkoquiz import press

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(press, "typeset", interrupt)
    assert run(["exam", "build", "quiz", "-C", str(course)]) == 130
    assert not (course / "exports").exists()

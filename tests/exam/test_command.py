"""`pkoquiz exam`: list, plan, build, and build again from the manifest."""

from __future__ import annotations

import json
import random
import re
import shutil
import tracemalloc
from pathlib import Path

import pytest

from pkoquiz.cli import run
from pkoquiz.exam.exam import plan
from pkoquiz.exporters import papers

from ..making import make_bank, make_question

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


def test_a_character_that_no_font_has_withholds_only_the_pdfs(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = course / "questions/beams.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("stem: ", "stem: (はし) ", 3), encoding="utf-8")
    assert run(["build", "-C", str(course)]) == 0
    errors = capsys.readouterr().err
    assert errors.count("PQ706") == 1
    assert "no font has 2 characters (Hiragana): は (U+306F) し (U+3057)" in errors
    assert "not printed: exam/mini.pdf, exam/mini-key.pdf" in errors
    assert {Path(name).name for name in printed(course)} >= {
        "mini.apkg", "mini.xml", "mini.html", "mini-key.html",
    }  # fmt: skip
    assert not [name for name in printed(course) if name.endswith(".pdf")]


@pytest.mark.parametrize("kind", ["pdf", "html"])
def test_files_are_written_as_they_are_made(kind: str) -> None:
    """Memory use does not grow with the number of versions."""
    sound = random.Random(1).randbytes(1_000_000)
    question = make_question("choice", "heard-one", stem="What is it? ![a bell](media/bell.mp3)")
    peaks = []
    for versions in (4, 24):
        bank = make_bank(
            [question],
            blueprints={"final": {"title": "Final", "items": 1, "versions": versions}},
            media={"media/bell.mp3": sound},
        )
        exam, drawn = plan(bank, "final")
        assert exam is not None, drawn.diagnostics
        sizes: list[int] = []

        def write(name: str, content: bytes, sizes: list[int] = sizes) -> None:
            sizes.append(len(content))

        tracemalloc.start()
        export = papers.build(bank, exam, formats=(kind,), write=write)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert export.files == {}
        assert len(sizes) > 2 * versions
    assert peaks[1] < peaks[0] + 2_000_000, peaks


def test_nothing_is_written_when_interrupted(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pkoquiz import press

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(press, "typeset", interrupt)
    assert run(["exam", "build", "quiz", "-C", str(course)]) == 130
    assert not (course / "exports").exists()

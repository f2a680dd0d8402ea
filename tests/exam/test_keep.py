"""An exam that was used is safe: a build does not replace it, and a record of it can be kept."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pkoquiz.cli import run

BLUEPRINT = """
blueprints:
  quiz:
    title: Bridges, a quiz
    items: 4
    versions: 2
"""


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keep") / "course"
    mini = Path(__file__).parents[1] / "mini"
    shutil.copytree(mini, folder, ignore=shutil.ignore_patterns("exports"))
    text = (folder / "course.yaml").read_text(encoding="utf-8")
    own, _, _ = text.partition("\nblueprints:")  # the last block of the file
    (folder / "course.yaml").write_text(own + BLUEPRINT, encoding="utf-8")
    assert run(["exam", "build", "quiz", "-C", str(folder), "--format", "pdf"]) == 0
    return folder


@pytest.fixture
def course(printed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(printed, tmp_path / "course"))


def exam(course: Path, *arguments: str) -> int:
    return run(["exam", *arguments, "-C", str(course)])


def build(course: Path, *options: str) -> int:
    return exam(course, "build", "quiz", "--format", "pdf", *options)


def state(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def record(course: Path) -> Path:
    """Return the folder of the only record."""
    (folder,) = (course / "exams").iterdir()
    return folder


def change_wording(course: Path) -> None:
    for path in (course / "questions").iterdir():
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("stem: ", "stem: Now, "), encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--seed", "other"], "they were drawn with seed 1; version A has the code "),
        (["--versions", "1"], "version B would be deleted"),
    ],
)
def test_papers_of_another_draw_are_not_replaced(
    course: Path, capsys: pytest.CaptureFixture[str], options: list[str], reason: str
) -> None:
    before = state(course)
    assert build(course, *options) == 1
    errors = capsys.readouterr().err
    assert f"exports/exam/quiz has other papers: {reason}" in errors
    assert "`pkoquiz exam keep quiz`; then add --replace, or name another folder" in errors
    assert state(course) == before
    assert build(course, *options, "--replace") == 0
    assert state(course) != before


def test_papers_with_another_wording_are_not_replaced(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change_wording(course)
    before = state(course)
    manifest = course / "exports/exam/quiz/manifest.json"
    assert build(course) == 1
    assert exam(course, "build", "--from", str(manifest), "--format", "pdf") == 1
    assert "seed" not in capsys.readouterr().err
    assert state(course) == before


def test_a_corrected_key_is_not_lost(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = course / "exports/exam/quiz/manifest.json"
    data = json.loads(manifest.read_text(encoding="utf-8"))
    identity = next(name for name, known in data["questions"].items() if "key" in known["answer"])
    data["questions"][identity]["answer"]["key"] = [1, 2]
    manifest.write_text(json.dumps(data), encoding="utf-8")
    assert build(course) == 1
    assert f"its manifest has another key for `{identity}`" in capsys.readouterr().err


def test_a_damaged_manifest_is_not_replaced(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (course / "exports/exam/quiz/manifest.json").write_text("{", encoding="utf-8")
    assert build(course) == 1
    assert "is not an exam manifest; nothing was written" in capsys.readouterr().err
    assert build(course, "--replace") == 0


def test_the_same_papers_are_printed_again(course: Path) -> None:
    assert build(course) == 0
    assert build(course, "--columns", "2") == 0


def test_a_record_grades_and_prints_what_was_used(course: Path, tmp_path: Path) -> None:
    before = state(course / "exports/exam/quiz")
    assert exam(course, "keep", "quiz") == 0
    kept = record(course)
    code = json.loads(before["manifest.json"])["papers"][0]["versions"][0]["code"]
    assert kept.name == f"quiz-{code}"
    assert state(kept) == before
    assert build(course, "--seed", "other", "--replace") == 0
    assert state(kept) == before
    again = tmp_path / "again"
    manifest = kept / "manifest.json"
    arguments = ["--from", str(manifest), "--format", "pdf", "--out", str(again)]
    assert exam(course, "build", *arguments) == 0
    assert state(again / "exam/quiz") == before
    answers = tmp_path / "answers.csv"
    assert run(["exam", "grade", str(manifest), "--template", str(answers)]) == 0
    with answers.open("a", encoding="utf-8") as table:
        table.write("Ada,A\n")
    assert run(["exam", "grade", str(manifest), str(answers)]) == 0


def test_the_printed_papers_are_kept_whatever_becomes_of_the_bank(course: Path) -> None:
    before = state(course / "exports/exam/quiz")
    assert exam(course, "keep", "quiz") == 0
    change_wording(course)
    assert build(course, "--replace") == 0
    assert state(record(course)) == before


def test_git_does_not_ignore_records() -> None:
    root = Path(__file__).parents[2]
    for file in (root / ".gitignore", root / "src/pkoquiz/scaffold_files/gitignore"):
        assert "exams" not in file.read_text(encoding="utf-8")


def test_without_pdfs_the_next_format_is_kept(course: Path) -> None:
    shutil.rmtree(course / "exports")
    assert exam(course, "build", "quiz", "--format", "html", "--format", "docx") == 0
    assert exam(course, "keep", "quiz") == 0
    assert {path.suffix for path in record(course).iterdir()} == {".html", ".json"}


def test_keeping_twice_and_after_a_corrected_key(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exam(course, "keep", "quiz") == 0
    assert exam(course, "keep", "quiz") == 0
    assert "is up to date" in capsys.readouterr().out
    manifest = course / "exports/exam/quiz/manifest.json"
    data = json.loads(manifest.read_text(encoding="utf-8"))
    next(iter(data["questions"].values()))["points"] = "7"
    manifest.write_text(json.dumps(data), encoding="utf-8")
    assert exam(course, "keep", "quiz") == 0
    assert (record(course) / "manifest.json").read_bytes() == manifest.read_bytes()


def test_a_record_of_other_papers_is_not_replaced(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exam(course, "keep", "quiz") == 0
    manifest = record(course) / "manifest.json"
    text = manifest.read_text(encoding="utf-8").replace('"version": "B"', '"version": "C"')
    manifest.write_text(text, encoding="utf-8")
    before = state(record(course))
    assert exam(course, "keep", "quiz") == 1
    assert "is a record of other papers; nothing was kept" in capsys.readouterr().err
    assert state(record(course)) == before
    elsewhere = course.parent / "elsewhere"
    assert exam(course, "keep", "quiz", "--to", str(elsewhere)) == 0
    assert len([*elsewhere.rglob("manifest.json")]) == 1


def test_only_what_was_built_can_be_kept(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exam(course, "keep", "other") == 2
    assert "`pkoquiz exam build other` writes it" in capsys.readouterr().err
    manifest = course / "exports/exam/quiz/manifest.json"
    for content in ("{", json.dumps({})):
        manifest.write_text(content, encoding="utf-8")
        assert exam(course, "keep", "quiz") == 1
    assert not (course / "exams").exists()


def test_a_record_stays_in_its_folder(course: Path) -> None:
    manifest = course / "exports/exam/quiz/manifest.json"
    data = json.loads(manifest.read_text(encoding="utf-8"))
    data["papers"][0]["versions"][0]["code"] = "/../../../elsewhere"
    manifest.write_text(json.dumps(data), encoding="utf-8")
    assert exam(course, "keep", "quiz") == 1
    assert not (course / "exams").exists()
    assert not (course.parent / "elsewhere").exists()

"""A build over an earlier one deletes what would be taken for its own, and nothing else."""

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
    items: 5
    versions: 2
"""


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with both versions as HTML and DOCX."""
    folder = tmp_path_factory.mktemp("left") / "course"
    shutil.copytree(
        Path(__file__).parents[1] / "mini", folder, ignore=shutil.ignore_patterns("exports")
    )
    text = (folder / "course.yaml").read_text(encoding="utf-8")
    own, _, _ = text.partition("\nblueprints:")  # the last block of the file
    (folder / "course.yaml").write_text(own + BLUEPRINT, encoding="utf-8")
    assert (
        run(["exam", "build", "quiz", "-C", str(folder), "--format", "html", "--format", "docx"])
        == 0
    )
    return folder


@pytest.fixture
def course(printed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(printed, tmp_path / "course"))


def names(course: Path) -> set[str]:
    return {path.name for path in (course / "exports/exam/quiz").iterdir()}


def build(course: Path, *options: str) -> None:
    assert run(["exam", "build", "quiz", "-C", str(course), "--format", "html", *options]) == 0


def test_other_formats_of_the_same_draw_stay(course: Path) -> None:
    before = names(course)
    edited = course / "exports/exam/quiz/quiz-A.docx"
    edited.write_bytes(b"edited")
    build(course)
    assert names(course) == before
    assert edited.read_bytes() == b"edited"


def test_another_draw_takes_the_place_of_all_formats(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(course, "--seed", "other")
    assert names(course) == {f"quiz-{each}.html" for each in ("A", "B", "A-key", "B-key")} | {
        "manifest.json"
    }
    assert "removed" in capsys.readouterr().out


def test_a_version_that_is_no_more_goes_and_the_others_stay(course: Path) -> None:
    (course / "exports/exam/quiz/quiz-strips.pdf").write_bytes(b"of versions A and B")
    build(course, "--versions", "1")
    assert names(course) == {
        "quiz-A.html", "quiz-A-key.html", "quiz-A.docx", "quiz-A-key.docx", "manifest.json",
    }  # fmt: skip


def test_files_that_no_manifest_names_are_nobodys_to_delete(course: Path) -> None:
    folder = course / "exports/exam/quiz"
    own = {
        "quiz-grades.html",
        "quiz-answers-scanned.pdf",
        "quiz-C.docx",
        "quiz-1A.pdf",
        "quiz-A-key-signed.pdf",
    }
    for name in own:
        (folder / name).write_bytes(b"mine")
    build(course, "--seed", "other")
    assert own <= names(course)


@pytest.mark.parametrize("spoilt", ["missing", "no JSON", "of another exam", "not text"])
def test_without_a_manifest_nothing_is_deleted(course: Path, spoilt: str) -> None:
    file = course / "exports/exam/quiz/manifest.json"
    before = names(course)
    data = json.loads(file.read_text(encoding="utf-8"))
    match spoilt:
        case "missing":
            file.unlink()
        case "no JSON":
            file.write_text("{", encoding="utf-8")
        case "of another exam":
            file.write_text(json.dumps({**data, "exam": "other"}), encoding="utf-8")
        case _:
            file.write_bytes(b"\xff\xfe\x00")
    build(course, "--seed", "other")
    assert names(course) == before

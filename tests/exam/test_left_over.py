"""A build deletes the papers of an earlier draw, and nothing else."""

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
    """Return a course with both versions as HTML and DOCX."""
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


def test_other_formats_of_the_same_draw_are_kept(course: Path) -> None:
    before = names(course)
    edited = course / "exports/exam/quiz/quiz-A.docx"
    edited.write_bytes(b"edited")
    build(course)
    assert names(course) == before
    assert edited.read_bytes() == b"edited"


def test_another_draw_replaces_all_formats(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(course, "--seed", "other", "--replace")
    assert names(course) == {f"quiz-{each}.html" for each in ("A", "B", "A-key", "B-key")} | {
        "manifest.json"
    }
    assert "removed" in capsys.readouterr().out


def test_only_versions_that_no_longer_exist_are_deleted(course: Path) -> None:
    (course / "exports/exam/quiz/quiz-strips.pdf").write_bytes(b"of versions A and B")
    build(course, "--versions", "1", "--replace")
    assert names(course) == {
        "quiz-A.html", "quiz-A-key.html", "quiz-A.docx", "quiz-A-key.docx", "manifest.json",
    }  # fmt: skip


def test_files_that_the_manifest_does_not_list_are_kept(course: Path) -> None:
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
    build(course, "--seed", "other", "--replace")
    assert own <= names(course)


@pytest.mark.parametrize("damage", ["missing", "not JSON", "of another exam", "not text"])
def test_without_a_manifest_nothing_is_deleted(course: Path, damage: str) -> None:
    file = course / "exports/exam/quiz/manifest.json"
    before = names(course)
    data = json.loads(file.read_text(encoding="utf-8"))
    match damage:
        case "missing":
            file.unlink()
        case "not JSON":
            file.write_text("{", encoding="utf-8")
        case "of another exam":
            file.write_text(json.dumps({**data, "exam": "other"}), encoding="utf-8")
        case _:
            file.write_bytes(b"\xff\xfe\x00")
    build(course, "--seed", "other", "--replace")
    assert names(course) == before

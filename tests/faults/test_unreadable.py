"""Folders and files that may not be read are errors; they never count as empty or missing."""

import io
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pkoquiz.cli import run
from pkoquiz.load import load

MINI = Path(__file__).parents[1] / "mini"
Capture = pytest.CaptureFixture[str]
Lock = Callable[[Path], None]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "course"
    shutil.copytree(MINI, folder, ignore=shutil.ignore_patterns("exports", "editions.txt"))
    return folder


@pytest.fixture
def lock(monkeypatch: pytest.MonkeyPatch) -> Lock:
    """Deny access to a folder and all that it contains, also to users who ignore modes."""
    locked: list[str] = []

    def guarded(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any = ".", *arguments: Any, **options: Any) -> Any:
            if isinstance(path, str | os.PathLike):
                name = os.fspath(path)
                inside = any(name.startswith(folder + os.sep) for folder in locked)
                if inside or (name in locked and original is not real_stat):
                    raise PermissionError(13, "Permission denied", name)
            return original(path, *arguments, **options)

        return call

    real_stat = os.stat
    for name in ("stat", "scandir", "listdir", "open"):
        monkeypatch.setattr(os, name, guarded(getattr(os, name)))
    monkeypatch.setattr(io, "open", guarded(io.open))
    return lambda folder: locked.append(str(folder))


def check(course: Path) -> int:
    return run(["check", "-q", "-C", str(course)])


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("questions", "questions"),
        ("questions/more", "questions/more"),
        ("seeds", "seeds/bridges.md"),
        ("media", "media/arch.svg"),
        ("statistics", "statistics"),
    ],
)
def test_a_folder_that_cannot_be_read(
    course: Path, lock: Lock, folder: str, name: str, capsys: Capture
) -> None:
    for made in ("questions/more", "media", "statistics"):
        (course / made).mkdir(exist_ok=True)
    (course / "media" / "arch.svg").write_text("<svg/>", encoding="utf-8")
    bank = course / "questions" / "arches.yaml"
    text = bank.read_text(encoding="utf-8")
    shown = "According to Strand, stone carries tension gladly. ![an arch](media/arch.svg)"
    changed = text.replace("According to Strand, stone carries tension gladly.", shown)
    assert changed != text
    bank.write_text(changed, encoding="utf-8")
    assert check(course) == 0
    lock(course / folder)
    assert check(course) == 1
    assert f"error[PQ123] cannot read `{name}`: permission denied" in capsys.readouterr().out


def test_hidden_folders_are_not_read(course: Path, lock: Lock) -> None:
    (course / "questions" / ".cache").mkdir()
    lock(course / "questions" / ".cache")
    assert check(course) == 0


def test_locked_questions_are_neither_built_nor_released(
    course: Path, lock: Lock, capsys: Capture
) -> None:
    assert run(["build", "moodle", "-q", "-C", str(course)]) == 0
    assert run(["build", "aiken", "-q", "-C", str(course)]) == 0
    before = sorted((course / "exports").rglob("*"))
    lock(course / "questions")
    assert run(["build", "moodle", "-C", str(course)]) == 1
    assert run(["release", "--first", "--yes", "-C", str(course)]) == 1
    assert "cannot read `questions`" in capsys.readouterr().err
    assert sorted((course / "exports").rglob("*")) == before
    assert not (course / "editions.txt").exists()


def test_a_locked_inbox_is_not_empty(course: Path, lock: Lock, capsys: Capture) -> None:
    (course / "inbox").mkdir()
    lock(course / "inbox")
    assert run(["review", "-C", str(course)]) == 1
    printed = capsys.readouterr()
    assert f"cannot read {course / 'inbox'}: permission denied" in printed.err
    assert "empty" not in printed.out


def test_a_locked_bank_is_unread(course: Path, lock: Lock) -> None:
    lock(course / "questions")
    bank = load(course).bank
    assert bank is not None
    assert "questions" in bank.unread


# --- a bank without questions ---------------------------------------------------------------------


def emptied(course: Path) -> None:
    for path in (course / "questions").rglob("*.yaml"):
        path.unlink()


def test_an_edition_without_questions_is_not_released(course: Path, capsys: Capture) -> None:
    emptied(course)
    assert run(["release", "--first", "--yes", "-C", str(course)]) == 1
    assert "nothing was released: there are no questions" in capsys.readouterr().err
    assert not (course / "editions.txt").exists()


def test_an_edition_of_drafts_is_not_released(course: Path, capsys: Capture) -> None:
    emptied(course)
    draft = "{id: one, term: One, meaning: A number, status: draft}"
    (course / "questions" / "all.yaml").write_text(f"glossary: [{draft}]\n", encoding="utf-8")
    assert run(["release", "--first", "--yes", "-C", str(course)]) == 1
    assert "nothing was released: no question is ready" in capsys.readouterr().err


def test_a_build_without_questions_keeps_the_exports(course: Path, capsys: Capture) -> None:
    assert run(["build", "moodle", "-q", "-C", str(course)]) == 0
    quiz = course / "exports" / "moodle" / "mini.xml"
    emptied(course)
    assert run(["build", "moodle", "-C", str(course)]) == 1
    assert "there are no questions" in capsys.readouterr().err
    assert quiz.exists()

"""`pkoquiz release`: its questions, output, files and errors; and previews in between."""

from __future__ import annotations

import datetime
import hashlib
import itertools
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from pkoquiz import handouts
from pkoquiz.cli import run
from pkoquiz.commands import release as release_command
from pkoquiz.editions.ledgerfile import parse
from pkoquiz.exporters.export import Export
from pkoquiz.model.bank import Bank

MINI = Path(__file__).parents[1] / "mini"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "course"
    shutil.copytree(MINI, folder, ignore=shutil.ignore_patterns("exports", "editions.txt"))
    return folder


def release(course: Path, *arguments: str) -> int:
    return run(["release", "--yes", "--without", "exam", *arguments, "-C", str(course)])


def build(course: Path, *arguments: str) -> int:
    return run(["build", "anki", "moodle", *arguments, "-C", str(course)])


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each release is a day after the last one."""
    now = release_command._now

    days = itertools.count()

    def days_later(last: object) -> datetime.datetime:
        return now(None) + datetime.timedelta(days=next(days))

    monkeypatch.setattr(release_command, "_now", days_later)


def edited(course: Path) -> None:
    replace(course / "questions/arches.yaml", "explain: Opposites.", "explain: Two opposites.")


def test_a_build_never_writes_the_ledger_and_ids_change_freely(course: Path) -> None:
    assert build(course, "-q") == 0
    assert not (course / "editions.txt").exists()
    replace(course / "questions/beams.yaml", "id: span-of-stone", "id: stone-span")
    assert build(course, "-q") == 0
    assert run(["check", "-q", "-C", str(course)]) == 0


def test_the_first_edition_must_be_called_the_first(course: Path, capsys: Capture) -> None:
    assert release(course) == 1
    assert "If nothing was ever released, run `pkoquiz release --first`" in capsys.readouterr().err
    assert not (course / "exports").exists()
    assert release(course, "--first") == 0
    printed = capsys.readouterr().out
    assert "edition 1 of A course in small" in printed
    assert "commit" in printed
    ledger, faults = parse((course / "editions.txt").read_bytes())
    assert not faults
    assert ledger is not None
    assert len(ledger.editions) == 1
    assert release(course, "--first") == 2


def test_trainees_get_no_key_and_no_name_contains_the_edition(course: Path) -> None:
    assert run(["release", "--first", "--yes", "-q", "-C", str(course)]) == 0
    names = {
        folder: sorted(path.name for path in (course / "exports" / folder).iterdir())
        for folder in ("trainees", "instructors")
    }
    assert names == {
        "trainees": [
            "CHANGES.md",
            "index.html",
            "mini-practice.html",
            "mini.apkg",
            "mini.html",
            "mini.pdf",
        ],
        "instructors": ["index.html", "mini-key.html", "mini-key.pdf", "mini.xml", "web"],
    }
    for folder, listed in names.items():
        page = (course / "exports" / folder / "index.html").read_text("utf-8")
        links = ["web/index.html" if name == "web" else name for name in listed]
        assert all(f'href="{link}"' in page for link in links if link != "index.html")
        assert "http" not in page.replace("http-equiv", "")


def test_instructors_read_what_each_quiz_file_is_for(course: Path) -> None:
    formats = "formats: [canvas, brightspace, qti, gift, aiken, blackboard, openedx]\n"
    replace(course / "course.yaml", "title:", f"{formats}title:")
    assert release(course, "--first", "-q") == 0
    page = (course / "exports" / "instructors" / "index.html").read_text("utf-8")
    for name in (
        "mini-canvas.zip",
        "brightspace/mini.csv",
        "mini-qti.zip",
        "mini-gift.txt",
        "mini-aiken.txt",
        "mini-blackboard.zip",
        "mini-blackboard.txt",
        "mini-openedx.tar.gz",
    ):
        assert (course / "exports" / "instructors" / name).is_file()
        assert f'href="{name}"' in page
    assert "Another file" not in page
    assert page.count("<ol>") == 10  # also Moodle and the web page


def test_pictures_of_brightspace_are_beside_its_table(mini: Bank) -> None:
    export = Export({"brightspace/mini.csv": b"", "brightspace/images/arch.png": b""})
    paths = handouts.files(mini, [export])
    assert "instructors/brightspace/images/arch.png" in paths
    assert b"arch.png" not in paths["instructors/index.html"]


def test_a_dry_run_writes_nothing(course: Path, capsys: Capture, later: None) -> None:
    assert release(course, "--first", "--dry-run") == 0
    assert "dry run: nothing was written" in capsys.readouterr().err
    assert not (course / "editions.txt").exists()
    assert not (course / "exports").exists()
    assert release(course, "--first", "-q") == 0
    before = (course / "editions.txt").read_bytes()
    edited(course)
    assert release(course, "--dry-run") == 0
    printed = capsys.readouterr().out
    assert "1 corrected: force-by-bridge" in printed
    assert "It replaces what learners wrote on 1 note: force-by-bridge" in printed
    assert (course / "editions.txt").read_bytes() == before


def test_a_release_without_a_difference_writes_the_same_files_again(
    course: Path, capsys: Capture, later: None
) -> None:
    assert release(course, "--first", "-q") == 0
    files = {path: path.read_bytes() for path in (course / "exports").rglob("*.*")}
    ledger = (course / "editions.txt").read_bytes()
    shutil.rmtree(course / "exports")
    assert release(course) == 0
    assert "no card has changed since edition 1" in capsys.readouterr().out
    assert {path: path.read_bytes() for path in (course / "exports").rglob("*.*")} == files
    assert (course / "editions.txt").read_bytes() == ledger


def test_a_build_of_an_edition_makes_its_deck(course: Path, capsys: Capture, later: None) -> None:
    assert release(course, "--first", "-q") == 0
    assert build(course, "--locked") == 0
    assert "since edition 1: no card has changed" in capsys.readouterr().out
    built = (course / "exports/anki/mini.apkg").read_bytes()
    assert built == (course / "exports/trainees/mini.apkg").read_bytes()
    edited(course)
    assert build(course) == 0
    assert "since edition 1: 1 corrected" in capsys.readouterr().out


def test_a_correction_is_held_or_sent_again(course: Path, capsys: Capture, later: None) -> None:
    assert release(course, "--first", "-q") == 0
    assert release(course, "--hold", "force-by-bridge") == 2
    assert "`force-by-bridge` has no correction to hold back" in capsys.readouterr().err
    assert release(course, "--resend", "nobody") == 2
    assert "--resend: learners do not have `nobody`" in capsys.readouterr().err
    edited(course)
    assert release(course, "--hold", "force-by-bridge") == 0
    assert "1 held back: force-by-bridge" in capsys.readouterr().out
    assert release(course) == 0
    assert "1 corrected: force-by-bridge" in capsys.readouterr().out
    assert release(course, "--resend", "force-by-bridge") == 0
    assert "1 sent again: force-by-bridge" in capsys.readouterr().out


def test_an_edition_is_not_released_without_being_confirmed(course: Path, capsys: Capture) -> None:
    assert run(["release", "--first", "--without", "exam", "-C", str(course)]) == 2
    assert "add --yes to release without a prompt" in capsys.readouterr().err
    assert not (course / "editions.txt").exists()


def test_an_older_tool_does_not_release(course: Path, capsys: Capture, later: None) -> None:
    assert release(course, "--first", "-q") == 0
    ledger = course / "editions.txt"
    lines = ledger.read_text("utf-8").splitlines()
    lines[1] = lines[1].partition('"tool"')[0] + '"tool": "99.0"}'
    ledger.write_text("\n".join(lines) + "\n", "utf-8")
    assert release(course) == 1
    assert "update pkoquiz" in capsys.readouterr().err


def test_a_forged_export_is_found_by_a_locked_build(course: Path) -> None:
    assert build(course, "-q") == 0
    deck, manifest = course / "exports/anki/mini.apkg", course / "exports/manifest.json"
    genuine = deck.read_bytes()
    deck.write_bytes(b"forged")
    replace(manifest, hashlib.sha256(genuine).hexdigest(), hashlib.sha256(b"forged").hexdigest())
    assert build(course, "-q", "--locked") == 0
    assert deck.read_bytes() == genuine


def test_a_locked_build_fails_if_the_bank_contradicts_the_ledger(
    course: Path, capsys: Capture
) -> None:
    assert release(course, "--first", "-q") == 0
    edited(course)
    assert build(course, "-q", "--locked") == 0, "a bank may be ahead of the ledger"
    replace(course / "questions/beams.yaml", "id: span-of-stone", "id: stone-span")
    capsys.readouterr()
    assert build(course, "-q", "--locked") == 1
    assert "PQ602" in capsys.readouterr().err


def test_the_ledgers_of_two_branches_are_merged(course: Path, capsys: Capture, later: None) -> None:
    def git(*arguments: str) -> int:
        identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "core.autocrlf="]
        return subprocess.run(
            ["git", *identity, *arguments], cwd=course, capture_output=True
        ).returncode

    if git("init", "-q", "-b", "main"):
        pytest.skip("needs git")
    (course / ".gitignore").write_text("exports/\n", "utf-8")
    assert release(course, "--first", "-q") == 0
    assert (git("add", "-A"), git("commit", "-q", "-m", "1")) == (0, 0)
    assert git("checkout", "-q", "-b", "other") == 0
    edited(course)
    assert release(course, "-q") == 0
    assert (git("add", "-A"), git("commit", "-q", "-m", "2")) == (0, 0)
    assert git("checkout", "-q", "main") == 0
    replace(course / "questions/beams.yaml", "everyday thing", "common thing")
    ledger = course / "editions.txt"
    assert release(course, "-q", "--resend", "what-an-arch-does") == 0
    ours = parse(ledger.read_bytes())[0]
    assert (git("add", "-A"), git("commit", "-q", "-m", "3")) == (0, 0)
    assert git("merge", "-q", "other") != 0
    capsys.readouterr()
    assert build(course, "-q") == 1
    assert "run `pkoquiz release --merge`" in capsys.readouterr().err
    assert run(["release", "--merge", "-C", str(course)]) == 0
    both = parse(ledger.read_bytes())[0]
    assert ours is not None
    assert both is not None
    assert "resent" in both.questions["what-an-arch-does"].history.values()
    assert "corrected" in both.questions["force-by-bridge"].history.values()
    assert build(course, "-q") == 0


def test_files_of_earlier_versions_get_a_hint(course: Path, capsys: Capture) -> None:
    replace(course / "course.yaml", "short: mini\n", "short: mini\nrelease: 2026-01-15\n")
    (course / "anki.lock.json").write_text("{}", "utf-8")
    assert run(["check", "-C", str(course)]) == 0
    findings = capsys.readouterr().out
    assert "PQ611" in findings
    assert "PQ612" in findings
    assert "delete this line" in findings


def test_a_folder_that_cannot_be_written_stops_a_release_at_once(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    assert release(course, "--first") == 1
    printed = capsys.readouterr()
    assert f"cannot write to {course}: permission denied" in printed.err
    assert printed.out == ""
    assert release(course, "--first", "--dry-run") == 0


def test_notes_name_the_formats_that_they_are_about(course: Path, capsys: Capture) -> None:
    replace(
        course / "questions/arches.yaml", "difficulty: easy", "difficulty: easy\n  status: draft"
    )
    settings = course / "course.yaml"
    settings.write_text(settings.read_text("utf-8") + "formats: [gift]\n", encoding="utf-8")
    assert release(course, "--first") == 0
    notes = [line for line in capsys.readouterr().out.splitlines() if line.startswith("note: ")]
    drafts = "2 × draft questions are not"
    assert f"note: moodle, gift: {drafts} exported (arch-in-tension, unfinished-one)" in notes
    assert f"note: practice: {drafts} asked (arch-in-tension, unfinished-one)" in notes
    # A note about a whole file has no number.
    assert any(line.startswith("note: moodle: importing this file") for line in notes)

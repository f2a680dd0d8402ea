"""First answers in learners' Anki: only counts over learners are kept, separate from exams."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pkoquiz.archive import zip_bytes
from pkoquiz.cli import run
from pkoquiz.exporters import anki
from pkoquiz.exporters.anki.notes import guid_of
from pkoquiz.load import load
from pkoquiz.model.bank import Bank
from pkoquiz.model.ledger import Entry
from pkoquiz.statistics.anki import FirstAnswer, UnreadableError, anki_administration, first_answers
from pkoquiz.statistics.pool import pool
from pkoquiz.statistics.record import Administration

START = 1_790_000_000_000
"""A moment in 2026, in milliseconds."""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "course"
    ignored = shutil.ignore_patterns("exports", "anki.lock.json")
    shutil.copytree(Path(__file__).parents[1] / "mini", folder, ignore=ignored)
    return folder


@pytest.fixture
def bank(course: Path) -> Bank:
    bank = load(course).bank
    assert bank is not None
    return bank


def collection(bank: Bank, rows: list[tuple[str, int, int, int]]) -> bytes:
    """Return the database of a learner; rows are (question, moment, ease, type of answer)."""
    built = anki.export(bank)
    package = next(raw for name, raw in built.files.items() if name.endswith(".apkg"))
    connection = sqlite3.connect(":memory:")
    connection.deserialize(zipfile.ZipFile(io.BytesIO(package)).read("collection.anki2"))
    known = {question.id: question for question in bank.questions}
    for identity, moment, ease, kind in rows:
        (card,) = connection.execute(
            "select min(cards.id) from cards join notes on notes.id = nid where guid = ?",
            (guid_of(bank, known[identity]),),
        ).fetchone()
        connection.execute(
            "insert into revlog values (?, ?, -1, ?, 1, 0, 2500, 5000, ?)",
            (moment, card, ease, kind),
        )
    connection.commit()
    raw = connection.serialize()
    connection.close()
    return raw


def history(learner: int, known: bool) -> list[tuple[str, int, int, int]]:
    moment = START + learner * 1_000_000
    return [
        ("oldest-kind", moment - 1, 0, 4),  # reset by hand: not an answer
        ("oldest-kind", moment, 3 if known else 1, 0),
        ("oldest-kind", moment + 60_000, 3 if not known else 1, 1),  # only the first one counts
        ("arch-in-tension", moment + 5, 3, 1),  # its first answer is not in the history
    ]


def write(folder: Path, bank: Bank, learners: int) -> list[str]:
    files = []
    for learner in range(learners):
        path = folder / f"secretname{learner}.apkg"
        raw = collection(bank, history(learner, learner % 4 != 0))
        path.write_bytes(zip_bytes({"collection.anki2": raw, "media": b"{}"}))
        files.append(str(path))
    return files


def test_first_answers_are_counted_over_learners(
    course: Path, bank: Bank, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = write(tmp_path, bank, 12)
    words = ["statistics", "add", *files, "--anki", "Spring", "--date", "2026-11-24"]
    assert run([*words, "-C", str(course)]) == 0
    (path,) = (course / "statistics").iterdir()
    assert path.name == "spring-2026-11-24-anki.json"
    text = path.read_text(encoding="utf-8")
    assert "secretname" not in text
    record = json.loads(text)
    assert (record["source"], record["n"]) == ("anki", 12)
    assert list(record["questions"]) == ["oldest-kind"]
    assert record["questions"]["oldest-kind"] | {"digest": ""} == {
        "digest": "", "n": 12, "p": 0.75, "blank": 0, "options": [],
    }  # fmt: skip
    capsys.readouterr()
    assert run(["statistics", "show", "-C", str(course)]) == 0
    assert "self-graded in Anki" in capsys.readouterr().out


def test_learners_in_anki_are_not_pooled_with_exams(bank: Bank) -> None:
    learners = {str(n): [answer(bank, n)] for n in range(12)}
    record = anki_administration(bank, learners, "spring", "2026-11-24")
    assert isinstance(record, Administration)
    assert pool([record]) == ()
    ((figures),) = pool([record], self_graded=True)
    assert (figures.id, figures.n) == ("oldest-kind", 12)
    assert figures.p is None  # all of twelve knew it


def answer(bank: Bank, learner: int) -> FirstAnswer:
    question = next(one for one in bank.questions if one.id == "oldest-kind")
    return FirstAnswer(guid_of(bank, question), 0, START + learner * 1_000_000, True)


def test_few_learners_are_not_kept(
    course: Path, bank: Bank, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = write(tmp_path, bank, 9)
    assert run(["statistics", "add", *files, "--anki", "Spring", "-C", str(course)]) == 1
    assert "9 of the files have answers" in capsys.readouterr().err
    assert not (course / "statistics").exists()


def test_a_learner_counts_once(bank: Bank) -> None:
    learners = {str(n): [answer(bank, n % 11)] for n in range(12)}
    assert anki_administration(bank, learners, "spring", "2026-11-24") == (
        "0 and 11 are from the same learner"
    )


def test_answers_before_a_correction_do_not_count(bank: Bank) -> None:
    learners = {str(n): [answer(bank, n)] for n in range(12)}
    history = {"2026-01-01T00:00:00Z": "new", "2030-01-01T00:00:00Z": "corrected"}
    entry = Entry.model_validate(
        {"type": "choice", "shape": "choice", "words": "Which", "history": history}
    )
    bank.ledger.questions["oldest-kind"] = entry
    found = anki_administration(bank, learners, "spring", "2026-11-24")
    assert "0 of the files have answers" in str(found)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"PK\x03\x04 and then something else",
        zip_bytes({"readme.txt": b"no collection"}),
        zip_bytes({"collection.anki2": b"not a database"}),
        b"SQLite format 3\x00" + bytes(200),
    ],
)
def test_files_that_are_not_collections(raw: bytes, course: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableError):
        first_answers(raw)
    path = tmp_path / "deck.apkg"
    path.write_bytes(raw)
    assert run(["statistics", "add", str(path), "--anki", "Spring", "-C", str(course)]) == 1
    assert not (course / "statistics").exists()


def test_views_instead_of_tables_are_not_read() -> None:
    connection = sqlite3.connect(":memory:")
    for name in ("notes", "cards", "revlog"):
        connection.execute(f"create view {name} as select 1")
    raw = connection.serialize()
    connection.close()
    with pytest.raises(UnreadableError, match="not a collection"):
        first_answers(raw)


def test_what_a_real_anki_exports(bank: Bank, tmp_path: Path) -> None:
    collections = pytest.importorskip("anki.collection")
    from anki.scheduler.v3 import CardAnswer

    built = anki.export(bank)
    package = tmp_path / "deck.apkg"
    package.write_bytes(next(raw for name, raw in built.files.items() if name.endswith(".apkg")))
    own: Any = collections.Collection(str(tmp_path / "collection.anki2"))
    try:
        own.import_anki_package(collections.ImportAnkiPackageRequest(package_path=str(package)))
        card = own.get_card(own.find_cards("is:new")[0])
        card.start_timer()
        states = own._backend.get_scheduling_states(card.id)
        own.sched.answer_card(
            own.sched.build_answer(card=card, states=states, rating=CardAnswer.GOOD)
        )
        guid = card.note().guid
        exported = {}
        for legacy in (True, False):
            path = tmp_path / f"learner-{legacy}.apkg"
            options = collections.ExportAnkiPackageOptions(with_scheduling=True, legacy=legacy)
            own.export_anki_package(out_path=str(path), options=options, limit=None)
            exported[legacy] = path.read_bytes()
    finally:
        own.close()
    for raw in (exported[True], (tmp_path / "collection.anki2").read_bytes()):
        (first,) = first_answers(raw)
        assert (first.guid, first.known) == (guid, True)
    with pytest.raises(UnreadableError, match="Support older Anki versions"):
        first_answers(exported[False])

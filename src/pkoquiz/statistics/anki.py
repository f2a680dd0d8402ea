"""First answers in Anki, from packages or collections that learners exported with scheduling.

Each file is the collection of one learner. The identity of a note links its cards to a question.
Learners choose what they study and grade themselves, so these figures are never pooled with those
of exams. Only counts over all learners are kept.
"""

from __future__ import annotations

import io
import sqlite3
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pkoquiz.exam.versions import digest
from pkoquiz.exporters.anki.notes import guid_of
from pkoquiz.model.bank import Bank
from pkoquiz.statistics.record import ALL_OR_NONE, FEWEST, Administration, QuestionRecord

MAX_BYTES = 300_000_000
"""The most bytes of a collection."""
_SQLITE = b"SQLite format 3\x00"
_NEW_FORMAT = "collection.anki21b"
_COLLECTIONS = ("collection.anki21", "collection.anki2")
_ENOUGH_STEPS = 20_000
"""Calls of the progress handler, each after 100,000 steps of SQLite, before a query is stopped."""

_FIRST = """
    select notes.guid, cards.ord, revlog.id, revlog.ease, revlog.type, min(revlog.id)
    from revlog join cards on cards.id = revlog.cid join notes on notes.id = cards.nid
    where revlog.ease between 1 and 4 group by cards.id
"""
"""SQLite takes the other columns from the row with the minimum. An ease of 0 is not an answer."""
_AGAIN, _LEARNED = 1, 0
"""The ease of an answer that was not known, and the type of an answer to a new card."""


class UnreadableError(Exception):
    """The file is not a collection of Anki, or cannot be read."""


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """The first answer to a card."""

    guid: str
    ordinal: int
    moment: int
    """Milliseconds since 1970."""
    known: bool


def first_answers(raw: bytes) -> tuple[FirstAnswer, ...]:
    """Return the first answers to the cards of a collection. Raises `UnreadableError`."""
    database = raw if raw.startswith(_SQLITE) else _unpacked(raw)
    # A collection is in WAL mode while Anki has it open; SQLite cannot read that from memory.
    database = database[:18] + b"\x01\x01" + database[20:]
    connection = sqlite3.connect(":memory:")
    steps = iter(range(_ENOUGH_STEPS))
    try:
        connection.deserialize(database)
        connection.execute("pragma trusted_schema = off")
        connection.set_progress_handler(lambda: next(steps, -1) == -1, 100_000)
        names = "select name from sqlite_master where type = 'table'"
        if not {"notes", "cards", "revlog"} <= {name for (name,) in connection.execute(names)}:
            raise UnreadableError("it is not a collection of Anki")
        rows = connection.execute(_FIRST).fetchall()
    except (sqlite3.Error, OverflowError) as fault:
        raise UnreadableError("its database cannot be read") from fault
    finally:
        connection.close()
    return tuple(
        FirstAnswer(guid, ordinal, moment, ease != _AGAIN)
        for guid, ordinal, moment, ease, kind, _ in rows
        if kind == _LEARNED and isinstance(guid, str) and isinstance(moment, int)
    )


def _unpacked(raw: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = archive.namelist()
            if _NEW_FORMAT in names:
                raise UnreadableError(
                    "it is in a format that only new versions of Anki read; export it again with "
                    "“Support older Anki versions”"
                )
            name = next((name for name in _COLLECTIONS if name in names), "")
            if not name:
                raise UnreadableError("it is not a package of Anki")
            if archive.getinfo(name).file_size > MAX_BYTES:
                raise UnreadableError("it is too large")
            with archive.open(name) as file:
                database = file.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError) as fault:
        raise UnreadableError("it is not a package of Anki") from fault
    if not database.startswith(_SQLITE) or len(database) > MAX_BYTES:
        raise UnreadableError("it is not a package of Anki")
    return database


def anki_administration(
    bank: Bank, learners: Mapping[str, Iterable[FirstAnswer]], exam: str, date: str
) -> Administration | str:
    """Return the statistics of first answers to a bank's questions, or why nothing is recorded.

    `learners` contains the answers of each file. Answers that are older than the last correction of
    a question do not count.
    """
    questions = {guid_of(bank, question): question for question in bank.questions}
    corrected = {identity: _corrected(bank, identity) for identity in bank.ledger.questions}
    shares: dict[str, list[float]] = {}
    people = 0
    seen: dict[tuple[str, int, int], str] = {}
    for file, answers in learners.items():
        known: dict[str, list[bool]] = {}
        for answer in answers:
            question = questions.get(answer.guid)
            if question is None or answer.moment < corrected.get(question.id, 0):
                continue
            other = seen.setdefault((answer.guid, answer.ordinal, answer.moment), file)
            if other != file:
                return f"{other} and {file} are from the same learner"
            known.setdefault(question.id, []).append(answer.known)
        people += bool(known)
        for identity, results in known.items():
            shares.setdefault(identity, []).append(sum(results) / len(results))
    if people < FEWEST:
        return (
            f"{people} of the files have answers to questions of this course; with fewer than "
            f"{FEWEST} learners, people could be identified"
        )
    records = {
        question.id: _record(digest(question), shares[question.id])
        for question in bank.questions
        if len(shares.get(question.id, ())) >= FEWEST
    }
    if not records:
        return f"no question was answered by {FEWEST} learners"
    return Administration(source="anki", exam=exam, date=date, n=people, questions=records)


def _record(wording: str, shares: list[float]) -> QuestionRecord:
    share = sum(shares) / len(shares)
    is_telling = len(shares) < ALL_OR_NONE and share in (0.0, 1.0)
    return QuestionRecord(digest=wording, n=len(shares), p=None if is_telling else round(share, 3))


def _corrected(bank: Bank, identity: str) -> int:
    """Return when learners got the present wording, in milliseconds since 1970."""
    history = bank.ledger.questions[identity].history
    moments = [moment for moment, event in history.items() if event in ("new", "corrected")]
    return int(max(moments, default=min(history)).timestamp() * 1000)

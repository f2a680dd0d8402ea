"""Compare writing a deck with the minimum: inserting the same rows and writing the same zip.

    PYTHONPATH=src python benchmarks/anki_notes.py [notes …]

Prints seconds of processor time of functions in this process, medians of interleaved rounds, and
their ratios. `genanki` is genanki's own writer; it does not compress, so it is compared with a
minimum that does not either (`floor0`). `whole` is the export from questions to files, with
Markdown.
"""

from __future__ import annotations

import datetime
import io
import itertools
import sqlite3
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import genanki

from pkoquiz.archive import zip_bytes
from pkoquiz.diagnostics import Place
from pkoquiz.exporters import anki
from pkoquiz.exporters.anki.notetypes import note_types
from pkoquiz.exporters.anki.package import Row, apkg_bytes
from pkoquiz.exporters.anki.stamps import Plan, update
from pkoquiz.model.bank import Bank
from pkoquiz.model.course import Course
from pkoquiz.model.ledger import Edition
from pkoquiz.model.passage import Passage, Section, Transcript
from pkoquiz.model.question import Choice, Question

MOMENT = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
SECONDS = int(MOMENT.timestamp())
EDITION = Edition(edition=1, moment=MOMENT, tool="1")


def bank_of(count: int) -> Bank:
    """Return a bank of `count` choice questions in ten sections."""
    sections = tuple(Section(f"s{number}", f"Section {number}") for number in range(10))
    passages = tuple(
        Passage(f"s{number}.p001", f"s{number}", "A speaker", "speech", "x", (1, 1), "0" * 8)
        for number in range(10)
    )
    questions: list[Question] = [
        Choice.model_validate(
            {
                "type": "choice",
                "id": f"q-{number}",
                "section": f"s{number % 10}",
                "bloom": "apply",
                "difficulty": "medium",
                "stem": f"What did the speaker say about matter {number} in answer to the first "
                "question of the day?",
                "options": [
                    {
                        "text": f"Option {letter} of {number}",
                        "correct": letter == "a",
                        "feedback": f"Because of {letter}.",
                    }
                    for letter in "abcd"
                ],
                "sources": [
                    {
                        "passage": f"s{number % 10}.p001",
                        "quote": f"the words that prove the answer to question {number}",
                    }
                ],
                "explain": "A sentence that explains why the answer is the answer.",
                "tags": ["matter"],
                "place": Place("q.yaml"),
            }
        )
        for number in range(count)
    ]
    course = Course.model_validate(
        {"title": "Benchmark", "short": "bench", "transcripts": [{"file": "t.txt"}]}
    )
    return Bank(course, (Transcript("t.txt", sections, passages),), tuple(questions))


def floor(
    notes: list[tuple[object, ...]], cards: list[tuple[object, ...]], schema: str, *, compress: bool
) -> bytes:
    """Insert the rows into a database in memory and return a zip of it."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(schema)
    connection.executemany(f"insert into notes values ({','.join('?' * 11)})", notes)
    connection.executemany(f"insert into cards values ({','.join('?' * 18)})", cards)
    connection.commit()
    database = connection.serialize()
    connection.close()
    return zip_bytes({"collection.anki2": database, "media": b"{}"}, compress=compress)


def genanki_package(rows: list[Row]) -> None:
    """Write the same notes as a user of genanki would."""
    note_type = note_types("bench")["recall"]
    model = genanki.Model(
        note_type.id,
        note_type.name,
        [{"name": name} for name in note_type.fields],
        [
            {"name": card.name, "qfmt": card.front, "afmt": card.back}
            for card in note_type.templates
        ],
        note_type.style,
    )
    decks = {
        name: genanki.Deck(number, name)
        for number, name in enumerate(dict.fromkeys(row.deck for row in rows), 1)
    }
    for row in rows:
        decks[row.deck].add_note(
            genanki.Note(model, list(row.note.fields), tags=list(row.note.tags), guid=row.note.guid)
        )
    with tempfile.TemporaryDirectory() as folder:
        genanki.Package(list(decks.values())).write_to_file(
            Path(folder) / "deck.apkg", timestamp=1_700_000_000
        )


def measured(jobs: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median processor time in seconds of each job; the jobs take turns."""
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            start = time.process_time()
            job()
            times[name].append(time.process_time() - start)
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def main() -> None:
    """Print a line for each size."""
    sizes = [int(size) for size in sys.argv[1:]] or [1_000, 10_000, 50_000]
    print("  notes     ours    floor  ratio  genanki   floor0  ratio    whole  us/note      kB")
    for size in sizes:
        measure(size)


def measure(size: int) -> None:
    """Measure one size and print it."""
    bank = bank_of(size)
    stamped = update(bank, Plan(EDITION), lambda path, description: "").stamped
    rows = [Row(note.note, "Benchmark", SECONDS, SECONDS) for note in stamped]
    types = note_types("bench")
    times = dict.fromkeys(types, SECONDS)
    packed = apkg_bytes(rows, {"Benchmark": ""}, types, times, {})
    notes, cards, schema = contents(packed)
    jobs: dict[str, Callable[[], object]] = {
        "ours": lambda: apkg_bytes(rows, {"Benchmark": ""}, types, times, {}),
        "floor": lambda: floor(notes, cards, schema, compress=True),
        "genanki": lambda: genanki_package(rows),
        "stored": lambda: floor(notes, cards, schema, compress=False),
    }
    took = measured(jobs, 7 if size <= 10_000 else 3)
    whole = measured({"whole": lambda: anki.export(bank)}, 1)["whole"]
    print(
        f"{size:7} {took['ours']:8.3f} {took['floor']:8.3f} {took['ours'] / took['floor']:6.2f} "
        f"{took['genanki']:8.3f} {took['stored']:8.3f} {took['genanki'] / took['stored']:6.2f} "
        f"{whole:8.2f} {took['ours'] / size * 1e6:8.1f} {len(packed) // 1000:7}",
        flush=True,
    )


def contents(packed: bytes) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]], str]:
    """Return the rows of notes and cards of a deck, and its schema."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        connection = sqlite3.connect(":memory:")
        connection.deserialize(archive.read("collection.anki2"))
    schema = ";".join(
        row[0]
        for row in connection.execute(
            "select sql from sqlite_master where sql is not null and name not like 'sqlite_%'"
        )
    )
    tables = (
        connection.execute(f"select * from {table}").fetchall() for table in ("notes", "cards")
    )
    notes, cards = itertools.islice(tables, 2)
    connection.close()
    return notes, cards, schema


if __name__ == "__main__":
    main()

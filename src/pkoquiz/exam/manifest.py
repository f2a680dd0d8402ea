"""`manifest.json`: what was printed, for grading and for printing it again when the bank has moved on.

Everything is keyed by question id. Positions of options, premises and steps count from 1 in the order of the
question as written, so that answers to version A and version B can be compared.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from pkoquiz import markup
from pkoquiz.diagnostics import Diagnostic, Place, error
from pkoquiz.exam.exam import Exam, Layout, Paper, total_points
from pkoquiz.exam.keys import as_data, fits, key_of
from pkoquiz.exam.versions import Placed, Version, code, digest, key_letters
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import Points
from pkoquiz.model.question import Question
from pkoquiz.records import Record, validate

FORMAT = "pkoquiz-exam-1"


def bank_hash(bank: Bank) -> str:
    """sha256 over ids and digests of all questions, in the order of ids."""
    lines = sorted(f"{question.id} {digest(question)}" for question in bank.questions)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def manifest(bank: Bank, exam: Exam) -> bytes:
    """The exam as JSON, two blanks of indentation, UTF-8, one line feed at the end."""
    known = {question.id: question for question in bank.questions}
    used = dict.fromkeys(
        placed.id
        for paper in exam.papers
        for version in paper.versions
        for placed in version.questions
    )
    data = {
        "format": FORMAT,
        "course": bank.course.short,
        "exam": exam.name,
        "title": exam.title,
        "seed": exam.seed,
        "minutes": exam.minutes,
        "date": exam.date,
        "aids": exam.aids,
        "instructions": exam.instructions,
        "columns": exam.layout.columns,
        "large_print": exam.layout.large_print,
        "bank": bank_hash(bank),
        "questions": {identity: _question(known[identity]) for identity in used},
        "papers": [
            {
                "paper": paper.number,
                "points": _number(
                    total_points([known[each.id] for each in paper.versions[0].questions])
                ),
                "versions": [_version(known, version) for version in paper.versions],
            }
            for paper in exam.papers
        ],
    }
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def _number(value: Any) -> str:
    return format(value, "f")


def _question(question: Question) -> dict[str, Any]:
    return {
        "type": question.type,
        "points": _number(question.points),
        "section": question.section,
        "objective": question.objective,
        "stem": " ".join(markup.plain(question.stem).split()),
        "digest": digest(question),
        "answer": as_data(key_of(question)),
    }


def _version(known: dict[str, Question], version: Version) -> dict[str, Any]:
    entries: dict[str, Any] = {}
    for placed in version.questions:
        entry: dict[str, Any] = {"number": placed.number}
        if placed.order:
            entry["order"] = [index + 1 for index in placed.order]
        if placed.responses:
            entry["responses"] = [index + 1 for index in placed.responses]
        letters = key_letters(known[placed.id], placed)
        if letters:
            entry["key"] = list(letters)
        entries[placed.id] = entry
    return {"version": version.letter, "code": version.code, "questions": entries}


# --- reading --------------------------------------------------------------------------------------

Positions = tuple[Annotated[int, Field(ge=1, le=100)], ...]


Text = Annotated[
    str, Field(max_length=20_000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]*$")
]


class Entry(Record):
    """A question on one version; positions count from 1 in the order of the question as written."""

    number: Annotated[int, Field(ge=1, le=10_000)]
    order: Positions = ()
    responses: Positions = ()
    key: tuple[str, ...] = ()


class VersionEntry(Record):
    """A printed version: its questions by id."""

    version: Annotated[str, Field(pattern=r"^[A-Z]{1,2}$")]
    code: str
    questions: dict[str, Entry]


class PaperEntry(Record):
    """A paper in its versions."""

    paper: Annotated[int, Field(ge=1, le=1000)]
    points: str
    versions: Annotated[tuple[VersionEntry, ...], Field(min_length=1)]


class Known(Record):
    """A question as it was when the paper was printed. Manifests of early builds have no section, stem and texts."""

    type: str
    points: Points
    section: str = ""
    objective: str = ""
    stem: str = ""
    digest: str
    answer: dict[str, Any] = {}


class Manifest(Record):
    """What `manifest` writes."""

    format: Literal["pkoquiz-exam-1"]
    course: str
    exam: Annotated[str, Field(pattern=r"^[a-z0-9]+([-.][a-z0-9]+)*$")]
    title: Text
    seed: Text
    minutes: Annotated[int, Field(ge=0, le=100_000)]
    date: Text
    aids: Text
    instructions: Text
    columns: Literal[1, 2]
    large_print: bool
    bank: str
    questions: dict[str, Known]
    papers: tuple[PaperEntry, ...]


def parsed(raw: bytes, place: Place) -> tuple[Manifest | None, tuple[Diagnostic, ...]]:
    """The manifest as a record, or None and every fault. Never raises for what is in the file."""
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError) as fault:
        return None, (error("PQ705", f"no JSON: {str(fault)[:80]}", place),)
    record, faults = validate(Manifest, data, place)
    return record, tuple(faults)


# --- printing again -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Read:
    """An exam read back: None when it cannot be printed; `changed` are questions worded differently since."""

    exam: Exam | None
    faults: tuple[Diagnostic, ...] = ()
    changed: tuple[str, ...] = ()


def read_manifest(raw: bytes, file: str, bank: Bank) -> Read:
    """The exam of a manifest, to be printed with the questions of `bank`. Never raises for what is in the file."""
    place = Place(file)
    record, faults = parsed(raw, place)
    if record is None:
        return Read(None, faults)
    if record.course != bank.course.short:
        message = (
            f"the manifest belongs to the course `{record.course}`, this is `{bank.course.short}`"
        )
        return Read(None, (error("PQ705", message, place.into("course")),))
    known = {question.id: question for question in bank.questions}
    found = [*disorder(record, place), *_misfits(record, known, place)]
    if found:
        return Read(None, tuple(found))
    exam = Exam(
        name=record.exam,
        title=record.title,
        seed=record.seed,
        papers=tuple(
            Paper(paper.paper, tuple(_arranged(known, each) for each in paper.versions))
            for paper in record.papers
        ),
        minutes=record.minutes,
        date=record.date,
        aids=record.aids,
        instructions=record.instructions,
        layout=Layout(record.columns, record.large_print),
    )
    used = {
        placed.id
        for paper in exam.papers
        for version in paper.versions
        for placed in version.questions
    }
    changed = [
        each
        for each, entry in record.questions.items()
        if each in used and digest(known[each]) != entry.digest
    ]
    return Read(exam, (), tuple(changed))


def _arranged(known: dict[str, Question], version: VersionEntry) -> Version:
    placed = [
        Placed(
            identity,
            entry.number,
            tuple(at - 1 for at in entry.order),
            tuple(at - 1 for at in entry.responses),
        )
        for identity, entry in version.questions.items()
    ]
    placed.sort(key=lambda each: each.number)
    return Version(
        version.version,
        tuple(placed),
        code(version.version, [known[each.id] for each in placed], placed),
    )


def disorder(record: Manifest, place: Place) -> Iterator[Diagnostic]:
    """What no draw writes: papers and versions missing or twice, other questions in another version, numbers amiss."""
    hint = "print from the manifest as it was written"
    if not record.papers:
        yield error("PQ705", "the manifest has no papers", place.into("papers"), hint)
    papers: set[int] = set()
    for at, paper in enumerate(record.papers):
        if paper.paper in papers:
            message = f"paper {paper.paper} is there twice"
            yield error("PQ705", message, place.into("papers", at, "paper"), hint)
        papers.add(paper.paper)
        letters: set[str] = set()
        for index, version in enumerate(paper.versions):
            where = place.into("papers", at, "versions", index)
            told = f"version {version.version} of paper {paper.paper}"
            if version.version in letters:
                yield error("PQ705", f"{told} is there twice", where.into("version"), hint)
            letters.add(version.version)
            inside = where.into("questions")
            if not version.questions:
                yield error("PQ705", f"{told} has no questions", inside, hint)
            elif version.questions.keys() != paper.versions[0].questions.keys():
                message = f"{told} has other questions than version {paper.versions[0].version}"
                yield error("PQ705", message, inside, hint)
            numbers = sorted(entry.number for entry in version.questions.values())
            if numbers != [*range(1, len(numbers) + 1)]:
                message = f"the questions of {told} are not numbered 1 to {len(numbers)}"
                yield error("PQ705", message, inside, hint)


def _misfits(record: Manifest, known: dict[str, Question], place: Place) -> Iterator[Diagnostic]:
    """Questions that are gone, have no place on paper, or no longer have the options which the manifest orders."""
    listed = set(record.questions)
    for at, paper in enumerate(record.papers):
        for index, version in enumerate(paper.versions):
            where = place.into("papers", at, "versions", index, "questions")
            for identity, entry in version.questions.items():
                question = known.get(identity)
                if question is None or identity not in listed:
                    hint = "ids are for ever: bring the question back, or draw a new paper"
                    yield error(
                        "PQ705",
                        f"the bank has no question `{identity}`",
                        where.into(identity),
                        hint,
                    )
                elif not question.on_paper:
                    message = f"`{identity}` is a flashcard, which has no place on paper"
                    yield error(
                        "PQ705", message, where.into(identity), "draw a new paper", identity
                    )
                elif question.type != record.questions[identity].type or not fits(
                    key_of(question), entry.order, entry.responses
                ):
                    message = (
                        f"`{identity}` no longer has the options that the manifest puts in order"
                    )
                    yield error(
                        "PQ705", message, where.into(identity), "draw a new paper", identity
                    )

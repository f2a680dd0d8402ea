"""`manifest.json`: what was printed, for grading and for printing it again.

Changes to the bank do not affect it. Questions are named by id. Positions of options, premises and
steps count from 1 in the order of the question as written, so that answers to version A and version
B can be compared.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from pkoquiz import markup
from pkoquiz.diagnostics import Diagnostic, Place, error
from pkoquiz.exam.exam import Exam, Layout, Paper, total_points
from pkoquiz.exam.keys import AsWritten, Key, as_data, fits, key_of
from pkoquiz.exam.versions import Placed, Version, code, digest, key_letters
from pkoquiz.model.bank import Bank
from pkoquiz.model.course import Language
from pkoquiz.model.parts import Points, QuestionId
from pkoquiz.model.question import Question
from pkoquiz.prose import shortened
from pkoquiz.records import Record, validate

Text = Annotated[
    str,
    Field(
        max_length=60_000,
        pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]*$",
    ),
]
"""A text without control characters, as in banks."""
Line = Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$")]
"""A text that can be printed on a terminal: one line without control characters."""
Positions = tuple[Annotated[int, Field(ge=1, le=100)], ...]


class Entry(Record):
    """A question on one version: its number, printed orders, and key as printed."""

    number: Annotated[int, Field(ge=1, le=10_000)]
    order: Positions = ()
    responses: Positions = ()
    key: tuple[Line, ...] = ()

    @model_serializer(mode="wrap")
    def _without_empty_fields(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in handler(self).items() if value}

    def placed(self, identity: str) -> Placed:
        """Return the entry of the question `identity` with positions from 0."""
        return Placed(
            identity,
            self.number,
            tuple(position - 1 for position in self.order),
            tuple(position - 1 for position in self.responses),
        )


class VersionEntry(Record):
    """A printed version: its questions by id."""

    version: Annotated[str, Field(pattern=r"^[A-Z]{1,2}$")]
    code: Line
    questions: dict[QuestionId, Entry]

    def placed(self) -> tuple[Placed, ...]:
        """Return the questions in printed order."""
        entries = sorted(self.questions.items(), key=lambda item: item[1].number)
        return tuple(entry.placed(identity) for identity, entry in entries)


class PaperEntry(Record):
    """A paper in its versions."""

    paper: Annotated[int, Field(ge=1, le=1000)]
    points: Line
    versions: Annotated[tuple[VersionEntry, ...], Field(min_length=1)]


class Known(Record):
    """A question as it was when the paper was printed.

    Manifests written by early releases have no section, stem and texts.
    """

    type: Line
    points: Annotated[Points, AsWritten]
    section: Line = ""
    objective: Line = ""
    stem: Text = ""
    digest: Line
    answer: dict[str, Any] = {}


class Manifest(Record):
    """An exam as it was printed."""

    format: Literal["pkoquiz-exam-1"] = "pkoquiz-exam-1"
    course: Line
    language: Language = "en"
    exam: Annotated[str, Field(pattern=r"^[a-z0-9]+([-.][a-z0-9]+)*$")]
    title: Text
    seed: Text
    minutes: Annotated[int, Field(ge=0, le=100_000)]
    date: Text
    aids: Text
    instructions: Text
    columns: Literal[1, 2]
    large_print: bool
    grades: dict[Line, Annotated[Decimal, Field(ge=0, le=100), AsWritten]] = {}
    bank: Line
    questions: dict[QuestionId, Known]
    papers: tuple[PaperEntry, ...]


# --- writing --------------------------------------------------------------------------------------


def manifest(bank: Bank, exam: Exam) -> bytes:
    """Return the exam as JSON, indented by two spaces."""
    known = {question.id: question for question in bank.questions}
    record = Manifest(
        course=bank.course.short,
        language=bank.course.language,
        exam=exam.name,
        title=exam.title,
        seed=exam.seed,
        minutes=exam.minutes,
        date=exam.date,
        aids=exam.aids,
        instructions=exam.instructions,
        columns=2 if exam.layout.columns == 2 else 1,
        large_print=exam.layout.large_print,
        grades=dict(exam.grades),
        bank=bank_hash(bank),
        questions={identity: _known(known[identity]) for identity in exam.question_ids},
        papers=tuple(_paper(known, paper) for paper in exam.papers),
    )
    data = record.model_dump(mode="json")
    if not exam.grades:
        del data["grades"]
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def bank_hash(bank: Bank) -> str:
    """Return the SHA-256 of the ids and digests of all questions, in the order of ids."""
    lines = sorted(f"{question.id} {digest(question)}" for question in bank.questions)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _known(question: Question) -> Known:
    return Known(
        type=question.type,
        points=question.points,
        section=question.section,
        objective=question.objective,
        stem=" ".join(markup.plain(question.stem).split()),
        digest=digest(question),
        answer=as_data(key_of(question)),
    )


def _paper(known: Mapping[str, Question], paper: Paper) -> PaperEntry:
    questions = [known[placed.id] for placed in paper.versions[0].questions]
    return PaperEntry(
        paper=paper.number,
        points=format(total_points(questions), "f"),
        versions=tuple(_version(known, version) for version in paper.versions),
    )


def _version(known: Mapping[str, Question], version: Version) -> VersionEntry:
    entries = {
        placed.id: Entry(
            number=placed.number,
            order=tuple(index + 1 for index in placed.order),
            responses=tuple(index + 1 for index in placed.responses),
            key=key_letters(known[placed.id], placed),
        )
        for placed in version.questions
    }
    return VersionEntry(version=version.letter, code=version.code, questions=entries)


# --- reading --------------------------------------------------------------------------------------


def parsed(raw: bytes, place: Place) -> tuple[Manifest | None, tuple[Diagnostic, ...]]:
    """Return the manifest as a record, or None and all errors; never raises."""
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError) as reason:
        return None, (error("PQ705", f"not JSON: {shortened(str(reason), 80)}", place),)
    record, diagnostics = validate(Manifest, data, place)
    return record, tuple(diagnostics)


def inconsistencies(
    record: Manifest, key_for: Callable[[str], Key | str], place: Place, code: str, hint: str
) -> Iterator[Diagnostic]:
    """Yield errors for papers that cannot have been printed like this.

    Papers or versions are missing or duplicated, versions have different questions, numbers have
    gaps, or orders do not match the keys. `key_for` returns the key of a question, or the reason
    why there is none. `code` and `hint` are those of the diagnostics.
    """
    if not record.papers:
        yield error(code, "the manifest has no papers", place.into("papers"), hint)
    papers: set[int] = set()
    for index, paper in enumerate(record.papers):
        where = place.into("papers", index)
        if paper.paper in papers:
            yield error(code, f"duplicate paper {paper.paper}", where.into("paper"), hint)
        papers.add(paper.paper)
        letters: set[str] = set()
        for number, version in enumerate(paper.versions):
            where_version = where.into("versions", number)
            label = f"version {version.version} of paper {paper.paper}"
            if version.version in letters:
                yield error(code, f"duplicate {label}", where_version.into("version"), hint)
            letters.add(version.version)
            inside = where_version.into("questions")
            if not version.questions:
                yield error(code, f"{label} has no questions", inside, hint)
            elif version.questions.keys() != paper.versions[0].questions.keys():
                first = paper.versions[0].version
                message = f"{label} has other questions than version {first}"
                yield error(code, message, inside, hint)
            numbers = sorted(entry.number for entry in version.questions.values())
            if numbers != [*range(1, len(numbers) + 1)]:
                message = f"the questions of {label} are not numbered 1 to {len(numbers)}"
                yield error(code, message, inside, hint)
            for identity, entry in version.questions.items():
                key = key_for(identity)
                if isinstance(key, str):
                    yield error(code, key, inside.into(identity), hint, identity)
                elif not fits(key, entry.order, entry.responses):
                    message = f"the order of `{identity}` in {label} does not match its options"
                    yield error(code, message, inside.into(identity), hint, identity)


def lost(old: Manifest, new: Manifest) -> list[str]:
    """Return what printing the `new` manifest's papers over those of the `old` one would destroy.

    Nothing is lost if every version keeps its code, and every question its key: then papers that
    were used can still be graded.
    """
    codes = {
        (paper.paper, version.version): version.code
        for paper in new.papers
        for version in paper.versions
    }
    reasons = []
    for paper in old.papers:
        for version in paper.versions:
            label = f"version {version.version}"
            if len(old.papers) > 1:
                label += f" of paper {paper.paper}"
            code = codes.get((paper.paper, version.version))
            if code is None:
                reasons.append(f"{label} would be deleted")
            elif code != version.code:
                reasons.append(f"{label} has the code {version.code}, the new one {code}")
    for identity, question in old.questions.items():
        now = new.questions.get(identity)
        if now is not None and question.answer and now.answer != question.answer:
            reasons.append(f"its manifest has another key for `{identity}`")
    if reasons and old.seed != new.seed:
        reasons.insert(0, f"they were drawn with seed {shortened(old.seed, 40)}")
    return reasons


# --- printing again -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Read:
    """An exam read from a manifest, or None and the reasons; `changed` questions were reworded."""

    exam: Exam | None
    diagnostics: tuple[Diagnostic, ...] = ()
    changed: tuple[str, ...] = ()


def read_manifest(raw: bytes, file: str, bank: Bank) -> Read:
    """Return the exam of a manifest, for printing with the questions of `bank`.

    Never raises because of the content of the file.
    """
    place = Place(file)
    record, diagnostics = parsed(raw, place)
    if record is None:
        return Read(None, diagnostics)
    if record.course != bank.course.short:
        message = (
            f"this manifest belongs to the course `{record.course}`, not `{bank.course.short}`"
        )
        return Read(None, (error("PQ705", message, place.into("course")),))
    known = {question.id: question for question in bank.questions}

    def key_for(identity: str) -> Key | str:
        question, then = known.get(identity), record.questions.get(identity)
        if question is None or then is None:
            return f"the bank has no question `{identity}`"
        key = key_of(question)
        if key is None:
            return f"`{identity}` is a flashcard, which cannot be printed on a paper"
        same = question.type == then.type
        return key if same else f"`{identity}` was {then.type}, and is now {question.type}"

    hint = "restore the question or the manifest as it was, or draw a new paper"
    if errors := tuple(inconsistencies(record, key_for, place, "PQ705", hint)):
        return Read(None, errors)
    exam = Exam(
        name=record.exam,
        title=record.title,
        seed=record.seed,
        papers=tuple(
            Paper(paper.paper, tuple(_arranged(known, version) for version in paper.versions))
            for paper in record.papers
        ),
        minutes=record.minutes,
        date=record.date,
        aids=record.aids,
        instructions=record.instructions,
        layout=Layout(record.columns, record.large_print),
        grades=record.grades,
    )
    used = set(exam.question_ids)
    changed = (
        identity
        for identity, question in record.questions.items()
        if identity in used and digest(known[identity]) != question.digest
    )
    return Read(exam, (), tuple(changed))


def _arranged(known: Mapping[str, Question], version: VersionEntry) -> Version:
    placed = version.placed()
    questions = [known[place.id] for place in placed]
    return Version(version.version, placed, code(version.version, questions, placed))

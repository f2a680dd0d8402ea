"""Decide about imported and drafted questions: accept, correct or reject what is in the inbox.

Everything here is pure: it takes the files of a course and returns those to write with
`delivery.deliver`. A question is accepted only if it is proved: it validates, its quotes are found,
and a check of the whole bank finds no error in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pkoquiz.checks import findings
from pkoquiz.diagnostics import Diagnostic, Place, Severity, error
from pkoquiz.importers.inbox import OWN_FIELDS
from pkoquiz.load import contents, question_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import TYPES, Question
from pkoquiz.records import validate
from pkoquiz.splice import SpliceError, all_replaced, appended, deleted, items, new_file, replaced
from pkoquiz.yamlfile import Data, read

INBOX = "inbox"
"""The folder of questions that nobody has accepted yet; `check` and `build` do not read it."""
REJECTED = f"{INBOX}/rejected.yaml"
"""What was rejected and why, so that a second import does not bring it back."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question in the inbox."""

    file: str
    section: str
    item: dict[str, Data]

    @property
    def id(self) -> str:
        """The id that the question will have in the bank."""
        return str(self.item.get("id", ""))

    @property
    def fields(self) -> dict[str, Data]:
        """The question's own fields."""
        return {name: value for name, value in self.item.items() if name not in OWN_FIELDS}

    @property
    def proposals(self) -> list[dict[str, str]]:
        """The proposed citations, best first: `passage`, `quote` and `score`."""
        listed = self.item.get("proposals")
        entries = listed if isinstance(listed, list) else []
        return [
            {name: str(value) for name, value in entry.items()}
            for entry in entries
            if isinstance(entry, dict) and {"passage", "quote"} <= entry.keys()
        ]


def inbox_files(folder: Path) -> list[str]:
    """Return the names of the inbox files of a course, sorted, without the rejected ones.

    Raises `OSError` if there is an inbox that cannot be listed.
    """
    root = folder / INBOX
    try:
        names = [path.name for path in root.iterdir() if path.suffix in (".yaml", ".yml")]
    except FileNotFoundError:
        return []
    return sorted(f"{INBOX}/{name}" for name in names if f"{INBOX}/{name}" != REJECTED)


def queue(folder: Path) -> tuple[list[Waiting], list[str]]:
    """Return the questions in the inbox, in the order of its files, and what cannot be read."""
    waiting: list[Waiting] = []
    unreadable = []
    try:
        names = inbox_files(folder)
    except OSError as fault:
        return [], [f"cannot read {folder / INBOX}: {(fault.strerror or str(fault)).lower()}"]
    for name in names:
        raw = contents(folder, name)
        data, faults = read(raw, name) if raw is not None else (None, [])
        if raw is None or faults or not isinstance(data, dict):
            reason = faults[0].message if faults else "not a question bank"
            if raw is None:
                reason = "cannot be read"
            unreadable.append(f"{name}: {reason}")
            continue
        section = data.get("section")
        waiting += [
            Waiting(name, section if isinstance(section, str) else "", item)
            for key, item in items(raw)
            if key == "questions"
        ]
    return waiting, unreadable


def rejected(folder: Path) -> dict[str, str]:
    """Return id → digest of the questions that were rejected."""
    raw = contents(folder, REJECTED)
    try:
        listed = list(items(raw)) if raw is not None else []
    except SpliceError:
        return {}
    return {
        str(item.get("id")): str(imported.get("digest", ""))
        for _, item in listed
        if isinstance(imported := item.get("imported"), dict)
    }


def judged(
    bank: Bank, fields: Mapping[str, Any], section: str, file: str = ""
) -> tuple[Question | None, list[Diagnostic]]:
    """Return the question that the fields describe, and the diagnostics of `check` for it.

    A question with errors cannot be accepted. It is checked as a ready question, in place of the
    one with its id if the bank has one.
    """
    place = Place(file or f"questions/{section}.yaml", ("questions", 0))
    kind = str(fields.get("type", ""))
    identity = str(fields.get("id", ""))
    if kind not in TYPES:
        return None, [error("PQ113", f"unknown question type `{kind[:40]}`", place)]
    known = {name: value for name, value in fields.items() if name not in OWN_FIELDS}
    if known.get("status") != "retired":
        known = {**known, "status": "ready"}
    data = {"section": section, **known, "place": place}
    question, faults = validate(TYPES[kind], data, place, identity)
    if question is None:
        return None, faults
    others = [other for other in bank.questions if other.id != question.id]
    found = findings(replace(bank, questions=(*others, question)))
    return question, [diagnostic for diagnostic in found if diagnostic.question == question.id]


def forbids(diagnostics: Iterable[Diagnostic]) -> bool:
    """Return whether any of the diagnostics forbids accepting."""
    return any(diagnostic.severity == Severity.ERROR for diagnostic in diagnostics)


def accepted(
    folder: Path, bank: Bank, waiting: Waiting, fields: Mapping[str, Any]
) -> tuple[dict[str, bytes], dict[str, bytes | None]]:
    """Return the files to write and what was read of them, for `delivery.deliver`.

    The question goes into the bank file of its section, or replaces the one with its id, and
    leaves the inbox. Raises `SpliceError` if it is not proved or a file cannot be edited.
    """
    question, found = judged(bank, fields, waiting.section)
    if question is None or forbids(found):
        raise SpliceError("the question is not proved", "correct it first")
    written = {name: value for name, value in fields.items() if name not in OWN_FIELDS}
    if written.get("status") != "retired":
        written.pop("status", None)
    target, present = _target(bank, question)
    raw = contents(folder, target)
    before = raw if raw is not None else new_file(waiting.section)
    if present:
        kept = next(item for _, item in items(before) if item.get("id") == question.id)
        new = replaced(before, question.id, {**kept, **written})
    else:
        new = appended(before, written, after=_neighbour(bank, question, target))
    inbox = contents(folder, waiting.file)
    if inbox is None:
        raise SpliceError(f"{waiting.file} cannot be read", "run again")
    files = {target: new, waiting.file: deleted(inbox, waiting.id)}
    return files, {target: raw, waiting.file: inbox}


def turned_away(
    folder: Path, waiting: Waiting, reason: str
) -> tuple[dict[str, bytes], dict[str, bytes | None]]:
    """Return the files to write and what was read of them if a question is rejected."""
    inbox, raw = contents(folder, waiting.file), contents(folder, REJECTED)
    if inbox is None:
        raise SpliceError(f"{waiting.file} cannot be read", "run again")
    before = raw if raw is not None else new_file(waiting.section, schema="")
    if waiting.id in {item.get("id") for _, item in items(before)}:
        before = deleted(before, waiting.id)
    own = {name: value for name, value in waiting.item.items() if name != "proposals"}
    new = appended(before, {**own, "rejected": reason})
    files = {REJECTED: new, waiting.file: deleted(inbox, waiting.id)}
    return files, {REJECTED: raw, waiting.file: inbox}


def _target(bank: Bank, question: Question) -> tuple[str, bool]:
    """Return the file that the question goes into, and whether the file contains it already."""
    for other in bank.questions:
        if other.id == question.id:
            return other.place.file, True
    files = [other.place.file for other in bank.questions if other.section == question.section]
    return (files[-1] if files else f"questions/{question.section}.yaml"), False


def _neighbour(bank: Bank, question: Question, file: str) -> str:
    """Return the last question of the same objective in the file; this one is added after it."""
    if not question.objective:
        return ""
    same = [
        other.id
        for other in bank.questions
        if other.place.file == file and other.objective == question.objective
    ]
    return same[-1] if same else ""


# --- a table of flat fields -----------------------------------------------------------------------

FLAT = ("id", "objective", "bloom", "difficulty", "points", "tags", "status")
"""The fields of the table that people edit in a spreadsheet."""

_GUARDED = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings of cells that a spreadsheet would take for formulas."""


def flat_rows(questions: Iterable[Question]) -> Iterator[list[str]]:
    """Yield the header and a row for each question."""
    yield list(FLAT)
    for question in questions:
        values = question.model_dump(mode="json")
        row = [
            "; ".join(value) if isinstance(value := values[name], list) else str(value)
            for name in FLAT
        ]
        yield [f"'{cell}" if cell.startswith(_GUARDED) else cell for cell in row]


@dataclass(frozen=True, slots=True)
class Change:
    """A field that a table changes."""

    file: str
    question: str
    field: str
    old: str
    new: str
    row: int
    """The row of the table; the header is row 1."""


def table_changes(bank: Bank, rows: Iterable[list[str]]) -> tuple[list[Change], list[str]]:
    """Return the changes that a table makes, and what is wrong with it."""
    table = [
        (number, row) for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row)
    ]
    if not table:
        return [], ["the table is empty"]
    header = [cell.strip().lstrip("\ufeff").lower() for cell in table[0][1]]
    wrong = [f"unknown column `{name}`" for name in header if name and name not in FLAT]
    if "id" not in header:
        return [], ["the table has no column `id`"]
    by_id = {question.id: question for question in bank.questions}
    changes = []
    first: dict[str, int] = {}
    for number, cells in table[1:]:
        row = {name: _cell(cell) for name, cell in zip(header, cells, strict=False) if name}
        question = by_id.get(row.get("id", ""))
        if question is None:
            wrong.append(f"row {number}: unknown question `{row.get('id', '')[:80]}`")
            continue
        if first.setdefault(question.id, number) != number:
            wrong.append(f"row {number}: `{question.id}` is already in row {first[question.id]}")
            continue
        now = dict(zip(FLAT, next(_skipped(flat_rows([question]))), strict=True))
        for name, new in row.items():
            old = _cell(now.get(name, new))
            if name in FLAT and name != "id" and _normal(new, name) != _normal(old, name):
                change = Change(question.place.file, question.id, name, old, new, number)
                changes.append(change)
    return changes, wrong


def table_faults(bank: Bank, changes: Iterable[Change], files: Iterable[bytes]) -> list[str]:
    """Return the errors that the changes of a table would cause, with their rows.

    `files` are the bank files with these changes.
    """
    rows = {change.question: change.row for change in changes}
    known = {question.id: question for question in bank.questions if question.id in rows}
    changed: dict[str, Question] = {}
    faults: list[Diagnostic] = []
    for item in (item for raw in files for _, item in items(raw)):
        old = known.get(str(item.get("id")))
        if old is not None:
            question, found = question_of(item, old.section, old.place)
            faults += found
            changed[old.id] = question or old
    questions = tuple(changed.get(question.id, question) for question in bank.questions)
    before = {(found.code, found.question, found.message) for found in findings(bank)}
    faults += [
        found
        for found in findings(replace(bank, questions=questions))
        if (found.code, found.question, found.message) not in before
    ]
    return [
        f"{_in_table(fault, rows)}{fault.message}" + (f"; {fault.hint}" if fault.hint else "")
        for fault in faults
        if fault.severity == Severity.ERROR
    ]


def _in_table(fault: Diagnostic, rows: Mapping[str, int]) -> str:
    """Return the row that causes an error, if it is about one question."""
    row = rows.get(fault.question)
    return f"row {row}: `{fault.question}`: " if row else ""


def _skipped(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    next(rows)
    return rows


def _cell(cell: str) -> str:
    text = cell.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(_GUARDED) else text


def _normal(text: str, name: str) -> object:
    if name == "tags":
        return [tag.strip() for tag in text.replace(",", ";").split(";") if tag.strip()]
    if name == "points":
        return text.rstrip("0").rstrip(".") if "." in text else text
    return text


def with_changes(raw: bytes, changes: Iterable[Change]) -> bytes:
    """Return a bank file with the changes of a table."""
    changed: dict[str, dict[str, Any]] = {}
    present = {item.get("id"): item for _, item in items(raw)}
    for change in changes:
        item = changed.setdefault(change.question, dict(present[change.question]))
        value = _normal(change.new, change.field)
        if value in ("", []):
            item.pop(change.field, None)
        else:
            item[change.field] = value
    return all_replaced(raw, changed)

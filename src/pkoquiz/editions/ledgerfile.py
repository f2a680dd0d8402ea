"""Read and write the ledger: `editions.txt`, committed beside `course.yaml`.

Each line is a JSON object about one thing: the course, an edition, a deck, a note type, a question,
a term. So a diff shows what an edition changes, and branches rarely conflict.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, Field

from pkoquiz.diagnostics import Diagnostic, Place, Span, error
from pkoquiz.model.ledger import LEDGER, Deck, Edition, Entry, Ledger, Look
from pkoquiz.records import Record, validate

FORMAT = 2
_ABOUT = "Written by `pkoquiz release`. Commit it: it records which cards learners have."

CONFLICT = re.compile(r"^(?:<{7}|>{7}|\|{7})(?: |$)|^={7}$")
"""A line with which git marks a conflict."""

MERGE = "run `pkoquiz release --merge`"
RESTORE = f"restore it from version control: `git checkout HEAD -- {LEDGER}`"

_KINDS = ("format", "edition", "deck", "notetype", "question", "term")

Line = tuple[int, str, dict[str, Any]]
"""A line of the file: its number, its first field and all its fields."""

R = TypeVar("R", bound=BaseModel)


class _Head(Record):
    """The first line."""

    about: str = ""
    format: int
    course: str


class _DeckLine(Record):
    deck: str
    name: Deck


class _Subject(Record):
    """The beginning of all other lines."""

    id: str = Field(min_length=1, max_length=200)


def parse(raw: bytes | None) -> tuple[Ledger | None, list[Diagnostic]]:
    """Return the ledger in a file's content, or None and what is wrong with it.

    If there is no file, nothing was ever released.
    """
    if raw is None:
        return Ledger(), []
    text = decoded(raw)
    for number, line in enumerate(text.split("\n"), 1):
        if CONFLICT.match(line):
            return None, [damaged("contains an unresolved merge conflict", number, MERGE)]
    lines, faults = read_lines(text)
    if faults:
        return None, faults
    seen: set[tuple[str, object]] = set()
    for number, kind, fields in lines:
        name = fields[kind] if kind != "format" else ""
        if (kind, name) in seen:
            message = f"has two lines for the {kind} `{name}`" if name else "has two first lines"
            return None, [damaged(message, number, MERGE)]
        seen.add((kind, name))
    return assembled(lines)


def decoded(raw: bytes) -> str:
    """Return the file's text with the line ends of the repository."""
    return raw.decode("utf-8-sig", "replace").replace("\r\n", "\n")


def read_lines(text: str) -> tuple[list[Line], list[Diagnostic]]:
    """Return the lines of a ledger as data, and what is wrong with them."""
    lines: list[Line] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
        except json.JSONDecodeError as fault:
            return [], [damaged(f"is damaged: {fault.msg.lower()}", number, column=fault.colno)]
        except (ValueError, RecursionError):
            return [], [damaged("is damaged: the line is not JSON", number)]
        kind = next((name for name in _KINDS if isinstance(data, dict) and name in data), "")
        if not kind or not isinstance(data[kind], str | int):
            return [], [damaged("is damaged: the line has an unknown kind", number)]
        lines.append((number, kind, data))
    if not lines or lines[0][1] != "format":
        return [], [damaged("is damaged: its first line is missing", 1)]
    version = lines[0][2]["format"]
    if version != FORMAT:
        hint = "update pkoquiz" if isinstance(version, int) and version > FORMAT else RESTORE
        return [], [damaged(f"has format {version!r}, expected {FORMAT}", 1, hint)]
    return lines, []


def assembled(lines: list[Line]) -> tuple[Ledger | None, list[Diagnostic]]:
    """Return the ledger that consists of the given lines, each about a different thing."""
    faults: list[Diagnostic] = []

    def valid(record: type[R], number: int, data: dict[str, Any]) -> Iterator[R]:
        value, wrong = validate(record, data, Place(LEDGER))
        faults.extend(damaged(f"is damaged: {fault.message}", number) for fault in wrong)
        if value is not None:
            yield value

    course = ""
    editions: list[Edition] = []
    decks: dict[str, str] = {}
    looks: dict[str, Look] = {}
    entries: dict[str, dict[str, Entry]] = {"question": {}, "term": {}}
    for number, kind, data in lines:
        fields = dict(data)
        match kind:
            case "format":
                course = next((head.course for head in valid(_Head, number, fields)), "")
            case "edition":
                editions += valid(Edition, number, fields)
            case "deck":
                decks |= {line.deck: line.name for line in valid(_DeckLine, number, fields)}
            case _:
                for subject in valid(_Subject, number, {"id": fields.pop(kind)}):
                    if kind == "notetype":
                        looks.update((subject.id, look) for look in valid(Look, number, fields))
                        continue
                    read = valid(Entry, number, {**fields, "line": number})
                    entries[kind].update((subject.id, entry) for entry in read)
    if not faults:
        faults += _check_moments(lines, editions, [*looks.values(), *_all(entries)])
    if faults:
        return None, faults
    return Ledger(
        course=course,
        editions=tuple(editions),
        decks=decks,
        notetypes=looks,
        questions=entries["question"],
        terms=entries["term"],
    ), []


def _all(entries: Mapping[str, Mapping[str, Entry]]) -> Iterator[Entry]:
    for by_id in entries.values():
        yield from by_id.values()


def _check_moments(
    lines: list[Line], editions: list[Edition], dated: list[Look | Entry]
) -> Iterator[Diagnostic]:
    """Yield a diagnostic if editions are not in order, or if an item was sent by no edition."""
    moments = [edition.moment for edition in editions]
    numbers = [edition.edition for edition in editions]
    if moments != sorted(set(moments)) or numbers != list(range(1, len(editions) + 1)):
        line = next(number for number, kind, _ in lines if kind == "edition")
        yield damaged("does not list its editions in order", line, MERGE)
    known = set(moments)
    for item in dated:
        sent = item.history if isinstance(item, Entry) else [item.moment]
        for moment in sent:
            if moment not in known:
                line = item.line if isinstance(item, Entry) else 0
                missing = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
                yield damaged(f"lacks the edition of {missing}, which sent this", line, MERGE)
                return


def damaged(message: str, line: int, hint: str = RESTORE, column: int = 1) -> Diagnostic:
    """Return an error about the file, at a line of it."""
    span = Span(line, column, line, column + 1) if line else None
    return error("PQ601", f"the ledger {message}", Place(LEDGER, span=span), hint)


# --- writing --------------------------------------------------------------------------------------


def dump(ledger: Ledger) -> str:
    """Return the ledger as text: sorted, with one thing on each line, the same on every machine."""
    lines: list[dict[str, object]] = [
        {"about": _ABOUT, "format": FORMAT, "course": ledger.course},
        *(edition.model_dump(mode="json") for edition in ledger.editions),
    ]
    lines += [{"deck": slug, "name": ledger.decks[slug]} for slug in sorted(ledger.decks)]
    for kind, items in (
        ("notetype", ledger.notetypes),
        ("question", ledger.questions),
        ("term", ledger.terms),
    ):
        lines += [{kind: name, **_written(items[name])} for name in sorted(items)]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _written(item: Look | Entry) -> dict[str, object]:
    data = item.model_dump(mode="json")
    return {name: value for name, value in data.items() if value not in ("", {}, [])}

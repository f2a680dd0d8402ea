"""The record of what learners have: `anki.lock.json`, committed beside `course.yaml`.

Anki takes a note from a package only if its modification time is newer than the learner's
(measured with Anki 26.9.3; older versions read in its source). A newer note replaces the learner's
completely, including their own edits and tags. So the time of a note must change exactly when its
content does. The ledger holds a hash of the content of each note and the time that goes with it. A
build compares them, stamps what is new or changed with the release date, and keeps all other times.
Each item is on one line, so that a diff shows what a release changes and branches rarely conflict.
"""

from __future__ import annotations

import calendar
import datetime
import json
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from pkoquiz.diagnostics import Diagnostic, Place, Span, error
from pkoquiz.model.course import LEDGER
from pkoquiz.records import InvalidError, Record, validate

FORMAT = 1
_ABOUT = "Written by `pkoquiz build`. Commit it: it records which cards learners have."

Shape = Literal["recall", "choice", "cloze", "pairs", "steps", "term"]
"""How an item became cards: one note of a type, or one recall note for each pair or step."""

Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
Part = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,5}$")]
Whole = Annotated[str, StringConstraints(pattern=r"^$")]
Seconds = Annotated[int, Field(ge=0, le=253_402_300_799)]


def _with_names(deck: str) -> str:
    if not all(part.strip() for part in deck.split("::")):
        raise InvalidError("a deck has no name")
    return deck


Deck = Annotated[str, AfterValidator(_with_names)]


class Stamp(Record):
    """A content and the time it is shipped with."""

    hash: Hash
    """First 16 hexadecimal digits of the sha256 of the content."""
    mod: Seconds
    """Modification time in seconds since 1970 (UTC)."""


class Entry(Record):
    """A question or term that was released."""

    type: str
    """Type of the question, or `term`."""
    shape: Shape
    """Never changes: Anki refuses to update a note whose type has changed."""
    words: str
    """First words of the stem, to recognise what the id belonged to."""
    since: datetime.date
    """Release that added it."""
    changed: datetime.date
    """Release that changed it last; if it is retired, the release that retired it."""
    retired: bool = False
    """Whether its cards say that it is withdrawn."""
    parts: dict[Part, str] = Field(default_factory=dict)
    """Words of each pair, step or gap by number. Numbers are not used again."""
    dropped: tuple[Part, ...] = ()
    """Numbers of parts that are no longer asked."""
    notes: dict[Part | Whole, Stamp]
    """Notes by number of the part; the key is empty if the item is one note."""


class Ledger(Record):
    """Everything released so far."""

    course: str = ""
    """The course's short name, which is part of the identity of every note."""
    release: datetime.date | None = None
    """The latest release built."""
    decks: dict[str, Deck] = Field(default_factory=dict)
    """Name of the deck of each section. Anki matches decks by name, so names are kept."""
    notetypes: dict[str, Stamp] = Field(default_factory=dict)
    """Templates, style and script of the note types."""
    questions: dict[str, Entry] = Field(default_factory=dict)
    terms: dict[str, Entry] = Field(default_factory=dict)

    @property
    def newest(self) -> int:
        """The newest modification time released; 0 if there is none."""
        return max((stamp.mod for stamp in self._stamps()), default=0)

    def _stamps(self) -> Iterator[Stamp]:
        yield from self.notetypes.values()
        for entry in (*self.questions.values(), *self.terms.values()):
            yield from entry.notes.values()


def midnight(day: datetime.date) -> int:
    """Return the beginning of a day in UTC, in seconds since 1970."""
    return calendar.timegm(day.timetuple())


# --- reading --------------------------------------------------------------------------------------


def parse(raw: bytes | str, file: str = LEDGER) -> tuple[Ledger | None, list[Diagnostic]]:
    """Return the ledger in a file's content, or None and what is wrong with it.

    An empty content is the ledger of a course that has released nothing.
    """
    text = raw if isinstance(raw, str) else raw.decode("utf-8-sig", "replace")
    restore = f"restore it from version control (`git checkout {file}`) and build again"

    def invalid(
        message: str, hint: str = restore, line: int = 0, column: int = 1
    ) -> tuple[None, list[Diagnostic]]:
        span = Span(line, column, line, column + 1) if line else None
        return None, [error("PQ601", message, Place(file, span=span), hint)]

    if not text.strip():
        return Ledger(), []
    conflict = re.search(r"^(<{7}|={7}|>{7})( |$)", text, re.MULTILINE)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        hint = "keep the lines of both sides; of two lines for one item, the one with larger `mod`"
        return invalid("the ledger contains an unresolved merge conflict", hint, line)
    try:
        data = json.loads(text, object_pairs_hook=_without_duplicates)
    except json.JSONDecodeError as fault:
        message = f"the ledger is damaged: {fault.msg.lower()}"
        return invalid(message, line=fault.lineno, column=fault.colno)
    except (ValueError, RecursionError) as fault:
        return invalid(f"the ledger is damaged: {fault}")
    if not isinstance(data, dict):
        return invalid("the ledger is damaged: it is not a JSON object")
    data.pop("about", None)
    version = data.pop("format", None)
    if version != FORMAT:
        is_newer = isinstance(version, int) and version > FORMAT
        hint = "update pkoquiz" if is_newer else restore
        return invalid(f"the ledger has format {version!r}, expected {FORMAT}", hint)
    ledger, faults = validate(Ledger, data, Place(file))
    return ledger, [
        error("PQ601", f"the ledger is damaged: {fault.message}", fault.place, restore)
        for fault in faults
    ]


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key, value in pairs:
        if key in data:
            raise ValueError(f"duplicate key `{key[:60]}`")
        data[key] = value
    return data


# --- writing --------------------------------------------------------------------------------------


def dump(ledger: Ledger) -> str:
    """Return the ledger as text: sorted, one item a line, the same on every machine."""
    head = {
        "about": _ABOUT,
        "format": FORMAT,
        "course": ledger.course,
        "release": ledger.release.isoformat() if ledger.release else None,
    }
    blocks = [f"  {_json(key)}: {_json(value)}" for key, value in head.items()]
    blocks.append(_block("decks", ledger.decks))
    blocks.append(_block("notetypes", ledger.notetypes))
    blocks.append(_block("questions", ledger.questions))
    blocks.append(_block("terms", ledger.terms))
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def _block(name: str, items: Mapping[str, object]) -> str:
    lines = [f"    {_json(key)}: {_json(_written(items[key]))}" for key in sorted(items)]
    return f'  "{name}": {{\n' + ",\n".join(lines) + "\n  }" if lines else f'  "{name}": {{}}'


def _written(item: object) -> object:
    if not isinstance(item, BaseModel):
        return item
    data = item.model_dump(mode="json")
    omitted = {key for key in ("retired", "parts", "dropped") if not data.get(key)}
    return {key: value for key, value in data.items() if key not in omitted}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)

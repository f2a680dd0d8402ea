"""The memory of what learners have: `anki.lock.json`, committed beside `course.yaml`.

Anki takes a note from a package only if its modification time is newer than the learner's (measured
with Anki 26.9.3; older versions read in its source), and a newer note replaces the learner's wholly, with
their own edits and tags. So a note's time must change exactly when its content does. The ledger holds for
each note a hash of its content and the time that goes with it; a build compares, stamps what is new or
changed with the release date, and keeps all other times. One item stands on one line, so that
a diff shows what a release does and two branches seldom clash.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from pkoquiz.diagnostics import Diagnostic, Place, Span, error
from pkoquiz.model.course import LEDGER
from pkoquiz.records import InvalidError, Record, validate

FORMAT = 1
_ABOUT = (
    "Written by `pkoquiz build`. Commit it: cards that learners already have are told apart by it."
)

Shape = Literal["recall", "choice", "cloze", "pairs", "steps", "term"]
"""How an item became cards: one note of a type, or one recall note for each pair or step."""

Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
Part = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,5}$")]
Whole = Annotated[str, StringConstraints(pattern=r"^$")]
Seconds = Annotated[int, Field(ge=0, le=253_402_300_799)]


def _named(deck: str) -> str:
    if not all(part.strip() for part in deck.split("::")):
        raise InvalidError("a deck has no name")
    return deck


Deck = Annotated[str, AfterValidator(_named)]


class Stamp(Record):
    """A content and since when it is so."""

    hash: Hash
    """First 16 hexadecimal digits of the sha256 of the content."""
    mod: Seconds
    """Modification time shipped with that content, in seconds since 1970 (UTC)."""


class Entry(Record):
    """A question or term that was handed out."""

    type: str
    """Type of the question, or `term`."""
    shape: Shape
    """Kept for ever: Anki refuses to update a note that has changed its note type."""
    words: str
    """First words of the stem, to tell who had an id."""
    since: datetime.date
    """Release that brought it."""
    changed: datetime.date
    """Release that changed it last; of a retired item the one that retired it."""
    retired: bool = False
    """Whether learners were told that it is withdrawn."""
    parts: dict[Part, str] = Field(default_factory=dict)
    """Of items made of pairs, steps or gaps: number of the part → its words. Numbers are not used again."""
    dropped: tuple[Part, ...] = ()
    """Numbers of parts that are no longer asked."""
    notes: dict[Part | Whole, Stamp]
    """Notes by number of the part; an item that is one note has it under the empty key."""


class Ledger(Record):
    """Everything handed out so far."""

    course: str = ""
    """The course's short name: notes are recognised by it."""
    release: datetime.date | None = None
    """The latest release built."""
    decks: dict[str, Deck] = Field(default_factory=dict)
    """Section → name of its deck. Anki matches decks by name, so a name once given is kept."""
    notetypes: dict[str, Stamp] = Field(default_factory=dict)
    """Look and script of the note types."""
    questions: dict[str, Entry] = Field(default_factory=dict)
    terms: dict[str, Entry] = Field(default_factory=dict)

    @property
    def newest(self) -> int:
        """The newest modification time handed out, 0 when there is none."""
        return max((stamp.mod for stamp in self.stamps()), default=0)

    def stamps(self) -> Iterator[Stamp]:
        """All stamps: of note types, questions and terms."""
        yield from self.notetypes.values()
        for entry in (*self.questions.values(), *self.terms.values()):
            yield from entry.notes.values()


def parse(raw: bytes | str, file: str = LEDGER) -> tuple[Ledger | None, list[Diagnostic]]:
    """The ledger in a file's content (empty: nothing was handed out yet), or `None` and what is wrong with it."""
    place = Place(file)
    text = raw if isinstance(raw, str) else raw.decode("utf-8-sig", "replace")
    repair = f"restore it from version control (`git checkout {file}`) and build again"
    if not text.strip():
        return Ledger(), []
    conflict = re.search(r"^(<{7}|={7}|>{7})( |$)", text, re.MULTILINE)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        hint = "keep the lines of both sides; where one item stands twice, the one with the larger `mod`"
        return None, [error("PQ601", "the ledger holds an unresolved merge", _at(file, line), hint)]
    try:
        data = json.loads(text, object_pairs_hook=_no_doubles)
    except json.JSONDecodeError as fault:
        return None, [
            error(
                "PQ601",
                f"the ledger is damaged: {fault.msg.lower()}",
                _at(file, fault.lineno, fault.colno),
                repair,
            )
        ]
    except (ValueError, RecursionError) as fault:
        return None, [error("PQ601", f"the ledger is damaged: {fault}", place, repair)]
    if not isinstance(data, dict):
        return None, [
            error("PQ601", "the ledger is damaged: it is not a JSON object", place, repair)
        ]
    data.pop("about", None)
    version = data.pop("format", None)
    if version != FORMAT:
        newer = isinstance(version, int) and version > FORMAT
        hint = "update pkoquiz" if newer else repair
        return None, [
            error(
                "PQ601",
                f"the ledger has format {version!r}, this version reads {FORMAT}",
                place,
                hint,
            )
        ]
    ledger, faults = validate(Ledger, data, place)
    return ledger, [
        error("PQ601", f"the ledger is damaged: {fault.message}", fault.place, repair)
        for fault in faults
    ]


def dump(ledger: Ledger) -> str:
    """The ledger as text: sorted, one item on a line, the same on every machine."""
    head = {
        "about": _ABOUT,
        "format": FORMAT,
        "course": ledger.course,
        "release": ledger.release.isoformat() if ledger.release else None,
    }
    blocks = [f"  {_line(key)}: {_line(value)}" for key, value in head.items()]
    blocks.append(_block("decks", ledger.decks))
    blocks.append(
        _block("notetypes", {key: stamp.model_dump() for key, stamp in ledger.notetypes.items()})
    )
    blocks.append(
        _block("questions", {key: _written(entry) for key, entry in ledger.questions.items()})
    )
    blocks.append(_block("terms", {key: _written(entry) for key, entry in ledger.terms.items()}))
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def _written(entry: Entry) -> dict[str, Any]:
    data = entry.model_dump(mode="json")
    return {
        key: value
        for key, value in data.items()
        if not (key in ("retired", "parts", "dropped") and not value)
    }


def _block(name: str, items: dict[str, Any]) -> str:
    lines = [f"    {_line(key)}: {_line(items[key])}" for key in sorted(items)]
    return f'  "{name}": {{\n' + ",\n".join(lines) + "\n  }" if lines else f'  "{name}": {{}}'


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"`{key[:60]}` stands twice")
        found[key] = value
    return found


def _at(file: str, line: int, column: int = 1) -> Place:
    return Place(file, span=Span(line, column, line, column + 1))

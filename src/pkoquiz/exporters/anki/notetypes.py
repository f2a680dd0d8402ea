"""The four note types: recall, choice, cloze and term ↔ meaning. Their schema never changes.

Anki identifies a note type by its id, and its fields and templates by theirs. If a field is added,
removed or moved, learners' notes are "conflicting" and never updated again (or a full sync is
forced). So there have been reserved fields from the first day, and one for the learner's own notes.
What may change at any time is the look: templates, style and script, which are in `templates/`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template
from typing import Literal

from pkoquiz.exporters.anki.phrases import TEMPLATES

Kind = Literal["recall", "choice", "cloze", "term"]

_COMMON = (
    *("Hint", "Explanation", "Feedback", "Remark", "Source", "Withdrawn", "Section", "Id"),
    *("Language", "My notes", "Reserved 1", "Reserved 2", "Reserved 3"),
)

FIELDS: dict[Kind, tuple[str, ...]] = {
    "recall": ("Question", "Options", "Answer", *_COMMON),
    "choice": ("Question", "Options", "Answer", *_COMMON),
    "cloze": ("Text", *_COMMON),
    "term": ("Term", "Meaning", *_COMMON),
}

# Drawn at random once. Any change makes a new note type in every learner's collection.
_IDS: dict[Kind, int] = {
    "recall": 1_718_640_301,
    "choice": 1_718_640_302,
    "cloze": 1_718_640_303,
    "term": 1_718_640_304,
}

# Name of each card and the first part of the names of its two files
_CARDS: dict[Kind, tuple[tuple[str, str], ...]] = {
    "recall": (("Recall", "recall"),),
    "choice": (("Choice", "choice"),),
    "cloze": (("Cloze", "cloze"),),
    "term": (("Term to meaning", "term"), ("Meaning to term", "meaning")),
}


@dataclass(frozen=True, slots=True)
class CardTemplate:
    """One card of a note: its permanent id and the HTML of its two sides."""

    id: int
    name: str
    front: str
    back: str


@dataclass(frozen=True, slots=True)
class NoteType:
    """A note type. The ids of the type, its fields and its templates never change."""

    kind: Kind
    id: int
    name: str
    fields: tuple[str, ...]
    templates: tuple[CardTemplate, ...]
    style: str

    @property
    def field_ids(self) -> tuple[int, ...]:
        """Ids of the fields, in order."""
        return tuple(self.id * 100 + index for index in range(1, len(self.fields) + 1))

    @property
    def digest(self) -> str:
        """Hash of everything that a learner's Anki stores of it: 16 hexadecimal digits."""
        cards = [(card.id, card.name, card.front, card.back) for card in self.templates]
        hashed = json.dumps([self.id, self.name, self.fields, cards, self.style])
        return hashlib.sha256(hashed.encode()).hexdigest()[:16]


@cache
def note_types() -> dict[Kind, NoteType]:
    """Return all note types by kind, with their templates filled in."""
    # Parts that several templates share are in files of their own.
    shared = {
        "top": _filled("top.html", {}).removesuffix("\n"),
        "below_answer": _filled("below_answer.html", {}).removesuffix("\n"),
        "script": f"<script>\n{_read('choice.js')}</script>",
    }
    types: dict[Kind, NoteType] = {}
    for kind, number in _IDS.items():
        templates = [
            CardTemplate(
                number * 100 + 50 + index,
                name,
                _filled(f"{stem}.front.html", shared),
                _filled(f"{stem}.back.html", shared),
            )
            for index, (name, stem) in enumerate(_CARDS[kind], 1)
        ]
        name = f"pkoquiz {kind.capitalize()}"
        style = _filled("style.css", {})
        types[kind] = NoteType(kind, number, name, FIELDS[kind], tuple(templates), style)
    return types


def _filled(name: str, shared: dict[str, str]) -> str:
    return Template(_read(name)).substitute(TEMPLATES, **shared)


def _read(name: str) -> str:
    # The repository's line ends on every machine, whatever git made of them on checkout.
    text = files(__package__).joinpath("templates", name).read_text(encoding="utf-8")
    return text.replace("\r\n", "\n")

"""The four note types: recall, choice, cloze and term ↔ meaning. Their schema is made to stay.

Anki knows a note type by its id, and its fields and templates by theirs. If a field is added, removed or
moved, learners' notes are "conflicting" and never updated again (or a full sync is forced), so fields
for later are there from the first day, and one that is the learner's own. What may change at any time is
the look: templates, style and script, which live in `templates/`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Kind = Literal["recall", "choice", "cloze", "term"]

_TAIL = (
    "Hint",
    "Explanation",
    "Feedback",
    "Remark",
    "Source",
    "Withdrawn",
    "Section",
    "Id",
    "Language",
)
_OWN = ("My notes", "Reserved 1", "Reserved 2", "Reserved 3")


@dataclass(frozen=True, slots=True)
class Template:
    """One card of a note: its id for ever, and the HTML of its two sides."""

    id: int
    name: str
    front: str
    back: str


@dataclass(frozen=True, slots=True)
class NoteType:
    """A note type: ids of type, fields and templates never change."""

    kind: Kind
    id: int
    name: str
    fields: tuple[str, ...]
    templates: tuple[Template, ...]
    style: str

    @property
    def field_ids(self) -> tuple[int, ...]:
        """Ids of the fields, in order."""
        return tuple(self.id * 100 + index for index in range(1, len(self.fields) + 1))

    @property
    def digest(self) -> str:
        """Hash of everything a learner's Anki stores of it: 16 hexadecimal digits."""
        sides = [
            (template.id, template.name, template.front, template.back)
            for template in self.templates
        ]
        told = json.dumps([self.id, self.name, self.fields, sides, self.style])
        return hashlib.sha256(told.encode()).hexdigest()[:16]


FIELDS: dict[Kind, tuple[str, ...]] = {
    "recall": ("Question", "Options", "Answer", *_TAIL, *_OWN),
    "choice": ("Question", "Options", "Answer", *_TAIL, *_OWN),
    "cloze": ("Text", *_TAIL, *_OWN),
    "term": ("Term", "Meaning", *_TAIL, *_OWN),
}

# Drawn once, and for ever: any change makes a new note type in every learner's collection.
_IDS: dict[Kind, int] = {
    "recall": 1_718_640_301,
    "choice": 1_718_640_302,
    "cloze": 1_718_640_303,
    "term": 1_718_640_304,
}

_SIDES: dict[Kind, tuple[tuple[str, str, str], ...]] = {
    "recall": (("Recall", "recall.front.html", "recall.back.html"),),
    "choice": (("Choice", "choice.front.html", "choice.back.html"),),
    "cloze": (("Cloze", "cloze.front.html", "cloze.back.html"),),
    "term": (
        ("Term to meaning", "term.front.html", "term.back.html"),
        ("Meaning to term", "meaning.front.html", "meaning.back.html"),
    ),
}


@cache
def note_types() -> dict[Kind, NoteType]:
    """All note types by kind, with their templates filled in."""
    style = _read("style.css")
    # What all cards have is written once: the notice above a withdrawn one; behind the answer
    # remark, citation and the learner's own notes.
    shared = {
        "<!-- top -->\n": _read("top.html"),
        "<!-- behind -->\n": _read("behind.html"),
        "<!-- script -->": f"<script>\n{_read('choice.js')}</script>",
    }
    found: dict[Kind, NoteType] = {}
    for kind, number in _IDS.items():
        sides = [
            Template(number * 100 + 50 + index, name, _filled(front, shared), _filled(back, shared))
            for index, (name, front, back) in enumerate(_SIDES[kind], 1)
        ]
        name = f"pkoquiz {kind.capitalize()}"
        found[kind] = NoteType(kind, number, name, FIELDS[kind], tuple(sides), style)
    return found


def _filled(name: str, shared: dict[str, str]) -> str:
    text = _read(name)
    for mark, part in shared.items():
        text = text.replace(mark, part)
    return text


def _read(name: str) -> str:
    # Line ends are those of the repository on every machine, whatever git made of them on checkout.
    return (
        files(__package__)
        .joinpath("templates", name)
        .read_text(encoding="utf-8")
        .replace("\r\n", "\n")
    )

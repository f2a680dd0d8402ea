"""The five note types of a course: recall, choice, cloze, parts and term. Their schema is frozen.

Each course has its own note types, so that neither another course nor an older version of this
program can change the cards of a learner. Anki identifies a note type by its id, and its fields and
templates by theirs; all ids are derived from the course's short name. If a field is added, removed
or moved, learners' notes are "conflicting" and never updated again (or a full sync is forced). So
the types have had reserved fields from the beginning, and one for the learner's own notes.

Only the look may change, which is in `templates/`. Anki replaces the style of a note type, which
learners may have changed, whenever it takes new templates. So learners get a new style only
together with new templates (`digest`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from string import Template
from typing import Literal

from pkoquiz.exporters.anki.phrases import TEMPLATES
from pkoquiz.language import say, spoken

Kind = Literal["recall", "choice", "cloze", "parts", "term"]

MOST_PARTS = 20
"""The number of templates, and so of cards, of a note for parts: the most parts that a question can
have, and some for parts that replace them in later editions."""

_MIRRORED = {
    'lang="{{Language}}"': 'lang="{{Language}}" dir="rtl"',
    "text-align: left": "text-align: start",
    "padding-left": "padding-inline-start",
    "border-left": "border-inline-start",
    "margin-left: auto; padding": "margin-inline-start: auto; padding",
    " left: 0.8": " inset-inline-start: 0.8",
}
"""Changes to templates and style for right-to-left languages; all others stay the same."""

_COMMON = (
    *("Hint", "Explanation", "Feedback", "Remark", "Source", "Withdrawn", "Section", "Id"),
    *("Language", "My notes", "Reserved 1", "Reserved 2", "Reserved 3"),
)

FIELDS: dict[Kind, tuple[str, ...]] = {
    "recall": ("Question", "Options", "Answer", *_COMMON),
    "choice": ("Question", "Options", "Answer", *_COMMON),
    "cloze": ("Text", *_COMMON),
    "parts": (
        *("Question", "Options"),
        *(
            f"{name} {number}"
            for number in range(1, MOST_PARTS + 1)
            for name in ("Prompt", "Answer", "Source")
        ),
        *_COMMON,
    ),
    "term": ("Term", "Meaning", "Reverse", *_COMMON),
}

# The name of each card and the first part of the names of its two files
_CARDS: dict[Kind, tuple[tuple[str, str], ...]] = {
    "recall": (("Recall", "recall"),),
    "choice": (("Choice", "choice"),),
    "cloze": (("Cloze", "cloze"),),
    "parts": tuple((f"Part {number}", "part") for number in range(1, MOST_PARTS + 1)),
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
        """Return the ids of the fields, in order."""
        return tuple(self.id * 100 + index for index in range(1, len(self.fields) + 1))

    @property
    def digest(self) -> str:
        """Return the digest of its fields and templates: 16 hexadecimal digits."""
        cards = [(card.id, card.name, card.front, card.back) for card in self.templates]
        hashed = json.dumps([self.id, self.name, self.fields, cards])
        return hashlib.sha256(hashed.encode()).hexdigest()[:16]


def note_types(course: str) -> dict[Kind, NoteType]:
    """Return the note types of a course, given its short name, in the current language."""
    return _note_types(course, spoken().tag)


@lru_cache(maxsize=4)
def _note_types(course: str, language: str) -> dict[Kind, NoteType]:
    """Return the note types with filled-in templates; `language` is part of the cache key."""
    style = _filled("style.css")
    return {
        kind: NoteType(
            kind,
            number := _id(course, kind),
            f"pkoquiz {course}: {kind.capitalize()}",
            FIELDS[kind],
            tuple(_templates(kind, number)),
            style,
        )
        for kind in FIELDS
    }


def _id(course: str, kind: Kind) -> int:
    """Return an id of 13 digits, like those that Anki derives from the time."""
    digest = hashlib.sha256(f"pkoquiz\0{course}\0note type\0{kind}".encode()).digest()
    return 1_600_000_000_000 + int.from_bytes(digest[:5])


def _templates(kind: Kind, type_id: int) -> Iterator[CardTemplate]:
    # What several templates share is in files of its own.
    shared = {
        "top": _shared("top.html"),
        "more": _shared("more.html", foot=_shared("foot.html")),
        "hint_fold": _shared("hint.html"),
        "options_fold": _shared("options.html"),
        "script": f"<script>\n{_read('choice.js')}</script>",
    }
    for index, (name, stem) in enumerate(_CARDS[kind], 1):
        front, back = (
            _filled(f"{stem}.{side}.html", number=str(index), **shared)
            for side in ("front", "back")
        )
        yield CardTemplate(type_id * 100 + 80 + index, name, front, back)


def _shared(name: str, **shared: str) -> str:
    return _filled(name, **shared).removesuffix("\n")


def _filled(name: str, **shared: str) -> str:
    return Template(_read(name)).substitute(_words(), **shared)


def _words() -> dict[str, str]:
    return {name: say(text) for name, text in TEMPLATES.items()}


def _read(name: str) -> str:
    # The repository's line ends on every machine, whatever git made of them on checkout.
    text = files(__package__).joinpath("templates", name).read_text(encoding="utf-8")
    text = text.replace("\r\n", "\n")
    if spoken().direction == "rtl":
        for absolute, mirrored in _MIRRORED.items():
            text = text.replace(absolute, mirrored)
    return text

"""A printed exam as grading uses it: the keys of its questions and their places on versions.

Everything comes from `manifest.json`: a paper is graded as it was printed, even if the bank has
changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from pkoquiz.diagnostics import Diagnostic, Place, error
from pkoquiz.exam.keys import KEYS, ClozeKey, Key, graded_by_person
from pkoquiz.exam.manifest import Known, inconsistencies, parsed
from pkoquiz.exam.versions import Placed
from pkoquiz.records import validate

_HINT = "use the manifest as it was written when the exam was printed"


@dataclass(frozen=True, slots=True)
class Item:
    """A question as it was printed; manifests of early releases have no section and stem."""

    id: str
    type: str
    points: Fraction
    section: str
    objective: str
    stem: str
    key: Key

    @property
    def by_hand(self) -> bool:
        """Whether a person reads the answer and gives the points."""
        return graded_by_person(self.key)

    @property
    def gaps(self) -> int:
        """The number of gaps in its text; 0 if it is not a cloze question."""
        return len(self.key.gaps) if isinstance(self.key, ClozeKey) else 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A version of a paper as candidates got it: its questions by printed number (from 1)."""

    paper: int
    version: str
    code: str
    placed: Mapping[int, Placed]


@dataclass(frozen=True, slots=True)
class Keys:
    """An exam to grade; `items` are in the order of the manifest."""

    exam: str
    title: str
    language: str
    """The language of the course, and so of the papers and the report."""
    items: Mapping[str, Item]
    sheets: tuple[Sheet, ...]
    grades: Mapping[str, Fraction] = field(default_factory=dict)
    """The lowest percentage of the points for each grade."""

    @property
    def papers(self) -> tuple[int, ...]:
        """The numbers of the papers, in the order of the manifest."""
        return tuple(dict.fromkeys(sheet.paper for sheet in self.sheets))

    def items_of(self, paper: int) -> tuple[Item, ...]:
        """Return the questions of a paper, in an order that does not depend on the version."""
        used = {placed.id for placed in self.sheet_named(paper).placed.values()}
        return tuple(item for item in self.items.values() if item.id in used)

    def sheet_named(self, paper: int) -> Sheet:
        """Return the paper's first version, whose letters name options for all versions."""
        return next(sheet for sheet in self.sheets if sheet.paper == paper)

    def item_at(self, sheet: Sheet, number: int) -> Item | None:
        """Return the question with this number on a sheet, or None if it has fewer questions."""
        placed = sheet.placed.get(number)
        return self.items[placed.id] if placed is not None else None


def read_keys(raw: bytes, file: str) -> tuple[Keys | None, tuple[Diagnostic, ...]]:
    """Return the keys of a `manifest.json`, or None and all errors. Never raises."""
    place = Place(file)
    record, errors = parsed(raw, place)
    if record is None:
        hint = (
            "give the manifest.json beside the printed papers, e.g. exports/exam/NAME/manifest.json"
        )
        message = "this is not an exam manifest"
        if errors[0].code == "PQ705":
            return None, (error("PQ720", f"{message}: {errors[0].message}", place, hint),)
        details = errors if _has_format(raw) else ()
        return None, (error("PQ720", message, place, hint), *details)
    items: dict[str, Item] = {}
    diagnostics: list[Diagnostic] = []
    for identity, known in record.questions.items():
        item, errors = _item(identity, known, place.into("questions", identity))
        diagnostics += errors
        if item is not None:
            items[identity] = item

    def key_for(identity: str) -> Key | str:
        return items[identity].key if identity in items else f"`{identity}` has no key"

    if not diagnostics:
        diagnostics += inconsistencies(record, key_for, place, "PQ720", _HINT)
    if diagnostics:
        return None, tuple(diagnostics)
    sheets = tuple(
        Sheet(
            paper.paper,
            version.version,
            version.code,
            {placed.number: placed for placed in version.placed()},
        )
        for paper in record.papers
        for version in paper.versions
    )
    grades = {name: Fraction(percent) for name, percent in record.grades.items()}
    return Keys(record.exam, record.title, record.language, items, sheets, grades), ()


def _has_format(raw: bytes) -> bool:
    """Return whether JSON names its format; the errors of any other file would not help."""
    data = json.loads(raw)
    return isinstance(data, dict) and "format" in data


def _item(identity: str, known: Known, place: Place) -> tuple[Item | None, tuple[Diagnostic, ...]]:
    if known.type not in KEYS:
        message = f"`{identity}` has a type that cannot be printed: `{known.type}`"
        return None, (error("PQ720", message, place.into("type"), _HINT, identity),)
    key, errors = validate(KEYS[known.type], known.answer, place.into("answer"), identity)
    if key is None:
        message = f"the key of `{identity}` is not valid"
        return None, (error("PQ720", message, place.into("answer"), _HINT, identity), *errors)
    points = Fraction(known.points)
    item = Item(identity, known.type, points, known.section, known.objective, known.stem, key)
    return item, ()

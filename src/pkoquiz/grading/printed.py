"""What a grader needs of a printed paper: the keys of its questions and their places on each version.

All of it stands in `manifest.json`: a paper is graded as it was printed, whatever became of the bank since.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from pkoquiz.diagnostics import Diagnostic, Place, error
from pkoquiz.exam.keys import KEYS, ChoiceKey, Key, MatchingKey, MultipleKey, fits, graded_by_person
from pkoquiz.exam.manifest import Known, Manifest, PaperEntry, VersionEntry, disorder, parsed
from pkoquiz.exam.versions import Placed
from pkoquiz.records import validate


@dataclass(frozen=True, slots=True)
class Item:
    """A question as it was printed. `section` and `stem` are empty in manifests of early builds."""

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


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one candidate had on the desk: a version of a paper, its questions by printed number (from 1)."""

    paper: int
    version: str
    code: str
    placed: Mapping[int, Placed]


@dataclass(frozen=True, slots=True)
class Keys:
    """An exam to be graded. `items` stand in the order of the manifest, which is that of no version but the first."""

    exam: str
    title: str
    items: Mapping[str, Item]
    sheets: tuple[Sheet, ...]

    @property
    def papers(self) -> tuple[int, ...]:
        """Numbers of the papers, in the order of the manifest."""
        return tuple(dict.fromkeys(sheet.paper for sheet in self.sheets))

    def items_of(self, paper: int) -> tuple[Item, ...]:
        """The questions of a paper, the same in all its versions, in an order that no version decides."""
        used = {placed.id for placed in self.sheet_named(paper).placed.values()}
        return tuple(item for item in self.items.values() if item.id in used)

    def sheet_named(self, paper: int) -> Sheet:
        """The paper's first version: its letters name options where versions are spoken of together."""
        return next(sheet for sheet in self.sheets if sheet.paper == paper)


def read_keys(raw: bytes, file: str) -> tuple[Keys | None, tuple[Diagnostic, ...]]:
    """The keys of a `manifest.json`, or None and every fault. Never raises for what is in the file."""
    place = Place(file)
    record, faults = parsed(raw, place)
    if record is None:
        hint = "`pkoquiz exam build` writes it beside the papers: exports/exam/NAME/manifest.json"
        return None, (error("PQ720", "this is no manifest of a printed exam", place, hint), *faults)
    items: dict[str, Item] = {}
    found: list[Diagnostic] = []
    for identity, known in record.questions.items():
        item, wrong = _item(identity, known, place.into("questions", identity))
        found += wrong
        if item is not None:
            items[identity] = item
    if not found:
        found = list(_misfits(record, items, place))
    if found:
        return None, tuple(found)
    sheets = tuple(_sheet(paper, version) for paper in record.papers for version in paper.versions)
    return Keys(record.exam, record.title, items, sheets), ()


def _item(identity: str, known: Known, place: Place) -> tuple[Item | None, list[Diagnostic]]:
    if known.type not in KEYS:
        message = f"`{identity}` is of a type that no paper has: `{known.type}`"
        return None, [error("PQ720", message, place.into("type"))]
    key, faults = validate(KEYS[known.type], known.answer, place.into("answer"), identity)
    if key is None:
        hint = "print the paper with this edition of pkoquiz, or bring the manifest back as it was written"
        message = f"`{identity}` has no key that can be graded"
        return None, [error("PQ720", message, place.into("answer"), hint, identity), *faults]
    named: tuple[int, ...] = ()
    last, what = 0, ""
    if isinstance(key, ChoiceKey | MultipleKey):
        named, last, what = key.key, key.options, "options"
    elif isinstance(key, MatchingKey):
        named, last, what = key.key, key.responses, "responses"
    if any(at > last for at in named):
        message = f"the key of `{identity}` names one of its {last} {what} that is not there"
        return None, [error("PQ720", message, place.into("answer", "key"), "", identity)]
    points = Fraction(known.points)
    return Item(identity, known.type, points, known.section, known.objective, known.stem, key), []


def _misfits(record: Manifest, items: Mapping[str, Item], place: Place) -> Iterator[Diagnostic]:
    """Papers that cannot have been printed so, or cannot be graded."""
    yield from disorder(record, place)
    for at, paper in enumerate(record.papers):
        for index, version in enumerate(paper.versions):
            where = place.into("papers", at, "versions", index)
            label = f"paper {paper.paper}, version {version.version}"
            for identity, entry in version.questions.items():
                inside = where.into("questions", identity)
                if identity not in items:
                    yield error("PQ720", f"{label}: `{identity}` has no key", inside)
                elif not fits(items[identity].key, entry.order, entry.responses):
                    message = f"{label}: the order of `{identity}` does not fit its key"
                    yield error("PQ720", message, inside, "", identity)


def _sheet(paper: PaperEntry, version: VersionEntry) -> Sheet:
    placed = {
        entry.number: Placed(
            identity,
            entry.number,
            tuple(at - 1 for at in entry.order),
            tuple(at - 1 for at in entry.responses),
        )
        for identity, entry in version.questions.items()
    }
    return Sheet(paper.paper, version.version, version.code, dict(sorted(placed.items())))

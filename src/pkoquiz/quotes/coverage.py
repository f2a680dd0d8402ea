"""What the bank asks about and what it leaves out: passages, sections, objectives, types, levels. Pure numbers.

Counted are ready questions, and spoken passages of substance: speech, questions and answers without those
that the course lists as `no_matter` (greetings, thanks).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import Bloom, Difficulty
from pkoquiz.model.passage import SPOKEN, Passage
from pkoquiz.model.question import TYPES


@dataclass(frozen=True, slots=True)
class Row:
    """How many questions of one kind there are, and are planned (None where nothing is)."""

    name: str
    count: int
    planned: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one field, e.g. of all question types; `field` is the plan's."""

    name: str
    field: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class SectionCover:
    """Of one section: spoken passages of substance, those that are cited, and its questions."""

    section: str
    title: str
    passages: int
    cited: int
    questions: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The whole picture."""

    sections: tuple[SectionCover, ...]
    uncited: tuple[Passage, ...]
    tables: tuple[Table, ...]
    questions: int

    @property
    def passages(self) -> int:
        """Spoken passages of substance."""
        return sum(each.passages for each in self.sections)

    @property
    def cited(self) -> int:
        """Those cited by at least one ready question."""
        return sum(each.cited for each in self.sections)

    @property
    def share(self) -> float:
        """Cited passages among all, 0 to 1; 1 for a course without spoken passages."""
        return self.cited / self.passages if self.passages else 1.0


def coverage(bank: Bank) -> Coverage:
    """Counts what is cited and asked."""
    ready = bank.ready
    cited = {citation.passage_id for question in ready for citation in question.sources}
    left_out = set(bank.course.no_matter)
    substance = [
        passage
        for passage in bank.passages.values()
        if passage.kind in SPOKEN and passage.id not in left_out
    ]
    spoken = Counter(passage.section for passage in substance)
    found = Counter(passage.section for passage in substance if passage.id in cited)
    asked = Counter(question.section for question in ready)
    sections = tuple(
        SectionCover(slug, section.title, spoken[slug], found[slug], asked[slug])
        for slug, section in bank.sections.items()
        if spoken[slug] or asked[slug]
    )
    plan = bank.course.plan
    objectives = Counter(question.objective for question in ready)
    least = plan.per_objective or None
    tables = (
        _table("section", "sections", asked, [each.section for each in sections], plan.sections),
        _table("type", "types", Counter(question.type for question in ready), TYPES, plan.types),
        _table(
            "Bloom level",
            "bloom",
            Counter(question.bloom for question in ready),
            get_args(Bloom),
            plan.bloom,
        ),
        _table(
            "difficulty",
            "difficulty",
            Counter(each.difficulty for each in ready),
            get_args(Difficulty),
            plan.difficulty,
        ),
        Table(
            "objective",
            "per_objective",
            tuple(Row(each.id, objectives[each.id], least) for each in bank.course.objectives),
        ),
    )
    uncited = tuple(passage for passage in substance if passage.id not in cited)
    return Coverage(sections, uncited, tables, len(ready))


def _table(
    name: str, field: str, counted: Mapping[str, int], order: Any, planned: Mapping[Any, int]
) -> Table:
    names = [*order, *(each for each in planned if each not in order)]
    return Table(
        name, field, tuple(Row(each, counted.get(each, 0), planned.get(each)) for each in names)
    )


def as_record(found: Coverage) -> dict[str, object]:
    """The picture as JSON: field names that other programs may rely on."""
    tables = {table.field: table for table in found.tables}

    def listed(field: str, key: str) -> list[dict[str, object]]:
        return [
            {key: row.name, "questions": row.count, "planned": row.planned}
            for row in tables[field].rows
        ]

    return {
        "passages": found.passages,
        "cited": found.cited,
        "share": round(found.share, 4),
        "questions": found.questions,
        "sections": [
            {
                "section": each.section,
                "passages": each.passages,
                "cited": each.cited,
                "questions": each.questions,
            }
            for each in found.sections
        ],
        "objectives": listed("per_objective", "objective"),
        "types": listed("types", "type"),
        "bloom": listed("bloom", "bloom"),
        "difficulty": listed("difficulty", "difficulty"),
        "uncited": [passage.id for passage in found.uncited],
    }

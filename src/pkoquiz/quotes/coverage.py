"""Coverage: how many questions there are by passage, section, objective, type and level.

Only ready questions count, and only spoken passages (speech, questions and answers) without those
that the course lists under `skip`, such as greetings and thanks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import Bloom, Difficulty
from pkoquiz.model.passage import SPOKEN, Passage
from pkoquiz.model.question import TYPES


@dataclass(frozen=True, slots=True)
class Row:
    """The number of questions of one kind, and how many are planned (None if there is no plan)."""

    name: str
    count: int
    planned: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one kind, e.g. all question types; `field` is the field of the course's plan."""

    name: str
    field: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class SectionCover:
    """The counts of one section: spoken passages, cited passages and questions."""

    section: str
    title: str
    passages: int
    cited: int
    questions: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The counts of a bank."""

    sections: tuple[SectionCover, ...]
    uncited: tuple[Passage, ...]
    tables: tuple[Table, ...]
    questions: int

    @property
    def passages(self) -> int:
        """The number of spoken passages."""
        return sum(section.passages for section in self.sections)

    @property
    def cited(self) -> int:
        """The number of spoken passages that at least one question cites."""
        return sum(section.cited for section in self.sections)

    @property
    def share(self) -> float:
        """The share of spoken passages that are cited, 0 to 1; 1 if there are none."""
        return self.cited / self.passages if self.passages else 1.0


def coverage(bank: Bank) -> Coverage:
    """Return the counts of cited passages and questions."""
    ready, plan = bank.ready, bank.course.plan
    cited_ids = {citation.passage_id for question in ready for citation in question.sources}
    passages = [
        passage
        for passage in bank.passages.values()
        if passage.kind in SPOKEN and passage.id not in bank.course.skip
    ]
    spoken = Counter(passage.section for passage in passages)
    cited = Counter(passage.section for passage in passages if passage.id in cited_ids)
    asked = Counter(question.section for question in ready)
    sections = tuple(
        SectionCover(slug, section.title, spoken[slug], cited[slug], asked[slug])
        for slug, section in bank.sections.items()
        if spoken[slug] or asked[slug]
    )
    types = Counter[str](question.type for question in ready)
    bloom = Counter[str](question.bloom for question in ready)
    difficulty = Counter[str](question.difficulty for question in ready)
    objectives = Counter(question.objective for question in ready)
    ids = [objective.id for objective in bank.course.objectives]
    least = plan.per_objective or None
    tables = (
        _table("section", "sections", asked, (cover.section for cover in sections), plan.sections),
        _table("type", "types", types, TYPES, plan.types),
        _table("Bloom level", "bloom", bloom, get_args(Bloom), plan.bloom),
        _table("difficulty", "difficulty", difficulty, get_args(Difficulty), plan.difficulty),
        Table("objective", "per_objective", tuple(Row(i, objectives[i], least) for i in ids)),
    )
    uncited = tuple(passage for passage in passages if passage.id not in cited_ids)
    return Coverage(sections, uncited, tables, len(ready))


def _table(
    name: str,
    field: str,
    counts: Mapping[str, int],
    order: Iterable[str],
    planned: Mapping[Any, int],
) -> Table:
    names = dict.fromkeys([*order, *planned])
    return Table(
        name, field, tuple(Row(name, counts.get(name, 0), planned.get(name)) for name in names)
    )


def as_record(found: Coverage) -> dict[str, object]:
    """Return the counts as JSON data; other programs may rely on its field names."""
    rows = {table.field: table.rows for table in found.tables}

    def listed(field: str, key: str) -> list[dict[str, object]]:
        return [
            {key: row.name, "questions": row.count, "planned": row.planned} for row in rows[field]
        ]

    return {
        "passages": found.passages,
        "cited": found.cited,
        "share": round(found.share, 4),
        "questions": found.questions,
        "sections": [
            {
                "section": cover.section,
                "passages": cover.passages,
                "cited": cover.cited,
                "questions": cover.questions,
            }
            for cover in found.sections
        ],
        "objectives": listed("per_objective", "objective"),
        "types": listed("types", "type"),
        "bloom": listed("bloom", "bloom"),
        "difficulty": listed("difficulty", "difficulty"),
        "uncited": [passage.id for passage in found.uncited],
    }

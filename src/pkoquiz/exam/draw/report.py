"""The composition of drawn papers, compared with the request of their blueprint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import get_args

from pkoquiz.exam.draw.quotas import DIMENSIONS
from pkoquiz.model.answers import key_is_longest
from pkoquiz.model.bank import Bank
from pkoquiz.model.blueprint import UNBOUNDED, Blueprint
from pkoquiz.model.parts import Bloom
from pkoquiz.model.question import ON_PAPER, Question

_DIFFICULTY = {"easy": 0.0, "medium": 0.5, "hard": 1.0}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the report: what is counted, its count in each paper, and the request."""

    dimension: str
    name: str
    counts: tuple[str, ...]
    requested: str = ""


def composition(
    bank: Bank, blueprint: Blueprint | None, papers: Sequence[Sequence[str]]
) -> Iterator[Row]:
    """Yield the composition of the papers: dimensions, objectives, points, difficulty, keys."""
    known = {question.id: question for question in bank.questions}
    drawn = [[known[identity] for identity in paper if identity in known] for paper in papers]

    def row(dimension: str, name: str, counts: Iterable[object], requested: object = "") -> Row:
        return Row(dimension, name, tuple(map(str, counts)), str(requested))

    orders: dict[str, Sequence[str]] = {
        "section": list(bank.sections),
        "type": ON_PAPER,
        "bloom": get_args(Bloom),
        "difficulty": list(_DIFFICULTY),
    }
    for table, field in DIMENSIONS.items():
        requested = getattr(blueprint, table) if blueprint else {}
        present = {getattr(question, field) for paper in drawn for question in paper}
        singles = [name for name in orders[field] if name in present]
        for names in (*singles, *(names for names in requested if "/" in names)):
            members = names.split("/")
            counts = [sum(getattr(q, field) in members for q in paper) for paper in drawn]
            yield row(field, names, counts, requested.get(names, ""))
    objectives = [
        Counter(question.objective for question in paper if question.objective) for paper in drawn
    ]
    different = blueprint.objectives.different if blueprint else 0
    yield row("objectives", "different", map(len, objectives), f"{different}+" if different else "")
    most = blueprint.objectives.each if blueprint else UNBOUNDED
    most_often = [max(counts.values(), default=0) for counts in objectives]
    yield row("objectives", "most often", most_often, f"0-{most}" if most < 100 else "")
    points = [format(sum(question.points for question in paper), "f") for paper in drawn]
    yield row("points", "total", points, (blueprint and blueprint.points) or "")
    means = [f"{mean_difficulty(paper):.3f}" for paper in drawn]
    yield row("difficulty", "mean (0 easy, 1 hard)", means)
    yield row("keys", "key is longest", map(_longest_keys, drawn))


def mean_difficulty(questions: Sequence[Question]) -> float:
    """Return the mean difficulty: 0 if all questions are easy, 1 if all are hard."""
    total = sum(_DIFFICULTY[question.difficulty] for question in questions)
    return total / len(questions) if questions else 0.0


def _longest_keys(questions: Sequence[Question]) -> str:
    choices = [question for question in questions if question.type == "choice"]
    return f"{sum(map(key_is_longest, choices))} of {len(choices)}"


def overlaps(papers: Sequence[Sequence[str]]) -> list[tuple[int, int, int]]:
    """Return (paper, paper, number of shared questions) for each pair of papers, from 1."""
    return [
        (one, other, len(set(first) & set(second)))
        for (one, first), (other, second) in combinations(enumerate(papers, 1), 2)
    ]

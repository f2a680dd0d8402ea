"""Papers under construction: questions, violated constraints, and the effects of exchanges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pkoquiz.exam.draw.quotas import Quota


@dataclass(frozen=True, slots=True)
class Problem:
    """The task of the search: `papers` sets of `items` questions, which are indexes into `ids`."""

    seed: str
    ids: tuple[str, ...]
    items: int
    papers: int
    overlap: tuple[int, int]
    """The smallest and largest number of questions that two papers share."""
    quotas: tuple[Quota, ...]
    enemies: tuple[frozenset[int], ...]
    """For each question, those that must not be in the same paper."""
    objectives: tuple[str, ...]
    """The objective of each question, or an empty text."""
    different: int
    """The smallest number of different objectives in a paper."""
    points: tuple[int, ...]
    """Points of each question, in hundredths."""
    total: tuple[int, int] | None
    """The lowest and highest points of a paper, in hundredths."""
    difficulty: tuple[str, ...]
    """The difficulty of each question, to be spread evenly over the papers."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A constraint that paper number `paper` (from 0) violates."""

    paper: int
    kind: Literal["quota", "enemies", "different", "points", "overlap"]
    which: int
    """The index of the quota, of the question with enemies, or of the other paper; otherwise 0."""
    amount: int


class PartialPaper:
    """One paper under construction, with its counts kept up to date."""

    def __init__(self, quotas: int) -> None:
        self.chosen: set[int] = set()
        self.counts = [0] * quotas
        """Questions that count towards each quota."""
        self.weights = [1] * quotas
        """The cost of one question too many or too few, for each quota."""
        self.other_weight = 1
        """The same for every other constraint."""
        self.tested: Counter[str] = Counter()
        """Questions on each objective that is tested."""
        self.points = 0


class Assembly:
    """All papers under construction."""

    def __init__(self, problem: Problem, papers: Iterable[Iterable[int]] = ()) -> None:
        self.problem = problem
        quotas: list[set[int]] = [set() for _ in problem.ids]
        for number, quota in enumerate(problem.quotas):
            for question in quota.members:
                quotas[question].add(number)
        self.quotas = [frozenset(numbers) for numbers in quotas]
        """Numbers of the quotas that each question counts towards."""
        self.limits = [quota.limits for quota in problem.quotas]
        self.papers = [PartialPaper(len(problem.quotas)) for _ in range(problem.papers)]
        for paper, questions in zip(self.papers, papers, strict=False):
            for question in questions:
                self.add(paper, question)

    def add(self, paper: PartialPaper, question: int) -> None:
        """Add a question to a paper."""
        paper.chosen.add(question)
        self._count(paper, question, 1)

    def remove(self, paper: PartialPaper, question: int) -> None:
        """Remove a question from a paper."""
        paper.chosen.remove(question)
        self._count(paper, question, -1)

    def _count(self, paper: PartialPaper, question: int, step: int) -> None:
        for quota in self.quotas[question]:
            paper.counts[quota] += step
        paper.points += step * self.problem.points[question]
        if objective := self.problem.objectives[question]:
            paper.tested[objective] += step
            if not paper.tested[objective]:
                del paper.tested[objective]

    def exchange(
        self, paper: PartialPaper, old: int, new: int, partner: PartialPaper | None = None
    ) -> None:
        """Replace question `old` by `new`; a partner gives `new` and takes `old`."""
        self.remove(paper, old)
        if partner is not None:
            self.remove(partner, new)
            self.add(partner, old)
        self.add(paper, new)

    def violations(self) -> Iterator[Violation]:
        """Yield every constraint that is violated, and by how much."""
        problem = self.problem
        for number, paper in enumerate(self.papers):
            for quota, count in enumerate(paper.counts):
                if amount := distance(count, self.limits[quota]):
                    yield Violation(number, "quota", quota, amount)
            for question in sorted(paper.chosen):
                if amount := len(problem.enemies[question] & paper.chosen):
                    yield Violation(number, "enemies", question, amount)
            if (amount := problem.different - len(paper.tested)) > 0:
                yield Violation(number, "different", 0, amount)
            if amount := self._points_missed(paper.points):
                yield Violation(number, "points", 0, amount)
            for other in range(number):
                shared = len(paper.chosen & self.papers[other].chosen)
                if amount := distance(shared, problem.overlap):
                    yield Violation(number, "overlap", other, amount)

    def _points_missed(self, points: int) -> int:
        """Return by how many whole points (rounded up) a paper misses its total."""
        return -(-distance(points, self.problem.total) // 100) if self.problem.total else 0

    def shared_too_often(self, paper: PartialPaper, new: int, old: int = -1) -> int:
        """Return by how many questions the paper shares too many if it takes `new` for `old`."""
        most = self.problem.overlap[1]
        return sum(
            max(0, len(other.chosen & paper.chosen - {old}) + 1 - most)
            for other in self.papers
            if other is not paper and new in other.chosen
        )

    def change(self, paper: PartialPaper, old: int, new: int) -> int:
        """Return by how much the weighted cost of `paper` changes when it takes `new` for `old`."""
        problem, chosen, tested = self.problem, paper.chosen, paper.tested
        limits, counts, leaves = self.limits, paper.counts, self.quotas[old]
        cost = 0
        for quota in leaves ^ self.quotas[new]:
            (least, most), count = limits[quota], counts[quota]
            # One question fewer or more: the distance from the limits changes by one or not at all.
            if quota in leaves:
                difference = (count <= least) - (count > most)
            else:
                difference = (count >= most) - (count < least)
            cost += difference * paper.weights[quota]
        enemies = problem.enemies
        met = len(enemies[new] & chosen) - (old in enemies[new])
        rest = 2 * (met - len(enemies[old] & chosen))
        lost, gained = problem.objectives[old], problem.objectives[new]
        if lost != gained:
            count = len(tested) + bool(gained and gained not in tested) - (tested.get(lost) == 1)
            rest += max(0, problem.different - count) - max(0, problem.different - len(tested))
        points = paper.points - problem.points[old] + problem.points[new]
        rest += self._points_missed(points) - self._points_missed(paper.points)
        if problem.overlap[1]:
            for partner in self.papers:
                step = (new in partner.chosen) - (old in partner.chosen)
                if step and partner is not paper:
                    shared = len(partner.chosen & chosen)
                    rest += distance(shared + step, problem.overlap)
                    rest -= distance(shared, problem.overlap)
        return cost + rest * paper.other_weight


def distance(value: int, limits: tuple[int, int]) -> int:
    """Return how far a value is below its lower or above its upper limit."""
    return max(0, limits[0] - value, value - limits[1])

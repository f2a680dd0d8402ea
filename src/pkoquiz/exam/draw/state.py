"""Papers under construction: what is in them, what they violate, and what an exchange of two questions changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pkoquiz.exam.draw.cells import Bound


@dataclass(frozen=True, slots=True)
class Problem:
    """What to draw: `papers` sets of `items` indexes into `ids`."""

    seed: str
    ids: tuple[str, ...]
    items: int
    papers: int
    overlap: tuple[int, int]
    """Questions that two papers share: at least, at most."""
    bounds: tuple[Bound, ...]
    enemies: tuple[frozenset[int], ...]
    """For each index those it must not meet."""
    objectives: tuple[str, ...]
    different: int
    """At least so many different objectives in a paper."""
    points: tuple[int, ...]
    """Of each question, in hundredths."""
    total: tuple[int, int] | None
    """Points of a paper in hundredths: at least, at most."""
    mix: tuple[str, ...]
    """Difficulty of each question: to be spread alike over the papers."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A violated constraint: `kind` is size, cell (which: its number), enemies (which: a question), different,
    points, or overlap (which: the other paper)."""

    paper: int
    kind: str
    which: int
    amount: int


@dataclass
class Draft:
    """One paper under construction, with its counts kept up to date."""

    chosen: set[int]
    counts: list[int]
    """Of each cell."""
    weights: list[int]
    """Of each cell."""
    tested: dict[str, int] = field(default_factory=dict)
    """Objectives with their number of questions."""
    different: int = 0
    points: int = 0
    other_weight: int = 1
    """Of everything that is not a cell."""


class Attempt:
    """All papers and, for each question, the cells it is in."""

    def __init__(self, problem: Problem) -> None:
        cells: list[list[int]] = [[] for _ in problem.ids]
        for index, bound in enumerate(problem.bounds):
            for item in bound.members:
                cells[item].append(index)
        self.problem = problem
        self.cells = [tuple(each) for each in cells]
        self.least = [bound.least for bound in problem.bounds]
        self.most = [bound.most for bound in problem.bounds]
        width = len(problem.bounds)
        self.papers = [Draft(set(), [0] * width, [1] * width) for _ in range(problem.papers)]

    def put(self, paper: Draft, item: int, step: int = 1) -> None:
        """Adds a question to a paper, or with `step=-1` takes it out."""
        for cell in self.cells[item]:
            paper.counts[cell] += step
        objective = self.problem.objectives[item]
        if objective:
            before = paper.tested.get(objective, 0)
            paper.tested[objective] = before + step
            paper.different += (before + step > 0) - (before > 0)
        paper.points += step * self.problem.points[item]
        if step > 0:
            paper.chosen.add(item)
        else:
            paper.chosen.discard(item)


def faults_of(state: Attempt) -> Iterator[Fault]:
    """Every constraint that the papers of a state violate, and by how much; nothing when the blueprint is met."""
    problem = state.problem
    for number, paper in enumerate(state.papers):
        if len(paper.chosen) != problem.items:
            yield Fault(number, "size", 0, abs(problem.items - len(paper.chosen)))
        for cell, count in enumerate(paper.counts):
            if count < state.least[cell]:
                yield Fault(number, "cell", cell, state.least[cell] - count)
            elif count > state.most[cell]:
                yield Fault(number, "cell", cell, count - state.most[cell])
        for item in sorted(paper.chosen):
            meets = len(problem.enemies[item] & paper.chosen)
            if meets:
                yield Fault(number, "enemies", item, meets)
        if paper.different < problem.different:
            yield Fault(number, "different", 0, problem.different - paper.different)
        if problem.total is not None and off(problem.total, paper.points):
            yield Fault(number, "points", 0, off(problem.total, paper.points))
        for other in range(number):
            gap = beyond(problem.overlap, len(paper.chosen & state.papers[other].chosen))
            if gap:
                yield Fault(number, "overlap", other, gap)


def off(total: tuple[int, int], points: int) -> int:
    """Whole points by which a paper misses its total."""
    return max(0, -(-(total[0] - points) // 100), -(-(points - total[1]) // 100))


def beyond(limits: tuple[int, int], count: int) -> int:
    """By how many a count misses its limits."""
    return max(0, limits[0] - count, count - limits[1])


def may_share(state: Attempt, paper: Draft, item: int, out: int = -1) -> bool:
    """Whether the paper may take this question (for `out`) without sharing too many with another one."""
    most = state.problem.overlap[1]
    for other in state.papers:
        if other is not paper and item in other.chosen:
            shared = len(other.chosen & paper.chosen) - (
                out in other.chosen and out in paper.chosen
            )
            if shared >= most:
                return False
    return True


def overshared(state: Attempt, paper: Draft, item: int) -> int:
    """How many questions above the limit the paper shares with others if it takes this one."""
    most = state.problem.overlap[1]
    return sum(
        max(0, len(other.chosen & paper.chosen) + 1 - most)
        for other in state.papers
        if other is not paper and item in other.chosen
    )


def exchange(state: Attempt, paper: Draft, out: int, item: int, partner: Draft | None) -> None:
    """`item` comes for `out`; a partner gives the one and takes the other."""
    state.put(paper, out, -1)
    if partner is not None:
        state.put(partner, item, -1)
        state.put(partner, out)
    state.put(paper, item)


def change_of(state: Attempt, paper: Draft, out: int, item: int) -> int:
    """By how much the weighted cost of `paper` changes when `item` comes for `out`."""
    problem, counts, weights = state.problem, paper.counts, paper.weights
    change = 0
    leaves, comes = state.cells[out], state.cells[item]
    for cell in leaves:
        if cell not in comes:
            count = counts[cell]
            if count <= state.least[cell]:
                change += weights[cell]
            elif count > state.most[cell]:
                change -= weights[cell]
    for cell in comes:
        if cell not in leaves:
            count = counts[cell]
            if count < state.least[cell]:
                change -= weights[cell]
            elif count >= state.most[cell]:
                change += weights[cell]
    rest = 0
    if problem.enemies[item]:
        rest += 2 * len(problem.enemies[item] & paper.chosen) - 2 * (out in problem.enemies[item])
    if problem.enemies[out]:
        rest -= 2 * len(problem.enemies[out] & paper.chosen)
    if problem.different:
        lost, won = problem.objectives[out], problem.objectives[item]
        if lost != won:
            after = (
                paper.different
                - (paper.tested.get(lost, 0) == 1)
                + (bool(won) and not paper.tested.get(won))
            )
            rest += max(0, problem.different - after) - max(0, problem.different - paper.different)
    if problem.total is not None:
        after = paper.points - problem.points[out] + problem.points[item]
        rest += off(problem.total, after) - off(problem.total, paper.points)
    if problem.overlap[1]:
        for other in state.papers:
            moved = (item in other.chosen) - (out in other.chosen)
            if moved and other is not paper:
                shared = len(other.chosen & paper.chosen)
                rest += beyond(problem.overlap, shared + moved) - beyond(problem.overlap, shared)
    return change + rest * paper.other_weight

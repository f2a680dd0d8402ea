"""Search for questions that meet all quotas at once, for several papers together.

There is no closed solution for several margins over one pool, so this is a local search. Papers are
filled greedily; then questions are exchanged (with the pool, or between two papers) where a
constraint is violated, with a short memory of moves (tabu search) and with weights that grow on
constraints that stay violated (the breakout method, Morris 1993). No random numbers are used: ties
and choices follow the SHA-256 of the seed, so that every machine draws the same papers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import assert_never

from pkoquiz.exam.draw.state import Assembly, PartialPaper, Problem, Violation

STEPS_PER_PAPER = 1_500
"""Exchanges after which the search gives up; the shipped course needs a few dozen."""

_SAMPLE = 1_200
"""Exchanges compared in one step: a bank of thousands costs no more than one of hundreds."""


@dataclass(frozen=True, slots=True)
class Solution:
    """Papers as sets of question indexes, and the violated constraints, the most costly first."""

    papers: tuple[frozenset[int], ...]
    violations: tuple[Violation, ...]


def solve(problem: Problem, progress: Callable[[int, int], None] | None = None) -> Solution:
    """Return papers that meet every constraint, or the best ones found and their violations.

    `progress(done, of)` is called at intervals.
    """
    assembly = Assembly(problem)
    _fill(assembly)
    limit = STEPS_PER_PAPER * problem.papers
    least_cost, best = -1, _papers(assembly)
    tabu: dict[tuple[int, int], int] = {}
    for step in range(limit + 1):
        violations = list(assembly.violations())
        cost = sum(violation.amount for violation in violations)
        if least_cost < 0 or cost < least_cost:
            least_cost, best = cost, _papers(assembly)
        if not violations or step == limit:
            break
        if progress and step % 20 == 0:
            progress(step, limit)
        _improve(assembly, violations, step, tabu)

    def weight(violation: Violation) -> int:
        if violation.kind != "quota":
            return 0
        return sum(paper.weights[violation.which] for paper in assembly.papers)

    final = Assembly(problem, best)
    if least_cost == 0:
        _even_out(final)
    return Solution(_papers(final), tuple(sorted(final.violations(), key=weight, reverse=True)))


def _papers(assembly: Assembly) -> tuple[frozenset[int], ...]:
    return tuple(frozenset(paper.chosen) for paper in assembly.papers)


def _hash(*parts: str) -> int:
    return int.from_bytes(hashlib.sha256("/".join(parts).encode()).digest()[:8])


# --- filling --------------------------------------------------------------------------------------


def _fill(assembly: Assembly) -> None:
    """Fill the papers one question at a time, always with the one that helps most.

    Ties follow the hash. The papers take turns, so that no paper takes the rare questions from the
    others. Every paper gets its full number of questions: if all remaining ones would be shared
    too often, later exchanges correct this.
    """
    problem = assembly.problem

    def order(number: int) -> list[int]:
        return sorted(
            range(len(problem.ids)),
            key=lambda question: _hash(problem.seed, str(number), problem.ids[question]),
        )

    def harm(paper: PartialPaper, question: int) -> tuple[int, int]:
        shared = assembly.shared_too_often(paper, question)
        return shared, 0 if shared else _harm(assembly, paper, question)

    orders = [order(number) for number in range(problem.papers)]
    for _ in range(problem.items):
        for paper, questions in zip(assembly.papers, orders, strict=True):
            free = [question for question in questions if question not in paper.chosen]
            if free:
                assembly.add(paper, min(free, key=lambda question: harm(paper, question)))


def _harm(assembly: Assembly, paper: PartialPaper, question: int) -> int:
    """Return a number that is lower the more the paper needs the question.

    Unmet quotas lower it, those with few members most; full quotas and enemies raise it.
    """
    problem = assembly.problem
    harm = 60 * len(problem.enemies[question] & paper.chosen)
    for number in assembly.quotas[question]:
        quota, count = problem.quotas[number], paper.counts[number]
        if count >= quota.most:
            harm += 60
        elif count < quota.least:
            harm -= 4 + 40 * (quota.least - count) // len(quota.members)
    if problem.different:
        harm += 3 * paper.tested[problem.objectives[question]]
    if least := problem.overlap[0]:
        harm -= 5 * sum(
            other is not paper
            and question in other.chosen
            and len(other.chosen & paper.chosen) < least
            for other in assembly.papers
        )
    return harm


# --- exchanges ------------------------------------------------------------------------------------


def _improve(
    assembly: Assembly, violations: Sequence[Violation], step: int, tabu: dict[tuple[int, int], int]
) -> None:
    """Make the best exchange among those that touch one of the violations.

    `tabu` maps (paper, question) to the step until which the question must stay out of the paper.
    """
    problem, papers = assembly.problem, assembly.papers
    choice = _hash(problem.seed, "step", str(step))
    violation = violations[choice % len(violations)]
    if violation.kind == "overlap" and choice >> 40 & 1:
        # Either of the two papers may give way.
        violation = replace(violation, paper=violation.which, which=violation.paper)
    number = violation.paper
    paper = papers[number]
    holders = {
        question: other for other in range(problem.papers) for question in papers[other].chosen
    }

    def exchanges() -> Iterator[tuple[int, int, int, int | None]]:
        for old, new in _pairs(*_candidates(assembly, violation), choice >> 8):
            if tabu.get((number, new), -1) <= step:
                change, partner = assembly.change(paper, old, new), None
                if not problem.overlap[1] and new in holders:
                    # Papers share nothing: the paper with the new question takes the old one.
                    partner = holders[new]
                    change += assembly.change(papers[partner], new, old)
                yield change, old, new, partner

    best = min(exchanges(), key=itemgetter(0), default=None)
    if best is None or best[0] >= 0:
        # A local minimum: all that is violated weighs more from now on, until an exchange pays.
        for violated in violations:
            if violated.kind == "quota":
                papers[violated.paper].weights[violated.which] += 1
            else:
                papers[violated.paper].other_weight += 1
    if best is not None:
        _, old, new, partner = best
        until = step + 6 + choice % 11
        tabu[number, old] = until
        if partner is not None:
            tabu[partner, new] = until
        assembly.exchange(paper, old, new, None if partner is None else papers[partner])


def _candidates(assembly: Assembly, violation: Violation) -> tuple[list[int], list[int]]:
    """Return the questions that could leave the paper, and those that could replace them."""
    problem = assembly.problem
    paper = assembly.papers[violation.paper]
    olds = sorted(paper.chosen)
    news = [question for question in range(len(problem.ids)) if question not in paper.chosen]
    members: frozenset[int] | set[int]
    match violation.kind:
        case "quota":
            quota = problem.quotas[violation.which]
            members, too_many = quota.members, paper.counts[violation.which] > quota.most
        case "overlap":
            members = assembly.papers[violation.which].chosen
            too_many = len(paper.chosen & members) > problem.overlap[1]
        case "enemies":
            group = {violation.which, *problem.enemies[violation.which]}
            return [question for question in olds if question in group], news
        case "different":
            objectives = problem.objectives
            return olds, [question for question in news if not paper.tested[objectives[question]]]
        case "points":
            return olds, news
        case _ as never:
            assert_never(never)
    return (
        [question for question in olds if (question in members) == too_many],
        [question for question in news if (question in members) != too_many],
    )


def _pairs(olds: Sequence[int], news: Sequence[int], start: int) -> Iterator[tuple[int, int]]:
    """Yield pairs from both lists from a given start: all pairs, or an evenly spread sample."""
    size = len(olds) * len(news)
    stride = max(1, size // _SAMPLE)
    while stride > 1 and (len(news) % stride == 0 or stride % len(news) == 0):
        stride += 1
    for number in range(min(size, _SAMPLE)):
        old, new = divmod((start + number * stride) % size, len(news))
        yield olds[old], news[new]


# --- equally hard papers --------------------------------------------------------------------------


def _even_out(assembly: Assembly) -> None:
    """Make the papers more alike by exchanges that keep every constraint."""
    while (unlike := _unlikeness(assembly)) != (0, 0) and any(
        _make_more_alike(assembly, paper, unlike) for paper in assembly.papers
    ):
        pass


def _unlikeness(assembly: Assembly) -> tuple[int, int]:
    """Return how much the papers differ in questions of each difficulty, and in points."""
    difficulty = assembly.problem.difficulty
    total = 0
    for level in set(difficulty):
        counts = [
            sum(difficulty[question] == level for question in paper.chosen)
            for paper in assembly.papers
        ]
        total += max(counts) - min(counts)
    points = [paper.points for paper in assembly.papers]
    return total, max(points) - min(points)


def _make_more_alike(assembly: Assembly, paper: PartialPaper, unlike: tuple[int, int]) -> bool:
    """Make the first exchange that makes the papers differ less; return False if there is none."""
    problem = assembly.problem
    kind = list(zip(problem.difficulty, problem.points, strict=True))
    for old in sorted(paper.chosen):
        for new in range(len(problem.ids)):
            if new in paper.chosen or kind[new] == kind[old] or assembly.change(paper, old, new):
                continue
            partner = None
            if assembly.shared_too_often(paper, new, old):
                partner = next(other for other in assembly.papers if new in other.chosen)
                if (
                    old in partner.chosen
                    or problem.overlap[1]
                    or assembly.change(partner, new, old)
                ):
                    continue
            assembly.exchange(paper, old, new, partner)
            if _unlikeness(assembly) < unlike:
                return True
            assembly.exchange(paper, new, old, partner)
    return False

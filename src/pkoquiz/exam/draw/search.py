"""The search for papers: which questions satisfy all cells at once, for several papers together.

Several margins over one pool have no closed solution, so this is a local search: papers are filled greedily, then
questions are exchanged (with the pool, or between two papers) where a constraint is violated, with a short memory
of moves (tabu) and weights that grow on whatever stays violated (the breakout method: Morris 1993). There is no
random number in it: ties and choices follow sha256 of the seed, so every machine draws the same papers. What
weighs most at the end is what binds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pkoquiz.exam.draw.state import (
    Attempt,
    Draft,
    Fault,
    Problem,
    change_of,
    exchange,
    faults_of,
    may_share,
    overshared,
)

STEPS_PER_PAPER = 1_500
"""Exchanges after which the search gives up; satisfiable blueprints of the shipped course need some dozens."""

_LOOKED_AT = 1_200
"""Exchanges compared in one step: a sample, so that a bank of thousands costs no more than one of hundreds."""


@dataclass(frozen=True, slots=True)
class Lack:
    """What the best attempt lacks: a cell's name and path, what was wanted and what paper `paper` (from 1) reached."""

    name: str
    path: tuple[str | int, ...]
    wanted: str
    reached: str
    paper: int


@dataclass(frozen=True, slots=True)
class Solution:
    """Papers as sets of indexes; `lacks` is empty when every constraint holds, else what binds comes first."""

    papers: tuple[frozenset[int], ...]
    lacks: tuple[Lack, ...]


def solve(problem: Problem, progress: Callable[[int, int], None] | None = None) -> Solution:
    """Papers that satisfy `problem`, or the best attempt and what it lacks. `progress(done, of)` is told of steps."""
    state = Attempt(problem)
    _fill(state)
    limit = STEPS_PER_PAPER * problem.papers
    best_cost, best = -1, [frozenset(paper.chosen) for paper in state.papers]
    tabu: dict[tuple[int, int], int] = {}
    for step in range(limit + 1):
        faults = list(faults_of(state))
        cost = sum(fault.amount for fault in faults)
        if best_cost < 0 or cost < best_cost:
            best_cost, best = cost, [frozenset(paper.chosen) for paper in state.papers]
        if not faults or step == limit:
            break
        if progress and step % 20 == 0:
            progress(step, limit)
        _step(state, faults, step, tabu)
    weights = [
        sum(paper.weights[cell] for paper in state.papers) for cell in range(len(problem.bounds))
    ]
    for paper, wanted in zip(state.papers, best, strict=True):
        for item in sorted(paper.chosen - wanted):
            state.put(paper, item, -1)
        for item in sorted(wanted - paper.chosen):
            state.put(paper, item)
    if best_cost == 0:
        _even_out(state)
    left = sorted(
        faults_of(state), key=lambda each: -weights[each.which] if each.kind == "cell" else 0
    )
    return Solution(
        tuple(frozenset(paper.chosen) for paper in state.papers),
        tuple(_lack(state, each) for each in left),
    )


def _hash(*parts: str) -> int:
    return int.from_bytes(hashlib.sha256("/".join(parts).encode()).digest()[:8])


# --- a first attempt ------------------------------------------------------------------------------


def _fill(state: Attempt) -> None:
    """Each paper one question at a time, always the one that helps most; ties by hash.

    The papers take turns, so that none takes the rare questions from the others. Every paper gets its full number: where
    each question left would be shared too often, the least harmful comes in, and exchanges put that right.
    """
    problem = state.problem
    orders = [
        sorted(
            range(len(problem.ids)),
            key=lambda item: _hash(problem.seed, str(number), problem.ids[item]),
        )
        for number in range(problem.papers)
    ]
    for _ in range(problem.items):
        for paper, order in zip(state.papers, orders, strict=True):
            left = [item for item in order if item not in paper.chosen]
            fitting = [item for item in left if may_share(state, paper, item)]
            if fitting:
                state.put(paper, min(fitting, key=lambda item: _gain(state, paper, item)))
            elif left:
                state.put(paper, min(left, key=lambda item: overshared(state, paper, item)))


def _gain(state: Attempt, paper: Draft, item: int) -> int:
    """Lower is better: cells that still need questions count for, scarce ones most; full cells and enemies against."""
    value = 0
    for cell in state.cells[item]:
        count = paper.counts[cell]
        if count >= state.most[cell]:
            value += 60
        elif count < state.least[cell]:
            members = len(state.problem.bounds[cell].members)
            value -= 4 + 40 * (state.least[cell] - count) // max(1, members)
    value += 60 * len(state.problem.enemies[item] & paper.chosen)
    if state.problem.different:
        value += 3 * paper.tested.get(state.problem.objectives[item], 0)
    if state.problem.overlap[0]:
        others = [other for other in state.papers if other is not paper and item in other.chosen]
        value -= 5 * sum(
            len(other.chosen & paper.chosen) < state.problem.overlap[0] for other in others
        )
    return value


# --- exchanges ------------------------------------------------------------------------------------


def _step(
    state: Attempt, faults: Sequence[Fault], step: int, tabu: dict[tuple[int, int], int]
) -> None:
    """The best exchange among those that touch one of the faults."""
    problem = state.problem
    draw = _hash(problem.seed, "step", str(step))
    fault = faults[draw % len(faults)]
    if fault.kind == "overlap" and draw >> 40 & 1:
        # Either of the two papers may give way.
        fault = Fault(fault.which, fault.kind, fault.paper, fault.amount)
    number = fault.paper
    paper = state.papers[number]
    outs, ins = _candidates(state, fault)
    if not outs or not ins:
        _weigh(state, faults)
        return
    holder = {item: other for other in range(problem.papers) for item in state.papers[other].chosen}
    best: tuple[int, int, int, int] | None = None
    for out, item in _pairs(outs, ins, draw >> 8):
        if tabu.get((number, item), -1) > step:
            continue
        change = change_of(state, paper, out, item)
        partner = -1
        if not problem.overlap[1] and item in holder:
            # Of papers that share nothing, another one gives the question and takes the one that leaves.
            partner = holder[item]
            change += change_of(state, state.papers[partner], item, out)
        if best is None or change < best[0]:
            best = (change, out, item, partner)
    if best is None or best[0] >= 0:
        # A local minimum: whatever is violated weighs more from now on, until leaving it pays.
        _weigh(state, faults)
    if best is None:
        return
    _, out, item, partner = best
    until = step + 6 + draw % 11
    tabu[(number, out)] = until
    if partner >= 0:
        tabu[(partner, item)] = until
    exchange(state, paper, out, item, state.papers[partner] if partner >= 0 else None)


def _weigh(state: Attempt, faults: Sequence[Fault]) -> None:
    for fault in faults:
        paper = state.papers[fault.paper]
        if fault.kind == "cell":
            paper.weights[fault.which] += 1
        else:
            paper.other_weight += 1


def _candidates(state: Attempt, fault: Fault) -> tuple[list[int], list[int]]:
    """(questions that could leave the fault's paper, questions that could come)."""
    paper = state.papers[fault.paper]
    outs = sorted(paper.chosen)
    ins = [item for item in range(len(state.problem.ids)) if item not in paper.chosen]
    match fault.kind:
        case "cell":
            members = state.problem.bounds[fault.which].members
            over = paper.counts[fault.which] > state.most[fault.which]
            outs = [item for item in outs if (item in members) == over]
            ins = [item for item in ins if (item in members) != over]
        case "enemies":
            enemies = state.problem.enemies[fault.which]
            outs = [item for item in outs if item == fault.which or item in enemies]
        case "different":
            ins = [item for item in ins if not paper.tested.get(state.problem.objectives[item])]
        case "overlap":
            other = state.papers[fault.which].chosen
            over = len(paper.chosen & other) > state.problem.overlap[1]
            outs = [item for item in outs if (item in other) == over]
            ins = [item for item in ins if (item in other) != over]
        case _:
            pass
    return outs, ins


def _pairs(outs: Sequence[int], ins: Sequence[int], draw: int) -> Iterator[tuple[int, int]]:
    """Pairs of both lists, all of them or evenly spread `_LOOKED_AT`, from a place that the draw decides."""
    size = len(outs) * len(ins)
    stride = max(1, size // _LOOKED_AT)
    while stride > 1 and (len(ins) % stride == 0 or stride % len(ins) == 0):
        stride += 1
    for at in range(min(size, _LOOKED_AT)):
        where = (draw + at * stride) % size
        yield outs[where // len(ins)], ins[where % len(ins)]


# --- equal mixes ----------------------------------------------------------------------------------


def _spread(state: Attempt) -> tuple[int, int]:
    """How unlike the papers are: in the frequency of each difficulty, then in points; (0, 0) when alike."""
    mix = state.problem.mix
    total = 0
    for level in sorted(set(mix)):
        counts = [sum(mix[item] == level for item in paper.chosen) for paper in state.papers]
        total += max(counts) - min(counts)
    points = [paper.points for paper in state.papers]
    return total, max(points) - min(points)


def _even_out(state: Attempt) -> None:
    """Exchanges with the pool that keep every constraint and make the papers more alike; each is a true step."""
    while (spread := _spread(state)) != (0, 0) and any(
        _evened(state, paper, spread) for paper in state.papers
    ):
        pass


def _evened(state: Attempt, paper: Draft, spread: tuple[int, int]) -> bool:
    """Makes the first exchange, with the pool or with another paper, that lowers the spread."""
    mix, points = state.problem.mix, state.problem.points
    for out in sorted(paper.chosen):
        for item in range(len(mix)):
            if item in paper.chosen or (mix[item] == mix[out] and points[item] == points[out]):
                continue
            if change_of(state, paper, out, item):
                continue
            partner = None
            if not may_share(state, paper, item, out):
                partner = next(each for each in state.papers if item in each.chosen)
                if (
                    out in partner.chosen
                    or state.problem.overlap[1]
                    or change_of(state, partner, item, out)
                ):
                    continue
            exchange(state, paper, out, item, partner)
            if _spread(state) < spread:
                return True
            exchange(state, paper, item, out, partner)
    return False


def _lack(state: Attempt, fault: Fault) -> Lack:
    problem, paper = state.problem, state.papers[fault.paper]
    number = fault.paper + 1
    match fault.kind:
        case "cell":
            cell, count = problem.bounds[fault.which], paper.counts[fault.which]
            wanted = f"at most {cell.most}" if count > cell.most else str(cell.least)
            return Lack(cell.name, cell.path, wanted, str(count), number)
        case "enemies":
            names = ", ".join(
                problem.ids[item] for item in sorted(problem.enemies[fault.which] & paper.chosen)
            )
            return Lack(
                f"question {problem.ids[fault.which]}", (), "none it excludes", names, number
            )
        case "different":
            path = ("objectives", "different")
            return Lack(
                "different objectives", path, str(problem.different), str(paper.different), number
            )
        case "size":
            return Lack("questions", ("items",), str(problem.items), str(len(paper.chosen)), number)
        case "points":
            assert problem.total is not None
            low, high = (f"{value / 100:g}" for value in problem.total)
            wanted = low if low == high else f"{low} to {high}"
            return Lack("points", ("points",), wanted, f"{paper.points / 100:g}", number)
        case _:
            shared = len(paper.chosen & state.papers[fault.which].chosen)
            least, most = problem.overlap
            wanted = f"at most {most}" if shared > most else str(least)
            name = f"questions shared with paper {fault.which + 1}"
            return Lack(name, ("overlap",), wanted, str(shared), number)

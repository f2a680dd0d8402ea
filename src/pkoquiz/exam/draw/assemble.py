"""Blueprint → papers: which questions, and how evenly. Pure and seeded; faults instead of half a paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pkoquiz.diagnostics import Diagnostic, Place, error
from pkoquiz.exam.draw.cells import bounds, faults, pool
from pkoquiz.exam.draw.conflicts import conflicts
from pkoquiz.exam.draw.search import Lack, solve
from pkoquiz.exam.draw.state import Problem
from pkoquiz.model.answers import key_is_longest
from pkoquiz.model.bank import Bank
from pkoquiz.model.blueprint import UNBOUNDED, Blueprint
from pkoquiz.model.question import ON_PAPER, Question

Progress = Callable[[str, int, int], None]
"""(what is being done, done, of): called now and then during long work."""

HARDNESS = {"easy": 0.0, "medium": 0.5, "hard": 1.0}
"""Difficulty as a number, for the mean that parallel papers are compared by."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Papers drawn from a blueprint, each a tuple of question ids in teaching order; empty when there are faults."""

    papers: tuple[tuple[str, ...], ...]
    faults: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Balance:
    """One line of the report: a name and its number in each paper, and what was asked for."""

    dimension: str
    name: str
    counts: tuple[str, ...]
    asked: str = ""


def draw(bank: Bank, name: str, progress: Progress | None = None) -> Draw:
    """The papers of the blueprint `name` of the course. The same bank, blueprint and seed give the same papers."""
    blueprint = bank.course.blueprints[name]
    # A plan may be asked for while an id still stands twice.
    questions = list({question.id: question for question in pool(bank, blueprint)}.values())
    found = faults(bank, name, blueprint, questions)
    if found:
        return Draw((), tuple(found))
    index = {question.id: at for at, question in enumerate(questions)}
    enemies: list[set[int]] = [set() for _ in questions]
    for conflict in conflicts(bank, questions):
        enemies[index[conflict.first]].add(index[conflict.second])
        enemies[index[conflict.second]].add(index[conflict.first])
    total = blueprint.points
    problem = Problem(
        seed=f"{name}/{blueprint.seed}",
        ids=tuple(index),
        items=blueprint.items,
        papers=blueprint.papers,
        overlap=(blueprint.overlap.least, blueprint.overlap.most),
        bounds=bounds(blueprint, questions),
        enemies=tuple(frozenset(each) for each in enemies),
        objectives=tuple(question.objective for question in questions),
        different=blueprint.objectives.different,
        points=tuple(int(question.points * 100) for question in questions),
        total=(total.least * 100, total.most * 100) if total else None,
        mix=tuple(question.difficulty for question in questions),
    )
    told = (lambda done, of: progress("drawing papers", done, of)) if progress else None
    while True:
        solution = solve(problem, told)
        if solution.lacks:
            return Draw((), (_unsatisfied(name, blueprint, solution.lacks),))
        stricter = _stricter(problem, questions, blueprint.longest_key, solution.papers)
        if stricter is None:
            return Draw(
                tuple(tuple(questions[at].id for at in sorted(paper)) for paper in solution.papers)
            )
        problem = stricter


def _stricter(
    problem: Problem, questions: Sequence[Question], share: int, papers: Sequence[frozenset[int]]
) -> Problem | None:
    """The problem with a lower bound on keys that are the longest option, if one of the papers has too many.

    How many single-choice questions a paper holds is known for sure only when it is drawn.
    """
    allowed = [
        most
        for paper in papers
        if (most := share * sum(questions[at].type == "choice" for at in paper) // 100)
        < sum(key_is_longest(questions[at]) for at in paper)
    ]
    if not allowed:
        return None
    lowered = tuple(
        replace(bound, most=min(allowed)) if bound.path == ("longest_key",) else bound
        for bound in problem.bounds
    )
    return replace(problem, bounds=lowered)


def _unsatisfied(name: str, blueprint: Blueprint, lacks: Sequence[Lack]) -> Diagnostic:
    told = dict.fromkeys(
        f"{lack.name}: {lack.wanted} wanted, {lack.reached} reached"
        + (f" in paper {lack.paper}" if blueprint.papers > 1 else "")
        for lack in lacks[:5]
    )
    place = Place("course.yaml", ("blueprints", name, *lacks[0].path))
    papers = f"no {blueprint.papers} papers were" if blueprint.papers > 1 else "no paper was"
    hint = "these bind: loosen one (a range such as 2-4), or write questions for it"
    return error(
        "PQ704",
        f"{papers} found for the whole blueprint at once; the best attempt lacks {'; '.join(told)}",
        place,
        hint,
    )


# --- report ---------------------------------------------------------------------------------------


def balance(
    bank: Bank, blueprint: Blueprint | None, papers: Sequence[Sequence[str]]
) -> tuple[Balance, ...]:
    """How the papers are made up, line by line: every dimension, objectives, points, difficulty and longest keys."""
    known = {question.id: question for question in bank.questions}
    sets = [[known[identity] for identity in paper if identity in known] for paper in papers]
    lines: list[Balance] = []

    def line(dimension: str, name: str, counts: Sequence[object], asked: str = "") -> None:
        lines.append(Balance(dimension, name, tuple(map(str, counts)), asked))

    for table, field in (
        ("sections", "section"),
        ("types", "type"),
        ("bloom", "bloom"),
        ("difficulty", "difficulty"),
    ):
        asked = (
            {names: str(count) for names, count in getattr(blueprint, table).items()}
            if blueprint
            else {}
        )
        for value in _in_order(bank, field, sets):
            counts = [
                sum(getattr(each, field) == value for each in questions) for questions in sets
            ]
            line(field, value, counts, asked.pop(value, ""))
        for names, count in asked.items():
            members = set(names.split("/"))
            if len(members) > 1:
                line(
                    field,
                    names,
                    [sum(getattr(q, field) in members for q in each) for each in sets],
                    count,
                )
    wanted = blueprint.objectives.different if blueprint else 0
    different = [
        len({each.objective for each in questions if each.objective}) for questions in sets
    ]
    line("objectives", "different", different, f"{wanted}+" if wanted else "")
    each = blueprint.objectives.each if blueprint else UNBOUNDED
    line(
        "objectives",
        "most often",
        [_most_often(questions) for questions in sets],
        f"0-{each}" if each < 100 else "",
    )
    total = blueprint.points if blueprint else None
    line(
        "points",
        "total",
        [format(sum(q.points for q in each), "f") for each in sets],
        str(total) if total else "",
    )
    line("difficulty", "mean (0 easy, 1 hard)", [f"{mean_hardness(each):.3f}" for each in sets])
    line("keys", "longest option is key", [_longest(each) for each in sets])
    return tuple(lines)


def _in_order(bank: Bank, field: str, sets: Sequence[Sequence[Question]]) -> list[str]:
    present = {getattr(question, field) for questions in sets for question in questions}
    orders = {
        "section": list(bank.sections),
        "type": list(ON_PAPER),
        "bloom": ["remember", "understand", "apply", "analyse", "evaluate", "create"],
        "difficulty": list(HARDNESS),
    }
    return [value for value in orders[field] if value in present]


def mean_hardness(questions: Sequence[Question]) -> float:
    """Mean difficulty: 0 all easy, 1 all hard."""
    return (
        sum(HARDNESS[each.difficulty] for each in questions) / len(questions) if questions else 0.0
    )


def _most_often(questions: Sequence[Question]) -> int:
    named = [each.objective for each in questions if each.objective]
    return max((named.count(each) for each in set(named)), default=0)


def _longest(questions: Sequence[Question]) -> str:
    choices = [each for each in questions if each.type == "choice"]
    longest = sum(key_is_longest(each) for each in choices)
    return f"{longest} of {len(choices)}"


def overlaps(papers: Sequence[Sequence[str]]) -> tuple[tuple[int, int, int], ...]:
    """(paper, paper, questions they share), papers counted from 1, each pair once."""
    return tuple(
        (one + 1, other + 1, len(set(papers[one]) & set(papers[other])))
        for one in range(len(papers))
        for other in range(one + 1, len(papers))
    )

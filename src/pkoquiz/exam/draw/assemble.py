"""Draw the papers of a blueprint from a seed; failures are diagnostics, never partial papers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from pkoquiz.diagnostics import Diagnostic, Place, Step, error
from pkoquiz.exam.draw.conflicts import conflicts
from pkoquiz.exam.draw.quotas import impossibilities, pool, quotas
from pkoquiz.exam.draw.search import Solution, solve
from pkoquiz.exam.draw.state import Problem, Violation
from pkoquiz.model.answers import key_is_longest
from pkoquiz.model.bank import Bank
from pkoquiz.model.blueprint import Blueprint
from pkoquiz.model.question import Question

Progress = Callable[[str, int, int], None]
"""Called at intervals with (description of the step, number done, total)."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Question ids of each drawn paper, in teaching order, or the reasons why there are none."""

    papers: tuple[tuple[str, ...], ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def draw(bank: Bank, name: str, progress: Progress | None = None) -> Draw:
    """Draw the papers of the blueprint `name`.

    The same bank, blueprint and seed give the same papers.
    """
    blueprint = bank.course.blueprints[name]
    # `exam plan` also reads banks in which two questions have the same id.
    questions = list({question.id: question for question in pool(bank, blueprint)}.values())
    if diagnostics := impossibilities(bank, name, blueprint, questions):
        return Draw((), tuple(diagnostics))
    problem = _problem(bank, name, blueprint, questions)
    report = (lambda done, of: progress("drawing papers", done, of)) if progress else None
    while True:
        solution = solve(problem, report)
        if solution.violations:
            return Draw((), (_unmet(name, problem, solution),))
        most = _longest_keys_allowed(questions, blueprint.longest_key, solution.papers)
        if most is None:
            papers = (tuple(questions[index].id for index in sorted(p)) for p in solution.papers)
            return Draw(tuple(papers))
        lowered = (
            replace(quota, most=most) if quota.path == ("longest_key",) else quota
            for quota in problem.quotas
        )
        problem = replace(problem, quotas=tuple(lowered))


def _problem(bank: Bank, name: str, blueprint: Blueprint, questions: Sequence[Question]) -> Problem:
    index = {question.id: number for number, question in enumerate(questions)}
    enemies: list[set[int]] = [set() for _ in questions]
    for conflict in conflicts(bank, questions):
        enemies[index[conflict.first]].add(index[conflict.second])
        enemies[index[conflict.second]].add(index[conflict.first])
    total = blueprint.points
    return Problem(
        seed=f"{name}/{blueprint.seed}",
        ids=tuple(index),
        items=blueprint.items,
        papers=blueprint.papers,
        overlap=(blueprint.overlap.least, blueprint.overlap.most),
        quotas=tuple(quotas(blueprint, questions)),
        enemies=tuple(map(frozenset, enemies)),
        objectives=tuple(question.objective for question in questions),
        different=blueprint.objectives.different,
        points=tuple(int(question.points * 100) for question in questions),
        total=(total.least * 100, total.most * 100) if total else None,
        difficulty=tuple(question.difficulty for question in questions),
    )


def _longest_keys_allowed(
    questions: Sequence[Question], share: int, papers: Sequence[frozenset[int]]
) -> int | None:
    """Return how many keys may be the longest option if a paper has too many, otherwise None.

    The number of single-choice questions of a paper is known only when it is drawn.
    """
    allowed = []
    for paper in papers:
        most = share * sum(questions[index].type == "choice" for index in paper) // 100
        if sum(key_is_longest(questions[index]) for index in paper) > most:
            allowed.append(most)
    return min(allowed, default=None)


def _unmet(name: str, problem: Problem, solution: Solution) -> Diagnostic:
    described = [_described(problem, solution.papers, v) for v in solution.violations[:5]]
    texts = dict.fromkeys(text for _, text in described)
    papers = f"no {problem.papers} papers meet" if problem.papers > 1 else "no paper meets"
    message = f"{papers} the whole blueprint; the best attempt misses {'; '.join(texts)}"
    hint = "these constraints conflict: relax one (a range such as 2-4), or write questions for it"
    path = described[0][0]
    return error("PQ704", message, Place("course.yaml", ("blueprints", name, *path)), hint)


def _described(
    problem: Problem, papers: Sequence[frozenset[int]], violation: Violation
) -> tuple[tuple[Step, ...], str]:
    """Return the constraint's path in the blueprint, and a text with what is needed and reached."""
    paper, which = papers[violation.paper], violation.which
    where = f" in paper {violation.paper + 1}" if problem.papers > 1 else ""
    least: float
    most: float
    reached: float
    path: tuple[Step, ...]
    match violation.kind:
        case "quota":
            quota = problem.quotas[which]
            path, name, (least, most) = quota.path, quota.name, quota.limits
            reached = len(quota.members & paper)
        case "different":
            path, name = ("objectives", "different"), "different objectives"
            least, most = problem.different, problem.items
            reached = len({problem.objectives[index] for index in paper} - {""})
        case "overlap":
            path, name = ("overlap",), f"questions shared with paper {which + 1}"
            (least, most), reached = problem.overlap, len(paper & papers[which])
        case "points":
            path, name = ("points",), "points"
            least, most = (limit / 100 for limit in problem.total or (0, 0))
            reached = sum(problem.points[index] for index in paper) / 100
        case "enemies":
            enemies = sorted(problem.enemies[which] & paper)
            names = ", ".join(problem.ids[index] for index in enemies)
            return (), f"question {problem.ids[which]}: it excludes {names}{where}"
        case _ as never:
            assert_never(never)
    needed = f"at most {most:g}" if reached > most else f"{least:g}"
    return path, f"{name}: {needed} needed, {reached:g} reached{where}"

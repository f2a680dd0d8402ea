"""Pools from which a system draws a different paper for every student.

A drawn paper is the pattern. Each of its questions defines a pool: all questions that count towards
the same quotas of the blueprint and have the same points and difficulty. Whatever is picked from
the pools has the composition of the drawn paper.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from pkoquiz.exam.draw.assemble import Draw, draw
from pkoquiz.exam.draw.conflicts import conflicts
from pkoquiz.exam.draw.quotas import pool as drawable
from pkoquiz.exam.draw.quotas import quotas
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question

_NOT_KEPT = ("longest_key", "objectives")
"""Requests about the paper as a whole, except `include`, which pools cannot guarantee."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Questions with the same points, of which every student gets `pick`."""

    number: int
    """From 1."""
    pick: int
    points: Decimal
    questions: tuple[Question, ...]
    """In teaching order."""


def pools(bank: Bank, name: str) -> tuple[tuple[Pool, ...], Draw]:
    """Return the pools of a blueprint; none, with the reasons, if no paper can be drawn.

    No student gets two enemies: they are in the same pool, from which one question is picked, or
    only one of them is in a pool.
    """
    blueprint = bank.course.blueprints[name].model_copy(update={"papers": 1})
    course = bank.course.model_copy(
        update={"blueprints": {**bank.course.blueprints, name: blueprint}}
    )
    drawn = draw(replace(bank, course=course), name)
    if drawn.diagnostics:
        return (), drawn
    questions = drawable(bank, blueprint)
    counted = [
        quota.members
        for quota in quotas(blueprint, questions)
        if quota.path[0] not in _NOT_KEPT or quota.path[1:2] == ("include",)
    ]
    paper = set(drawn.papers[0])
    alike: dict[object, list[int]] = {}
    for index, question in enumerate(questions):
        key: object = (
            tuple(index in members for members in counted),
            question.points,
            question.difficulty,
        )
        # What every paper includes is a pool of its own.
        key = question.id if question.id in blueprint.include else key
        alike.setdefault(key, []).append(index)
    groups = [
        group for group in alike.values() if any(questions[index].id in paper for index in group)
    ]
    kept = _without_enemies(bank, questions, groups, paper)
    return tuple(
        Pool(
            number,
            sum(questions[index].id in paper for index in group),
            questions[group[0]].points,
            tuple(questions[index] for index in group if index in kept),
        )
        for number, group in enumerate(groups, 1)
    ), drawn


def _without_enemies(
    bank: Bank, questions: tuple[Question, ...], groups: list[list[int]], paper: set[str]
) -> set[int]:
    """Return the positions of the questions that stay in their pools."""
    position = {question.id: index for index, question in enumerate(questions)}
    enemies: dict[int, set[int]] = {}
    for conflict in conflicts(bank, questions):
        first, second = position[conflict.first], position[conflict.second]
        enemies.setdefault(first, set()).add(second)
        enemies.setdefault(second, set()).add(first)
    kept = {index for index, question in enumerate(questions) if question.id in paper}
    for group in groups:
        picks_one = sum(questions[index].id in paper for index in group) == 1
        for index in group:
            others = enemies.get(index, set()) & kept - {index}
            if not (others - set(group) if picks_one else others):
                kept.add(index)
    return kept

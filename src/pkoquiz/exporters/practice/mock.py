"""Mock papers, drawn by a blueprint of the course with different seeds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pkoquiz.exam.draw.assemble import draw
from pkoquiz.exam.versions import Version, arrange
from pkoquiz.model.bank import Bank
from pkoquiz.model.blueprint import Blueprint

PAPERS = 6
"""The number of mock papers."""


@dataclass(frozen=True, slots=True)
class MockExam:
    """The mock papers of a course."""

    title: str
    minutes: int
    """The time allowed; 0 for no limit."""
    papers: tuple[Version, ...] = ()
    reason: str = ""
    """Why there are no papers; empty if there are some, or if the course has no blueprint."""


def mock_exam(bank: Bank) -> MockExam:
    """Draw papers by the first blueprint of the course; two papers may share questions."""
    if not bank.course.blueprints:
        return MockExam("", 0)
    name, blueprint = next(iter(bank.course.blueprints.items()))
    papers = []
    for number in range(1, PAPERS + 1):
        seed = f"practice/{blueprint.seed}/{number}"
        drawn = draw(_with(bank, name, blueprint, seed), name)
        if drawn.diagnostics:
            break
        known = {question.id: question for question in bank.ready}
        questions = [known[identity] for identity in drawn.papers[0]]
        papers.append(arrange(questions, f"{bank.course.short}/{seed}", "A"))
    reason = "" if papers else drawn.diagnostics[0].message
    return MockExam(blueprint.title, blueprint.minutes, tuple(papers), reason)


def paper_records(exam: MockExam) -> Iterator[list[object]]:
    """Yield each paper as a list of `[id, order, responses]`, in printed order."""
    for paper in exam.papers:
        yield [[placed.id, placed.order, placed.responses] for placed in paper.questions]


def _with(bank: Bank, name: str, blueprint: Blueprint, seed: str) -> Bank:
    """Return the bank with a blueprint for one paper that includes only available questions."""
    ready = {question.id for question in bank.ready}
    include = tuple(identity for identity in blueprint.include if identity in ready)
    changes = {"seed": seed, "papers": 1, "versions": 1, "include": include}
    changed = blueprint.model_copy(update=changes)
    course = bank.course.model_copy(update={"blueprints": {name: changed}})
    return replace(bank, course=course)

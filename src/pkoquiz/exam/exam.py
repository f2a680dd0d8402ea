"""An exam, as exporters and manifests use it: its cover texts, and its papers in all versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from pkoquiz.exam.draw.assemble import Draw, Progress, draw
from pkoquiz.exam.versions import Version, arrange, version_letters
from pkoquiz.language import say
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of papers: one or two columns, or large print for readers with low vision."""

    columns: int = 1
    large_print: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: its number (from 1) and its versions, which all have the same questions."""

    number: int
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Exam:
    """Everything that decides what is printed, apart from the bank."""

    name: str
    """The blueprint's name, or the course's short name for a practice paper."""
    title: str
    seed: str
    papers: tuple[Paper, ...]
    minutes: int = 0
    """The time allowed; 0 for no limit."""
    date: str = ""
    aids: str = ""
    instructions: str = ""
    layout: Layout = field(default_factory=Layout)
    grades: Mapping[str, Decimal] = field(default_factory=dict)
    """The lowest percentage of the points for each grade."""
    practice: bool = False
    """Whether the paper is for practice, without fields for the candidate and a version letter."""

    @property
    def question_ids(self) -> tuple[str, ...]:
        """The id of every question on any paper, once, in printed order."""
        versions = (version for paper in self.papers for version in paper.versions)
        placed = (placed for version in versions for placed in version.questions)
        return tuple(dict.fromkeys(question.id for question in placed))


def plan(bank: Bank, name: str, progress: Progress | None = None) -> tuple[Exam | None, Draw]:
    """Draw and arrange the exam of a blueprint; None if it cannot be drawn."""
    drawn = draw(bank, name, progress)
    if drawn.diagnostics:
        return None, drawn
    blueprint = bank.course.blueprints[name]
    known = {question.id: question for question in bank.questions}
    letters = version_letters(blueprint.versions)
    papers = []
    for number, ids in enumerate(drawn.papers, 1):
        questions = [known[identity] for identity in ids]
        seed = f"{bank.course.short}/{name}/{blueprint.seed}/{number}"
        papers.append(Paper(number, tuple(arrange(questions, seed, letter) for letter in letters)))
    exam = Exam(
        name=name,
        title=blueprint.title,
        seed=blueprint.seed,
        papers=tuple(papers),
        minutes=blueprint.minutes,
        date=blueprint.date,
        aids=blueprint.aids or bank.course.exam.aids,
        instructions=blueprint.instructions,
        layout=Layout(blueprint.columns, blueprint.large_print),
        grades=bank.course.exam.grades,
    )
    return exam, drawn


def practice(bank: Bank) -> Exam:
    """Return all ready questions in teaching order as one paper for practice."""
    questions = [question for question in bank.ready if question.on_paper]
    version = arrange(questions, bank.course.short, "A", shuffle_questions=False)
    papers = (Paper(1, (version,)),) if questions else ()
    return Exam(bank.course.short, say("Practice paper"), bank.course.short, papers, practice=True)


def total_points(questions: Sequence[Question]) -> Decimal:
    """Return the points of all questions together."""
    return sum((question.points for question in questions), Decimal(0))

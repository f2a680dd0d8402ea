"""The curator's desk: one HTML page that shows the transcript with the questions beside it.

Cited words are marked, errata are underlined, and passages that no question cites are pale. A
question shows its stem, and everything else when it is opened. Without JavaScript the page can be
read and filtered; its script adds search and shortcuts, and highlights related parts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from pkoquiz.checks.leaks import given_away
from pkoquiz.desk.passages import card, section_views
from pkoquiz.desk.questions import QuestionView, filter_classes, question_view
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import Bloom, Difficulty, Status
from pkoquiz.model.question import TYPES
from pkoquiz.prose import shortened
from pkoquiz.quotes.coverage import coverage
from pkoquiz.statistics.measured import figures as measured_figures
from pkoquiz.statistics.record import Administration
from pkoquiz.web.page import language_attributes, render, resource


@dataclass(frozen=True, slots=True)
class Filter:
    """A list of choices, each with a class and a label."""

    name: str
    everything: str
    choices: tuple[tuple[str, str], ...]
    target: str
    """What is filtered: `passage` or `card`."""


def desk(bank: Bank, records: Sequence[Administration] = ()) -> bytes:
    """Return the page as UTF-8; `records` are the exams that measured its questions."""
    figures = coverage(bank)
    measured = measured_figures(bank.questions, records)
    citing: dict[str, list[QuestionView]] = {}
    unplaced = []
    tellers: dict[str, list[str]] = {}
    for leak in given_away(bank):
        tellers.setdefault(leak.asked.id, []).append(leak.teller.id)
    for question in bank.questions:
        view = question_view(question, tellers.get(question.id, ()), measured.get(question.id))
        cited = dict.fromkeys(citation.passage_id for citation in question.sources)
        for passage_id in cited:
            citing.setdefault(passage_id, []).append(view)
        if not cited.keys() & bank.passages.keys():
            unplaced.append(card(bank, view, "unplaced"))
    filters = _filters(bank)
    return render(
        __package__,
        "desk.html.j2",
        style=resource(__package__, "desk.css") + _rules_without_script(filters),
        script=resource(__package__, "desk.js"),
        course=bank.course,
        own=language_attributes(bank.course.language),
        sections=section_views(bank, figures, citing),
        unplaced=unplaced,
        figures=figures,
        counts=Counter(question.status for question in bank.questions),
        objectives={objective.id: objective.text for objective in bank.course.objectives},
        percent=_percent(figures.share),
        filters=filters,
    )


def _percent(share: float) -> str:
    """Return a share as a percentage; only the whole becomes 100 %."""
    digits = 1 if 0.995 <= share < 1 else 0
    return f"{100 * share:.{digits}f}\u00a0%"


def _filters(bank: Bank) -> tuple[Filter, ...]:
    """Return the filters with the choices that apply to some question, and their counts."""
    counts = Counter(name for question in bank.questions for name in filter_classes(question))
    objectives = [
        (objective.id, shortened(f"{objective.id} {objective.text}", 80))
        for objective in bank.course.objectives
    ]
    lists = (
        ("status", "Status", "any status", [(status, status) for status in get_args(Status)]),
        ("type", "Type", "all types", [(name, record.kind) for name, record in TYPES.items()]),
        ("bloom", "Bloom level", "all levels", [(level, level) for level in get_args(Bloom)]),
        (
            "difficulty",
            "Difficulty",
            "any difficulty",
            [(difficulty, difficulty) for difficulty in get_args(Difficulty)],
        ),
        ("objective", "Objective", "all objectives", objectives),
    )
    passages = (
        ("uncited", "not cited"),
        ("cited", "cited"),
        ("has-cards", "with questions"),
        ("has-errata", "with errata"),
    )
    filters = [Filter("Passages", "all passages", passages, "passage")]
    for field, name, everything, values in lists:
        choices = tuple(
            (f"{field}-{value}", f"{label} ({counts[f'{field}-{value}']})")
            for value, label in values
            if counts[f"{field}-{value}"]
        )
        if choices:
            filters.append(Filter(name, everything, choices, "card"))
    return tuple(filters)


def _rules_without_script(filters: Sequence[Filter]) -> str:
    """Return CSS that filters without a script: a choice hides everything without its class."""
    rules = []
    for group in filters:
        for name, _ in group.choices:
            wanted = f'[class~="{name}"]'
            hidden = f".passage:not({wanted})"
            if group.target == "card":
                hidden = f":is(.card:not({wanted}), .passage:not(:has(.card{wanted})))"
            chosen = f'.tools:has(option[value="{name}"]:checked)'
            rules.append(f"{chosen} ~ main {hidden} {{ display: none; }}")
    return "\n@media (scripting: none) {\n" + "\n".join(rules) + "\n}\n"

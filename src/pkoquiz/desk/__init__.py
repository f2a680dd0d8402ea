"""The curator's desk: one HTML page in which the transcript is read with the questions beside it.

Words that questions cite are marked, known slips are shown where they stand, passages that nothing cites are
pale; a question shows its stem, and unfolded all that its author wrote. The page needs no network. Without
JavaScript it can be read, unfolded and filtered; a script adds the search and lights cited words up.

A bank is untrusted: its text enters through escaping or as the HTML that `markup` folds, and the page's policy
lets run no script but its own, named by its digest.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from markupsafe import Markup

from pkoquiz.desk.passages import Card, parts_of, quotes_of
from pkoquiz.desk.questions import Body, body_of, names_of, short
from pkoquiz.model.bank import Bank
from pkoquiz.quotes.coverage import coverage

_STATUS = ("ready", "draft", "retired")


@dataclass(frozen=True, slots=True)
class _Filter:
    """A list to choose from; each choice is a class of cards and passages."""

    name: str
    every: str
    choices: tuple[tuple[str, str], ...]


def desk(bank: Bank) -> bytes:
    """The page as UTF-8."""
    from jinja2 import Environment, StrictUndefined

    found = coverage(bank)
    objectives = {
        each.id: f"objective-{index}" for index, each in enumerate(bank.course.objectives)
    }
    citing: dict[str, list[Body]] = {}
    astray: list[Card] = []
    for question in bank.questions:
        body = body_of(question, objectives)
        cited = dict.fromkeys(citation.passage_id for citation in question.sources)
        for name in cited:
            citing.setdefault(name, []).append(body)
        if not cited.keys() & bank.passages.keys():
            astray.append(Card(f"{question.id}--astray", body, quotes_of(body, None, {})))
    parts = parts_of(bank, found, citing)
    filters = _filters(bank, objectives)
    style = _packaged("desk.css") + _without_script(filters)
    script = _packaged("desk.js")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    page = environment.from_string(_packaged("desk.html")).render(
        course=bank.course,
        parts=parts,
        astray=astray,
        titles={slug: section.title for slug, section in bank.sections.items()},
        shown={part.section.slug for part in parts},
        texts={each.id: each.text for each in bank.course.objectives},
        found=found,
        others=Counter(question.status for question in bank.questions),
        percent=_percent(found.share),
        filters=filters,
        style=Markup(style),
        script=Markup(script),
        style_digest=_digest(style),
        script_digest=_digest(script),
    )
    return page.encode()


def _packaged(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """As a Content Security Policy names what may run."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share in (0, 1) or share < 0.995 else f"{100 * share:.1f} %"


def _filters(bank: Bank, objectives: dict[str, str]) -> tuple[_Filter, ...]:
    """The lists above the transcript: only choices that some question has, with their numbers."""
    from typing import get_args

    from pkoquiz.model.parts import Bloom, Difficulty
    from pkoquiz.model.question import TYPES

    asked = Counter(name for question in bank.questions for name in names_of(question, objectives))
    texts = {each.id: each.text for each in bank.course.objectives}
    lists = [
        ("Status", "any status", [(f"status-{each}", each) for each in _STATUS]),
        ("Type", "all types", [(f"type-{name}", record.kind) for name, record in TYPES.items()]),
        ("Bloom", "all levels", [(f"bloom-{each}", each) for each in get_args(Bloom)]),
        (
            "Difficulty",
            "any difficulty",
            [(f"difficulty-{each}", each) for each in get_args(Difficulty)],
        ),
        (
            "Objective",
            "all objectives",
            [(value, f"{name} {short(texts[name], 70)}") for name, value in objectives.items()],
        ),
    ]
    return tuple(
        _Filter(
            name,
            every,
            tuple((value, f"{label} ({asked[value]})") for value, label in choices if asked[value]),
        )
        for name, every, choices in lists
    )


def _without_script(filters: Sequence[_Filter]) -> str:
    """Rules that filter where no script does: a chosen option hides what lacks its class."""
    values = ["cited", "uncited", "has-errata", "has-cards"]
    rules = [
        f'.tools:has(option[value="{value}"]:checked) ~ main .passage:not(.{value}) {{ display: none; }}'
        for value in values
    ]
    rules += [
        f'.tools:has(option[value="{value}"]:checked) ~ main :is(.passage, .card):not(.{value}) {{ display: none; }}'
        for each in filters
        for value, _ in each.choices
    ]
    return "@media (scripting: none) {\n" + "\n".join(rules) + "\n}\n"

"""The curator's desk: one HTML page in which the transcript is read with the questions beside it.

Words that questions cite are marked, known slips are shown where they stand, passages that nothing cites are
pale. The page needs no network and works without JavaScript; a few lines of it filter and jump.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from pkoquiz import markup
from pkoquiz.bank import Bank, passage_id
from pkoquiz.coverage import coverage
from pkoquiz.passage import SPOKEN, Erratum, Passage
from pkoquiz.quotes import find

if TYPE_CHECKING:
    from pkoquiz.question import Question


@dataclass(frozen=True, slots=True)
class _Card:
    """A question beside the passage that it cites."""

    id: str
    anchor: str
    kind: str
    told: str
    stem: Markup
    answer: str
    status: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A passage as it is shown."""

    passage: Passage
    text: Markup
    cards: tuple[_Card, ...]
    errata: tuple[Erratum, ...]
    state: str
    """`cited`, `uncited`, `nomatter` or `other` (headings, slides nobody cites …)."""


def desk(bank: Bank) -> bytes:
    """The page as UTF-8."""
    from jinja2 import Environment, StrictUndefined

    found = coverage(bank)
    citing: dict[str, list[Question]] = {}
    for question in bank.questions:
        if question.status != "retired":
            for name in dict.fromkeys(passage_id(citation) for citation in question.sources):
                citing.setdefault(name, []).append(question)
    pieces: dict[str, list[_Piece]] = {}
    for passage in bank.passages.values():
        piece = _piece(bank, passage, citing.get(passage.id, []))
        pieces.setdefault(passage.section, []).append(piece)
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    source = (files("pkoquiz") / "desk.html").read_text(encoding="utf-8")
    covers = {each.section: each for each in found.sections}
    page = environment.from_string(source).render(
        course=bank.course,
        sections=[section for section in bank.sections.values() if section.slug in pieces],
        pieces=pieces,
        covers=covers,
        found=found,
        percent=_percent(found.share),
        answer_kinds=SPOKEN,
    )
    return page.encode()


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share in (0, 1) or share < 0.995 else f"{100 * share:.1f} %"


def _piece(bank: Bank, passage: Passage, questions: list[Question]) -> _Piece:
    errata = bank.errata.get(passage.id, ())
    cards = tuple(_card(passage, question) for question in questions)
    if any(question.status == "ready" for question in questions):
        state = "cited"
    elif passage.id in bank.course.no_matter:
        state = "nomatter"
    else:
        state = "uncited" if passage.kind in SPOKEN else "other"
    cited: list[tuple[int, int]] = []
    for question in questions:
        for citation in question.sources if question.status == "ready" else ():
            if passage_id(citation) == passage.id and (hit := find(citation.quote, passage.text)):
                cited += hit.spans
    slips = [
        (span, erratum)
        for erratum in errata
        if (hit := find(erratum.words, passage.text))
        for span in hit.spans
    ]
    return _Piece(passage, _marked(passage.text, cited, slips), cards, errata, state)


def _marked(text: str, cited: list[tuple[int, int]], slips: list[tuple[tuple[int, int], Erratum]]) -> Markup:
    """The text with `<mark>` around cited words and a dotted line under slips, however they overlap."""
    edges = sorted(
        {
            0,
            len(text),
            *(edge for span in cited for edge in span),
            *(edge for span, _ in slips for edge in span),
        }
    )
    parts = []
    for start, end in pairwise(edges):
        piece = escape(text[start:end])
        if any(a <= start and end <= b for a, b in cited):
            piece = Markup("<mark>{}</mark>").format(piece)
        slip = next((erratum for (a, b), erratum in slips if a <= start and end <= b), None)
        if slip is not None:
            piece = Markup('<span class="slip" title="{}">{}</span>').format(slip.right, piece)
        parts.append(piece)
    return Markup("").join(parts)


def _card(passage: Passage, question: Question) -> _Card:
    told = " · ".join(filter(None, (question.objective, question.bloom, question.difficulty)))
    quotes = tuple(each.quote for each in question.sources if passage_id(each) == passage.id)
    return _Card(
        question.id,
        f"{question.id}--{passage.id}",
        question.kind,
        told,
        Markup(markup.html(question.stem)),  # folded with every raw tag escaped
        answer_text(question),
        question.status,
        quotes,
    )


def answer_text(question: Question) -> str:
    """The key in a line: for lists of questions, not for grading."""
    from typing import assert_never

    from pkoquiz.question import (
        Choice,
        Cloze,
        Essay,
        Flashcard,
        Matching,
        Multiple,
        Numerical,
        Ordering,
        ShortAnswer,
        TrueFalse,
    )

    match question:
        case Choice() | Multiple():
            return "; ".join(
                markup.inline_plain(option.text) for option in question.options if option.correct
            )
        case TrueFalse():
            return "true" if question.answer else "false"
        case Matching():
            return "; ".join(
                f"{markup.inline_plain(pair.premise)} – {pair.response}" for pair in question.pairs
            )
        case Ordering():
            return " → ".join(markup.inline_plain(step) for step in question.sequence)
        case ShortAnswer():
            return question.answers[0].text
        case Numerical():
            return f"{question.answer} {question.unit}".strip()
        case Cloze():
            return "; ".join(gap.answers[0].text for gap in question.gaps)
        case Essay():
            return " ".join(markup.plain(question.model_answer).split())
        case Flashcard():
            return " ".join(markup.plain(question.answer).split())
        case _ as unreachable:
            assert_never(unreachable)

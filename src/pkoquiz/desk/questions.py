"""A question as the desk shows it: a folded line, and all that its author wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from pkoquiz import markup
from pkoquiz.model.parts import number
from pkoquiz.model.question import GAP

if TYPE_CHECKING:
    from decimal import Decimal

    from pkoquiz.model.parts import Accepted, Criterion, Mistake
    from pkoquiz.model.question import Question


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an answer: an option, an accepted wording, a pair, a criterion …"""

    label: str
    text: Markup
    told: str = ""
    """What is said to whoever answers so."""
    key: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """Something said of a question besides its answer."""

    name: str
    text: Markup


@dataclass(frozen=True, slots=True)
class Body:
    """A question as it is shown wherever it is cited."""

    question: Question
    names: str
    """Classes to filter by."""
    meta: str
    brief: Markup
    """The stem in the folded line."""
    stem: Markup
    """The stem in full where the folded line could not hold it; else empty."""
    lines: tuple[Line, ...]
    explain: Markup
    facts: tuple[Fact, ...]


def names_of(question: Question, objectives: dict[str, str]) -> Iterator[str]:
    """The classes by which a question is filtered; an objective's is its number, whatever its id."""
    yield f"status-{question.status}"
    yield f"type-{question.type}"
    yield f"bloom-{question.bloom}"
    yield f"difficulty-{question.difficulty}"
    if question.objective in objectives:
        yield objectives[question.objective]


def short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def body_of(question: Question, objectives: dict[str, str]) -> Body:
    stem = _stem(question)
    # A folded line holds one paragraph without links; lists, tables and links come when it is unfolded.
    brief = _unwrapped(stem)
    one = brief != stem and "<a " not in stem
    brief = brief if one else escape(short(" ".join(markup.plain(question.stem).split()), 300))
    meta = (question.kind, question.objective, question.bloom, question.difficulty)
    return Body(
        question,
        " ".join(names_of(question, objectives)),
        " · ".join(filter(None, meta)),
        brief,
        Markup() if one else stem,
        tuple(answer_lines(question)),
        _block(question.explain),
        tuple(_facts(question)),
    )


def _stem(question: Question) -> Markup:
    """The stem as HTML; that of a cloze with its gaps filled."""
    html = markup.html(question.stem)  # folded with every raw tag escaped
    if question.type != "cloze":
        return Markup(html)
    # Only between tags: a gap that stands in a link's address is none.
    pieces = re.split(r"(<[^>]*>)", html)
    keys = {str(number): gap.answers[0].text for number, gap in enumerate(question.gaps, 1)}

    def filled(gap: re.Match[str]) -> str:
        return str(Markup('<span class="gap">{}</span>').format(keys.get(gap[1], gap[0])))

    pieces[::2] = [GAP.sub(filled, piece) for piece in pieces[::2]]
    return Markup("").join(map(Markup, pieces))


def _facts(question: Question) -> Iterator[Fact]:
    """What else the author wrote, each where there is something."""
    from pkoquiz.exam.rules import points

    if question.reason:
        yield Fact("Retired", _inline(question.reason))
    if question.attribution:
        yield Fact("View of", _inline(question.attribution))
    if question.note:
        yield Fact("Note", _inline(question.note))
    for hint in question.hints:
        yield Fact("Hint", _inline(hint))
    if question.card is not None:
        yield Fact("Card, front", _block(question.card.front))
        yield Fact("Card, back", _block(question.card.back))
    if question.points != 1:
        yield Fact("Worth", escape(points(question.points)))
    if question.tags:
        yield Fact("Tags", escape(", ".join(question.tags)))
    if question.enemies:
        yield Fact("Not in one paper with", escape(", ".join(question.enemies)))
    for code, reason in question.waive.items():
        yield Fact(f"Waives {code}", escape(reason))
    yield Fact("File", escape(question.place.file))


def answer_lines(question: Question) -> list[Line]:
    """All that is said of answers, line by line: what is right, what is wrong, and what is said to it."""
    from typing import assert_never

    from pkoquiz.exam.letters import letter
    from pkoquiz.model.question import (
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
            lines = [
                Line(letter(index), _inline(each.text), _block(each.feedback), each.correct)
                for index, each in enumerate(question.options)
            ]
            if isinstance(question, Multiple) and question.scoring == "exact":
                lines.append(Line("scoring", Markup("only exactly the right set earns points")))
            return lines
        case TrueFalse():
            told = question.feedback
            return [
                Line("", Markup("True"), _block(told.true), question.answer),
                Line("", Markup("False"), _block(told.false), not question.answer),
            ]
        case Matching():
            pairs = [
                Line("", _arrow(_inline(each.premise), each.response), _block(each.feedback), True)
                for each in question.pairs
            ]
            return pairs + [Line("fits none", escape(extra)) for extra in question.extras]
        case Ordering():
            return [
                Line(f"{n}.", _inline(step), key=True)
                for n, step in enumerate(question.sequence, 1)
            ]
        case ShortAnswer():
            lines = [*_accepted(question.answers), *_mistakes(question.wrong)]
            if question.otherwise:
                lines.append(Line("otherwise", Markup(), _block(question.otherwise)))
            if question.case_sensitive:
                lines.append(Line("typing", Markup("upper and lower case count")))
            return lines + _rubric(question.rubric)
        case Numerical():
            right = (
                f"{number(question.answer)}{_around(question.tolerance)} {question.unit}".strip()
            )
            lines = [Line("", escape(right), _block(question.working), True)]
            lines += [
                Line(
                    "wrong",
                    escape(f"{number(each.value)}{_around(each.tolerance)}"),
                    _block(each.feedback),
                )
                for each in question.wrong
            ]
            return lines + (
                [Line("otherwise", Markup(), _block(question.otherwise))]
                if question.otherwise
                else []
            )
        case Cloze():
            lines = []
            for n, gap in enumerate(question.gaps, 1):
                lines += _accepted(gap.answers, f"gap {n}")
                lines += _mistakes(gap.wrong, f"gap {n}, ")
                lines += [Line(f"gap {n}, hint", _inline(gap.hint))] if gap.hint else []
            return lines
        case Essay():
            model = Line("model", _unwrapped(_block(question.model_answer)), key=True)
            least, most = question.min_words, question.max_words
            bounds = " ".join(
                [*([f"at least {least}"] if least else []), *([f"at most {most}"] if most else [])]
            )
            length = [Line("words", escape(bounds))] if bounds else []
            return [model, *_rubric(question.rubric), *length]
        case Flashcard():
            return [Line("", _unwrapped(_block(question.answer)), key=True)]
        case _ as unreachable:
            assert_never(unreachable)


def _accepted(answers: Sequence[Accepted], where: str = "") -> list[Line]:
    """Accepted wordings: the first is the key, others say what they earn."""
    lines = []
    for index, each in enumerate(answers):
        credit = "" if each.credit == 100 else f"{each.credit} %"
        label = ", ".join(filter(None, (where, credit or ("also" if index else ""))))
        lines.append(Line(label, escape(each.text), _block(each.feedback), index == 0))
    return lines


def _mistakes(wrong: Sequence[Mistake], where: str = "") -> list[Line]:
    return [Line(f"{where}wrong", escape(each.text), _block(each.feedback)) for each in wrong]


def _rubric(rubric: Sequence[Criterion]) -> list[Line]:
    from pkoquiz.exam.rules import points

    return [Line(points(each.points), _inline(each.text)) for each in rubric]


def _around(tolerance: Decimal) -> str:
    return f" ± {number(tolerance)}" if tolerance else ""


def _arrow(left: Markup, right: str) -> Markup:
    return Markup("{} → {}").format(left, right)


def _block(text: str) -> Markup:
    return Markup(markup.html(text)) if text else Markup()  # folded with every raw tag escaped


def _unwrapped(block: Markup) -> Markup:
    """A single paragraph as the line that it is; all else as it was."""
    one = block.startswith("<p>") and block.endswith("</p>") and block.count("<p>") == 1
    return Markup(block[3:-4]) if one else block


def _inline(text: str) -> Markup:
    return Markup(markup.inline_html(text)) if text else Markup()

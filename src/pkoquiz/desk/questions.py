"""A question on the desk: a summary line that opens to show everything its author wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup, escape

from pkoquiz import markup
from pkoquiz.exam.letters import letter
from pkoquiz.exam.rules import points
from pkoquiz.model.answers import (
    Blanks,
    Number,
    Options,
    Pairs,
    Reply,
    Task,
    Verdict,
    Written,
    replies,
    right_answers,
    task_of,
)
from pkoquiz.model.parts import number
from pkoquiz.model.question import GAP, Question
from pkoquiz.prose import shortened
from pkoquiz.statistics.measured import in_a_line
from pkoquiz.statistics.pool import Pooled


@dataclass(frozen=True, slots=True)
class Line:
    """One line about the answer: an option, an accepted wording, a step, a criterion …"""

    label: str
    text: Markup
    said: str = ""
    """The feedback that learners see for this answer, as HTML."""
    right: bool = False


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question, shown in the same way beside every passage that it cites."""

    question: Question
    classes: str
    """The classes that filters use: status, type, level, difficulty and objective."""
    meta: str
    brief: Markup
    """The stem on the summary line."""
    stem: Markup
    """The whole stem if the summary line cannot hold it, otherwise empty."""
    answers: tuple[Line, ...]
    explain: Markup
    facts: tuple[tuple[str, Markup], ...]


def question_view(
    question: Question, tellers: Sequence[str] = (), measured: Pooled | None = None
) -> QuestionView:
    """Return everything the desk shows about a question, except its quotes.

    `tellers` are the ids of the questions that give its answer away.
    """
    facts = [("Measured", escape(in_a_line(measured) if measured else ""))]
    facts += _facts(question, tellers)
    stem = _stem(question)
    brief = _without_paragraph(stem)
    # A summary holds one paragraph without links; lists, tables and links appear below it.
    if brief == stem or "<a " in stem:
        brief = escape(shortened(GAP.sub("____", markup.excerpt(question.stem)), 300))
    else:
        stem = Markup()
    meta = (question.kind, question.objective, question.bloom, question.difficulty)
    return QuestionView(
        question,
        " ".join(filter_classes(question)),
        " · ".join(filter(None, meta)),
        brief,
        stem,
        tuple(_answers(question)),
        _block(question.explain),
        tuple((name, text) for name, text in facts if text),
    )


def filter_classes(question: Question) -> tuple[str, ...]:
    """Return the classes by which filters select the question."""
    return (
        f"status-{question.status}",
        f"type-{question.type}",
        f"bloom-{question.bloom}",
        f"difficulty-{question.difficulty}",
        f"objective-{question.objective}",
    )


_OTHERWISE = "any other answer"
_CASE = ("spelling", Markup("upper and lower case count"))

# --- answers --------------------------------------------------------------------------------------


def _answers(question: Question) -> Iterator[Line]:
    """Yield every answer that the author mentions, then how answers are graded."""
    task = task_of(question)
    if isinstance(task, Number):
        yield from _number_lines(task)
        return
    listed = replies(question)
    for reply in listed:
        text = inline(reply.answer) if reply.markdown else escape(reply.answer)
        yield Line(_label(task, reply), text, _block(reply.said), reply.credit == 100)
    if not listed:
        yield from _right_lines(question)
    match task:
        case Options(exact=True):
            yield Line("scoring", escape("only exactly the right choices earn points"))
        case Pairs(responses=responses, keys=keys):
            for index in sorted(set(range(len(responses))) - set(keys)):
                yield Line("belongs to none", escape(responses[index]))
        case Blanks(blanks=blanks, case_sensitive=case_sensitive):
            for position, blank in enumerate(blanks, 1):
                if blank.hint:
                    yield Line(f"gap {position}, hint", inline(blank.hint))
            if case_sensitive:
                yield Line(*_CASE)
        case Written():
            yield from _written(task)


def _right_lines(question: Question) -> Iterator[Line]:
    """Yield the parts of the right answer, e.g. steps in order or the back of a flashcard."""
    right = right_answers(question)
    for position, answer in enumerate(right, 1):
        text = _without_paragraph(_block(answer.text)) if answer.markdown else escape(answer.text)
        yield Line(f"{position}." if len(right) > 1 else "", text, right=True)


def _label(task: Task, reply: Reply) -> str:
    """Return the label of an answer: its letter, its premise, or how it is graded."""
    match task:
        case Options():
            return letter(reply.index)
        case Pairs(pairs=pairs):
            return Markup("{} →").format(inline(pairs[reply.index].premise))
        case Verdict():
            return ""
        case _:
            gap = f"gap {reply.index + 1}" if isinstance(task, Blanks) and task.in_stem else ""
            graded = "" if reply.credit == 100 else f"{reply.credit} %" if reply.credit else "wrong"
            return ", ".join(filter(None, (gap, graded if reply.answer else _OTHERWISE)))


def _number_lines(task: Number) -> Iterator[Line]:
    right = f"{_around(task.value, task.tolerance)} {task.unit}".strip()
    yield Line("", escape(right), _block(task.working), right=True)
    for slip in task.wrong:
        text = escape(_around(slip.value, slip.tolerance))
        yield Line("wrong", text, _block(slip.feedback))
    if task.otherwise:
        yield Line(_OTHERWISE, Markup(), _block(task.otherwise))


def _around(value: Decimal, tolerance: Decimal) -> str:
    return f"{number(value)} ± {number(tolerance)}" if tolerance else number(value)


def _written(task: Written) -> Iterator[Line]:
    if task.short is None:
        yield Line("model answer", _without_paragraph(_block(task.model)), right=True)
    for criterion in task.rubric:
        yield Line(points(criterion.points), inline(criterion.text))
    if task.min_words or task.max_words:
        least = f"at least {task.min_words}" if task.min_words else ""
        most = f"at most {task.max_words}" if task.max_words else ""
        yield Line("words", escape(f"{least} {most}".strip()))
    if task.case_sensitive:
        yield Line(*_CASE)


# --- everything else ------------------------------------------------------------------------------


def _facts(question: Question, tellers: Sequence[str]) -> Iterator[tuple[str, Markup]]:
    """Yield the names and texts of the remaining fields; a text may be empty."""
    yield "Retired", inline(question.reason)
    yield "View of", inline(question.attribution)
    yield "Editor's note", inline(question.note)
    for hint in question.hints:
        yield "Hint", inline(hint)
    if question.card is not None:
        yield "Card, front", _block(question.card.front)
        yield "Card, back", _block(question.card.back)
    yield "Worth", escape(points(question.points) if question.points != 1 else "")
    yield "Tags", escape(", ".join(question.tags))
    yield "Enemies", escape(", ".join(question.enemies))
    yield "Given away by", escape(", ".join(tellers))
    for code, reason in question.waive.items():
        yield f"Waives {code}", escape(reason)
    yield "File", escape(question.place.file)


_TAG_OR_GAP = re.compile(rf"<[^>]*>|{GAP.pattern}")


def _stem(question: Question) -> Markup:
    """Return the stem as HTML, with the gaps of a cloze filled."""
    html = _block(question.stem)
    task = task_of(question)
    if not (isinstance(task, Blanks) and task.in_stem):
        return html
    blanks = task.blanks

    def filled(match: re.Match[str]) -> str:
        if match[1] is None:  # a tag: a gap inside a link's address stays as it is
            return match[0]
        text = blanks[int(match[1]) - 1].answers[0].text
        return str(Markup('<span class="gap">{}</span>').format(text))

    return Markup(_TAG_OR_GAP.sub(filled, html))


def inline(text: str) -> Markup:
    """Return one line of Markdown as HTML, with every raw tag escaped."""
    return Markup(markup.inline_html(text, mathml=True))


def _block(text: str) -> Markup:
    return Markup(markup.html(text, mathml=True))


def _without_paragraph(html: Markup) -> Markup:
    """Return a single paragraph without its tags, and anything else unchanged."""
    single = html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1
    return Markup(html[3:-4]) if single else html

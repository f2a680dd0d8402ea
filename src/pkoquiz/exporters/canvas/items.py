"""Each task as a QTI 1.2 item in Canvas' dialect.

Idents of options are numbers by position, and those of feedback have the form `7000_fb`: Canvas
takes other forms, such as `x_wrong_fb`, for feedback on the whole question. Classic Quizzes accept
every answer with a `varequal`, even without points, so wrong answers have none. The gem `qti` reads
siblings, so there is no white space between the elements of an item.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from pkoquiz import markup
from pkoquiz.exporters import lms, phrases
from pkoquiz.exporters.feedback import escaped, grading_html
from pkoquiz.exporters.lms import Media, QuizTask, Report, xml
from pkoquiz.language import say
from pkoquiz.model.answers import Blanks, Number, Options, Pairs, Steps, Verdict, Written
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import Accepted, number
from pkoquiz.model.question import Question

_LOOKS_LIKE_TAG = re.compile("<[A-Za-z/!?]")
_FIRST = 7000
"""The ident of the first option."""
MAX_TEXT = 16_384
"""Bytes from which Canvas replaces the text of a question with a notice."""
MAX_FEEDBACK = 5_000
"""The most bytes of feedback that Canvas' own form accepts."""


@dataclass(frozen=True, slots=True)
class _Body:
    """The parts of an item that depend on the question type."""

    type: str
    """Canvas' name of the type."""
    responses: str
    """The elements of `presentation` after the stem."""
    conditions: Sequence[str]
    feedback: Sequence[tuple[str, str, str]] = ()
    """(condition, ident of the answer, HTML): feedback on single answers."""
    metadata: Sequence[tuple[str, str]] = ()


def item_of(
    bank: Bank, question: Question, task: QuizTask, media: Media, report: Report
) -> str | None:
    """Return the item, or None with a report if Canvas would not keep it."""
    names = _gap_names(question, task)
    stem = lms.stem_html(question, task, media.show, [_gap(task, at) for at in names.items()])
    general = lms.general_html(bank, question, task, media.show, mistakes=True)
    body = _body(bank, question, task, list(names.values()), media)
    if isinstance(task, Pairs) and any(_LOOKS_LIKE_TAG.search(text) for text in task.responses):
        report("question left out: New Quizzes remove what looks like a tag from a response")
        return None
    if len(stem.encode()) > MAX_TEXT:
        report("question left out: Canvas replaces a stem of more than 16 KB with a notice")
        return None
    if any(len(text.encode()) > MAX_FEEDBACK for text in (general, *(f[2] for f in body.feedback))):
        report("Canvas' form refuses feedback of more than 5 KB when the question is edited")
    for source in dict.fromkeys(media.missing):
        report(f"the file {source} is missing: its description is shown instead")
    media.missing.clear()
    metadata = [("question_type", body.type), ("points_possible", number(question.points))]
    fields = "".join(
        f"<qtimetadatafield><fieldlabel>{label}</fieldlabel><fieldentry>{xml(entry)}</fieldentry>"
        "</qtimetadatafield>"
        for label, entry in (*metadata, *body.metadata)
    )
    shown = [f for f in body.feedback if f[2]]
    conditions = [
        _condition("<other/>", _display("general"), go_on=True),
        *(_condition(test, _display(ident), go_on=True) for test, ident, _ in shown),
        *body.conditions,
    ]
    feedback = [("general", general), *((ident, html) for _, ident, html in shown)]
    ident = lms.identifier(question.id)
    return (
        f'<item ident="{ident}" title="{question.id}"><itemmetadata><qtimetadata>{fields}'
        f"</qtimetadata></itemmetadata><presentation>{_material(stem)}{body.responses}"
        '</presentation><resprocessing><outcomes><decvar maxvalue="100" minvalue="0" '
        f'varname="SCORE" vartype="Decimal"/></outcomes>{"".join(conditions)}</resprocessing>'
        + "".join(
            f'<itemfeedback ident="{ident}_fb"><flow_mat>{_material(html)}</flow_mat>'
            "</itemfeedback>"
            for ident, html in feedback
        )
        + "</item>\n"
    )


def _body(
    bank: Bank, question: Question, task: QuizTask, gaps: Sequence[str], media: Media
) -> _Body:
    match task:
        case Options():
            return _options(task, media)
        case Verdict():
            return _verdict(task, media)
        case Pairs():
            return _pairs(question, task, media)
        case Steps():
            return _steps(question, task, media)
        case Blanks(in_stem=True):
            return _gaps(task, gaps, media)
        case Blanks():
            return _short_answer(task, media)
        case Number():
            return _number(task)
        case Written():
            return _essay(bank, question, task, media)
        case _ as never:
            assert_never(never)


# --- choices --------------------------------------------------------------------------------------


def _options(task: Options, media: Media) -> _Body:
    order = task.order or range(len(task.options))
    shuffled = not task.order and not any(option.pin for option in task.options)
    texts = [
        (_FIRST + index, _material(_inline(task.options[index].text, media))) for index in order
    ]
    if task.several:
        tests = "".join(
            _equal(_FIRST + index) if option.correct else f"<not>{_equal(_FIRST + index)}</not>"
            for index, option in enumerate(task.options)
        )
        right = f"<and>{tests}</and>"
    else:
        right = _equal(_FIRST + task.keys[0])
    return _Body(
        "multiple_answers_question" if task.several else "multiple_choice_question",
        _choice(texts, "Multiple" if task.several else "Single", shuffled=shuffled),
        [_condition(right, _points())],
        [
            (_equal(_FIRST + index), str(_FIRST + index), _block(option.feedback, media))
            for index, option in enumerate(task.options)
        ],
    )


def _verdict(task: Verdict, media: Media) -> _Body:
    # With other words than these, Canvas makes it a multiple choice question.
    answers = ((say(phrases.TRUE), task.if_true), (say(phrases.FALSE), task.if_false))
    texts = [(_FIRST + index, _plain(text)) for index, (text, _) in enumerate(answers)]
    return _Body(
        "true_false_question",
        _choice(texts, "Single", shuffled=False),
        [_condition(_equal(_FIRST + (not task.right)), _points())],
        [
            (_equal(_FIRST + index), str(_FIRST + index), _block(said, media))
            for index, (_, said) in enumerate(answers)
        ],
    )


def _choice(texts: Iterable[tuple[int, str]], cardinality: str, *, shuffled: bool) -> str:
    return (
        f'<response_lid ident="response1" rcardinality="{cardinality}">'
        f'<render_choice shuffle="{"Yes" if shuffled else "No"}">{_labels(texts)}</render_choice>'
        "</response_lid>"
    )


# --- matching and ordering ------------------------------------------------------------------------


def _pairs(question: Question, task: Pairs, media: Media) -> _Body:
    order = lms.scrambled(question, len(task.responses))
    labels = _labels((_FIRST + index, _plain(task.responses[index])) for index in order)
    responses = "".join(
        f'<response_lid ident="response_{index}">'
        f"{_material(_inline(pair.premise, media))}<render_choice>{labels}</render_choice>"
        "</response_lid>"
        for index, pair in enumerate(task.pairs, 1)
    )
    conditions = [
        _condition(_equal(_FIRST + key, f"response_{index}"), _share(len(task.pairs)))
        for index, key in enumerate(task.keys, 1)
    ]
    return _Body("matching_question", responses, conditions)


def _steps(question: Question, task: Steps, media: Media) -> _Body:
    # In Classic Quizzes the steps are shown as they are written here, so their order and their
    # idents must not be the right ones.
    order = lms.scrambled(question, len(task.steps))
    texts = [
        (_FIRST + place, _material(_inline(task.steps[index], media)))
        for place, index in enumerate(order)
    ]
    right = "".join(_equal(_FIRST + order.index(index)) for index in range(len(order)))
    return _Body(
        "ordering_question",
        _choice(texts, "Ordered", shuffled=True),
        [_condition(right, _points())],
    )


# --- what is typed --------------------------------------------------------------------------------

_TYPED = (
    '<response_str ident="response1" rcardinality="Single"{limits}><render_fib{kind}>'
    '<response_label ident="answer1" rshuffle="No"/></render_fib></response_str>'
)


def _short_answer(task: Blanks, media: Media) -> _Body:
    answers = task.blanks[0].answers
    equals = [_equal(_typed(answer)) for answer in answers]
    return _Body(
        "short_answer_question",
        _TYPED.format(limits="", kind=""),
        [_condition("".join(equals), _points())],
        [
            (equal, str(_FIRST + index), _block(answer.feedback, media))
            for index, (equal, answer) in enumerate(zip(equals, answers, strict=True))
        ],
    )


def _number(task: Number) -> _Body:
    # Without the range beside it, Classic Quizzes import no answer and New Quizzes refuse the file.
    low, high = task.bounds
    right = (
        f'<or><varequal respident="response1" margintype="absolute" '
        f'margin="{number(task.tolerance)}">{number(task.value)}</varequal><and>'
        f'<vargte respident="response1">{number(low)}</vargte>'
        f'<varlte respident="response1">{number(high)}</varlte></and></or>'
    )
    return _Body(
        "numerical_question",
        _TYPED.format(limits="", kind=' fibtype="Decimal"'),
        [_condition(right, _points())],
    )


def _gaps(task: Blanks, names: Sequence[str], media: Media) -> _Body:
    responses, conditions, feedback = [], [], []
    for place, (name, blank) in enumerate(zip(names, task.blanks, strict=True)):
        first = _FIRST + 100 * place
        labels = _labels(
            (first + index, _plain(_typed(answer))) for index, answer in enumerate(blank.answers)
        )
        responses.append(
            f'<response_lid ident="response_{name}"><material><mattext>{name}</mattext></material>'
            f"<render_choice>{labels}</render_choice></response_lid>"
        )
        conditions.append(_condition(_equal(first, f"response_{name}"), _share(len(task.blanks))))
        feedback += [
            (
                _equal(first + index, f"response_{name}"),
                str(first + index),
                _block(answer.feedback, media),
            )
            for index, answer in enumerate(blank.answers)
        ]
    return _Body("fill_in_multiple_blanks_question", "".join(responses), conditions, feedback)


def _gap_names(question: Question, task: QuizTask) -> dict[int, str]:
    """Return a name for each gap that does not occur in brackets in the stem."""
    if not (isinstance(task, Blanks) and task.in_stem):
        return {}
    prefix = "gap"
    while f"[{prefix}" in question.stem:
        prefix += "_"
    return {index: f"{prefix}{index + 1}" for index in range(len(task.blanks))}


def _gap(task: QuizTask, named: tuple[int, str]) -> str:
    """Return a gap as Canvas writes it in a stem, with its hint."""
    index, name = named
    hint = task.blanks[index].hint if isinstance(task, Blanks) else ""
    return f"[{name}]" + (f" <em>({markup.inline_html(hint)})</em>" if hint else "")


def _typed(answer: Accepted) -> str:
    return " ".join(answer.text.split())


def _essay(bank: Bank, question: Question, task: Written, media: Media) -> _Body:
    least, most = task.min_words, task.max_words
    limits = f' rce="{"No" if task.short else "Yes"}"'
    if least or most:
        limits += ' word_count="Yes" word_limit_enabled="Yes"'
        limits += f' word_limit_min="{least}"' if least else ""
        limits += f' word_limit_max="{most}"' if most else ""
    return _Body(
        "essay_question",
        _TYPED.format(limits=limits, kind=""),
        [_condition("<other/>", "")],
        metadata=[("grading_notes", grading_html(bank, question, task, media.show))],
    )


# --- elements -------------------------------------------------------------------------------------


def _condition(test: str, then: str, *, go_on: bool = False) -> str:
    return (
        f'<respcondition continue="{"Yes" if go_on else "No"}"><conditionvar>{test}</conditionvar>'
        f"{then}</respcondition>"
    )


def _equal(value: int | str, response: str = "response1") -> str:
    return f'<varequal respident="{response}">{xml(str(value))}</varequal>'


def _display(ident: str) -> str:
    return f'<displayfeedback feedbacktype="Response" linkrefid="{ident}_fb"/>'


def _points() -> str:
    return '<setvar action="Set" varname="SCORE">100</setvar>'


def _share(count: int) -> str:
    share = number(round(Decimal(100) / count, 2))
    return f'<setvar action="Add" varname="SCORE">{share}</setvar>'


def _labels(texts: Iterable[tuple[int, str]]) -> str:
    return "".join(
        f'<response_label ident="{ident}">{material}</response_label>' for ident, material in texts
    )


def _material(html: str) -> str:
    return f'<material><mattext texttype="text/html">{xml(html)}</mattext></material>'


def _plain(text: str) -> str:
    line = " ".join(text.split())
    return f'<material><mattext texttype="text/plain">{xml(line)}</mattext></material>'


def _inline(text: str, media: Media) -> str:
    html = markup.inline_html(text, media.show)
    return html if html.strip() else escaped(text)


def _block(text: str, media: Media) -> str:
    return markup.html(text, media.show) if text else ""

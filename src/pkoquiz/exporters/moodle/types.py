"""Each task as the most suitable Moodle question type: the elements that are particular to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from pkoquiz.exporters.credit import shares
from pkoquiz.exporters.feedback import grading_html
from pkoquiz.exporters.lms import QuizTask
from pkoquiz.exporters.moodle import phrases
from pkoquiz.exporters.moodle.texts import Formatted, Report, cdata, credit_of, text_element
from pkoquiz.exporters.scoring import (
    RESPONSE_LENGTH,
    choice,
    confuses_number,
    is_cut,
    is_rounded,
    matchable,
)
from pkoquiz.language import say, spoken
from pkoquiz.model.answers import Blanks, Number, Options, Pairs, Steps, Verdict, Written, replies
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import Option, number
from pkoquiz.model.question import Question

UNIT_LENGTH = 50
"""The most characters of a unit, limited by a column of Moodle's database."""
_WORDS_BY_DEFAULT = 150
"""Words of an essay whose author sets no limits."""
_TEX = re.compile(r"\\[(\[]")


@dataclass(frozen=True, slots=True)
class Body:
    """The elements that are particular to one of Moodle's types."""

    type: str
    """Moodle's name of the type."""
    elements: list[str]
    has_parts: bool = False
    """Whether Moodle can say how many parts of an answer are right."""
    penalty: str = "0.3333333"
    """Share of the points that each wrong try costs if several tries are allowed."""
    no_hints: str = ""
    """Why Moodle can show no hints; empty if it can."""


def body_of(
    bank: Bank, question: Question, task: QuizTask, formatted: Formatted, report: Report
) -> Body:
    """Return the type and its elements; what Moodle cannot express goes to `report`."""
    match task:
        case Options():
            return Body("multichoice", _choice(task, formatted, report))
        case Verdict():
            no_hints = "a true/false question has no hints in Moodle: a second try earns nothing"
            return Body("truefalse", _verdict(task, formatted), penalty="1", no_hints=no_hints)
        case Pairs():
            return Body("matching", _matching(task, formatted, report), has_parts=True)
        case Steps():
            return Body("ordering", _ordering(task, formatted), has_parts=True)
        case Blanks(in_stem=True):
            return Body("cloze", [], has_parts=True)  # its answers are in the text
        case Blanks():
            return Body("shortanswer", _short_answer(question, task, formatted, report))
        case Number():
            return Body("numerical", _numerical(task, formatted, report))
        case Written():
            essay = _essay(bank, question, task, formatted, report)
            return Body("essay", essay, penalty="0", no_hints="Moodle shows no hints in an essay")
        case _ as never:
            assert_never(never)


def _combined_feedback(formatted: Formatted, *, has_parts: bool) -> list[str]:
    """Return the feedback on the answer as a whole, which replaces Moodle's default texts."""
    feedback = {
        "correctfeedback": phrases.CORRECT,
        "partiallycorrectfeedback": phrases.PARTIALLY_CORRECT,
        "incorrectfeedback": phrases.INCORRECT,
    }
    elements = [formatted.ready(tag, f"<p>{say(text)}</p>") for tag, text in feedback.items()]
    # Without the `1`, the importer of `ordering` creates hints out of nothing and crashes.
    return elements + ["<shownumcorrect>1</shownumcorrect>"] * has_parts


def _settings(**settings: object) -> list[str]:
    return [f"<{name}>{value}</{name}>" for name, value in settings.items()]


def _answer(
    formatted: Formatted, fraction: str, text: str, feedback: str, *, inside: str = ""
) -> str:
    """Return an answer that is plain text."""
    return (
        f'<answer fraction="{fraction}" format="plain_text">{text_element(text)}{inside}'
        f"{formatted.block('feedback', feedback)}</answer>"
    )


def _choice(task: Options, formatted: Formatted, report: Report) -> list[str]:
    options = [task.options[index] for index in task.order] or task.options
    is_pinned = any(option.pin for option in options)
    if is_pinned and not task.order:
        report("Moodle cannot pin one option: none of this question's options are shuffled")
    right, wrong = "100", "0"
    if task.several:
        credit = shares(task)
        right, wrong = credit.right, credit.wrong
        if task.exact:
            report(
                "Moodle has no all-or-nothing scoring: a wrong choice subtracts all points, "
                "a missing one its share"
            )
    shuffled = not task.order and not is_pinned
    return [
        *_settings(
            single=_true_or_false(not task.several),
            shuffleanswers=_true_or_false(shuffled),
            answernumbering="ABCD",
            showstandardinstruction=int(not task.several),
        ),
        # Without the number of right choices, which would reveal how many there are.
        *_combined_feedback(formatted, has_parts=False),
        *(_option(formatted, option, right if option.correct else wrong) for option in options),
    ]


def _true_or_false(value: bool) -> str:
    return "true" if value else "false"


def _option(formatted: Formatted, option: Option, fraction: str) -> str:
    return (
        f'<answer fraction="{fraction}" format="html">{formatted.inline(option.text)}'
        f"{formatted.block('feedback', option.feedback)}</answer>"
    )


def _verdict(task: Verdict, formatted: Formatted) -> list[str]:
    on_true, on_false = ("100", "0") if task.right else ("0", "100")
    return [
        _answer(formatted, on_true, "true", task.if_true),
        _answer(formatted, on_false, "false", task.if_false),
    ]


def _matching(task: Pairs, formatted: Formatted, report: Report) -> list[str]:
    if any(pair.feedback for pair in task.pairs):
        report("Moodle has no feedback on one pair: it is part of the general feedback")
    pairs = [(formatted.inline(pair.premise), pair.response) for pair in task.pairs]
    used = {pair.response for pair in task.pairs}
    pairs += [("<text></text>", text) for text in task.responses if text not in used]
    return [
        "<shuffleanswers>true</shuffleanswers>",
        *_combined_feedback(formatted, has_parts=True),
        *(
            f'<subquestion format="html">{premise}{_response(response, report)}</subquestion>'
            for premise, response in pairs
        ),
    ]


def _response(text: str, report: Report) -> str:
    if _TEX.search(text):
        report(
            "Moodle's lists of responses show no formulas: the response is shown as it was typed"
        )
    if is_cut(text):
        report(f"Moodle keeps {RESPONSE_LENGTH} characters of a response: the rest is cut off")
    return f"<answer>{text_element(choice(text))}</answer>"


def _ordering(task: Steps, formatted: Formatted) -> list[str]:
    return [
        *_settings(layouttype="VERTICAL", selecttype="ALL", selectcount=len(task.steps)),
        # As on paper: each step in its right position earns an equal share.
        *_settings(gradingtype="ABSOLUTE_POSITION", showgrading="SHOW", numberingstyle="none"),
        *_combined_feedback(formatted, has_parts=True),
        *(
            f'<answer fraction="1.0000000" format="html">{formatted.step(step)}</answer>'
            for step in task.steps
        ),
    ]


def _short_answer(
    question: Question, task: Blanks, formatted: Formatted, report: Report
) -> list[str]:
    # "Any other answer" comes last: the first match counts.
    answers = [
        _answer(formatted, credit_of(reply, report), _literal(text) or "*", reply.said)
        for text, reply in matchable(replies(question), case_sensitive=task.case_sensitive)
    ]
    return [*_settings(usecase=int(task.case_sensitive)), *answers]


def _literal(text: str) -> str:
    """Return a text in which stars are escaped, since Moodle uses them as wildcards."""
    return text.replace("*", "\\*")


def _numerical(task: Number, formatted: Formatted, report: Report) -> list[str]:
    answers = [
        (task.value, task.tolerance, "100", ""),
        *((slip.value, slip.tolerance, "0", slip.feedback) for slip in task.wrong),
    ]
    if any(is_rounded(part) for answer in answers for part in answer[:2]):
        report("Moodle keeps 14 digits of a number: the rest is rounded")
    elements = [
        _answer(formatted, fraction, number(value), feedback, inside=_tolerance(tolerance))
        for value, tolerance, fraction, feedback in answers
    ]
    if task.otherwise:
        any_other = _answer(formatted, "0", "*", task.otherwise, inside=_tolerance(Decimal(0)))
        elements.append(any_other)
    return elements + _unit(task.unit, report)


def _tolerance(tolerance: Decimal) -> str:
    return f"<tolerance>{number(tolerance)}</tolerance>"


def _unit(unit: str, report: Report) -> list[str]:
    if unit and (reason := unit_left_out(unit)):
        report(reason)
    elif unit:
        # Optional: `5` and `5 m` are both accepted, and neither earns more.
        return [
            *_settings(unitgradingtype=0, unitpenalty="0.1", showunits=0, unitsleft=0),
            "<units><unit><multiplier>1</multiplier>"
            f"<unit_name>{cdata(unit)}</unit_name></unit></units>",
        ]
    return _settings(showunits=3)


def unit_left_out(unit: str) -> str:
    """Return why learners must omit the unit of a number, or an empty text if they may type it."""
    if any(sign in unit for sign in "<>&"):
        # Moodle prints a unit without escaping: what looks like HTML would be HTML, with scripts.
        return "Moodle reads a unit with `<`, `>` or `&` as HTML: learners type only the number"
    if len(unit) > UNIT_LENGTH:
        return f"Moodle keeps {UNIT_LENGTH} characters of a unit: learners type only the number"
    if confuses_number(unit):
        return "Moodle would read the unit as part of the number: learners type only the number"
    return ""


def _essay(
    bank: Bank, question: Question, task: Written, formatted: Formatted, report: Report
) -> list[str]:
    is_short = task.short is not None
    if is_short:
        report("a short answer with a rubric becomes an essay that a person grades")
    limits = {"minwordlimit": task.min_words, "maxwordlimit": task.max_words}
    limits = {name: limit for name, limit in limits.items() if limit}
    if limits and not spoken().spaced:
        report("Moodle counts words by their spaces: the length limits are only shown")
        limits = {}
    words = task.max_words or task.min_words * 2 or _WORDS_BY_DEFAULT
    # Moodle offers 5 to 40 lines in steps of 5; a line holds some 12 words.
    lines = 5 if is_short else max(10, min(40, -(-words // 60) * 5))
    return [
        *_settings(responseformat="plain" if is_short else "editor", responserequired=1),
        *_settings(responsefieldlines=lines, **limits, attachments=0, attachmentsrequired=0),
        formatted.made("graderinfo", lambda show: grading_html(bank, question, task, show)),
        formatted.ready("responsetemplate", ""),
    ]

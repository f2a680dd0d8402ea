"""Each question type in its best Moodle form: what stands in `<question>` besides what all types share."""

from __future__ import annotations

import re
from decimal import Decimal
from html import escape
from typing import assert_never

from pkoquiz.exporters.credit import nearest, shares
from pkoquiz.exporters.feedback import grading_html
from pkoquiz.exporters.moodle.texts import Formatted, Say, cdata, text_element
from pkoquiz.model.answers import task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import Accepted, Option, number
from pkoquiz.model.question import (
    Choice,
    Cloze,
    Essay,
    Matching,
    Multiple,
    Numerical,
    Ordering,
    ShortAnswer,
    TrueFalse,
)

Asked = (
    Choice | Multiple | TrueFalse | Matching | Ordering | ShortAnswer | Numerical | Cloze | Essay
)
"""All types but flashcards."""

RESPONSE_LENGTH = 255
"""Characters of a matching response: a column of Moodle's database."""
UNIT_LENGTH = 50
"""Characters of a unit: a column of Moodle's database."""
# Moodle cuts tags out of responses and decodes what looks like an entity; `a < b` and `A & B` stay.
_READ_AS_HTML = re.compile(r"<(?!\s)|&#?[a-zA-Z0-9]+;")
_TEX = re.compile(r"\\[(\[]")


def kind(question: Asked) -> str:
    """Moodle's name of the question type."""
    match question:
        case Choice() | Multiple():
            return "multichoice"
        case ShortAnswer():
            return "essay" if question.rubric else "shortanswer"
        case TrueFalse() | Matching() | Ordering() | Numerical() | Cloze() | Essay():
            return question.type
        case _ as never:
            assert_never(never)


def penalty(question: Asked) -> str:
    """Share that each wrong try costs where several are allowed: a third, all of two choices, nothing of an essay."""
    match kind(question):
        case "truefalse":
            return "1"
        case "essay":
            return "0"
        case _:
            return "0.3333333"


def body(bank: Bank, question: Asked, formatted: Formatted, say: Say) -> list[str]:
    """The elements that only this type has."""
    match question:
        case Choice() | Multiple():
            return _choice(question, formatted, say)
        case TrueFalse():
            return _truefalse(question, formatted)
        case Matching():
            return _matching(question, formatted, say)
        case Ordering():
            return _ordering(question, formatted)
        case ShortAnswer() if question.rubric:
            say("a short answer with a rubric becomes an essay that a person grades")
            return _graded(bank, question, formatted)
        case ShortAnswer():
            return _shortanswer(question, formatted, say)
        case Numerical():
            return _numerical(question, formatted, say)
        case Cloze():
            return []  # all of it stands in the text
        case Essay():
            return _graded(bank, question, formatted)
        case _ as never:
            assert_never(never)


def _combined(formatted: Formatted, *, parts: bool) -> list[str]:
    """What is said to the answer as a whole: Moodle fills in nothing of its own. `parts`: tell how many were right."""
    said = {
        "correctfeedback": "Your answer is correct.",
        "partiallycorrectfeedback": "Your answer is partially correct.",
        "incorrectfeedback": "Your answer is incorrect.",
    }
    # `1` inside: without any, the importer of `ordering` makes hints out of nothing and dies.
    counted = ["<shownumcorrect>1</shownumcorrect>"] if parts else []
    return [formatted.ready(tag, f"<p>{text}</p>") for tag, text in said.items()] + counted


def _choice(question: Choice | Multiple, formatted: Formatted, say: Say) -> list[str]:
    task = task_of(question)
    fixed = task.order
    options = [question.options[index] for index in fixed] or list(question.options)
    pinned = any(option.pin for option in options)
    if pinned and not fixed:
        say("Moodle cannot pin one option: none of this question's options are shuffled")
    shuffle = not fixed and not pinned
    right, wrong = "100", "0"
    if isinstance(question, Multiple):
        credit = shares(question)
        right, wrong = credit.right, credit.wrong
        if question.scoring == "exact":
            say(
                "Moodle has no all-or-nothing scoring: a wrong choice takes all points, a missing one its share"
            )
    single = isinstance(question, Choice)
    return [
        f"<single>{'true' if single else 'false'}</single>",
        f"<shuffleanswers>{'true' if shuffle else 'false'}</shuffleanswers>",
        "<answernumbering>ABCD</answernumbering>",
        f"<showstandardinstruction>{int(single)}</showstandardinstruction>",
        *_combined(formatted, parts=not single),
        *(_option(formatted, option, right if option.correct else wrong) for option in options),
    ]


def _option(formatted: Formatted, option: Option, fraction: str) -> str:
    told = formatted.block("feedback", option.feedback)
    return f'<answer fraction="{fraction}" format="html">{formatted.inline(option.text)}{told}</answer>'


def _truefalse(question: TrueFalse, formatted: Formatted) -> list[str]:
    verdicts = (("true", True, question.feedback.true), ("false", False, question.feedback.false))
    return [
        _answer(formatted, "100" if question.answer is verdict else "0", word, feedback)
        for word, verdict, feedback in verdicts
    ]


def _answer(
    formatted: Formatted, fraction: str, text: str, feedback: str, *, inside: str = ""
) -> str:
    """An answer that is plain text."""
    told = formatted.block("feedback", feedback)
    return f'<answer fraction="{fraction}" format="plain_text">{text_element(text)}{inside}{told}</answer>'


def _matching(question: Matching, formatted: Formatted, say: Say) -> list[str]:
    if any(pair.feedback for pair in question.pairs):
        say("Moodle has no feedback on one pair: that of all pairs stands in the general feedback")
    responses = {pair.response for pair in question.pairs} | set(question.extras)
    if len(responses) < 3:
        say(
            "Moodle's own form asks for three responses to match: this question is imported, but not saved there again"
        )
    pairs = [
        f'<subquestion format="html">{formatted.inline(pair.premise)}{_response(pair.response, say)}</subquestion>'
        for pair in question.pairs
    ]
    extras = [
        f'<subquestion format="html"><text></text>{_response(extra, say)}</subquestion>'
        for extra in question.extras
    ]
    shuffle = "<shuffleanswers>true</shuffleanswers>"
    return [shuffle, *_combined(formatted, parts=True), *pairs, *extras]


def _response(text: str, say: Say) -> str:
    flat = " ".join(text.split())
    if _TEX.search(flat):
        say("Moodle's lists to choose from hold no formulas: the response is shown as it was typed")
    told = as_html = escape(flat, quote=False) if _READ_AS_HTML.search(flat) else flat
    end = RESPONSE_LENGTH
    while len(told) > RESPONSE_LENGTH:
        end -= 1
        kept = flat[:end].rstrip() + "…"
        told = kept if as_html is flat else escape(kept, quote=False)
    if told is not as_html:
        say(f"Moodle holds {RESPONSE_LENGTH} characters of a response: the rest is cut off")
    return f"<answer>{text_element(told)}</answer>"


def _ordering(question: Ordering, formatted: Formatted) -> list[str]:
    return [
        "<layouttype>VERTICAL</layouttype>",
        "<selecttype>ALL</selecttype>",
        f"<selectcount>{len(question.sequence)}</selectcount>",
        # As on paper: each step in its right place earns an equal share.
        "<gradingtype>ABSOLUTE_POSITION</gradingtype>",
        "<showgrading>SHOW</showgrading>",
        "<numberingstyle>none</numberingstyle>",
        *_combined(formatted, parts=True),
        *(
            f'<answer fraction="1.0000000" format="html">{formatted.inline(step)}</answer>'
            for step in question.sequence
        ),
    ]


def _shortanswer(question: ShortAnswer, formatted: Formatted, say: Say) -> list[str]:
    accepted = [
        _answer(formatted, _credit(answer, say), _literal(answer.text), answer.feedback)
        for answer in question.answers
    ]
    wrong = [_answer(formatted, "0", _literal(slip.text), slip.feedback) for slip in question.wrong]
    # Last: the first answer that fits decides.
    rest = [_answer(formatted, "0", "*", question.otherwise)] if question.otherwise else []
    return [f"<usecase>{int(question.case_sensitive)}</usecase>", *accepted, *wrong, *rest]


def _credit(answer: Accepted, say: Say) -> str:
    fraction, exact = nearest(answer.credit)
    if not exact:
        say(f"Moodle has no share of {answer.credit} per cent: the nearest is {fraction}")
    return fraction


def _literal(text: str) -> str:
    """What a learner types into one line. A star is a wildcard in Moodle; the author meant a star."""
    return " ".join(text.split("\n")).replace("*", "\\*")


def _numerical(question: Numerical, formatted: Formatted, say: Say) -> list[str]:
    def answer(value: str, tolerance: Decimal, fraction: str, feedback: str) -> str:
        inside = f"<tolerance>{number(tolerance)}</tolerance>"
        return _answer(formatted, fraction, value, feedback, inside=inside)

    answers = [answer(number(question.answer), question.tolerance, "100", "")]
    answers += [
        answer(number(slip.value), slip.tolerance, "0", slip.feedback) for slip in question.wrong
    ]
    if question.otherwise:
        answers.append(answer("*", Decimal(0), "0", question.otherwise))
    units = ["<showunits>3</showunits>"]
    if any(sign in question.unit for sign in "<>&"):
        # Moodle prints a unit without escaping it: what looks like HTML would be, scripts included.
        say("Moodle takes a unit with `<`, `>` or `&` for HTML: learners must leave this one out")
    elif len(question.unit) > UNIT_LENGTH:
        say(f"Moodle holds {UNIT_LENGTH} characters of a unit: learners must leave this one out")
    elif question.unit:
        # Optional: `5` and `5 m` are both taken, and neither earns more.
        unit = f"<multiplier>1</multiplier><unit_name>{cdata(question.unit)}</unit_name>"
        units = [
            "<unitgradingtype>0</unitgradingtype>",
            "<unitpenalty>0.1</unitpenalty>",
            "<showunits>0</showunits>",
        ]
        units += ["<unitsleft>0</unitsleft>", f"<units><unit>{unit}</unit></units>"]
    return [*answers, *units]


def _graded(bank: Bank, question: Essay | ShortAnswer, formatted: Formatted) -> list[str]:
    short = isinstance(question, ShortAnswer)
    limits = []
    expected = 150
    if isinstance(question, Essay):
        if question.min_words:
            limits.append(f"<minwordlimit>{question.min_words}</minwordlimit>")
        if question.max_words:
            limits.append(f"<maxwordlimit>{question.max_words}</maxwordlimit>")
        expected = question.max_words or question.min_words * 2 or expected
    # Moodle offers 5 to 40 lines in steps of 5; a line holds some 12 words.
    lines = 5 if short else max(10, min(40, -(-expected // 60) * 5))
    return [
        f"<responseformat>{'plain' if short else 'editor'}</responseformat>",
        "<responserequired>1</responserequired>",
        f"<responsefieldlines>{lines}</responsefieldlines>",
        *limits,
        "<attachments>0</attachments>",
        "<attachmentsrequired>0</attachmentsrequired>",
        formatted.made("graderinfo", lambda show: grading_html(bank, question, show)),
        formatted.ready("responsetemplate", ""),
    ]

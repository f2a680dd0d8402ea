"""How Moodle scores answers, so that questions which it would score differently are left out.

The rules are those of `qtype_numerical`, `qtype_shortanswer` and `qtype_match` (4.5 and 5.1). They
decide what learners earn, and an import does not report problems. Moodle XML and GIFT use them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from html import escape
from itertools import combinations
from typing import assert_never

from pkoquiz import markup
from pkoquiz.exporters.feedback import escaped, replies_by_blank
from pkoquiz.exporters.lms import QuizTask, legal
from pkoquiz.model.answers import (
    Blanks,
    Number,
    Options,
    Pairs,
    Reply,
    Steps,
    Verdict,
    Written,
    replies,
)
from pkoquiz.model.parts import number
from pkoquiz.model.question import GAP, Question
from pkoquiz.quotes.find import fold

PLUGINFILE = "@@PLUGINFILE@@"
"""The address of a text's own files in Moodle."""

TOO_PRECISE = "left out: Moodle keeps 14 digits of a number, and would score an answer wrongly"
TOO_SMALL = "left out: Moodle accepts any number within 0.00000000000001 of the right one"
SAME_ANSWERS = "left out: Moodle cannot distinguish two answers that earn different credit"
SAME_RESPONSES = "left out: Moodle cannot distinguish two responses of this matching question"
SAME_STEPS = "left out: Moodle cannot distinguish two steps of this question"
UNWRITABLE = "left out: an answer of a cloze cannot contain `~` or `@@PLUGINFILE@@` in Moodle"
HIDDEN_GAP = "left out: a gap in a link or in the description of a picture cannot be filled in"


def reason_to_leave_out(question: Question, task: QuizTask) -> str:
    """Return why Moodle would score the question wrongly, or an empty text."""
    match task:
        case Number():
            return _number(task)
        case Blanks():
            if task.in_stem and _hides_gap(question.stem, len(task.blanks)):
                return HIDDEN_GAP
            if task.in_stem and any(_is_unwritable(reply.answer) for reply in replies(question)):
                return UNWRITABLE
            return SAME_ANSWERS if _has_hidden_answer(question, task) else ""
        case Pairs():
            stored = [choice(response) for response in task.responses]
            same = any(_same_choice(*two) for two in combinations(stored, 2))
            return SAME_RESPONSES if same else ""
        case Steps(steps=steps):
            written = {markup.inline_html(step) for step in steps}
            return SAME_STEPS if len(written) < len(steps) else ""
        case Options() | Verdict() | Written():
            return ""
        case _ as never:
            assert_never(never)


# --- numbers --------------------------------------------------------------------------------------

_MISREAD = re.compile(r"[0-9]|(?:e|E|(?:x|\*|×)10(?:\^|\*\*))[-+]?[0-9]")
_INTEGER_LIMIT = 2**63
_SMALLEST = Decimal("1e-11")


def confuses_number(unit: str) -> bool:
    """Return whether Moodle may read a number wrongly if this unit follows it.

    Moodle removes all spaces, then reads the longest number that the answer begins with, including
    an exponent: `5 10^6 USD` is 510, `5 e3` is 5000. Any point or second comma in the answer, even
    in the unit, turns a decimal comma into a thousands separator.
    """
    return bool(_MISREAD.match(unit.replace(" ", ""))) or "." in unit or "," in unit


def _number(task: Number) -> str:
    low, high = task.bounds
    if 0 < abs(task.value) < _SMALLEST:
        return TOO_SMALL
    accepted = all(_accepts(task, value) for value in (task.value, low, high))
    if not accepted or any(_accepts(task, slip.value) for slip in task.wrong):
        return TOO_PRECISE
    return ""


def is_rounded(value: Decimal) -> bool:
    """Return whether Moodle stores a number that differs from the given one."""
    return Decimal(repr(_stored(value))) != Decimal(repr(float(value)))


def _accepts(task: Number, typed: Decimal) -> bool:
    """Return whether Moodle scores a typed number as right."""
    value = _stored(task.value)
    margin = _stored(task.tolerance) + 1e-14 * max(1.0, abs(value))
    return value - margin <= float(number(typed)) <= value + margin


def _stored(value: Decimal) -> float:
    """Return the number that Moodle keeps: whole numbers as they are, others with 14 digits."""
    text = number(value)
    if "." not in text and abs(value) < _INTEGER_LIMIT:
        return float(text)
    return float(f"{float(text):.14G}")


# --- words ----------------------------------------------------------------------------------------


def matchable(replies: Sequence[Reply], *, case_sensitive: bool) -> list[tuple[str, Reply]]:
    """Return the answers that Moodle compares, in order, each with its feedback and credit.

    Moodle compares every character, and the first answer that matches decides. Each answer comes as
    its author wrote it, followed by what a keyboard types instead of a no-break space, `’` or `–`.
    The text for "any other answer" is empty.
    """
    written = [" ".join(legal(reply.answer).split("\n")).strip(" ") for reply in replies]
    known = {_compared(text, case_sensitive) for text in written}
    answers = []
    for text, reply in zip(written, replies, strict=True):
        answers.append((text, reply))
        typed = fold(text)  # what a keyboard types
        if typed and _compared(typed, case_sensitive) not in known:
            known.add(_compared(typed, case_sensitive))
            answers.append((typed, reply))
    return answers


def _compared(text: str, case_sensitive: bool) -> str:
    composed = unicodedata.normalize("NFC", text)
    return composed if case_sensitive else composed.casefold()


def _has_hidden_answer(question: Question, task: Blanks) -> bool:
    """Return whether an earlier answer that Moodle cannot distinguish earns different credit."""
    for to_blank in replies_by_blank(question):
        credits: dict[str, int] = {}
        for text, reply in matchable(to_blank, case_sensitive=task.case_sensitive):
            compared = _compared(text, task.case_sensitive)
            if credits.setdefault(compared, reply.credit) != reply.credit:
                return True
    return False


def _is_unwritable(answer: str) -> bool:
    """Return whether an answer cannot be written so that Moodle 4.5 and 5.1 read it alike."""
    return "~" in answer or PLUGINFILE in legal(answer)


def _hides_gap(stem: str, count: int) -> bool:
    """Return whether a gap is in a link, where a click opens the link, or in an attribute."""
    html = markup.html(stem, lambda _, alt: f'<img alt="{escape(alt)}">')
    gaps = list(GAP.finditer(html))
    if [int(gap[1]) for gap in gaps] != [*range(1, count + 1)]:
        return True  # not even shown
    before = [html[: gap.start()] for gap in gaps]
    return any(
        text.rfind("<") > text.rfind(">") or text.count("<a ") > text.count("</a>")
        for text in before
    )


# --- responses ------------------------------------------------------------------------------------

RESPONSE_LENGTH = 255
"""The most characters of a matching response, limited by a column of Moodle's database."""
# Moodle removes tags from responses and decodes what looks like an entity; it keeps `a < b` and
# `A & B`.
_READ_AS_HTML = re.compile(r"<(?!\s)|&#?[a-zA-Z0-9]+;")
_NUMERIC = re.compile(r"[-+]?(?:[0-9]++\.?+[0-9]*+|\.[0-9]++)(?:[eE][-+]?[0-9]++)?")


def choice(text: str) -> str:
    """Return a response as Moodle stores it: on one line, escaped if necessary, and cut."""
    flat = " ".join(text.split())
    escape_if_html = escaped if _READ_AS_HTML.search(flat) else str
    stored, end = escape_if_html(flat), RESPONSE_LENGTH
    while len(stored) > RESPONSE_LENGTH:
        end -= 1
        stored = escape_if_html(flat[:end].rstrip() + "…")
    return stored


def is_cut(text: str) -> bool:
    """Return whether `choice` cuts a response."""
    return choice(text) not in (flat := " ".join(text.split()), escaped(flat))


def _same_choice(one: str, other: str) -> bool:
    """Return whether Moodle merges two responses: PHP compares numeric texts by value."""
    if _NUMERIC.fullmatch(one) and _NUMERIC.fullmatch(other):
        return Decimal(one) == Decimal(other)
    return one == other

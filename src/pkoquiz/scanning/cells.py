"""Turn the marks of a question into a cell of the table for grading, or a doubt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from pkoquiz.exam import keys
from pkoquiz.scanning.decide import TWO_MARKS, Decision
from pkoquiz.sheets.form import HALF, MINUS, Group, Question, shown_points

UNDECIDED = "?"
SPOILED = "*"
EMPTY_BOX = "–"
"""A box without an answer. It is a dash, and negative numbers have a minus sign, because a cell
that begins with a hyphen would be taken for a formula by spreadsheets."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The answer to a question as text for the table; with a doubt, the text is `?`."""

    text: str
    doubt: str = ""
    proposal: str = ""
    """The text that a person would probably type; empty for no proposal or a blank answer."""
    margin: float = 1.0


def cell(question: Question, groups: Sequence[Group], decisions: Sequence[Decision]) -> Cell:
    """Return the cell of a question from the decisions on its groups."""
    doubts = dict.fromkeys(decision.doubt for decision in decisions if decision.doubt)
    likely = [decision.proposal if decision.doubt else decision.marked for decision in decisions]
    text, problem = _text(question, groups, likely)
    reason = "; ".join(doubts) or problem
    if reason:
        is_single = isinstance(question.key, keys.ChoiceKey | keys.TrueFalseKey)
        if reason == TWO_MARKS and is_single and not text:
            text = SPOILED
        return Cell(UNDECIDED, reason, "" if problem else text, 0.0)
    return Cell(text, margin=min((decision.margin for decision in decisions), default=1.0))


def _text(
    question: Question, groups: Sequence[Group], marks: Sequence[tuple[str, ...]]
) -> tuple[str, str]:
    """Return the text, and why it cannot be an answer (or an empty text)."""
    if not groups or groups[0].role == "grader":
        return _points(question, marks)
    match question.key:
        case keys.ChoiceKey() | keys.MultipleKey() | keys.TrueFalseKey():
            return " ".join(marks[0]), ""
        case keys.MatchingKey() | keys.OrderingKey():
            if not any(marks):
                return "", ""
            return " ".join(mark[0] if mark else EMPTY_BOX for mark in marks), ""
        case keys.NumericalKey():
            return _number(marks)
        case keys.ClozeKey() | keys.ShortAnswerKey() | keys.EssayKey():
            return "", "no points were given"
        case _ as never:
            assert_never(never)


def _points(question: Question, marks: Sequence[tuple[str, ...]]) -> tuple[str, str]:
    labels = [label for mark in marks for label in mark]
    if not labels:
        return "", "no points were given"
    values = (Fraction(1, 2) if label == HALF else Fraction(label) for label in labels)
    points = sum(values, Fraction(0))
    if points > question.points:
        most = shown_points(question.points)
        return "", f"{shown_points(points)} points, but the question has {most}"
    return f"[{shown_points(points)}]", ""


def _number(marks: Sequence[tuple[str, ...]]) -> tuple[str, str]:
    signs = ["".join(mark) for mark in marks]
    if not any(signs):
        return "", ""
    written = "".join(sign or " " for sign in signs).strip(" ")
    if " " in written:
        return "", "a sign of the number is missing"
    if not re.fullmatch(rf"{MINUS}?(?:\d+\.?\d*|\.\d+)", written):
        return "", "the marks do not form a number"
    # `1.500` is read as neither 1.5 nor 1500 when typed; a sheet has no thousands separator.
    return (f"{written}0" if re.fullmatch(rf"{MINUS}?\d{{1,3}}\.\d{{3}}", written) else written), ""


def candidate_number(decisions: Sequence[Decision]) -> Cell:
    """Return the number that a candidate entered; every digit is needed."""
    doubts = dict.fromkeys(decision.doubt for decision in decisions if decision.doubt)
    likely = [
        "".join((decision.proposal if decision.doubt else decision.marked)[:1])
        for decision in decisions
    ]
    if not doubts and all(likely):
        return Cell("".join(likely))
    reason = "; ".join(doubts) or "a digit is missing"
    # A person decides whether empty columns at an end belong to a shorter number.
    proposal = "".join(digit or " " for digit in likely).strip()
    return Cell(UNDECIDED, reason, "" if " " in proposal else proposal, 0.0)


def typed_cell(text: str) -> Cell:
    """Return a correction as a cell."""
    if re.match(r"-[\d.,]", text):
        text = f"{MINUS}{text[1:]}"
    elif text.startswith("-"):
        text = f"{EMPTY_BOX}{text[1:]}"
    return Cell(text)

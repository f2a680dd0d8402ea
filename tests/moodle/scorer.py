"""Score answers as Moodle's question types do, sharing no code with the exporter.

The rules are those of 4.5 and 5.1: `qtype_multichoice`, `qtype_shortanswer`, `qtype_numerical`,
`qtype_match`, `qtype_ordering` and `qtype_multianswer`. Scores are fractions of the points.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from .reader import Arrived

FULL = Decimal("0.999999")
"""From here on, Moodle counts a score as right."""


def score_options(question: Arrived, chosen: Collection[int]) -> Decimal:
    """Return the score of choosing the options at these positions."""
    # The database keeps seven decimals.
    fractions = [round(question.answers[index].fraction / 100, 7) for index in chosen]
    return max(Decimal(0), sum(fractions, Decimal(0)))


def score_verdict(question: Arrived, verdict: bool) -> Decimal:
    """Return the score of answering true or false."""
    (answer,) = [answer for answer in question.answers if answer.text == str(verdict).lower()]
    return answer.fraction / 100


def score_words(
    answers: Iterable[tuple[str, Decimal]], typed: str, *, case_sensitive: bool
) -> Decimal:
    """Return the score of a typed answer: the first pattern that matches decides."""
    flags = 0 if case_sensitive else re.IGNORECASE
    for written, fraction in answers:
        pattern = unicodedata.normalize("NFC", written)
        pieces = [piece.replace("\\*", "*") for piece in re.split(r"(?<!\\)\*+", pattern)]
        response = unicodedata.normalize("NFC", typed).strip(" \t\n\r\0\x0b")
        if re.fullmatch(".*".join(map(re.escape, pieces)), response, flags):
            return fraction / 100
    return Decimal(0)


def score_gaps(question: Arrived, typed: Sequence[str]) -> Decimal:
    """Return the score of the words typed into the gaps of a cloze."""
    total = sum(gap.weight for gap in question.gaps)
    earned = Decimal(0)
    for gap, words in zip(question.gaps, typed, strict=True):
        answers = [(answer.pattern, answer.fraction) for answer in gap.answers]
        earned += gap.weight * score_words(answers, words, case_sensitive=False)
    return earned / total


def score_matches(question: Arrived, chosen: Sequence[str]) -> Decimal:
    """Return the score of choosing these responses, one for each premise."""
    choices: list[str] = []

    def place(response: str) -> int:
        for index, choice in enumerate(choices):
            if _loosely_equal(choice, response):
                return index
        choices.append(response)
        return len(choices) - 1

    places = [place(response) for _, response in question.pairs]
    right = [index for index, (premise, _) in zip(places, question.pairs, strict=True) if premise]
    correct = [place(text) == index for text, index in zip(chosen, right, strict=True)]
    return Decimal(sum(correct)) / len(right)


def score_order(question: Arrived, order: Sequence[int]) -> Decimal:
    """Return the score of an order of steps: those in their own position count."""
    texts = [answer.text for answer in question.answers]
    if len(set(texts)) < len(texts):
        return Decimal(0)  # steps are identified by a digest of their text
    return Decimal(sum(index == step for index, step in enumerate(order))) / len(order)


def score_number(question: Arrived, typed: str, *, point: str = ".", group: str = ",") -> Decimal:
    """Return the score of a typed number, with its unit, on a site with these separators."""
    value = read_number(typed, point=point, group=group)
    for answer in question.answers:
        if answer.text == "*":
            return answer.fraction / 100
        stored = _stored(answer.text)
        margin = _stored(format(answer.tolerance, "f")) + 1e-14 * max(1.0, abs(stored))
        if value is not None and stored - margin <= value <= stored + margin:
            return answer.fraction / 100
    return Decimal(0)


def read_number(typed: str, *, point: str = ".", group: str = ",") -> float | None:
    """Return the number that Moodle reads in a typed answer, or None."""
    text = typed.replace(" ", "")
    text = re.sub(r"(?:e|E|(?:x|\*|×)10(?:\^|\*\*))([+-]?[0-9]+)", r"e\1", text)
    if "." in text or text.count(",") > 1:
        text = text.replace(",", "")
    else:
        for old, new in ((group, ""), (point, "."), (",", ".")):
            text = text.replace(old, new)
    number = re.match(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[-+]?[0-9]+)?", text)
    return float(number[0]) if number else None


def _stored(text: str) -> float:
    """Return a number as PHP writes it into the database: a decimal with 14 digits."""
    if re.fullmatch("-?[0-9]+", text) and abs(int(text)) < 2**63:
        return float(int(text))
    return float(f"{float(text):.14G}")


def _loosely_equal(one: str, other: str) -> bool:
    """Return whether PHP's `==` holds: texts that are both numbers are compared by value."""
    number = r"\s*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\s*"
    if re.fullmatch(number, one) and re.fullmatch(number, other):
        return float(one) == float(other)
    return one == other

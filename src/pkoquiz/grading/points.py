"""Points for responses, by the rules that the paper prints.

Points are exact fractions: three thirds of a point are one point, and only what is shown is rounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from pkoquiz.exam.keys import (
    ChoiceKey,
    ClozeKey,
    EssayKey,
    Key,
    MatchingKey,
    MultipleKey,
    NumericalKey,
    OrderingKey,
    ShortAnswerKey,
    TrueFalseKey,
)
from pkoquiz.grading.printed import Item, Keys, Sheet
from pkoquiz.grading.responses import (
    Blank,
    Chosen,
    Given,
    Judged,
    Matched,
    Numbered,
    Response,
    Spoiled,
    Value,
    Words,
    shown,
    word_credit,
)
from pkoquiz.grading.scripts import Script
from pkoquiz.grading.table import harmless, write_table

NONE = Fraction(0)


def credit(item: Item, response: Response) -> Fraction:
    """Return the points for a response, 0 to `item.points`."""
    match response:
        case Blank() | Spoiled():
            return NONE
        case Given(points):
            return min(max(points, NONE), item.points)
        case Chosen() | Judged() | Matched() | Numbered() | Words() | Value():
            return item.points * share(item.key, response)
        case _ as never:
            assert_never(never)


def share(key: Key, response: Response) -> Fraction:
    """Return the share of the points that a response earns, 0 to 1.

    A response to another type of question and an answer that a person grades earn nothing here.
    """
    match key, response:
        case ChoiceKey(key=(right,)), Chosen(options):
            return Fraction(options == {right - 1})
        case MultipleKey() as multiple, Chosen(options):
            return _options_share(multiple, options)
        case TrueFalseKey(key=right), Judged(verdict):
            return Fraction(verdict is right)
        case MatchingKey(key=rights), Matched(given):
            return _share_of(one == right - 1 for one, right in zip(given, rights, strict=True))
        case OrderingKey(), Numbered(numbers):
            return _share_of(number == right for right, number in enumerate(numbers, 1))
        case NumericalKey(value=right, tolerance=tolerance), Value(value):
            return Fraction(abs(value - Fraction(right)) <= Fraction(tolerance))
        case (ShortAnswerKey() | ClozeKey()) as written, Words(texts):
            earned = [credit for _, _, credit in word_credits(written, texts)]
            return sum(earned, NONE) / len(earned)
        case (
            (
                ChoiceKey()
                | MultipleKey()
                | TrueFalseKey()
                | MatchingKey()
                | OrderingKey()
                | NumericalKey()
                | ShortAnswerKey()
                | ClozeKey()
                | EssayKey()
            ),
            _,
        ):
            return NONE


def _options_share(key: MultipleKey, options: frozenset[int]) -> Fraction:
    right = {position - 1 for position in key.key}
    if key.scoring == "exact":
        return Fraction(options == right)
    earned = Fraction(len(options & right), len(right))
    wrong = key.options - len(right)
    return max(NONE, earned - Fraction(len(options - right), wrong)) if wrong else earned


def _share_of(right: Iterable[bool]) -> Fraction:
    results = list(right)
    return Fraction(sum(results), len(results))


def word_credits(
    key: ShortAnswerKey | ClozeKey, texts: Sequence[str]
) -> list[tuple[int, str, Fraction]]:
    """Return (gap from 1, text, credit from 0 to 1) for each text; the gap is 0 in a short answer."""
    match key:
        case ShortAnswerKey(accepted=accepted, case_sensitive=case_sensitive):
            earned = word_credit(accepted, texts[0], case_sensitive=case_sensitive)
            return [(0, texts[0], earned)]
        case ClozeKey(gaps=gaps):
            pairs = zip(gaps, texts, strict=True)
            return [
                (number, text, word_credit(accepted, text))
                for number, (accepted, text) in enumerate(pairs, 1)
            ]
        case _ as never:
            assert_never(never)


# --- all candidates -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Graded:
    """One candidate's result, with responses and points by question id."""

    candidate: str
    sheet: Sheet
    responses: Mapping[str, Response]
    points: Mapping[str, Fraction]
    total: Fraction
    maximum: Fraction

    @property
    def percent(self) -> Fraction:
        """The percentage of the maximum, 0 to 100."""
        return 100 * self.total / self.maximum


def grade(keys: Keys, scripts: Iterable[Script]) -> tuple[Graded, ...]:
    """Return the results in the order of the scripts; a missing response was not answered."""
    items = {paper: keys.items_of(paper) for paper in keys.papers}
    graded = []
    for script in scripts:
        own = items[script.sheet.paper]
        responses = {item.id: script.responses.get(item.id, Blank()) for item in own}
        points = {item.id: credit(item, responses[item.id]) for item in own}
        total = sum(points.values(), NONE)
        maximum = sum((item.points for item in own), NONE)
        graded.append(Graded(script.candidate, script.sheet, responses, points, total, maximum))
    return tuple(graded)


def results_csv(keys: Keys, graded: Sequence[Graded], separator: str) -> bytes:
    """Return a row for each candidate: name, version, points, maximum, percentage, points by question.

    Questions are in the same order for all versions; a cell is empty if the question was not on the
    candidate's paper. If cells are separated by `;`, decimals have a comma, as spreadsheets expect.
    """
    several = len(keys.papers) > 1
    used = {item.id for paper in keys.papers for item in keys.items_of(paper)}
    ids = [identity for identity in keys.items if identity in used]

    def number(value: Fraction, digits: int = 2) -> str:
        text = shown(value, digits)
        return text.replace(".", ",") if separator == ";" else text

    paper_heading = ["paper"] if several else []
    rows = [["candidate", *paper_heading, "version", "points", "maximum", "percent", *ids]]
    for result in graded:
        paper = [str(result.sheet.paper)] if several else []
        total = [number(result.total), number(result.maximum), number(result.percent, 1)]
        points = [number(result.points[i]) if i in result.points else "" for i in ids]
        rows.append([result.candidate, *paper, result.sheet.version, *total, *points])
    return write_table(([harmless(cell) for cell in row] for row in rows), separator)

"""Points for responses, by the rules that the paper prints.

Points are exact fractions: three thirds of a point are one point. They are rounded only for
display.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from operator import eq
from typing import assert_never

from pkoquiz.exam import keys
from pkoquiz.grading.printed import Item
from pkoquiz.grading.responses import (
    Blank,
    Boxes,
    Chosen,
    Given,
    Judged,
    Response,
    Spoiled,
    Value,
    Words,
    word_credit,
)

NONE = Fraction(0)


def credit(item: Item, response: Response) -> Fraction:
    """Return the points for a response, 0 to `item.points`."""
    match response:
        case Blank() | Spoiled():
            return NONE
        case Given(points):
            return min(max(points, NONE), item.points)
        case Chosen() | Judged() | Boxes() | Words() | Value():
            return item.points * share(item.key, response)
        case _ as never:
            assert_never(never)


def share(key: keys.Key, response: Response) -> Fraction:
    """Return the share of the points that a response earns, 0 to 1.

    A response of another type and an answer that a person grades earn nothing here.
    """
    match key:
        case keys.ChoiceKey():
            return Fraction(response == Chosen(frozenset({key.key[0] - 1})))
        case keys.MultipleKey():
            return _options_share(key, response.options) if isinstance(response, Chosen) else NONE
        case keys.TrueFalseKey():
            return Fraction(response == Judged(key.key))
        case keys.MatchingKey():
            return _boxes_share([position - 1 for position in key.key], response)
        case keys.OrderingKey():
            return _boxes_share(range(1, key.steps + 1), response)
        case keys.NumericalKey():
            if not isinstance(response, Value):
                return NONE
            return Fraction(abs(response.value - Fraction(key.value)) <= Fraction(key.tolerance))
        case keys.ShortAnswerKey() | keys.ClozeKey():
            if not isinstance(response, Words):
                return NONE
            earned = [credit for _, _, credit in word_credits(key, response.texts)]
            return sum(earned, NONE) / len(earned)
        case keys.EssayKey():
            return NONE
        case _ as never:
            assert_never(never)


def _options_share(key: keys.MultipleKey, options: frozenset[int]) -> Fraction:
    right = {position - 1 for position in key.key}
    if key.scoring == "exact":
        return Fraction(options == right)
    earned = Fraction(len(options & right), len(right))
    wrong = key.options - len(right)
    return max(NONE, earned - Fraction(len(options - right), wrong)) if wrong else earned


def _boxes_share(right: Sequence[int], response: Response) -> Fraction:
    contents = response.contents if isinstance(response, Boxes) else ()
    return Fraction(sum(map(eq, contents, right)), len(right))


def word_credits(
    key: keys.ShortAnswerKey | keys.ClozeKey, texts: Sequence[str]
) -> list[tuple[int, str, Fraction]]:
    """Return (gap, text, credit from 0 to 1) for each text; the gap is 0 in a short answer."""
    match key:
        case keys.ShortAnswerKey(accepted=accepted, case_sensitive=case_sensitive):
            earned = word_credit(accepted, texts[0], case_sensitive=case_sensitive)
            return [(0, texts[0], earned)]
        case keys.ClozeKey(gaps=gaps):
            pairs = zip(gaps, texts, strict=True)
            return [
                (number, text, word_credit(accepted, text))
                for number, (accepted, text) in enumerate(pairs, 1)
            ]
        case _ as never:
            assert_never(never)

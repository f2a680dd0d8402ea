"""Shares of a question's points as percentages that learning management systems accept.

The list is that of Moodle (question/engine/bank.php, verified with 4.5.6), which refuses any other
percentage.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from pkoquiz.exporters import phrases
from pkoquiz.language import say
from pkoquiz.model.answers import Options

FRACTIONS = (
    *("100", "90", "83.33333", "80", "75", "70", "66.66667", "60", "50", "40", "33.33333"),
    *("30", "25", "20", "16.66667", "14.28571", "12.5", "11.11111", "10", "5", "0"),
)
_PARTIAL = FRACTIONS[1:-1]


@lru_cache(maxsize=256)
def nearest(percent: int) -> tuple[str, bool]:
    """Return the listed percentage nearest to `percent`, and whether the two are equal.

    Partial credit never becomes full or no credit. If two are equally near, the higher one is
    returned.
    """
    fraction = _nearest(Decimal(percent), _PARTIAL if 0 < percent < 100 else FRACTIONS)
    return fraction, abs(Decimal(fraction) - percent) < Decimal("0.001")


def even_share(count: int) -> str:
    """Return one of `count` equal shares as a percentage; the list has those for up to 10."""
    return _nearest(Decimal(100) / count, FRACTIONS)


def _nearest(percent: Decimal, listed: Iterable[str]) -> str:
    return min(listed, key=lambda fraction: abs(Decimal(fraction) - percent))


@dataclass(frozen=True, slots=True)
class Shares:
    """The shares of the choices of a multiple-response question, as percentages of its points."""

    right: str
    wrong: str
    """Negative."""


def shares(task: Options) -> Shares:
    """Return shares that give all right choices 100 % and choosing everything 0 %.

    With `scoring: exact`, a wrong choice subtracts 100 %, the closest approximation to
    all-or-nothing by a sum of shares.
    """
    wrong = "100" if task.exact else even_share(len(task.options) - len(task.keys))
    return Shares(even_share(len(task.keys)), f"-{wrong}")


def credit_rule(task: Options, stem: str) -> str:
    """Return the rule of `shares` for learners, without repeating the stem.

    It must not reveal how many options are right, so it contains no numbers.
    """
    rule = say(phrases.EXACT_CREDIT_RULE if task.exact else phrases.CREDIT_RULE)
    if "all that apply" in stem.casefold():
        return rule
    return say("{instruction} {rule}", instruction=say(phrases.CHOOSE_ALL), rule=rule)

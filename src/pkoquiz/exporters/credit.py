"""Shares of a question's points, as LMSs know them: per cent from a fixed list.

The list is Moodle's (question/engine/bank.php, verified with 4.5.6); a share outside it is refused there.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from pkoquiz.model.question import Multiple

FRACTIONS: tuple[str, ...] = (
    "100", "90", "83.33333", "80", "75", "70", "66.66667", "60", "50", "40", "33.33333", "30", "25", "20",
    "16.66667", "14.28571", "12.5", "11.11111", "10", "5", "0",
)  # fmt: skip


@lru_cache(maxsize=256)
def nearest(percent: Decimal | int) -> tuple[str, bool]:
    """The listed share nearest to `percent` (the higher of two), and whether it is the same within rounding."""
    wanted = Decimal(percent)
    found = min(FRACTIONS, key=lambda each: abs(Decimal(each) - wanted))
    return found, abs(Decimal(found) - wanted) < Decimal("0.001")


def even_share(count: int) -> str:
    """One of `count` equal shares of 100 per cent, for the counts that a question can have (up to 10) all listed."""
    return nearest(Decimal(100) / count)[0]


@dataclass(frozen=True, slots=True)
class Shares:
    """What choices of a multiple-response question count, in per cent of its points."""

    right: str
    wrong: str
    """With a minus sign."""


def shares(question: Multiple) -> Shares:
    """Balanced credit: all right choices earn 100 per cent, all wrong ones take it away; choosing all earns nothing.

    With `scoring: exact`, a single wrong choice takes everything: the nearest to all-or-nothing that adding can do.
    """
    keys = sum(option.correct for option in question.options)
    wrong = "100" if question.scoring == "exact" else even_share(len(question.options) - keys)
    return Shares(even_share(keys), f"-{wrong}")


def credit_told(question: Multiple) -> str:
    """The rule of `shares` in one line for learners."""
    keys = sum(option.correct for option in question.options)
    ask = "" if "all that apply" in question.stem.casefold() else "Choose all that apply. "
    earns = "all points" if keys == 1 else f"1/{keys} of the points"
    if question.scoring == "exact":
        return f"{ask}Each right choice earns {earns}; a single wrong one takes all."
    wrong = len(question.options) - keys
    takes = "all" if wrong == 1 else f"1/{wrong}"
    return f"{ask}Each right choice earns {earns}, each wrong one takes {takes} away."

"""Shares of a question's points, as LMSs know them: per cent from a fixed list.

The list is Moodle's (question/engine/bank.php, verified with 4.5.6); a share outside it is refused there.
"""

from __future__ import annotations

from decimal import Decimal

FRACTIONS: tuple[str, ...] = (
    "100", "90", "83.33333", "80", "75", "70", "66.66667", "60", "50", "40", "33.33333", "30", "25", "20",
    "16.66667", "14.28571", "12.5", "11.11111", "10", "5", "0",
)  # fmt: skip


def nearest(percent: Decimal | int) -> tuple[str, bool]:
    """The listed share nearest to `percent`, and whether it is the same within rounding."""
    wanted = Decimal(percent)
    found = min(FRACTIONS, key=lambda each: abs(Decimal(each) - wanted))
    return found, abs(Decimal(found) - wanted) < Decimal("0.001")


def even_share(count: int) -> tuple[str, bool]:
    """One of `count` equal shares of 100 per cent."""
    return nearest(Decimal(100) / count)

"""Test statistics that the standard library lacks; None if a statistic is not defined.

Sources: alpha, L. J. Cronbach, Psychometrika 16 (1951) 297-334; KR-20, the special case for
questions scored 0 or 1, G. F. Kuder and M. W. Richardson, Psychometrika 2 (1937) 151-160; R. A.
Fisher's z.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Spread:
    """The distribution of some candidates' results, as percentages of the maximum."""

    candidates: int
    mean: Fraction
    deviation: float | None
    """Standard deviation of the sample (n − 1); None for a single candidate."""
    lowest: Fraction
    median: Fraction
    highest: Fraction


def spread(percents: Sequence[Fraction]) -> Spread:
    """Return the distribution of at least one result."""
    return Spread(
        len(percents),
        statistics.mean(percents),
        math.sqrt(statistics.variance(percents)) if len(percents) > 1 else None,
        min(percents),
        statistics.median(percents),
        max(percents),
    )


def alpha(points: Sequence[Sequence[Fraction]]) -> Fraction | None:
    """Return Cronbach's alpha of points by question: k/(k−1) · (1 − Σs²ᵢ/s²).

    Each question has the points of the same candidates. Alpha is not defined for fewer than two
    questions or candidates, or if all candidates have the same total.
    """
    count = len(points)
    if count < 2 or len(points[0]) < 2:
        return None
    total = statistics.variance([sum(own, Fraction(0)) for own in zip(*points, strict=True)])
    if not total:
        return None
    parts = sum(map(statistics.variance, points), Fraction(0))
    return Fraction(count, count - 1) * (1 - parts / total)


def correlation(one: Sequence[Fraction | int], other: Sequence[Fraction | int]) -> float | None:
    """Return Pearson's r; for a question scored 0 or 1 it is the point-biserial correlation.

    It is not defined for fewer than three candidates, or if one side is constant.
    """
    if len(one) < 3 or len(set(one)) == 1 or len(set(other)) == 1:
        return None
    # Rounded, so that a correlation of 0 is not −1e-17, which would be flagged as negative.
    return round(statistics.correlation(one, other), 12)


def chance(candidates: int) -> float | None:
    """Return the size that 19 of 20 correlations due to chance do not exceed (Fisher's z).

    It is not defined for fewer than four candidates.
    """
    return math.tanh(1.96 / math.sqrt(candidates - 3)) if candidates > 3 else None

"""The formulas of test statistics, each once: spread, reliability, correlation. What is not defined is None.

Sums are taken over whole numbers and fractions, so that results are the same on any machine.

Sources: alpha, L. J. Cronbach, Psychometrika 16 (1951) 297-334; KR-20, its case for questions scored 0 or 1,
G. F. Kuder and M. W. Richardson, Psychometrika 2 (1937) 151-160; R. A. Fisher's z for the limits of chance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from pkoquiz.grading.points import NONE


@dataclass(frozen=True, slots=True)
class Spread:
    """Of some candidates' results, in per cent of the maximum."""

    candidates: int
    mean: Fraction
    deviation: float | None
    """Standard deviation of the sample (n − 1); None for a single candidate."""
    lowest: Fraction
    median: Fraction
    highest: Fraction


def mean(values: Sequence[Fraction]) -> Fraction:
    """The arithmetic mean of at least one value."""
    return sum(values, NONE) / len(values)


def variance(values: Sequence[Fraction]) -> Fraction:
    """The variance of the sample, divided by n − 1, of at least two values."""
    middle = mean(values)
    return sum(((value - middle) ** 2 for value in values), NONE) / (len(values) - 1)


def spread(percents: Sequence[Fraction]) -> Spread:
    """Mean, deviation, extremes and median of at least one value."""
    ordered = sorted(percents)
    half = len(ordered) // 2
    median = ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
    deviation = math.sqrt(variance(ordered)) if len(ordered) > 1 else None
    return Spread(len(ordered), mean(ordered), deviation, ordered[0], median, ordered[-1])


def alpha(points: Sequence[Sequence[Fraction]]) -> Fraction | None:
    """Cronbach's alpha of points by question, each a sequence over the same candidates: k/(k−1) · (1 − Σs²ᵢ/s²).

    Not defined for fewer than two questions or candidates, or where all totals are the same.
    """
    count = len(points)
    if count < 2 or len(points[0]) < 2:
        return None
    whole = variance([sum(row, NONE) for row in zip(*points, strict=True)])
    if not whole:
        return None
    return Fraction(count, count - 1) * (1 - sum((variance(each) for each in points), NONE) / whole)


def correlation(one: Sequence[int], other: Sequence[int]) -> float | None:
    """Pearson's r; for a question scored 0 or 1 that is the point-biserial correlation. Not defined for fewer than
    three candidates, or where one side never varies."""
    count = len(one)
    if count < 3:
        return None
    both = count * sum(x * y for x, y in zip(one, other, strict=True)) - sum(one) * sum(other)
    across = [count * sum(x * x for x in each) - sum(each) ** 2 for each in (one, other)]
    if not all(across):
        return None
    return max(-1.0, min(1.0, both / math.sqrt(across[0] * across[1])))


def chance(candidates: int) -> float | None:
    """Correlations up to this size arise by chance alone in 19 of 20 cases (Fisher's z); None below four candidates."""
    return math.tanh(1.96 / math.sqrt(candidates - 3)) if candidates > 3 else None

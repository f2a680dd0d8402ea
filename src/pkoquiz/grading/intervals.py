"""Confidence intervals for small groups, and the distributions they need.

Sources: E. B. Wilson, JASA 22 (1927) 209-212; L. S. Feldt, D. J. Woodruff and F. A. Salih,
Applied Psychological Measurement 11 (1987) 93-103; continued fraction of the incomplete beta
function, W. H. Press et al., Numerical Recipes (3rd ed. 2007), 6.4.
"""

from __future__ import annotations

import math

_Z = 1.959964


def wilson(share: float, count: int) -> tuple[float, float]:
    """Return the 95 % confidence interval of a share, from `count` observations."""
    if count < 1:
        return 0.0, 1.0
    z2 = _Z**2
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    reach = _Z * math.sqrt(share * (1 - share) / count + z2 / (4 * count**2)) / (1 + z2 / count)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def fisher(correlation: float, weight: int) -> tuple[float, float]:
    """Return the 95 % confidence interval of a correlation; `weight` is n − 3."""
    if weight < 1:
        return -1.0, 1.0
    z = math.atanh(max(-0.9999, min(0.9999, correlation)))
    reach = _Z / math.sqrt(weight)
    return math.tanh(z - reach), math.tanh(z + reach)


def feldt(alpha: float, candidates: int, questions: int) -> tuple[float, float] | None:
    """Return the 95 % confidence interval of Cronbach's alpha; None for too few candidates."""
    if candidates < 3 or questions < 2:
        return None
    first, second = candidates - 1, (candidates - 1) * (questions - 1)
    low = 1 - (1 - alpha) * f_quantile(0.975, first, second)
    high = 1 - (1 - alpha) * f_quantile(0.025, first, second)
    return low, high


def f_quantile(share: float, first: int, second: int) -> float:
    """Return the quantile of an F distribution for this probability."""
    low, high = 0.0, 1.0
    while _f_share(high, first, second) < share:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        if _f_share(middle, first, second) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _f_share(value: float, first: int, second: int) -> float:
    return incomplete_beta(first / 2, second / 2, first * value / (first * value + second))


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, 1 - x)
    logarithm = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(logarithm + a * math.log(x) + b * math.log1p(-x)) / a
    # Lentz's method.
    tiny = 1e-300
    fraction, c, d = 1.0, 1.0, 0.0
    for step in range(600):
        m = step // 2
        if step == 0:
            term = 1.0
        elif step % 2 == 0:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        else:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / (1 + term * d or tiny)
        c = 1 + term / c or tiny
        fraction *= c * d
        if abs(c * d - 1) < 1e-12:
            break
    return front * (fraction - 1)

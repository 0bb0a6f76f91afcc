"""How sure one can be of a share: intervals, the exact test against a claimed probability, and what it could see.

Written on the beta and the binomial distribution alone, so that a sentence of an alert needs no large library.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from data.bars import Floats

LEVEL = 0.95

# Two outcomes count as equally likely when their probabilities differ by rounding alone.
_AS_LIKELY = 1 + 1e-7
_TINY = 1e-300
_LAST_DIGIT = 4e-16


@dataclass(frozen=True, slots=True)
class Interval:
    """A range of shares (fractions, 0 to 1) that the data are compatible with."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """Return how far apart its ends are."""
        return self.high - self.low

    def holds(self, share: float) -> bool:
        """Whether the share lies inside, ends included."""
        return self.low <= share <= self.high


def wilson(hits: int, n: int, level: float = LEVEL) -> Interval:
    """Return Wilson's score interval (Wilson 1927; Newcombe 1998, method 3).  ValueError unless 0 <= hits <= n > 0."""
    _check(hits, n)
    found = wilson_of(hits / n, n, level)
    return Interval(0.0 if hits == 0 else found.low, 1.0 if hits == n else found.high)


def wilson_of(share: float, n: int, level: float = LEVEL) -> Interval:
    """Return Wilson's interval of a share that need not be a whole number of n: n separate outcomes are in it."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    spread = z * z / n
    middle = share + spread / 2
    half = z * math.sqrt(share * (1 - share) / n + spread / (4 * n))
    return Interval(max(0.0, (middle - half) / (1 + spread)), min(1.0, (middle + half) / (1 + spread)))


def jeffreys(hits: int, n: int, level: float = LEVEL) -> Interval:
    """Return quantiles of Beta(hits + 1/2, n - hits + 1/2), with 0 for none of n and 1 for all of n (Brown 2001)."""
    _check(hits, n)
    a, b, tail = hits + 0.5, n - hits + 0.5, (1 - level) / 2
    low = 0.0 if hits == 0 else beta_quantile(tail, a, b)
    return Interval(low, 1.0 if hits == n else beta_quantile(1 - tail, a, b))


def clopper_pearson(hits: int, n: int, level: float = LEVEL) -> Interval:
    """Return the exact interval: the shares that neither one-sided binomial test refuses (Clopper & Pearson 1934)."""
    _check(hits, n)
    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else beta_quantile(tail, hits, n - hits + 1)
    return Interval(low, 1.0 if hits == n else beta_quantile(1 - tail, hits + 1, n - hits))


def binomial(n: int, share: float) -> Floats:
    """Return the probability of 0, 1 ... n hits in n independent tries with this share."""
    if not 0 <= share <= 1:
        raise ValueError(f"a share lies between 0 and 1, not at {share}")
    if share in (0.0, 1.0):
        certain = np.zeros(n + 1)
        certain[n if share else 0] = 1.0
        return certain
    factorials = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, n + 1)))))
    hits = np.arange(n + 1)
    logs = factorials[n] - factorials - factorials[::-1] + hits * math.log(share) + (n - hits) * math.log1p(-share)
    chances: Floats = np.exp(logs)
    return chances


def binomial_test(hits: int, n: int, claimed: float) -> float:
    """Return the two-sided exact p value against a claimed share: all outcomes no likelier than this one count."""
    _check(hits, n)
    chances = binomial(n, claimed)
    return min(1.0, float(chances[chances <= chances[hits] * _AS_LIKELY].sum()))


def power(n: int, claimed: float, true: float, level: float = LEVEL) -> float:
    """Return how often that test would refuse the claimed share, were the true one another."""
    refused = np.array([binomial_test(hits, n, claimed) < 1 - level for hits in range(n + 1)])
    return float(binomial(n, true)[refused].sum())


def refused_up_to(n: int, claimed: float, level: float = LEVEL) -> int | None:
    """Return the most hits below the claimed share that still refuse the claim; None when no number does."""
    low = [hits for hits in range(n + 1) if hits < n * claimed and binomial_test(hits, n, claimed) < 1 - level]
    return max(low, default=None)


def bayes_factor(hits: int, n: int, claimed: float, base: float) -> float:
    """Return how many times likelier the hits are under the claimed share than under the base rate."""
    _check(hits, n)
    if not (0 < claimed < 1 and 0 < base < 1):
        return math.nan
    logs = hits * math.log(claimed / base) + (n - hits) * (math.log1p(-claimed) - math.log1p(-base))
    return math.exp(min(logs, 700.0))


def bayes_factor_uniform(hits: int, n: int, claimed: float) -> float:
    """Return how many times likelier the hits are under the claimed share than if every share were as likely."""
    _check(hits, n)
    return float(binomial(n, claimed)[hits]) * (n + 1)


def posterior(prior: float, factor: float) -> float:
    """Return the probability of the claim after the data, from the user's own prior (0 < prior < 1)."""
    if not 0 < prior < 1:
        raise ValueError(f"a prior lies between 0 and 1, not at {prior}")
    odds = prior / (1 - prior) * factor
    return odds / (1 + odds)


def beta_quantile(chance: float, a: float, b: float) -> float:
    """Return the x at which the beta distribution reaches this chance: Newton's steps, kept within a bracket."""
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    low, high, x = 0.0, 1.0, a / (a + b)
    for _ in range(200):
        excess = beta_cdf(x, a, b) - chance
        low, high = (x, high) if excess < 0 else (low, x)
        density = math.exp(front + (a - 1) * math.log(x) + (b - 1) * math.log1p(-x))
        step = excess / density if density > 0 else math.inf
        if abs(step) <= _LAST_DIGIT * x or math.nextafter(low, 1) >= high:
            break
        x = x - step if low < x - step < high else (low + high) / 2
    return x


def beta_cdf(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_cdf(1 - x, b, a)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(front) / a / _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """Return 1 + d1/(1 + d2/(1 + ...)) by Lentz's method."""
    value, c, d = 1.0, 1.0, 0.0
    for step in range(1, 5000):
        m = step // 2
        if step % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / (1 + term * d or _TINY)
        c = 1 + term / c or _TINY
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value


def _check(hits: int, n: int) -> None:
    if not 0 <= hits <= n or n == 0:
        raise ValueError(f"{hits} hits of {n} are no share")

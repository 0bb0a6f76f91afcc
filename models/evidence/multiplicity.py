"""Many questions of the same data: p values adjusted for how many were asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from data.bars import Floats

Correction = Literal["holm", "bh", "by"]


def adjusted(p_values: Sequence[float], correction: Correction = "holm") -> Floats:
    """Return the adjusted p values, in the order given; the family is all of them.

    "holm" (Holm 1979) bounds the chance of any false finding, "bh" (Benjamini & Hochberg 1995) the expected share of
    false ones among the findings of independent tests, "by" (Benjamini & Yekutieli 2001) the same under any
    dependence.  ValueError for a number that is no probability.
    """
    p = np.asarray(p_values, np.float64)
    if not (np.isfinite(p) & (p >= 0) & (p <= 1)).all():
        raise ValueError("a p value lies between 0 and 1")
    order = np.argsort(p, kind="stable")
    result = np.empty(len(p))
    result[order] = _step_down(p[order]) if correction == "holm" else _step_up(p[order], correction)
    return result


def _step_down(ascending: Floats) -> Floats:
    """Return the running maximum of p(i) * (m - i + 1), at most 1."""
    m = len(ascending)
    scaled: Floats = np.minimum(np.maximum.accumulate(ascending * np.arange(m, 0, -1)), 1.0)
    return scaled


def _step_up(ascending: Floats, correction: Correction) -> Floats:
    """Return the running minimum from the end of p(i) * m / i, times 1 + 1/2 + ... + 1/m for any dependence."""
    m = len(ascending)
    ranks = np.arange(1, m + 1)
    penalty = float((1 / ranks).sum()) if correction == "by" else 1.0
    scaled: Floats = np.minimum(np.minimum.accumulate((ascending * m / ranks * penalty)[::-1])[::-1], 1.0)
    return scaled

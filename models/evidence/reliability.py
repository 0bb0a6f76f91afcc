"""Did what was said to come true so often come true so often?  CORP, with the band that chance alone would fill.

Dimitriadis, Gneiting & Jordan (2021), PNAS 118: forecasts are recalibrated by isotonic regression, no bins are chosen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.bars import Floats

DRAWS = 500


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Brier = miscalibration (MCB) - discrimination (DSC) + uncertainty (UNC).

    `forecast` are the different forecasts in order, `recalibrated` their best monotone correction; `low` and `high`
    enclose 95 % of corrections, value by value, were every forecast right (a consistency band).
    """

    score: float
    miscalibration: float
    discrimination: float
    uncertainty: float
    forecast: Floats
    recalibrated: Floats
    low: Floats
    high: Floats


def calibration(p: Floats, outcome: Floats, overlap: int = 1, draws: int = DRAWS, seed: int = 0) -> Calibration:
    """Return how far forecasts are off, and how well they tell apart.

    `overlap` is how many outcomes in a row share most of their time: for the band such a stretch is one throw of the
    dice, as otherwise the band would promise far more than so few separate outcomes can.
    """
    values, place, count = np.unique(p, return_inverse=True, return_counts=True)
    best = _corrected(outcome, place, count)
    whole, mended = _squared(p, outcome), _squared(best[place], outcome)
    uncertainty = _squared(np.full(len(p), outcome.mean()), outcome)
    low, high = _band(p, place, count, overlap, draws, seed)
    return Calibration(
        whole, whole - mended, uncertainty - mended, uncertainty, values, best, low, high
    )  # fmt: skip


def _corrected(outcome: Floats, place: npt.NDArray[np.intp], count: npt.NDArray[np.intp]) -> Floats:
    """Return the isotonic fit at each different forecast: the outcomes of equal ones are pooled first."""
    from sklearn.isotonic import isotonic_regression

    mean = np.bincount(place, outcome, len(count)) / count
    best: Floats = isotonic_regression(mean, sample_weight=count.astype(np.float64))
    return best


def _band(
    p: Floats, place: npt.NDArray[np.intp], count: npt.NDArray[np.intp], overlap: int, draws: int, seed: int
) -> tuple[Floats, Floats]:  # fmt: skip
    generator = np.random.default_rng(seed)
    row = np.arange(len(p))
    drawn = np.empty((draws, len(count)))
    for draw in range(draws):
        thrown = generator.random(math.ceil(len(p) / overlap) + 1)
        begin = int(generator.integers(overlap))
        drawn[draw] = _corrected((thrown[(row + begin) // overlap] < p).astype(np.float64), place, count)
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    return low, high


def _squared(p: Floats, outcome: Floats) -> float:
    return float(((p - outcome) ** 2).mean())

"""Logistic regression with a penalty, refitted every week: exact by Newton's steps from where the last fit ended.

It minimises C times the weighted log loss plus half the squared coefficients, the intercept free, which is what
scikit-learn's LogisticRegression minimises; a test holds both to the same numbers.
"""

from __future__ import annotations

import numpy as np

from data.bars import Floats

STRENGTH = 0.1  # C: the smaller, the stronger the penalty
_STEPS = 100
_CLOSE = 1e-12


def fit(features: Floats, outcome: Floats, weight: float, start: Floats | None = None) -> Floats:
    """Return intercept and coefficients for features without a column of ones; every row weighs the same.

    `start` are those of a similar fit, which saves steps and changes nothing.  ValueError where all outcomes are
    alike, since the best intercept is infinite then.
    """
    if float(np.ptp(outcome)) == 0:
        raise ValueError("outcomes that are all alike have no best intercept")
    rows = np.column_stack((np.ones(len(features)), features))
    pull = np.full(rows.shape[1], 1 / (STRENGTH * weight))
    pull[0] = 0.0
    found: Floats = np.zeros(rows.shape[1])
    loss = _loss(rows, outcome, pull, found)
    # A start where every chance is 0 or 1 bends nowhere, and no step could be told.
    if start is not None and (better := _loss(rows, outcome, pull, start)) < loss:
        found, loss = start, better
    for _ in range(_STEPS):
        step = _newton(rows, outcome, pull, found)
        if float(np.abs(step).max()) < _CLOSE:
            return found - step
        found, loss = _down(rows, outcome, pull, found, loss, step)
    return found


def predict(coefficients: Floats, features: Floats) -> float:
    """Return the probability for one row of features."""
    return float(_chance(coefficients[0] + features @ coefficients[1:]))


def _newton(rows: Floats, outcome: Floats, pull: Floats, at: Floats) -> Floats:
    chance = _chance(rows @ at)
    slope = rows.T @ (chance - outcome) + pull * at
    bend = (rows * (chance * (1 - chance))[:, None]).T @ rows
    step: Floats = np.linalg.solve(bend + np.diag(pull), slope).astype(np.float64, copy=False)
    return step


def _down(
    rows: Floats, outcome: Floats, pull: Floats, at: Floats, loss: float, step: Floats
) -> tuple[Floats, float]:  # fmt: skip
    """Go as much of a step as does not lead upwards; far from the end Newton's own may be too long."""
    share = 1.0
    while True:
        there = at - share * step
        found = _loss(rows, outcome, pull, there)
        if found <= loss + _CLOSE * abs(loss) or share < _CLOSE:
            return there, found
        share /= 2


def _loss(rows: Floats, outcome: Floats, pull: Floats, at: Floats) -> float:
    level = rows @ at
    return float((np.logaddexp(0, level) - outcome * level).sum() + (pull * at**2).sum() / 2)


def _chance(level: Floats) -> Floats:
    """Return 1/(1 + e^-x), with no overflow at either end."""
    small = np.exp(-np.abs(level))
    chance: Floats = np.where(level >= 0, 1.0, small) / (1 + small)
    return chance

"""Were the forecasts any good?  Scores, their difference to the base rate with its uncertainty, and calibration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.bars import Floats
from models.evidence.intervals import Interval
from models.evidence.resampling import percentile_interval, stationary_rows

DRAWS = 1000
_CLIP = (0.01, 0.99)


@dataclass(frozen=True, slots=True)
class Score:
    """One model over `n` forecasts: Brier and log loss (lower is better), skill against the base rate and against .65.

    Skill is 1 - B/B of the reference; `skill_interval` the middle 95 % of resamples in blocks; `p` that of the equality
    of both Brier scores (Diebold & Mariano 1995, errors with so many HAC lags), NaN where they are the same.
    """

    model: str
    n: int
    brier: float
    log_loss: float
    skill: float
    skill_interval: Interval
    skill_claimed: float
    p: float


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """CORP (Dimitriadis, Gneiting & Jordan 2021): Brier = miscalibration - discrimination + uncertainty.

    `forecast` and `recalibrated` are the forecasts in order and their best monotone correction.
    """

    score: float
    miscalibration: float
    discrimination: float
    uncertainty: float
    forecast: Floats
    recalibrated: Floats


def brier(p: Floats, outcome: Floats) -> float:
    """Return the mean of (p - y)^2."""
    return float(((p - outcome) ** 2).mean())


def log_loss(p: Floats, outcome: Floats) -> float:
    """Return the mean of -ln of what was given to what came, with p kept within .01 and .99."""
    kept = np.clip(p, *_CLIP)
    return float(-np.where(outcome == 1, np.log(kept), np.log1p(-kept)).mean())


def score(
    model: str, p: Floats, climatology: Floats, outcome: Floats, lags: int, seed: int, claimed: float = 0.65
) -> Score:
    """Return the score of forecasts beside those of the base rate; resamples have a mean block of twice the lags."""
    loss, reference = (p - outcome) ** 2, (climatology - outcome) ** 2
    drawn = stationary_rows(len(p), max(1.0, 2.0 * lags), DRAWS, seed)
    skills = np.array([1 - loss[rows].mean() / reference[rows].mean() for rows in drawn])
    return Score(
        model=model,
        n=len(p),
        brier=float(loss.mean()),
        log_loss=log_loss(p, outcome),
        skill=1 - float(loss.mean() / reference.mean()),
        skill_interval=Interval(*percentile_interval(skills)),
        skill_claimed=1 - float(loss.mean() / ((claimed - outcome) ** 2).mean()),
        p=diebold_mariano(loss - reference, lags),
    )


def diebold_mariano(difference: Floats, lags: int) -> float:
    """Return the two-sided p of a mean loss difference of zero, NaN for a difference that is always the same."""
    from statsmodels.regression.linear_model import OLS

    if float(np.ptp(difference)) == 0:
        return float("nan")
    fit = OLS(difference, np.ones(len(difference))).fit(
        cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": False}
    )
    return float(fit.pvalues[0])


def calibration(p: Floats, outcome: Floats) -> Calibration:
    """Return how far forecasts are off, and how well they tell apart, by isotonic regression on them."""
    from sklearn.isotonic import IsotonicRegression

    best = IsotonicRegression(y_min=0, y_max=1).fit(p, outcome).predict(p)
    order = np.argsort(p, kind="stable")
    whole, mended = brier(p, outcome), brier(best, outcome)
    uncertainty = brier(np.full(len(p), outcome.mean()), outcome)
    return Calibration(whole, whole - mended, uncertainty - mended, uncertainty, p[order], best[order])

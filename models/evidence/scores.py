"""Were the forecasts any good?  Scores, and their difference to those of the base rate with its uncertainty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.bars import Floats
from models.evidence.intervals import Interval
from models.evidence.resampling import percentile_interval, stationary_rows

DRAWS = 1000
CLAIMED = 0.65
_CLIP = (0.01, 0.99)


@dataclass(frozen=True, slots=True)
class Score:
    """One model over `n` forecasts: Brier and log loss (lower is better), skill against the base rate and against .65.

    Skill is 1 - B/B of the reference; the intervals are the middle 95 % of resamples in blocks; `p` is that of the
    equality of both Brier scores (Diebold & Mariano 1995, errors with so many HAC lags), NaN where they are the same.
    """

    model: str
    n: int
    brier: float
    log_loss: float
    skill: float
    skill_interval: Interval
    skill_claimed: float
    claimed_interval: Interval
    p: float

    @property
    def beats(self) -> bool:
        """Whether it has beaten the base rate out of sample."""
        return self.skill_interval.low > 0

    @property
    def shows_nothing(self) -> bool:
        """Whether the interval of its skill includes zero, so that it must not stand out."""
        return self.skill_interval.holds(0.0)


def brier(p: Floats, outcome: Floats) -> float:
    """Return the mean of (p - y)^2."""
    return float(((p - outcome) ** 2).mean())


def log_loss(p: Floats, outcome: Floats) -> float:
    """Return the mean of -ln of what was given to what came, with p kept within .01 and .99."""
    kept = np.clip(p, *_CLIP)
    return float(-np.where(outcome == 1, np.log(kept), np.log1p(-kept)).mean())


def score(
    model: str, p: Floats, climatology: Floats, outcome: Floats, lags: int, seed: int, claimed: float = CLAIMED
) -> Score:
    """Return the score of forecasts beside those of the base rate; resamples have a mean block of twice the lags."""
    loss = (p - outcome) ** 2
    references = np.column_stack(((climatology - outcome) ** 2, (claimed - outcome) ** 2))
    table = np.column_stack((loss, references))
    drawn = stationary_rows(len(p), max(1.0, 2.0 * lags), DRAWS, seed)
    means = np.array([table[rows].mean(axis=0) for rows in drawn])
    skills, intervals = 1 - loss.mean() / references.mean(axis=0), 1 - means[:, :1] / means[:, 1:]
    return Score(
        model=model,
        n=len(p),
        brier=float(loss.mean()),
        log_loss=log_loss(p, outcome),
        skill=float(skills[0]),
        skill_interval=Interval(*percentile_interval(intervals[:, 0])),
        skill_claimed=float(skills[1]),
        claimed_interval=Interval(*percentile_interval(intervals[:, 1])),
        p=diebold_mariano(loss - references[:, 0], lags),
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

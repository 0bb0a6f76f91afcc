"""Are two series in the same phase?  The share of time, beside what chance gives (Harding & Pagan 2006)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.evidence.refusals import RefusedError
from models.evidence.regression import slope
from models.evidence.resampling import circular_means, share_as_large
from models.evidence.turning_points import States

ERRORS = (12, 4, 24)
LEAST_CHANGES = 6
LEAST_SHARED = 24
LEAST_MONTHS = 2 * max(ERRORS)
_PERFECT = 1 - 1e-9  # two that are one leave no error to measure


@dataclass(frozen=True, slots=True)
class Concordance:
    """The share of `n` months in the same phase, and what independence would give with the same shares of rise.

    `p` is the share of all shifts of one against the other, round the end, that agree as well: it decides.  `t` are
    those of rho with 12, 4 and 24 HAC lags; none where months or changes of phase are too few, or the two are one.
    """

    n: int
    share: float
    expected: float
    rho: float
    p: float
    changes: tuple[int, int]
    t: tuple[float, ...]


def concordance(one: States, other: States) -> Concordance:
    """Return how two series of 0 and 1 go together; raises `RefusedError` where either never changes.

    ValueError when they differ in length, `RefusedError` also below 24 months.
    """
    if len(one) != len(other):
        raise ValueError("both need the same months")
    x, y = one.astype(np.float64), other.astype(np.float64)
    if len(x) < LEAST_SHARED:
        raise RefusedError(f"The two share {len(x)} whole months; {LEAST_SHARED} are needed to compare their phases.")
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        raise RefusedError("One of the two stays in a single phase in this sample, so there is nothing to compare.")
    changes = int(np.abs(np.diff(x)).sum()), int(np.abs(np.diff(y)).sum())
    rising = np.flatnonzero(x == 1)
    together = circular_means(y, rising)  # the mean of y where x rises grows with every agreement
    mean = float(x.mean()), float(y.mean())
    rho = float(np.corrcoef(x, y)[0, 1])
    has_t = min(changes) >= LEAST_CHANGES and len(x) >= LEAST_MONTHS and abs(rho) < _PERFECT
    t = tuple(slope(y / y.std(), x / x.std(), lags).t for lags in ERRORS) if has_t else ()
    return Concordance(
        n=len(x),
        share=float((x == y).mean()),
        expected=mean[0] * mean[1] + (1 - mean[0]) * (1 - mean[1]),
        rho=rho,
        p=share_as_large(together),
        changes=changes,
        t=t,
    )

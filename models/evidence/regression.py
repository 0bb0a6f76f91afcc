"""Least squares with errors that hold for returns that depend on their own past; statsmodels fits, late imported."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.bars import Floats


@dataclass(frozen=True, slots=True)
class Slope:
    """One coefficient of a regression: its standard error, t and two-sided p (normal), from `n` rows and HAC `lags`."""

    value: float
    error: float
    t: float
    p: float
    n: int
    lags: int


def usual_lags(n: int) -> int:
    """Return floor(4 (n/100)^(2/9)), the lags of Newey & West (1994) for n rows."""
    return int(4 * (n / 100) ** (2 / 9))


def slope(effect: Floats, cause: Floats, lags: int | None = None) -> Slope:
    """Return the slope of the effect on the cause, with a constant; errors after Newey & West (1987), uncorrected.

    Rows where either is missing are left out.  ValueError with fewer than three rows or a cause that never changes.
    """
    from statsmodels.regression.linear_model import OLS

    kept = np.isfinite(effect) & np.isfinite(cause)
    y, x = effect[kept], cause[kept]
    n = len(y)
    if n < 3 or float(np.ptp(x)) == 0:
        raise ValueError("a slope needs three rows and a cause that changes")
    chosen = usual_lags(n) if lags is None else lags
    fit = OLS(y, np.column_stack((np.ones(n), x))).fit(
        cov_type="HAC", cov_kwds={"maxlags": chosen, "use_correction": False}
    )
    return Slope(float(fit.params[1]), float(fit.bse[1]), float(fit.tvalues[1]), float(fit.pvalues[1]), n, chosen)

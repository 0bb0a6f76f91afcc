"""Does the past of one series help to foretell another, beyond the other's own past?  It predicts; it never causes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.bars import Floats
from models.evidence.multiplicity import adjusted

LAGS = (1, 2, 4, 8)
ROBUST_LAG = 4
_LEAST_FREE = 10  # rows beyond the coefficients, below which an F says nothing


@dataclass(frozen=True, slots=True)
class Prediction:
    """Whether the past `lags` values of `cause` help to predict `effect`: F, its p, and p adjusted for the family."""

    cause: str
    effect: str
    lags: int
    f: float
    p: float
    adjusted: float
    rows: int


@dataclass(frozen=True, slots=True)
class Robust:
    """The same by a Wald test whose errors allow for changing variance and dependence (HAC): chi-square and p."""

    cause: str
    effect: str
    lags: int
    chi2: float
    p: float
    rows: int


def lagged(effect: Floats, cause: Floats, lags: int) -> tuple[Floats, Floats]:
    """Return the effect and its regressors (constant, own past, the cause's past), only rows with nothing missing."""
    n = len(effect)
    past = [series[lags - lag : n - lag] for series in (effect, cause) for lag in range(1, lags + 1)]
    table = np.column_stack((effect[lags:], np.ones(n - lags), *past))
    whole = table[np.isfinite(table).all(axis=1)]
    return whole[:, 0], whole[:, 1:]


def f_test(effect: Floats, cause: Floats, lags: int) -> tuple[float, float, int]:
    """Return F, p and the rows of the test that all coefficients of the cause's past are zero (Granger 1969)."""
    from statsmodels.regression.linear_model import OLS

    y, x = lagged(effect, cause, lags)
    if len(y) < x.shape[1] + _LEAST_FREE:
        return float("nan"), float("nan"), len(y)
    f, p, _ = OLS(y, x).fit().compare_f_test(OLS(y, x[:, : 1 + lags]).fit())
    return float(f), float(p), len(y)


def wald_test(effect: Floats, cause: Floats, lags: int, errors: int) -> tuple[float, float, int]:
    """Return chi-square, p and rows of the same test with HAC errors of so many lags."""
    from statsmodels.regression.linear_model import OLS

    y, x = lagged(effect, cause, lags)
    if len(y) < x.shape[1] + _LEAST_FREE:
        return float("nan"), float("nan"), len(y)
    fit = OLS(y, x).fit(cov_type="HAC", cov_kwds={"maxlags": errors, "use_correction": False})
    chosen = np.zeros((lags, x.shape[1]))
    chosen[:, 1 + lags :] = np.eye(lags)
    told = fit.wald_test(chosen, use_f=False, scalar=True)
    return float(told.statistic), float(told.pvalue), len(y)


def order_by_bic(effect: Floats, cause: Floats, most: int = max(LAGS)) -> int:
    """Return the number of lags, 1 to `most`, with the least Bayesian information criterion, all on the same rows."""
    from statsmodels.regression.linear_model import OLS

    y, x = lagged(effect, cause, most)
    if len(y) < x.shape[1] + _LEAST_FREE:
        return 1
    kept = [[0, *range(1, 1 + lags), *range(1 + most, 1 + most + lags)] for lags in range(1, most + 1)]
    return 1 + int(np.argmin([OLS(y, x[:, columns]).fit().bic for columns in kept]))


def both_ways(names: tuple[str, str], one: Floats, other: Floats) -> tuple[Prediction, ...]:
    """Return the F tests of both directions and all lags, adjusted together (Holm); `names` are of one and other."""
    asked = [(*pair, lags) for pair in _directions(names, one, other) for lags in LAGS]
    found = [f_test(effect, cause, lags) for _, _, cause, effect, lags in asked]
    told = [p for _, p, _ in found if np.isfinite(p)]
    holm = iter(adjusted(told).tolist())
    return tuple(
        Prediction(cause, effect, lags, f, p, next(holm) if np.isfinite(p) else p, rows)
        for (cause, effect, _, _, lags), (f, p, rows) in zip(asked, found, strict=True)
    )


def robust_both_ways(names: tuple[str, str], one: Floats, other: Floats, errors: int) -> tuple[Robust, ...]:
    """Return the HAC Wald tests of both directions at lag 4."""
    return tuple(
        Robust(cause, effect, ROBUST_LAG, *wald_test(followed, leading, ROBUST_LAG, errors))
        for cause, effect, leading, followed in _directions(names, one, other)
    )


def _directions(names: tuple[str, str], one: Floats, other: Floats) -> Sequence[tuple[str, str, Floats, Floats]]:
    return (names[0], names[1], one, other), (names[1], names[0], other, one)

"""Do the returns of one asset come before those of another?  Correlations at leads and lags, beside chance.

Section 3 of the definitions.  Returns are logarithmic; a positive lag k means that the leader's return came k periods
earlier.  Levels are never correlated, but for the one pair that shows why not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from data.bars import Flags, Floats, Sessions
from models.evidence.alignment import Series, entries
from models.evidence.granger import Prediction, Robust, both_ways, order_by_bic, robust_both_ways
from models.evidence.lead_lag_regimes import Stretch, Within, by_regime
from models.evidence.lead_lag_words import sentence
from models.evidence.refusals import RefusedError, called, fault_of_follower, sentence_case
from models.evidence.regression import Slope, slope, usual_lags
from models.evidence.resampling import DRAWS, SEED, optimal_block_length, percentile_interval, stationary_rows

Frequency = Literal["weekly", "daily"]
WIDEST_LAG = 8
WINDOW = 52
LEAST = 60  # common returns below which nothing is said
SPRING_2020 = (np.datetime64("2020-02-01"), np.datetime64("2020-04-30"))  # one crash that many a lag hangs on
_MARCH_2020 = (np.datetime64("2020-03-01"), np.datetime64("2020-03-31"))
_FRIDAY = 1  # 1970-01-02 was one
_Z = 1.959964


@dataclass(frozen=True, slots=True, eq=False)
class Common:
    """Closes of both on common periods: `end` is the Friday or session; returns are NaN after a missing period."""

    end: Sessions
    leader: Floats
    follower: Floats
    leader_return: Floats
    follower_return: Floats


@dataclass(frozen=True, slots=True)
class Lag:
    """The correlation at one lag over its own `n` pairs, the pointwise 95 % room of chance, and the slope."""

    k: int
    n: int
    r: float
    low: float
    high: float
    slope: Slope


@dataclass(frozen=True, slots=True, eq=False)
class Rolling:
    """Correlations over the last 52 periods; `low` and `high` by Fisher's z; `crash` marks windows with March 2020."""

    end: Sessions
    r: Floats
    low: Floats
    high: Floats
    crash: Flags


@dataclass(frozen=True, slots=True, eq=False)
class LeadLag:
    """The whole study; `naive` is 1.96/sqrt(n), `simultaneous` the 95 % quantile of the largest |r| by chance.

    `predictions` and `robust` ask both ways, `calm_*` the same without February to April 2020; `regimes` is empty
    where none were given.  `levels` is the correlation of log levels, which says nothing.
    """

    leader: str
    follower: str
    frequency: Frequency
    n: int
    first: dt.date
    last: dt.date
    lags: tuple[Lag, ...]
    naive: float
    simultaneous: float
    blocks: tuple[float, float]
    draws: int
    seed: int
    predictions: tuple[Prediction, ...]
    robust: tuple[Robust, ...]
    bic_orders: tuple[int, int]
    calm_predictions: tuple[Prediction, ...]
    calm_robust: tuple[Robust, ...]
    regimes: tuple[Within, ...]
    rolling: Rolling
    levels: float
    common: Common
    sentence: str


def lead_lag(
    leader: Series, follower: Series, frequency: Frequency = "weekly", draws: int = DRAWS, seed: int = SEED,
    stretches: Sequence[Stretch] = (),
) -> LeadLag:  # fmt: skip
    """Return the study of two assets, also within the regimes of the stretches; raises `RefusedError`."""
    fault = fault_of_follower(leader, follower, entries(leader, follower))
    if fault:
        raise RefusedError(fault)
    common = weekly(leader, follower) if frequency == "weekly" else daily(leader, follower)
    one, other = common.leader_return, common.follower_return
    whole = np.isfinite(one) & np.isfinite(other)
    n = int(whole.sum())
    _refuse_little(leader, follower, common, n)
    by_chance, blocks = chance(one, other, draws, seed)
    names = (leader.asset.symbol, follower.asset.symbol)
    calm = (common.end < SPRING_2020[0]) | (common.end > SPRING_2020[1])
    quiet = [np.where(calm, series, np.nan) for series in (one, other)]
    days = common.end[whole]
    found = _lags(one, other, by_chance)
    errors = usual_lags(n)
    bound = float(np.quantile(np.abs(by_chance).max(axis=1), 0.95))
    predictions, robust = both_ways(names, one, other), robust_both_ways(names, one, other, errors)
    calm_robust = robust_both_ways(names, quiet[0], quiet[1], errors)
    return LeadLag(
        leader=names[0], follower=names[1], frequency=frequency, n=n,
        first=days[0].astype(object), last=days[-1].astype(object),
        lags=found, naive=_Z / n**0.5, simultaneous=bound, blocks=blocks, draws=draws, seed=seed,
        predictions=predictions, robust=robust,
        bic_orders=(order_by_bic(other, one), order_by_bic(one, other)),
        calm_predictions=both_ways(names, quiet[0], quiet[1]),
        calm_robust=calm_robust, regimes=by_regime(common.end, one, other, stretches),
        rolling=rolling(common), levels=_r(np.log(common.leader), np.log(common.follower)),
        common=common,
        sentence=sentence(leader.asset, follower.asset, frequency, n, found, bound, robust, calm_robust),
    )  # fmt: skip


def weekly(leader: Series, follower: Series) -> Common:
    """Return the last closes on or before each Friday that both have lived through."""
    until = min(leader.session[-1], follower.session[-1])
    weeks = [_by_week(series, until) for series in (leader, follower)]
    end, rows, others = np.intersect1d(weeks[0][0], weeks[1][0], return_indices=True)
    return _common(end, weeks[0][1][rows], weeks[1][1][others], np.diff(end).astype(np.int64) == 7)


def daily(leader: Series, follower: Series) -> Common:
    """Return the closes of the leader's sessions with those at which the follower is entered."""
    row = entries(leader, follower)
    has = row >= 0
    together = np.diff(np.flatnonzero(has)) == 1
    return _common(leader.session[has], leader.close[has], follower.close[row[has]], together)


def correlations(one: Floats, other: Floats, widest: int = WIDEST_LAG) -> Floats:
    """Return r(k) = corr(one[t - k], other[t]) for k from -widest to widest, each over its own whole pairs."""
    return np.array([_r(*_pairs(one, other, k)) for k in range(-widest, widest + 1)])


def chance(one: Floats, other: Floats, draws: int, seed: int) -> tuple[Floats, tuple[float, float]]:
    """Return the correlations of resamples drawn apart from each other, a row a draw, and the mean blocks.

    Each keeps its own dependence on its past and loses any link to the other.
    """
    x, y = one[np.isfinite(one)], other[np.isfinite(other)]
    x, y = x[-min(len(x), len(y)) :], y[-min(len(x), len(y)) :]
    blocks = max(2.0, optimal_block_length(x)[0]), max(2.0, optimal_block_length(y)[0])
    drawn = zip(
        stationary_rows(len(x), blocks[0], draws, seed),
        stationary_rows(len(y), blocks[1], draws, seed + 1),
        strict=True,
    )
    return np.array([correlations(x[rows], y[others]) for rows, others in drawn]), blocks


def rolling(common: Common, window: int = WINDOW) -> Rolling:
    """Return the correlation of each `window` periods in a row with nothing missing, at their end."""
    one, other = common.leader_return, common.follower_return
    ends, values, crash = [], [], []
    in_march = (common.end >= _MARCH_2020[0]) & (common.end <= _MARCH_2020[1])
    for stop in range(window, len(one) + 1):
        x, y = one[stop - window : stop], other[stop - window : stop]
        if np.isfinite(x).all() and np.isfinite(y).all():
            ends.append(common.end[stop - 1])
            values.append(_r(x, y))
            crash.append(bool(in_march[stop - window : stop].any()))
    r = np.array(values, np.float64)
    half = _Z / (window - 3) ** 0.5
    z = np.arctanh(np.clip(r, -0.999999, 0.999999))
    return Rolling(np.array(ends, "datetime64[D]"), r, np.tanh(z - half), np.tanh(z + half), np.array(crash, np.bool_))


def _by_week(series: Series, until: np.datetime64) -> tuple[Sessions, Floats]:
    days = series.session.astype(np.int64)
    friday = days + (_FRIDAY - days) % 7
    is_last = np.append(friday[1:] != friday[:-1], True) & (friday <= until.astype(np.int64))
    return friday[is_last].astype("datetime64[D]"), series.close[is_last]


def _common(end: Sessions, one: Floats, other: Floats, together: Flags) -> Common:
    returns = [np.append(np.nan, np.where(together, np.diff(np.log(close)), np.nan)) for close in (one, other)]
    return Common(end, one, other, returns[0][: len(end)], returns[1][: len(end)])


def _pairs(one: Floats, other: Floats, k: int) -> tuple[Floats, Floats]:
    x, y = (one[: len(one) - k], other[k:]) if k >= 0 else (one[-k:], other[: len(other) + k])
    whole = np.isfinite(x) & np.isfinite(y)
    return x[whole], y[whole]


def _r(x: Floats, y: Floats) -> float:
    a, b = x - x.mean(), y - y.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / size if size > 0 else float("nan")


def _lags(one: Floats, other: Floats, by_chance: Floats) -> tuple[Lag, ...]:
    found = []
    for column, k in enumerate(range(-WIDEST_LAG, WIDEST_LAG + 1)):
        x, y = _pairs(one, other, k)
        low, high = percentile_interval(by_chance[:, column])
        found.append(Lag(k, len(x), _r(x, y), low, high, slope(y, x)))
    return tuple(found)


def _refuse_little(leader: Series, follower: Series, common: Common, n: int) -> None:
    names = f"{called(leader.asset)} and {called(follower.asset)}"
    if n < LEAST:
        raise RefusedError(f"{sentence_case(names)} have only {n} returns in common; at least {LEAST} are needed.")
    for series, returns in ((leader, common.leader_return), (follower, common.follower_return)):
        if float(np.nanstd(returns)) == 0:
            raise RefusedError(f"The price of {called(series.asset)} never changes, so nothing goes with it.")

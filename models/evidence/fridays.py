"""The Fridays of a coin at the UTC close: what was known then, and whether it was higher so many days later.

Section 6 of the definitions.  A fifth feature, the growth of net liquidity, is left out: its figures begin late, are
missing in most profiles, and a model that has it only sometimes could not be compared with itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.bars import Flags, Floats, Sessions
from models.evidence.alignment import STALE_DAYS, Series

AVERAGE = 200  # days
SWING = 30  # days
NEAR_HIGH = -0.03
BREAK_DAYS = 90
FEATURES = ("distance from the high", "broke within 90 days", "over its 200-day mean", "volatility of 30 days")
_DEEPEST = -0.5
_EXACT = 1e-9  # far finer than a tick: a rise from 100 to 120 is exactly one of 20 %
_FRIDAY = 1  # a day number, 2 January 1970
_LONG_AGO = -(10**6)

Days = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """The Fridays (UTC close) with all features known: outcome NaN where it is still to come or a price is missing.

    `features` are those named in `FEATURES`: distance of the leader from its high (at least -50 %), whether it broke
    within 90 days, log price over its 200-day mean, log volatility of 30 days.  `state` is one of 0 to 3.
    """

    friday: Sessions
    outcome: Floats
    features: Floats
    state: npt.NDArray[np.intp]

    @property
    def days(self) -> Days:
        """Return the Fridays as day numbers."""
        return self.friday.astype(np.int64)

    @property
    def known(self) -> Flags:
        """Return whose outcome is known."""
        known: Flags = np.isfinite(self.outcome)
        return known


def grid(
    target: Series, leader: Series, breaks: Sequence[np.datetime64], distance: Floats, horizon: int, step: float = 0.0
) -> Grid:
    """Return the Fridays of a round-the-clock target; `distance` is the leader's from its high, a row a session.

    The outcome is a rise (above zero, or of `step` or more).  A session of the leader counts on the Friday on which it
    is over by the UTC close, and for a week at the most.
    """
    day = target.session.astype(np.int64)
    friday = np.arange(day[0] + (_FRIDAY - day[0]) % 7, day[-1] + 1, 7)
    row = np.searchsorted(day, friday)
    row = row[day[row] == friday]
    last = np.searchsorted(leader.ends, target.ends[row], side="right") - 1
    row, last = row[last >= 0], last[last >= 0]
    features = _features(target, leader, breaks, distance, row, last)
    fresh = day[row] - leader.session[last].astype(np.int64) <= STALE_DAYS
    whole = np.isfinite(features).all(axis=1) & fresh
    row, features = row[whole], features[whole]
    state = 2 * (features[:, 0] >= NEAR_HIGH) + (features[:, 2] > 0)
    return Grid(target.session[row], _outcomes(target, row, horizon, step), features, state)


def _features(
    target: Series, leader: Series, breaks: Sequence[np.datetime64], distance: Floats,
    row: npt.NDArray[np.intp], last: npt.NDArray[np.intp],
) -> Floats:  # fmt: skip
    broke = np.sort(np.array(list(breaks), "datetime64[D]").astype(np.int64))
    dated = np.concatenate(([_LONG_AGO], broke))  # the last break that was over, if there was one
    latest = dated[np.searchsorted(broke, leader.session[last].astype(np.int64), side="right")]
    recent = target.session[row].astype(np.int64) - latest <= BREAK_DAYS
    over = np.log(target.close[row]) - np.log(_moving(target.close, AVERAGE)[row])
    swing = np.log(_volatility(np.log(target.close), SWING)[row])
    return np.column_stack((np.clip(distance[last], _DEEPEST, 0.0), recent, over, swing))


def _outcomes(target: Series, row: npt.NDArray[np.intp], horizon: int, step: float) -> Floats:
    day = target.session.astype(np.int64)
    later = np.minimum(np.searchsorted(day, day[row] + horizon), len(day) - 1)
    gained = target.close[later] / target.close[row] - 1
    rose = gained >= step - _EXACT if step > 0 else gained > 0
    outcome: Floats = np.where(day[later] == day[row] + horizon, rose.astype(np.float64), np.nan)
    return outcome


def _moving(values: Floats, n: int) -> Floats:
    means = np.full(len(values), np.nan)
    if len(values) >= n:
        means[n - 1 :] = np.lib.stride_tricks.sliding_window_view(values, n).mean(axis=1)
    return means


def _volatility(level: Floats, n: int) -> Floats:
    """Return the standard deviation (ddof 1) of the last n daily log returns; NaN where the price stood still."""
    returns = np.diff(level)
    spread = np.full(len(level), np.nan)
    if len(returns) >= n:
        spread[n:] = np.lib.stride_tricks.sliding_window_view(returns, n).std(axis=1, ddof=1)
    return np.where(spread > 0, spread, np.nan)

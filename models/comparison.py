"""One asset against another: pairs of closes, their ratio, the way down from the high, and how returns move together.

A session of one market is paired with the session of the same date of the other, since a coin's day ends after every
exchange's of that date (section 2 of the definitions, "Alignment").  Nothing is paired with a later date.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from data.bars import Bars, Flags, Floats, Seconds, Sessions
from models.highs import running_highs
from models.resample import Period

CARRY_DAYS = 7  # calendar days for which a close still counts on days when its own market is shut
WINDOW = 63  # returns in a rolling correlation, about a quarter of a year
_CHUNK = 4096  # windows that are worked on at a time, which bounds the memory

Measure = Literal["ratio", "drawdown", "correlation"]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Closes of two assets that belong together, one entry per session of the first, oldest first.

    `time` is the instant (UTC epoch seconds) from which both bars had begun; `final` says that both are settled.
    """

    time: Seconds
    session: Sessions
    first: Floats
    second: Floats
    final: Flags

    def __len__(self) -> int:
        return len(self.time)

    def __getitem__(self, rows: npt.NDArray[np.intp]) -> Pairs:
        """Return the chosen rows."""
        return Pairs(self.time[rows], self.session[rows], self.first[rows], self.second[rows], self.final[rows])


def paired(first: Bars, second: Bars, carry_days: int = CARRY_DAYS) -> Pairs:
    """Return each valid close of `first` with the last valid one of `second` of that date or at most so long before.

    With `carry_days` 0 only sessions that both have are paired.  Where neither market has a bar that recent, there is
    no pair: a close that has gone stale is no price.
    """
    ours, theirs = first[first.valid], second[second.valid]
    row = np.searchsorted(theirs.session, ours.session, side="right") - 1
    recent = row >= 0
    recent[recent] = ours.session[recent] - theirs.session[row[recent]] <= np.timedelta64(carry_days, "D")
    ours, theirs = ours[recent], theirs[row[recent]]
    time = np.maximum(ours.time, theirs.time)
    kept = np.flatnonzero(np.diff(time, append=np.iinfo(np.int64).max) > 0)  # of one instant, the later session
    pairs = Pairs(time, ours.session, ours.close, theirs.close, ours.final & theirs.final)
    return pairs[kept]


def ratio(first: Bars, second: Bars, carry_days: int = CARRY_DAYS) -> Bars:
    """Return the price of `first` in units of `second`, one bar per session of `first`."""
    pairs = paired(first, second, carry_days)
    return _bars(pairs.time, pairs.session, pairs.first / pairs.second, pairs.final)


def drawdown(bars: Bars, tick: float) -> Bars:
    """Return the close over the closing all-time high (1 at the high), the bar's own close included in that high.

    With q the close rounded to the tick and M its running maximum before: q/max(M, q) (section 1, "dist_t").
    """
    highs = running_highs(bars, tick)
    best = np.fmax(highs.prior, highs.price)
    return _bars(bars.time[highs.row], highs.session, highs.price / best, bars.final[highs.row])


def rolling_correlation(first: Bars, second: Bars, window: int = WINDOW, period: Period = "day") -> Bars:
    """Return the correlation (Pearson) of log returns over the last `window` returns, between sessions both have.

    For weeks and months, returns run between the last common sessions of each.  A window in which one price did not
    move has no correlation and is left out.  ValueError for a window of less than three returns.
    """
    if window < 3:
        raise ValueError(f"a correlation needs three returns or more, not {window}")
    pairs = _last_of_each(paired(first, second, carry_days=0), period)
    if len(pairs) <= window:
        return Bars.empty()
    one, other = np.diff(np.log(pairs.first)), np.diff(np.log(pairs.second))
    values = np.concatenate(
        [_correlations(one[i : i + _CHUNK + window - 1], other[i : i + _CHUNK + window - 1], window)
         for i in range(0, len(one) - window + 1, _CHUNK)]
    )  # fmt: skip
    rows = np.flatnonzero(np.isfinite(values)) + window
    return _bars(pairs.time[rows], pairs.session[rows], values[rows - window], pairs.final[rows])


def _last_of_each(pairs: Pairs, period: Period) -> Pairs:
    if period == "day" or len(pairs) == 0:
        return pairs
    if period == "month":
        number = pairs.session.astype("datetime64[M]").astype(np.int64)
    else:
        number = (pairs.session.astype(np.int64) + 3) // 7  # weeks from Monday; 1 January 1970 was a Thursday
    return pairs[np.flatnonzero(np.diff(number, append=number[-1] + 1))]


def _correlations(one: Floats, other: Floats, window: int) -> Floats:
    x = np.lib.stride_tricks.sliding_window_view(one, window)
    y = np.lib.stride_tricks.sliding_window_view(other, window)
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    spread = np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    # What rounding leaves of a price that stood still is no movement.
    moved = (np.abs(x).max(axis=1) > 1e-12) & (np.abs(y).max(axis=1) > 1e-12) & (spread > 0)
    values = np.full(len(x), np.nan)
    np.divide((x * y).sum(axis=1), spread, out=values, where=moved)
    clipped: Floats = np.clip(values, -1.0, 1.0)
    return clipped


def _bars(time: Seconds, session: Sessions, value: Floats, final: Flags) -> Bars:
    value = value.copy()
    return Bars(time.copy(), session.copy(), value, value, value, value, np.zeros(len(value)), final.copy())

"""Which bars of a history cannot be right, or hardly: rules on columns, each returning the rows it means."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from data.bars import Bars, Flags, Floats
from data.catalog import Kind
from models.highs import to_tick

Rows = npt.NDArray[np.intp]

_RATIOS = np.array([2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 30, 40, 50, 100], np.float64)
_SPLIT_TOLERANCE = {"equity": 0.02, "fund": 0.02, "crypto": 0.001}
_USUAL_OVER = 60
_SPIKE = 10.0
_SPIKE_ALONE = 15.0
_REVERTED = 0.2
_UNHEARD_OF = {"index": 0.2, "fund": 0.2, "equity": 0.5, "crypto": 0.5}
_GAPPED_BACK = 0.7
_LATEST = 400
_GAP_MEDIAN = 5e-4
_GAP_WIDE = 0.005
_GAP_SHARE = 0.05


def impossible_prices(bars: Bars, tick: float) -> Rows:
    """Return the bars whose high is under their low, or whose close lies more than a tick outside the two."""
    outside = (bars.close > bars.high + tick) | (bars.close < bars.low - tick)
    return np.flatnonzero((to_tick(bars.high, tick) < to_tick(bars.low, tick)) | outside)


def likely_splits(bars: Bars, kind: Kind) -> Rows:
    """Return the bars that stand to the bar before as if the asset had been split or merged.

    |ln(c_t / c_{t-1}) + ln r| < 0.02 for r = 2, 3, 4, ... and their inverses (section 1 of the definitions); an
    index never splits, and a coin's free fall counts only when it meets a ratio within 0.001.  A jump that the next
    bar takes back is no split, nor is the way back.
    """
    tolerance = _SPLIT_TOLERANCE.get(kind)
    if tolerance is None or len(bars) < 2:
        return np.empty(0, np.intp)
    jumps = _log_returns(bars.close)
    ratios = np.log(np.concatenate((_RATIOS, 1 / _RATIOS)))
    near = (np.abs(jumps[:, None] + ratios) < tolerance).any(axis=1)
    half = 0.5 * np.abs(jumps)
    taken_back = np.abs(jumps + np.append(jumps[1:], 0.0)) < half
    taking_back = np.abs(jumps + np.append(0.0, jumps[:-1])) < half
    return np.flatnonzero(near & ~taken_back & ~taking_back)


def reverted_spikes(bars: Bars) -> Rows:
    """Return the bars whose close leaps away and whose successor leaps back, already at its open.

    A leap is ten times the median move of the 60 bars before, taken back to a fifth of it.  Real turns of a market
    trade through the night's low; a wrong close does not, so the next open must have covered 70 % of the way
    back.  Where bars have only one price, the open proves nothing and the leap must be 15 times the usual.
    """
    if len(bars) <= _USUAL_OVER + 2:
        return np.empty(0, np.intp)
    moves = _log_returns(bars.close)
    size, back = np.abs(moves), np.append(moves[1:], np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        gap = np.append(np.log(bars.open[1:] / bars.close[:-1]), np.nan)
    alone = np.append(_one_price(bars)[1:], True) | ~np.isfinite(gap)
    gapped = alone | (gap / np.where(back == 0, np.nan, back) >= _GAPPED_BACK)
    rows = np.flatnonzero((np.abs(moves + back) <= _REVERTED * size) & gapped)
    rows = rows[rows > _USUAL_OVER]
    usual = _usual_move(moves, rows)  # the costly part, so only where everything else fits
    return rows[(size[rows] > np.where(alone[rows], _SPIKE_ALONE, _SPIKE) * usual) & (usual > 0)]


def unheard_of_at_the_end(bars: Bars, kind: Kind) -> float | None:
    """Return the newest close's change (a fraction) when no market moves like that, else None.

    A fifth for an index or a fund, a half for a stock or a coin, and 15 times the median move of the 60 bars before;
    whether it was real only the next session shows.
    """
    if len(bars) <= _USUAL_OVER + 2:
        return None
    moves = _log_returns(bars.close[-_USUAL_OVER - 2 :])
    usual, change = float(_usual_move(moves, np.array([len(moves) - 1]))[0]), float(bars.close[-1] / bars.close[-2] - 1)
    unheard_of = abs(change) > _UNHEARD_OF[kind] and abs(float(moves[-1])) > _SPIKE_ALONE * usual > 0
    return change if unheard_of else None


def without_volume(bars: Bars) -> Rows:
    """Return the bars without any volume where the 20 bars before had some: fetched, it seems, before the close."""
    if len(bars) <= 20:
        return np.empty(0, np.intp)
    traded = bars.volume > 0
    count = np.concatenate(([0], np.cumsum(traded)))
    all_before = count[20:-1] - count[:-21] == 20
    return np.flatnonzero(all_before & ~traded[20:]) + 20


def taken_before_the_day_ended(bars: Bars) -> bool:
    """Return whether bars of an asset that never closes look like bars stored while still in progress.

    g_t = |close_t / open_{t+1} - 1| over the latest 400 days: a median above 5e-4, or more than 5 % of them above 0.5 %
    (section 1 of the definitions, "Integrity rule").  False where there are too few days, or single prices.
    """
    latest = bars[-_LATEST - 1 :]
    following = np.diff(latest.session).astype(np.int64) == 1
    usable = following & latest.valid[:-1] & (latest.open[1:] > 0) & ~_one_price(latest)[1:]
    if int(usable.sum()) < 20:
        return False
    gaps = np.abs(latest.close[:-1][usable] / latest.open[1:][usable] - 1)
    return bool(np.median(gaps) > _GAP_MEDIAN or (gaps > _GAP_WIDE).mean() > _GAP_SHARE)


def _log_returns(close: Floats) -> Floats:
    """Return ln(c_t / c_{t-1}), zero on the first bar."""
    return np.concatenate(([0.0], np.diff(np.log(close))))


def _usual_move(moves: Floats, rows: Rows) -> Floats:
    """Return the median size of the 60 moves before each of the rows, of which each has so many before it."""
    windows = np.lib.stride_tricks.sliding_window_view(np.abs(moves[1:-1]), _USUAL_OVER)
    usual: Floats = np.median(windows[rows - _USUAL_OVER - 1], axis=1)
    return usual


def _one_price(bars: Bars) -> Flags:
    """Return which bars carry one and the same price in all four columns, or only a close."""
    flat: Flags = (bars.open == bars.close) & (bars.high == bars.low)
    return flat | ~np.isfinite(bars.open)

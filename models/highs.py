"""The running all-time high, and how far and how long the price has been below it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from data.bars import Bars, Flags, Floats

Basis = Literal["close", "high"]


@dataclass(frozen=True, slots=True, eq=False)
class Highs:
    """The running high of the valid bars of one history, one entry per valid bar, oldest first.

    With q the price rounded to the tick: `prior` is M_t = max{q_s : s < t} (NaN on the first bar), `is_new`
    whether q_t > M_t, `below` u_t, the number of valid bars strictly between the latest new high (or the first
    bar) and t, `depth` min(q since the high)/M_t - 1, `high_row` the entry at which M_t was first reached (-1
    on the first bar).  `row` says which bar of the history an entry stands for; `tick` is the step that prices were
    rounded to.  Source: section 1 of the definitions, "ATH".
    """

    basis: Basis
    row: npt.NDArray[np.intp]
    session: npt.NDArray[np.datetime64]
    price: Floats
    prior: Floats
    is_new: Flags
    below: npt.NDArray[np.int64]
    depth: Floats
    high_row: npt.NDArray[np.intp]
    tick: float

    def __len__(self) -> int:
        return len(self.row)


@dataclass(frozen=True, slots=True)
class AllTimeHigh:
    """The highest price of a history so far, the session that first reached it, and where the price is now.

    `distance` is the last price over the high, minus 1: zero at the high, negative below it; `below` counts the
    sessions since the latest new high.
    """

    price: float
    session: dt.date
    distance: float
    below: int


def to_tick(prices: Floats, tick: float) -> Floats:
    """Return prices on the grid of the tick: feeds hold 168.97000122 for 168.97, and only rounded ones compare."""
    per_unit = round(1 / tick)
    with np.errstate(over="ignore"):  # a feed's nonsense of 1e308 is the audit's business
        steps = np.round(prices / tick)
        # 30 / 100 is the float nearest to 0.3, and 30 * 0.01 is not
        rounded: Floats = steps / per_unit if abs(per_unit * tick - 1) < 1e-9 else steps * tick
    return rounded


def running_highs(bars: Bars, tick: float, basis: Basis = "close") -> Highs:
    """Return the running highs over the valid bars, in their order; settled and live bars alike.

    On the basis of highs, a bar without a usable high is left out like one without a close; so is a price that rounds
    to nothing, being under half a tick.
    """
    source = bars.close if basis == "close" else bars.high
    rounded = to_tick(source, tick)
    row = np.flatnonzero(bars.valid & np.isfinite(rounded) & (rounded > 0))
    price = rounded[row]
    position = np.arange(len(row))
    prior = np.concatenate(([np.nan], np.maximum.accumulate(price)))[: len(row)]
    is_new = price > prior
    latest = np.maximum.accumulate(np.where(is_new, position, 0))
    before = np.concatenate(([0], latest))[: len(row)]
    return Highs(
        basis=basis,
        row=row,
        session=bars.session[row],
        price=price,
        prior=prior,
        is_new=is_new,
        below=np.maximum(position - before - 1, 0).astype(np.int64),
        depth=_depth(price, before),
        high_row=np.where(position == 0, -1, before).astype(np.intp),
        tick=tick,
    )


def _depth(price: Floats, before: npt.NDArray[np.intp]) -> Floats:
    """Return min(q from the prior high up to t)/M_t - 1, each bar below its own prior high."""
    depth = np.zeros(len(price))
    start = 0
    for end in np.flatnonzero(np.diff(before, append=-1)).tolist():
        high = int(before[end])
        lowest = np.minimum.accumulate(price[high : end + 1])
        depth[start : end + 1] = lowest[start - high :] / price[high] - 1
        start = end + 1
    return depth


def all_time_high(highs: Highs) -> AllTimeHigh | None:
    """Return the high of the whole history, its last bar included; None when there is no valid bar."""
    if len(highs) == 0:
        return None
    last = len(highs) - 1
    if highs.is_new[last] or last == 0:
        return AllTimeHigh(float(highs.price[last]), highs.session[last].astype(object), 0.0, 0)
    at = int(highs.high_row[last])
    price = float(highs.price[at])
    return AllTimeHigh(
        price=price,
        session=highs.session[at].astype(object),
        distance=float(highs.price[last]) / price - 1,
        below=int(highs.below[last]) + 1,
    )

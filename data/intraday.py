"""Bars shorter than a day from Yahoo: how far back each interval goes, and which bars of an answer are whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType

import numpy as np

from data.bars import Bars, Flags, Floats, Seconds, Sessions
from data.calendar import SETTLE_DELAY, Calendars
from data.catalog import Asset

_DAY = dt.timedelta(days=1)
_MARGIN = dt.timedelta(minutes=30)  # Yahoo counts to the second, by a clock of its own


@dataclass(frozen=True, slots=True)
class Reach:
    """How far back a source has bars of an interval, and how long a stretch it gives at once."""

    seconds: int
    back: dt.timedelta
    window: dt.timedelta


# Beyond these Yahoo answers 422.
REACH: Mapping[str, Reach] = MappingProxyType(
    {
        "1m": Reach(60, 30 * _DAY, 8 * _DAY),
        "5m": Reach(300, 60 * _DAY, 60 * _DAY),
        "15m": Reach(900, 60 * _DAY, 60 * _DAY),
        "1h": Reach(3600, 730 * _DAY, 730 * _DAY),
    }
)


def windows(reach: Reach, since: dt.date | None, now: dt.datetime) -> tuple[tuple[dt.datetime, dt.datetime], ...]:
    """Return the stretches of time to ask for, oldest first: from the date `since` (UTC), or all there is, to `now`."""
    oldest = now - reach.back + _MARGIN
    start = oldest if since is None else max(oldest, dt.datetime.combine(since, dt.time(), dt.UTC))
    found = []
    while start < now:
        end = min(start + reach.window - _MARGIN, now)
        found.append((start, end))
        start = end
    return tuple(found)


def intraday_bars(
    times: Seconds, prices: Mapping[str, Floats], sessions: Sessions, asset: Asset, calendars: Calendars,
    step: int, now: dt.datetime,
) -> Bars:  # fmt: skip
    """Return the bars that begin on the interval's grid, which starts anew with each session's open.

    What Yahoo adds off the grid is the last trade, which the bar in progress holds already.  A bar is final when its
    end and the settle delay have passed and it has a close.
    """
    from_open = times - calendars.opens(asset.calendar, sessions)
    on_grid: Flags = (from_open >= 0) & (from_open % step == 0)
    close = prices["close"]
    final: Flags = (times + step <= (now - SETTLE_DELAY).timestamp()) & np.isfinite(close)
    bars = Bars(times, sessions, prices["open"], prices["high"], prices["low"], close, prices["volume"], final)
    return bars[on_grid]


def joined(parts: Sequence[Bars]) -> Bars:
    """Return several stretches as one, oldest first and each bar once: the later answer counts."""
    columns = [np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(Bars)]
    whole = Bars(*columns)
    reverse = whole.time[::-1]
    _, last = np.unique(reverse, return_index=True)
    return whole[len(whole) - 1 - last]

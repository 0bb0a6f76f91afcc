"""The range buttons: how far each goes back from the last bar."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence

import numpy as np

from data.bars import Seconds, Sessions
from ui.charts.range_bus import TimeRange
from ui.ranges import RANGES

MARGIN = 0.035  # of the span, left free after the last bar
_DAYS = {"1D": 1, "5D": 5}
_MONTHS = {"1M": 1, "3M": 3, "6M": 6, "1Y": 12, "5Y": 60, "10Y": 120}


def preset_range(name: str, first: float, last: float, sessions: Sequence[float] = ()) -> TimeRange:
    """Return the range of a preset for bars from `first` to `last`, in UTC epoch seconds; ValueError for others.

    A preset longer than the history begins at its first bar.  One of days begins with the first bar of the last one or
    five `sessions` (their begins, oldest first), and is a day or five long at least.
    """
    if name not in RANGES:
        raise ValueError(f"there is no range called {name!r}; choose one of {', '.join(RANGES)}")
    if name in _DAYS:
        return _days(_DAYS[name], first, last, sessions)
    start = max(_start(name, dt.datetime.fromtimestamp(last, dt.UTC)), first) if name != "Max" else first
    start = min(start, last - 86_400.0)
    return TimeRange(start, last + (last - start) * MARGIN)


def session_starts(times: Seconds, sessions: Sessions, count: int = 5) -> tuple[float, ...]:
    """Return when the last few sessions began that bars are of, oldest first."""
    starts: list[float] = []
    row = len(times)
    while row > 0 and len(starts) < count:
        row = int(np.searchsorted(sessions, sessions[row - 1], side="left"))
        starts.append(float(times[row]))
    return tuple(reversed(starts))


def _days(count: int, first: float, last: float, sessions: Sequence[float]) -> TimeRange:
    start = last - count * 86_400.0
    if sessions:
        start = min(start, sessions[-min(count, len(sessions))])
    start = max(start, min(first, last - 3600.0))
    return TimeRange(start, last + (last - start) * MARGIN)


def _start(name: str, last: dt.datetime) -> float:
    day = last.replace(hour=0, minute=0, second=0, microsecond=0)
    if name == "YTD":
        return day.replace(month=1, day=1).timestamp()
    months = day.year * 12 + day.month - 1 - _MONTHS[name]
    year, month = max(months // 12, 1), months % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1])).timestamp()

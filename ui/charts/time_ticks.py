"""The ticks of the time axis, kept from frame to frame."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right

from ui.charts.range_bus import TimeRange
from ui.charts.ticks import Step, Tick, full_tick, step_for, ticks_at

MORE = 0.3  # of the range in view, worked out on either side of it


class TimeTicks:
    """Works out ticks for more than is in view, so that most frames of a pan only choose among them."""

    def __init__(self) -> None:
        self._kept: tuple[dt.tzinfo, Step] | None = None
        self._reach: TimeRange | None = None
        self._ticks: tuple[Tick, ...] = ()
        self._at: list[float] = []

    def within(self, view: TimeRange, pixels: float, zone: dt.tzinfo = dt.UTC) -> tuple[Tick, ...]:
        """Return what `ticks.time_ticks` returns."""
        step, reach = step_for(view, pixels), self._reach
        kept = reach is not None and (zone, step) == self._kept
        if not (kept and reach.first <= view.first <= view.last <= reach.last):
            more = MORE * view.span
            self._kept, self._reach = (zone, step), TimeRange(view.first - more, view.last + more)
            self._ticks = ticks_at(self._reach, step, zone)
            self._at = [tick.at for tick in self._ticks]
        return full_tick(self._ticks[bisect_left(self._at, view.first) : bisect_right(self._at, view.last)], step, zone)

"""One asset's bars as the charts read them: valid ones only, each gap remembered, extremes at hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Literal

import numpy as np

from data.bars import BarRow, Bars, Flags, Floats, Seconds, Sessions
from data.catalog import Asset
from data.intervals import seconds_of
from models.resample import Period
from ui.charts.growing import Growing
from ui.charts.projection import Projection
from ui.charts.pyramid import Pyramid, Rows

Unit = Literal["price", "fraction", "number"]
CROWDED = 4.0  # bars to a device pixel from which on they are drawn as columns


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The bars in view, one entry per column of device pixels that holds any, left to right.

    `x` is the middle of the column in pixels; `first` and `last` are the rows of its first and last bar.  `whole` says
    that no column between the first and the last is empty, and no bar missing.
    """

    x: Floats
    first: Rows
    last: Rows
    low: Floats
    high: Floats
    whole: bool


class Series:
    """The valid bars of one asset, oldest first; `period` says how long each is, `step` in seconds below a day.

    A bar without a close is left out and leaves a gap, and so does, among bars shorter than a day, any time without
    one (a night, a weekend): `joined` says which bars have none between them.
    Where only open, high or low is missing, the close stands in.  `unit` says what the closes are: prices, fractions
    that are told as percents above or below 1, or plain numbers, which may be negative.
    """

    def __init__(self, asset: Asset, bars: Bars, period: Period = "day", unit: Unit = "price") -> None:
        self.asset = asset
        self.unit: Unit = unit
        self.period = period
        self._take(bars)

    def _take(self, bars: Bars) -> None:
        asset = self.asset
        if len(bars) > 1 and not bool((np.diff(bars.time) > 0).all()):
            raise ValueError(f"the bars of {asset.symbol} are not in order of time")
        self._settled = bars
        self._ticks: list[BarRow] = []
        self._growing: Mapping[str, Growing] = {}
        valid = self._valid(bars)
        whole = bool(valid.all())
        kept = bars if whole else bars[valid]
        self.time: Seconds = kept.time
        self.session: Sessions = kept.session
        self.close: Floats = kept.close
        self.open = _or_close(kept.open, kept.close)
        self.high = np.maximum(_or_close(kept.high, kept.close), np.maximum(self.open, self.close))
        self.low = np.minimum(_or_close(kept.low, kept.close), np.minimum(self.open, self.close))
        self.final: Flags = kept.final
        missed = np.cumsum(~valid)[valid]
        self.step = seconds_of(self.period)
        if self.step is not None:
            missed = missed + np.cumsum(np.diff(self.time, prepend=self.time[:1]) > self.step)
        self._missed = None if whole and self.step is None else missed
        self._least = int(np.diff(self.time).min()) if len(self.time) > 1 else 1
        self._forget_view()

    def _forget_view(self) -> None:
        self._viewed: tuple[object, ...] | None = None
        self._rows: tuple[tuple[float, float], tuple[int, int]] | None = None
        self._bounds: tuple[Rows, Rows] | None = None
        self._columns: dict[int, Columns | None] = {}

    def _valid(self, bars: Bars) -> Flags:
        return bars.valid if self.unit != "number" else np.isfinite(bars.close)

    @staticmethod
    def empty() -> Series:
        """A series of nothing."""
        return Series(Asset("", "", "equity", "24/7"), Bars.empty())

    def __len__(self) -> int:
        return len(self.time)

    @property
    def stored(self) -> Bars:
        """The bars as they were last handed over whole, without what came as ticks since."""
        return self._settled

    @cached_property
    def bars(self) -> Bars:
        """All bars as they were given, those without a close and those that came as ticks included."""
        if not self._ticks:
            return self._settled
        came = Bars.of(self._ticks)
        kept = self._settled[: int(np.searchsorted(self._settled.time, came.time[0]))]
        return Bars(*(np.concatenate((getattr(kept, c.name), getattr(came, c.name))) for c in fields(Bars)))

    def tick(self, bar: BarRow) -> None:
        """Take over a new state of the last bar, or the bar after it, in O(log n).

        Raises ValueError for a bar before the last one, or one without a close.
        """
        last = int(self.time[-1]) if len(self) else -(2**62)
        if bar.time < last or not (np.isfinite(bar.close) and bar.close > 0):
            raise ValueError(f"the bar of {bar.session} is not the last one of {self.asset.symbol}, or has no close")
        row = len(self) - 1 if bar.time == last else len(self)
        self._put(row, bar)
        if self._ticks and self._ticks[-1].time == bar.time:
            self._ticks.pop()
        self._ticks.append(bar)
        self._forget_view()
        self.__dict__.pop("bars", None)
        if bar.time > last:
            self._least = min(self._least, bar.time - last)
            self.__dict__.pop("interval", None)
        self._raise_pyramids(row)

    def _put(self, row: int, bar: BarRow) -> None:
        if not self._growing:
            names = ("time", "session", "open", "high", "low", "close", "final")
            missed = ("_missed",) if self._missed is not None else ()
            self._growing = {name: Growing(getattr(self, name)) for name in (*names, *missed)}
        opened, high, low = (price if price > 0 else bar.close for price in (bar.open, bar.high, bar.low))
        values = {
            "time": bar.time, "session": np.datetime64(bar.session, "D"), "open": opened, "close": bar.close,
            "high": max(high, opened, bar.close), "low": min(low, opened, bar.close), "final": bar.final,
        }  # fmt: skip
        if self._missed is not None:
            values["_missed"] = self._missed_before(row, bar)
        for name, column in self._growing.items():
            setattr(self, name, column.put(row, values[name]))

    def _missed_before(self, row: int, bar: BarRow) -> int:
        if self._missed is None or len(self._missed) == 0:
            return 0
        if row < len(self._missed):
            return int(self._missed[row])
        gap = self.step is not None and bar.time - int(self.time[row - 1]) > self.step
        return int(self._missed[row - 1]) + gap

    def extended(self, bars: Bars) -> bool:
        """Take over bars that only go on from these (the last one may have changed); False when they do not.

        The pyramids are kept, at the cost of the bars that are new.
        """
        kept = len(self.bars) - 1
        if kept < 1 or len(bars) <= kept or not bars[:kept].same_as(self.bars[:kept]):
            return False
        begun = int(np.count_nonzero(self._valid(self.bars)[:kept]))
        self._take(bars)
        self.__dict__.pop("bars", None)
        self.__dict__.pop("interval", None)
        self._raise_pyramids(begun)
        return True

    def _raise_pyramids(self, kept: int) -> None:
        """Let the pyramids that were built follow a change of the rows from `kept` on."""
        if "closes" in self.__dict__:
            self.closes.replace_end(self.close, self.close, kept)
        if "ranges" in self.__dict__:
            self.ranges.replace_end(self.low, self.high, kept)

    @property
    def pyramid_bytes(self) -> int:
        """The memory of the pyramids that were built, beyond the columns they stand on."""
        return sum(self.__dict__[name].nbytes for name in ("closes", "ranges") if name in self.__dict__)

    @cached_property
    def closes(self) -> Pyramid:
        """Extremes of the closes, for lines."""
        return Pyramid(self.close, self.close)

    @cached_property
    def ranges(self) -> Pyramid:
        """Lowest low and highest high, for candles."""
        return Pyramid(self.low, self.high)

    @cached_property
    def interval(self) -> float:
        """The usual distance between two bars in seconds; a day when there are fewer than two."""
        if len(self) < 2:
            return 86_400.0
        return float(np.median(np.diff(self.time[-500:])))

    @property
    def live(self) -> bool:
        """Whether the last bar is still in progress, or not yet settled."""
        return len(self) > 0 and not bool(self.final[-1])

    def row_at(self, instant: float) -> int:
        """Return the row of the bar that was current at an instant, never a later one; -1 before the first."""
        if instant == np.inf:
            return len(self) - 1
        return int(np.searchsorted(self.time, int(np.floor(instant)), side="right")) - 1

    def rows_in(self, first: float, last: float) -> tuple[int, int]:
        """Return start and stop of the rows whose bars begin within [first, last]; the last answer is kept."""
        if self._rows is None or self._rows[0] != (first, last):
            start = int(self.time.searchsorted(math.ceil(first), side="left"))
            stop = int(self.time.searchsorted(math.floor(last), side="right"))
            self._rows = (first, last), (start, max(stop, start))
        return self._rows[1]

    def joined(self, before: Rows, after: Rows) -> Flags:
        """Return for pairs of rows whether no bar is missing between them."""
        if self._missed is None:
            return np.ones(len(before), np.bool_)
        return self._missed[before] == self._missed[after]

    def columns(self, view: Projection, pyramid: Pyramid) -> Columns | None:
        """Return the bars in view reduced to columns of device pixels; None when there is none.

        The answers for the last view are kept: line, shade and vertical range of one frame ask for the same columns.
        """
        key = (view.times, view.width, view.density)
        if self._viewed != key:
            self._forget_view()
            self._viewed, self._bounds = key, self._bounds_of(view)
        if id(pyramid) not in self._columns:
            self._columns[id(pyramid)] = self._reduced(view, pyramid)
        return self._columns[id(pyramid)]

    def _bounds_of(self, view: Projection) -> tuple[Rows, Rows] | None:
        """Return which columns of device pixels hold a bar, and the row at which each begins, with the last one's end.

        None when no bar is in view.
        """
        count = max(round(view.width * view.density), 1)
        edges = view.times.first + view.times.span * np.arange(count + 1) / count
        rows = self._rows_at(np.ceil(edges).astype(np.int64))
        filled = np.flatnonzero(rows[1:] > rows[:-1])
        if len(filled) == count:
            return filled, rows
        if len(filled) == 0:
            return None
        return filled, np.append(rows[filled], rows[filled[-1] + 1])

    def _rows_at(self, times: Seconds) -> Rows:
        """Return for rising instants the row of the first bar not before each."""
        start, stop = (int(row) for row in np.searchsorted(self.time, times[[0, -1]], side="left"))
        if stop - start < 2:
            return np.searchsorted(self.time, times, side="left")
        first, last = int(self.time[start]), int(self.time[stop - 1])
        # None is closer to the next than the least distance, so when they are so close together all are equally far.
        if last - first == (stop - 1 - start) * self._least:
            return np.clip(start - (first - times) // self._least, start, stop)
        return start + np.searchsorted(self.time[start:stop], times, side="left")

    def _reduced(self, view: Projection, pyramid: Pyramid) -> Columns | None:
        if self._bounds is None:
            return None
        filled, bounds = self._bounds
        low, high = pyramid.extremes(bounds)
        whole = self._missed is None and int(filled[-1] - filled[0]) == len(filled) - 1
        return Columns((filled + 0.5) / view.density, bounds[:-1], bounds[1:] - 1, low, high, whole)

    def crowded(self, view: Projection) -> bool:
        """Whether so many bars are in view that a column of one pixel says as much as a smooth line."""
        start, stop = self.rows_in(view.times.first, view.times.last)
        return stop - start > CROWDED * view.width * view.density

    def extremes(self, view: Projection, pyramid: Pyramid) -> tuple[float, float] | None:
        """Return lowest and highest price in view, the bars just outside included; None without bars."""
        if len(self) == 0:
            return None
        start, stop = self.rows_in(view.times.first, view.times.last)
        if self.crowded(view):
            columns = self.columns(view, pyramid)
            if columns is not None:
                return float(columns.low.min()), float(columns.high.max())
        rows = slice(max(start - 1, 0), min(stop + 1, len(self)))
        return float(pyramid.low[rows].min()), float(pyramid.high[rows].max())


def _or_close(column: Floats, close: Floats) -> Floats:
    missing = ~(np.isfinite(column) & (column > 0))
    return np.where(missing, close, column) if bool(missing.any()) else column

"""One asset's bars as the charts read them: valid ones only, each gap remembered, extremes at hand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from data.bars import Bars, Flags, Floats, Seconds, Sessions
from data.catalog import Asset
from models.resample import Period
from ui.charts.projection import Projection
from ui.charts.pyramid import Pyramid, Rows

CROWDED = 4.0  # bars to a device pixel from which on they are drawn as columns


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The bars in view, one entry per column of device pixels that holds any, left to right.

    `x` is the middle of the column in pixels; `first` and `last` are the rows of its first and last bar.
    """

    x: Floats
    first: Rows
    last: Rows
    low: Floats
    high: Floats


class Series:
    """The valid bars of one asset, oldest first; `period` says how long each is.

    A bar without a close is left out and leaves a gap: `gap` says which bars must not be joined to the one before.
    Where only open, high or low is missing, the close stands in.
    """

    def __init__(self, asset: Asset, bars: Bars, period: Period = "day") -> None:
        self.asset = asset
        self.period = period
        self._take(bars)

    def _take(self, bars: Bars) -> None:
        asset = self.asset
        if len(bars) > 1 and not bool((np.diff(bars.time) > 0).all()):
            raise ValueError(f"the bars of {asset.symbol} are not in order of time")
        self.bars = bars
        valid = bars.valid
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
        self.gap: Flags | None = None if whole else np.diff(missed, prepend=missed[:1]) > 0
        self._missed = None if whole else missed
        self._columns: tuple[tuple[object, ...], Columns | None] | None = None

    @staticmethod
    def empty() -> Series:
        """A series of nothing."""
        return Series(Asset("", "", "equity", "24/7"), Bars.empty())

    def __len__(self) -> int:
        return len(self.time)

    def extended(self, bars: Bars) -> bool:
        """Take over bars that only go on from these (the last one may have changed); False when they do not.

        The pyramids are kept, at the cost of the bars that are new.
        """
        kept = len(self.bars) - 1
        if kept < 1 or len(bars) <= kept or not bars[:kept].same_as(self.bars[:kept]):
            return False
        held = self.__dict__.get("closes"), self.__dict__.get("ranges")
        begun = int(np.count_nonzero(self.bars.valid[:kept]))
        self._take(bars)
        self.__dict__.pop("interval", None)
        if held[0] is not None:
            held[0].replace_end(self.close, self.close, begun)
        if held[1] is not None:
            held[1].replace_end(self.low, self.high, begun)
        return True

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
        """Return start and stop of the rows whose bars begin within [first, last]."""
        start = np.searchsorted(self.time, int(np.ceil(first)), side="left")
        return int(start), max(int(np.searchsorted(self.time, int(np.floor(last)), side="right")), int(start))

    def joined(self, before: Rows, after: Rows) -> Flags:
        """Return for pairs of rows whether no bar is missing between them."""
        if self._missed is None:
            return np.ones(len(before), np.bool_)
        return self._missed[before] == self._missed[after]

    def columns(self, view: Projection, pyramid: Pyramid) -> Columns | None:
        """Return the bars in view reduced to columns of device pixels; None when there is none.

        The last answer is kept: line, shade and vertical range of one frame ask for the same columns.
        """
        key = (view.times, view.width, view.density, pyramid)
        if self._columns is None or self._columns[0] != key:
            self._columns = (key, self._reduced(view, pyramid))
        return self._columns[1]

    def _reduced(self, view: Projection, pyramid: Pyramid) -> Columns | None:
        count = max(round(view.width * view.density), 1)
        edges = view.times.first + view.times.span * np.arange(count + 1) / count
        rows = np.searchsorted(self.time, np.ceil(edges).astype(np.int64), side="left")
        filled = np.flatnonzero(rows[1:] > rows[:-1])
        if len(filled) == 0:
            return None
        bounds = np.append(rows[filled], rows[filled[-1] + 1])
        low, high = pyramid.extremes(bounds)
        return Columns((filled + 0.5) / view.density, bounds[:-1], bounds[1:] - 1, low, high)

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

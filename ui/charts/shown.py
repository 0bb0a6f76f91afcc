"""What the charts show, as figures: the bars of each asset within the range in view, read on demand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from data.bars import Bars, Floats, Sessions
from data.catalog import Asset
from data.intervals import seconds_of
from models.breakout import State
from models.intraday import Intraday, IntradayView
from models.resample import Period, is_intraday
from models.snapshot import AssetView, Snapshot, World
from ui.charts.high_steps import HighSteps
from ui.charts.range_bus import TimeRange
from ui.charts.series import Series, Unit


class ShownBars:
    """The bars of one asset that begin within the range in view, those without a close included.

    Nothing is copied: row 0 is `bars[start]`.  `view` is None for what no single asset stands behind, `short` what is
    known of bars shorter than a day, None for others.  `measure` names what the closes are where they are no prices but
    worked out from them, such as "Ratio"; `unit` is then the unit of the closes.
    """

    def __init__(
        self,
        series: Series,
        times: TimeRange,
        view: AssetView | None,
        short: IntradayView | None = None,
        measure: str = "",
    ) -> None:
        self.measure = measure
        self.unit: Unit = series.unit
        self.asset: Asset = series.asset
        self.period: Period = series.period
        self.bars: Bars = series.bars
        self.view = view
        first, last = np.searchsorted(self.bars.time, (int(np.ceil(times.first)), int(np.floor(times.last)) + 1))
        self.start, self.stop = int(first), max(int(last), int(first))
        self.short = short
        known_at = short.closes.of if short is not None else None
        self._steps = HighSteps(view.bars, view.highs, known_at) if view is not None else None
        changes = view.transitions if view is not None else ()
        self._changed: Sessions = np.array([change.session for change in changes], "datetime64[D]")
        self._states = (State.WARMUP, *(change.after for change in changes))

    def __len__(self) -> int:
        return self.stop - self.start

    @property
    def shown(self) -> Bars:
        """The bars in view."""
        return self.bars[self.start : self.stop]

    @property
    def source(self) -> str:
        """Where the prices come from; empty where that is not known."""
        origin = self.short if self.short is not None else self.view
        return origin.source if origin is not None else ""

    def distances(self, first: int = 0, count: int | None = None) -> Floats:
        """Return the distance of each close to the closing all-time high as it stood when that bar ended.

        A fraction: 0 at the high (or above it, while a bar is in progress), negative below, NaN where unknown.
        """
        begin = self.start + first
        end = self.stop if count is None else min(begin + count, self.stop)
        close = self.bars.close[begin:end]
        if self._steps is None or len(self._steps) == 0:
            return np.full(len(close), np.nan)
        after = np.append(self.bars.time[begin + 1 : end + 1], np.iinfo(np.int64).max)[: len(close)]
        length = seconds_of(self.period)
        if length is not None:
            after = self.bars.time[begin:end] + length
        high = self._steps.level_at(after - 1)
        return np.minimum(np.where(close > 0, close, np.nan) / high - 1, 0.0)

    def state(self, row: int) -> State | None:
        """Return the state after a bar; for one in progress, the state if it closed now; None where unknown.

        Bars shorter than a day have none: states are about the closes of sessions.
        """
        at = self.start + row
        if self.view is None or is_intraday(self.period) or not bool(self.bars[at : at + 1].valid[0]):
            return None
        session = self.bars.session[at]
        highs = self.view.highs
        if len(highs) == 0 or session > highs.session[-1]:
            return self.view.live_state
        return self._states[int(np.searchsorted(self._changed, session, side="right"))]


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """Everything in view, one entry for each asset from the top down; the keys act upon entry `active`."""

    bars: tuple[ShownBars, ...] = ()
    active: int = 0
    world: World = "real"


def shown_bars(
    series: Iterable[Series],
    chosen: Series | None,
    times: TimeRange,
    snapshot: Snapshot | None,
    intraday: Intraday | None = None,
    derived: Iterable[tuple[Series, str]] = (),
) -> Shown:
    """Return what is in view of these series and then of the `derived` ones, each with what it is called.

    `chosen` is the one that the keys act upon.
    """
    if snapshot is None:
        return Shown()
    shown = [each for each in series if len(each)]
    more = [(each, title) for each, title in derived if len(each)]
    active = next((i for i, each in enumerate([*shown, *(each for each, _ in more)]) if each is chosen), 0)
    short = intraday.views if intraday is not None else {}
    bars = [
        ShownBars(each, times, snapshot.assets.get(each.asset.symbol), short.get(each.asset.symbol)) for each in shown
    ]
    bars += [ShownBars(each, times, None, measure=title) for each, title in more]
    return Shown(tuple(bars), active, snapshot.world)

"""The linked charts: several panes, one time range, one crosshair."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import cast
from zoneinfo import ZoneInfo

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from data.bars import BarRow
from models.comparison import Measure
from models.resample import Period, resample
from models.snapshot import Snapshot
from ui.charts.bands import Band
from ui.charts.contents import SeriesStore, pane_contents
from ui.charts.derived import DerivedStore
from ui.charts.levels import Level
from ui.charts.pane import PaneContents, Scale, Style
from ui.charts.presets import preset_range
from ui.charts.range_bus import Extent, TimeRange
from ui.charts.shown import Shown, shown_bars
from ui.charts.stage import DAY, ChartStage
from ui.theme import Theme

MEASURES: tuple[Measure, ...] = ("ratio", "drawdown", "correlation")  # from the top
SHORT_OF_A_DAY = 0.8 * DAY  # bars closer than that have a time of day
EVENT_SPAN = 150 * DAY  # shown on either side of a break that is zoomed to


class LinkedCharts(ChartStage):
    """Panes of prices over one time axis; all times are UTC epoch seconds, sessions are exchange dates."""

    shown_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self._store = SeriesStore(resample)
        self._snapshot: Snapshot | None = None
        self._symbols: tuple[str, ...] = ()
        self._period: Period = "day"
        self._bands: tuple[Band, ...] = ()
        self._exchange_time = False
        self._derived = DerivedStore()
        self._measures: tuple[Measure, ...] = ()
        self._levels: dict[str, tuple[Level, ...]] = {}
        super().__init__(parent)

    # What is shown

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the prices of a snapshot; a view that showed the last bar goes on showing it."""
        before = self._extent()
        self._snapshot = snapshot
        self._rebuild()
        self._follow(before)

    def tick(self, symbol: str, bar: BarRow) -> None:
        """Show a new state of an asset's last bar, or the bar after it, until a snapshot brings its own.

        Costs a frame and no look at the past.  Weeks and months wait for the snapshot.  Raises ValueError for a bar
        that is not the last one, or has no close.
        """
        series = self._series.get(symbol)
        if series is None or self._period != "day":
            return
        before = self._extent()
        series.tick(bar)
        self.stack.ticked()
        self.bus.set_extent(self._extent())
        self._follow(before)
        if self._overlay.readout is not None:
            self._show_crosshair(self._overlay.readout.instant)
        self.view.refresh()

    def set_panes(self, symbols: Sequence[str]) -> None:
        """Show one pane for each symbol, the first one tallest."""
        self._symbols = tuple(symbols)
        self.stack.only = None
        self.stack.forget_widths()
        self._active = 0
        self._rebuild()
        self._follow_preset()

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self._theme = theme
        self._look = None
        self.view.refresh()

    @property
    def preset(self) -> str | None:
        """The range that is kept to as bars come in; None once it was changed by hand."""
        return self._preset

    def set_preset(self, name: str) -> None:
        """Show a range counted back from the last bar, one of `presets.PRESETS`, and keep to it as bars come in."""
        extent = self._extent()
        if extent is not None:
            self.bus.show(preset_range(name, extent.first, extent.last))
            self.bus.settle()
        self._preset = name

    def set_period(self, period: Period) -> None:
        """Show bars of a "day", "week" or "month"."""
        self._period = period
        self._rebuild()

    def set_style(self, style: str) -> None:
        """Draw a "line", "area", "candle" or "ohlc"; a comparison is always drawn as lines."""
        self._set_mode(replace(self._mode, style=cast("Style", style)))

    def set_scale(self, scale: str) -> None:
        """Draw prices on a "linear" or "log" scale, or label them in "percent" since the clicked or first bar."""
        self.stack.forget_widths()
        self._set_mode(replace(self._mode, scale=cast("Scale", scale), base=None))

    def show_volume(self, on: bool) -> None:
        """Show the traded volume along the foot of each pane."""
        self._set_mode(replace(self._mode, volume=on))

    def set_bands(self, bands: Sequence[Band]) -> None:
        """Show these stretches of time behind all panes, under everything, with a legend in the first."""
        self._bands = tuple(sorted(bands, key=lambda band: band.first))
        self._rebuild()

    def show_bands(self, on: bool) -> None:
        """Show the bands, or leave them out."""
        self._set_mode(replace(self._mode, bands=on))

    def set_levels(self, symbol: str, levels: Sequence[Level]) -> None:
        """Draw horizontal levels in the pane of an asset; `level_moved` tells when one was dragged."""
        self._levels[symbol] = tuple(levels)
        self._rebuild()

    def set_compare(self, on: bool) -> None:
        """Show all panes' assets in one, in percent since the clicked bar, or since the first one in view."""
        self._compared = on
        self.stack.only = None
        self.stack.forget_widths()
        self._active = 0
        self._set_mode(replace(self._mode, base=None))

    def set_clock(self, clock: str) -> None:
        """Tell the time of bars shorter than a day in "utc", or by the "exchange" of the first asset.

        Bars of a day and more are labelled with the dates of their sessions, which no zone changes.
        """
        self._exchange_time = clock == "exchange"
        self._rebuild()

    def show_measure(self, measure: Measure, on: bool) -> None:
        """Add a pane with the "ratio" of the second asset to the first, each "drawdown", or the "correlation"."""
        wanted = {*self._measures, measure} if on else {*self._measures} - {measure}
        self._measures = tuple(each for each in MEASURES if each in wanted)
        self.stack.only = None
        self.stack.forget_widths()
        self._active = 0
        self._rebuild()

    def shown(self) -> Shown:
        """Return the bars in view, as figures."""
        return shown_bars(self._series.values(), self._active_series(), self.bus.range, self._snapshot)

    def zoom_to(self, symbol: str, session: dt.date) -> None:
        """Show the time around a session of an asset in all panes and highlight the break of that day."""
        series = self._series.get(symbol)
        if series is None or len(series) == 0:
            return
        # A week or month is labelled with its last session, so the bar that holds a day is the first not before it.
        row = int(np.searchsorted(series.session, np.datetime64(session, "D"), side="left"))
        instant = float(series.time[min(row, len(series) - 1)])
        self.bus.show(TimeRange(instant - EVENT_SPAN, instant + EVENT_SPAN))
        self.bus.settle()
        self.stack.highlight((symbol, session))
        self._show_crosshair(instant)
        self.view.refresh()

    # Within

    def _rebuild(self) -> None:
        if self._snapshot is None:
            return
        assets = self._snapshot.assets
        self._series = {s: self._store.series(assets[s], self._period) for s in self._symbols if s in assets}
        contents = pane_contents(self._symbols, self._snapshot, self._series, compared=self._compared)
        more = (self._derived.pane(each, self._symbols, self._snapshot, self._period) for each in self._measures)
        self.stack.show([self._adorned(each) for each in (*contents, *more)], self._mode)
        self.bus.set_extent(self._extent())
        self._set_zone()
        if self._overlay.readout is not None:
            self._show_crosshair(self._overlay.readout.instant)
        self._describe()
        self.view.refresh()
        self.shown_changed.emit()

    def _set_zone(self) -> None:
        leader = next((series for series in self._series.values() if len(series)), None)
        intraday = leader is not None and leader.interval < SHORT_OF_A_DAY
        in_zone = intraday and self._exchange_time and leader is not None
        zone = ZoneInfo(leader.asset.zone) if in_zone and leader.asset.zone != "UTC" else dt.UTC
        self.stack.zone = self._overlay.zone = zone
        self._overlay.intraday = intraday

    def _adorned(self, contents: PaneContents) -> PaneContents:
        symbol = contents.series[0].asset.symbol if contents.series and not contents.title else ""
        return replace(contents, bands=self._bands, levels=self._levels.get(symbol, ()))

    def _keep_levels(self, symbol: str, levels: tuple[Level, ...]) -> None:
        self._levels[symbol] = levels

    def _extent(self) -> Extent | None:
        known = [s for s in self._series.values() if len(s)]
        if not known:
            return None
        first, last = min(float(s.time[0]) for s in known), max(float(s.time[-1]) for s in known)
        return Extent(first, last, 5 * min(s.interval for s in known))

    def _follow(self, before: Extent | None) -> None:
        """Go on showing what was kept to: a range counted back from the last bar, or the last bar itself."""
        after = self._extent()
        if after is None:
            return
        if before is None or self._preset is not None:
            self._follow_preset()
        elif before.last <= self.bus.range.last and after.last > before.last:
            self.bus.follow(self.bus.range.moved(after.last - before.last))

    def _follow_preset(self) -> None:
        extent, preset = self._extent(), self._preset
        if extent is not None and preset is not None:
            self.bus.follow(preset_range(preset, extent.first, extent.last))
            self._preset = preset

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
from data.catalog import asset_for
from models.comparison import Measure
from models.intraday import Intraday
from models.live import Tick
from models.resample import Period, is_intraday, resample
from models.snapshot import Snapshot
from ui.charts.bands import Band, band_at
from ui.charts.contents import SeriesStore, pane_contents
from ui.charts.crosshair import date_text
from ui.charts.derived import DerivedStore, Work, at_once
from ui.charts.level_stage import LevelStage
from ui.charts.pane import PaneContents, Scale, Style
from ui.charts.presets import preset_range, session_starts
from ui.charts.range_bus import Extent, TimeRange
from ui.charts.series import Series
from ui.charts.short_bars import ShortBars, ShortStore
from ui.charts.shown import Shown, shown_bars
from ui.charts.stage import DAY
from ui.charts.ticking import news
from ui.ranges import FIRST_RANGES
from ui.theme import Theme

MEASURES: tuple[Measure, ...] = ("ratio", "drawdown", "correlation")  # from the top
SHORT_OF_A_DAY = 0.8 * DAY  # bars closer than that have a time of day
EVENT_SPAN = 150 * DAY  # shown on either side of a break that is zoomed to
EVENT_BARS = 300  # the same among bars shorter than a day


class LinkedCharts(LevelStage):
    """Panes of prices over one time axis; all times are UTC epoch seconds, sessions are exchange dates."""

    shown_changed = Signal()
    wanted_changed = Signal()  # other symbols, or bars of another length

    def __init__(self, parent: QWidget | None = None, work: Work = at_once) -> None:
        """Make charts of nothing; `work` runs what takes longer than a frame."""
        self._store = SeriesStore(resample)
        self._short_store = ShortStore()
        self._intraday: Intraday | None = None
        self._daily_view: tuple[str | None, TimeRange] | None = None  # to return to from shorter bars
        self._snapshot: Snapshot | None = None
        self._symbols: tuple[str, ...] = ()
        self._period: Period = "day"
        self._bands: tuple[Band, ...] = ()
        self._exchange_time = False
        self._derived = DerivedStore(work, self._rebuild)
        self._measures: tuple[Measure, ...] = ()
        super().__init__(parent)

    # What is shown

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the prices of a snapshot; a view that showed the last bar goes on showing it."""
        before = self._extent()
        self._snapshot = snapshot
        self._rebuild()
        self._follow(before)

    def show_intraday(self, intraday: Intraday) -> None:
        """Show the bars of an interval, once it is chosen; a view that showed the last bar goes on showing it."""
        before = self._extent()
        self._intraday = intraday
        if intraday.interval == self._period:
            self._rebuild()
            self._follow(before)

    def show_tick(self, tick: Tick) -> None:
        """Show what of a tick is news: a settled bar, or one fetched after the tick, stays as it is."""
        series = self._series.get(tick.symbol)
        kept = self._kept_at(tick.symbol)
        if series is None or len(series) == 0 or tick.period != self._period or (kept is not None and tick.at < kept):
            return
        self._take_ticks(series, news(series, tick.bars))

    def tick(self, symbol: str, bar: BarRow) -> None:
        """Show a new state of an asset's last bar, or the bar after it, until a snapshot brings its own.

        Costs a frame and no look at the past.  Weeks and months wait for the snapshot.  Raises ValueError for a bar
        that is not the last one, or has no close.
        """
        series = self._series.get(symbol)
        if series is not None and self._period not in ("week", "month"):
            self._take_ticks(series, (bar,))

    def _take_ticks(self, series: Series, bars: Sequence[BarRow]) -> None:
        if not bars:
            return
        before = self._extent()
        for bar in bars:
            series.tick(bar)
        self.view.refresh_part(self.stack.ticked(series))
        self.bus.set_extent(self._extent())
        self._follow(before)
        if self._overlay.readout is not None:
            self._read_again(self._overlay.readout.instant)

    def set_panes(self, symbols: Sequence[str]) -> None:
        """Show one pane for each symbol, the first one tallest."""
        self._symbols = tuple(symbols)
        self.stack.only = None
        self.stack.forget_widths()
        self._active = 0
        self._rebuild()
        self._follow_preset()
        self.wanted_changed.emit()

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbols that have a pane, from the top."""
        return self._symbols

    @property
    def period(self) -> Period:
        """How long each bar is."""
        return self._period

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
        """Show a range counted back from the last bar, one of `ranges.RANGES`, and keep to it as bars come in."""
        extent = self._extent()
        self.fit_prices()
        self.view.refresh()
        if extent is not None:
            self.bus.show(preset_range(name, extent.first, extent.last, self._session_starts()))
            self.bus.settle()
        self._preset = name

    def set_period(self, period: Period) -> None:
        """Show bars of a "day", "week" or "month", or of "1m", "5m", "15m" or "1h" as soon as they are there."""
        before, self._period = self._period, period
        if is_intraday(period) and not is_intraday(before):
            self._daily_view = (self._preset, self.bus.range)
            self._preset = FIRST_RANGES[period]
        if is_intraday(period) != is_intraday(before):
            self._mode = replace(self._mode, base=None)  # a session and an instant are no bases for each other's bars
        self._rebuild()
        if is_intraday(before) and not is_intraday(period):
            self._return_to_days()
        elif is_intraday(period):
            self._follow_preset()
        self.wanted_changed.emit()

    def _return_to_days(self) -> None:
        if self._daily_view is not None:
            preset, times = self._daily_view
            self.bus.follow(times)
            self._preset, self._daily_view = preset, None
        self._follow_preset()

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

    def set_correlation_window(self, returns: int) -> None:
        """Look back on so many returns (3 or more) in a rolling correlation."""
        if returns != self._derived.window:
            self._derived.window = returns
            self._rebuild()

    def turn_ratio(self, on: bool) -> None:
        """Show the first asset in units of the second, not the second in units of the first."""
        self._derived.turned = on
        self._rebuild()

    def shown(self) -> Shown:
        """Return the bars in view, and what is worked out from them, as figures."""
        intraday = self._intraday if is_intraday(self._period) else None
        derived = [(each, p.contents.title) for p in self.stack.panes if p.contents.title for each in p.contents.series]
        series = self._series.values()
        return shown_bars(series, self._active_series(), self.bus.range, self._snapshot, intraday, derived)

    def zoom_to(self, symbol: str, session: dt.date) -> None:
        """Show the time around a session of an asset in all panes and highlight the break of that day."""
        series = self._series.get(symbol)
        if series is None or (len(series) == 0 and not is_intraday(self._period)):
            return
        # A week or month is labelled with its last session, so the bar that holds a day is the first not before it.
        day = np.datetime64(session, "D")
        if is_intraday(self._period) and (len(series) == 0 or day < series.session[0]):
            self.set_period("day")
            series = self._series[symbol]
        row = int(np.searchsorted(series.session, day, side="left"))
        instant = float(series.time[min(row, len(series) - 1)])
        self.fit_prices()
        around = EVENT_BARS * series.step if series.step is not None else EVENT_SPAN
        self.bus.show(TimeRange(instant - around, instant + around))
        self.bus.settle()
        self.stack.highlight((symbol, session))
        self._show_crosshair(instant)
        self.view.refresh()

    # Within

    def _rebuild(self) -> None:
        if self._snapshot is None:
            return
        contents = self._contents(self._snapshot)
        more = (self._derived.pane(each, self._symbols, self._snapshot, self._period) for each in self._measures)
        self.stack.show([self._adorned(each) for each in (*contents, *more)], self._mode)
        self.bus.set_extent(self._extent())
        self._set_zone()
        if self._overlay.readout is not None:
            self._show_crosshair(self._overlay.readout.instant)
        self._describe()
        self.view.refresh()
        self.shown_changed.emit()

    def _contents(self, snapshot: Snapshot) -> tuple[PaneContents, ...]:
        assets, period = snapshot.assets, self._period
        if not is_intraday(period):
            self._series = {s: self._store.series(assets[s], period) for s in self._symbols if s in assets}
            return pane_contents(self._symbols, snapshot, self._series, compared=self._compared)
        intraday = self._intraday if self._intraday is not None and self._intraday.interval == period else None
        views = intraday.views if intraday is not None else {}
        self._series = {s: self._short_store.series(views[s]) for s in self._symbols if s in views}
        shown = ShortBars(period, snapshot, intraday, self._zone(), self._series)
        return shown.panes(self._symbols, compared=self._compared)

    def _kept_at(self, symbol: str) -> dt.datetime | None:
        """When the bars on show of a symbol were fetched."""
        if is_intraday(self._period):
            view = self._intraday.views.get(symbol) if self._intraday is not None else None
            return view.fetched_at if view is not None else None
        daily = self._snapshot.assets.get(symbol) if self._snapshot is not None else None
        return daily.fetched_at if daily is not None else None

    def _set_zone(self) -> None:
        self.stack.zone = self._overlay.zone = self._zone()
        self._overlay.intraday = self._has_times()

    def _has_times(self) -> bool:
        leader = next((series for series in self._series.values() if len(series)), None)
        return is_intraday(self._period) or (leader is not None and leader.interval < SHORT_OF_A_DAY)

    def _last_words(self, instant: float) -> str:
        extent = self._extent()
        at = min(instant, extent.last) if extent is not None else instant
        band = band_at(self._bands, at) if self._mode.bands else None
        return f". Regime: {band.label}, since {_day_of(band.first)}" if band is not None else ""

    def _zone(self) -> dt.tzinfo:
        """Whose clocks are shown: those of the first asset's exchange where that was chosen, else UTC."""
        if not (self._exchange_time and self._symbols and self._has_times()):
            return dt.UTC
        leader = self._series.get(self._symbols[0])
        zone = (leader.asset if leader is not None else asset_for(self._symbols[0])).zone
        return ZoneInfo(zone) if zone != "UTC" else dt.UTC

    def _session_starts(self) -> tuple[float, ...]:
        """When the last five sessions of the first asset with bars began, as far as bars are shorter than them."""
        leader = next((series for series in self._series.values() if len(series)), None)
        if leader is None or leader.step is None:
            return ()
        return session_starts(leader.time, leader.session)

    def _adorned(self, contents: PaneContents) -> PaneContents:
        symbol = contents.series[0].asset.symbol if contents.series and not contents.title else ""
        return replace(contents, bands=self._bands, levels=self._levels.of(symbol))

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
            self.bus.follow(preset_range(preset, extent.first, extent.last, self._session_starts()))
            self._preset = preset


def _day_of(instant: float) -> str:
    return date_text(dt.datetime.fromtimestamp(instant, dt.UTC).date())

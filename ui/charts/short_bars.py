"""What each pane shows of bars shorter than a day: their own prices, and the high of the daily history on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from data.bars import Bars
from data.catalog import Asset, asset_for
from models.intraday import Intraday, IntradayView
from models.resample import Interval
from models.snapshot import Snapshot
from ui.charts.contents import world_badges
from ui.charts.crosshair import minute_text
from ui.charts.header import Badge
from ui.charts.high_steps import HighSteps
from ui.charts.marks import Mark
from ui.charts.pane import PaneContents
from ui.charts.series import Series

NAMES: Mapping[Interval, str] = MappingProxyType(
    {"1m": "1-minute bars", "5m": "5-minute bars", "15m": "15-minute bars", "1h": "1-hour bars"}
)


class ShortStore:
    """The series of bars shorter than a day, each built once for its bars."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, Interval], Series] = {}

    def series(self, view: IntradayView) -> Series:
        """Return the series of a view; the same one, grown, while its bars go on from those before."""
        key = (view.asset.symbol, view.interval)
        held = self._kept.get(key)
        if held is None or not (held.stored is view.bars or held.extended(view.bars)):
            held = self._kept[key] = Series(view.asset, view.bars, view.interval)
        return held


@dataclass(frozen=True, slots=True)
class ShortBars:
    """What is known for panes of one interval: the bars, beside the daily history; `zone` tells the time of day."""

    interval: Interval
    snapshot: Snapshot
    intraday: Intraday | None
    zone: dt.tzinfo = dt.UTC
    series: Mapping[str, Series] = field(default_factory=lambda: MappingProxyType({}))

    def panes(self, symbols: Sequence[str], *, compared: bool) -> tuple[PaneContents, ...]:
        """Return the contents of the panes for these symbols: the first one leads, its breaks are marked in all."""
        marks = self._marks(symbols[0]) if symbols else ()
        if compared:
            return (self._compared(symbols, marks),)
        return tuple(self._single(symbol, marks, leads=i == 0) for i, symbol in enumerate(symbols))

    def view(self, symbol: str) -> IntradayView | None:
        """Return the bars of a symbol, None before they were read."""
        return self.intraday.views.get(symbol) if self.intraday is not None else None

    def steps(self, symbol: str) -> HighSteps | None:
        """Return the daily closing high of a symbol, each step from the close of the session that made it."""
        daily, short = self.snapshot.assets.get(symbol), self.view(symbol)
        return HighSteps(daily.bars, daily.highs, short.closes.of) if daily and short else None

    def _single(self, symbol: str, marks: tuple[Mark, ...], *, leads: bool) -> PaneContents:
        series, view = self.series.get(symbol), self.view(symbol)
        if series is None or view is None or len(series) == 0:
            asset = self._asset(symbol)
            empty = Series(asset, Bars.empty(), self.interval)
            return PaneContents(
                (empty,), badges=self._extra, sentence=self._sentence(symbol), marks=marks,
                simulated=bool(self._extra), zone=self.zone,
            )  # fmt: skip
        return PaneContents(
            (series,), steps=self.steps(symbol), leads=leads, marks=marks,
            badges=self._badges(view) + self._extra, simulated=bool(self._extra), zone=self.zone,
        )  # fmt: skip

    def _compared(self, symbols: Sequence[str], marks: tuple[Mark, ...]) -> PaneContents:
        shown = tuple(self.series[s] for s in symbols if s in self.series and len(self.series[s]))
        views = [view for view in map(self.view, symbols) if view is not None and len(view.bars)]
        badges = tuple(badge for view in views for badge in self._badges(view, f"{view.asset.symbol} "))
        sentence = "" if shown else self._sentence(symbols[0])
        return PaneContents(
            shown, badges=badges + self._extra, sentence=sentence, simulated=bool(self._extra), compared=True,
            marks=marks, zone=self.zone,
        )  # fmt: skip

    @property
    def _extra(self) -> tuple[Badge, ...]:
        return world_badges(self.snapshot)

    def _asset(self, symbol: str) -> Asset:
        daily = self.snapshot.assets.get(symbol)
        return daily.asset if daily is not None else asset_for(symbol)

    def _sentence(self, symbol: str) -> str:
        """Say why a pane has no bars; never nothing."""
        view, what = self.view(symbol), f"{NAMES[self.interval]} of {self._asset(symbol).name}"
        if view is not None and view.problem:
            return view.problem
        if view is None or view.awaited:
            return f"Fetching the {what}…"
        return f"There are no {what}."

    def _badges(self, view: IntradayView, who: str = "") -> tuple[Badge, ...]:
        if view.problem and view.fetched_at is not None:
            fetched = minute_text(view.fetched_at.timestamp(), self.zone)
            return (Badge(f"{who}not updated since {fetched}", "warning", short=f"{who}not updated"),)
        if view.freshness == "fresh" or len(view.bars) == 0:
            return ()
        last = minute_text(float(view.bars.time[-1]), self.zone)
        return (Badge(f"{who}stale · last bar {last}", "warning", short=f"{who}stale"),)

    def _marks(self, symbol: str) -> tuple[Mark, ...]:
        """Return the leader's breaks, each at the close that made it."""
        daily, short = self.snapshot.assets.get(symbol), self.view(symbol)
        if daily is None or short is None:
            return ()
        known = short.closes.of(np.array([event.session for event in daily.breaks], "datetime64[D]"))
        return tuple(
            Mark(symbol, event.session, int(at), event.prior_high)
            for event, at in zip(daily.breaks, known.tolist(), strict=True)
        )

"""From a snapshot to what each pane shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from data.bars import Bars
from data.catalog import asset_for
from models.resample import Period
from models.snapshot import AssetView, Snapshot
from ui.charts.crosshair import date_text
from ui.charts.header import Badge
from ui.charts.high_item import HighSteps
from ui.charts.marks import Mark
from ui.charts.pane import PaneContents
from ui.charts.series import Series
from ui.wording import badge_of


class Resample(Protocol):
    """Makes weekly or monthly bars of daily ones (models.resample)."""

    def __call__(self, bars: Bars, period: Period, calendar: str) -> Bars:
        """Return the bars of whole weeks or months; the last one may be in progress."""
        ...


class SeriesStore:
    """The series of the assets shown, each built once for its bars and period."""

    def __init__(self, resample: Resample) -> None:
        self._resample = resample
        self._kept: dict[tuple[str, Period], tuple[Bars, Series]] = {}

    def series(self, view: AssetView, period: Period) -> Series:
        """Return the series of an asset; the same one while its bars are the same object."""
        key = (view.asset.symbol, period)
        held = self._kept.get(key)
        if held is not None and held[0] is view.bars:
            return held[1]
        bars = view.bars if period == "day" else self._resample(view.bars, period, view.asset.calendar)
        series = held[1] if held is not None and held[1].extended(bars) else Series(view.asset, bars, period)
        self._kept[key] = (view.bars, series)
        return series


def world_badges(snapshot: Snapshot) -> tuple[Badge, ...]:
    """Return the badge of a world that is not the real one."""
    return (Badge(badge_of(snapshot.world), "simulated"),) if snapshot.world != "real" else ()


def pane_contents(
    symbols: Sequence[str], snapshot: Snapshot, series: Mapping[str, Series], *, compared: bool
) -> tuple[PaneContents, ...]:
    """Return the contents of the panes for these symbols: the first one leads, its breaks are marked in all."""
    extra = world_badges(snapshot)
    leader = snapshot.assets.get(symbols[0]) if symbols else None
    marks = _marks(leader) if leader else ()
    if compared:
        shown = tuple(series[s] for s in symbols if s in series and len(series[s]))
        sentence = "" if shown else "No prices stored yet to compare"
        badges = tuple(b for s in symbols if s in snapshot.assets for b in _badges(snapshot.assets[s], name=True))
        return (
            PaneContents(shown, badges=badges + extra, sentence=sentence, simulated=bool(extra), compared=True,
                         marks=marks),
        )  # fmt: skip
    return tuple(
        _single(symbol, snapshot.assets.get(symbol), series.get(symbol), marks, extra, leads=i == 0)
        for i, symbol in enumerate(symbols)
    )


def _single(
    symbol: str,
    view: AssetView | None,
    series: Series | None,
    marks: tuple[Mark, ...],
    extra: tuple[Badge, ...],
    *,
    leads: bool,
) -> PaneContents:
    if view is None or series is None or len(series) == 0:
        asset = view.asset if view else asset_for(symbol)
        sentence = f"No prices stored yet for {asset.name}"
        return PaneContents(
            (Series(asset, Bars.empty()),), badges=extra, sentence=sentence, marks=marks, simulated=bool(extra)
        )
    return PaneContents(
        series=(series,),
        steps=HighSteps(view.bars, view.highs),
        leads=leads,
        marks=marks,
        badges=_badges(view, name=False) + extra,
        simulated=bool(extra),
    )


def _badges(view: AssetView, *, name: bool) -> tuple[Badge, ...]:
    who = f"{view.asset.symbol} " if name else ""
    return (*_left_out(view, who), *_freshness(view, who))


def _left_out(view: AssetView, who: str) -> tuple[Badge, ...]:
    """Say how many closes at or below zero are not drawn: they are no prices, and no log axis has a place for them."""
    count = int(np.count_nonzero(view.bars.close <= 0))
    if count == 0:
        return ()
    bars = "bar" if count == 1 else "bars"
    return (Badge(f"{who}{count:,} {bars} at or below zero left out", "warning", short=f"{who}{count:,} left out"),)


def _freshness(view: AssetView, who: str) -> tuple[Badge, ...]:
    if view.freshness == "fresh" or len(view.bars) == 0:
        return ()
    last = date_text(view.bars.session[-1].astype(object))
    role = "warning" if view.freshness == "stale" else "danger"
    return (Badge(f"{who}{view.freshness} · last bar {last}", role, short=f"{who}{view.freshness}"),)


def _marks(view: AssetView) -> tuple[Mark, ...]:
    return tuple(
        Mark(view.asset.symbol, event.session, int(view.bars.time[event.row]), event.prior_high)
        for event in view.breaks
    )

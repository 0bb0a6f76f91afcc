"""Panes of what follows from prices: a ratio, the way down from the high, a rolling correlation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from data.bars import Bars
from data.catalog import Asset
from models.comparison import WINDOW, Measure, drawdown, ratio, rolling_correlation
from models.resample import Period, is_intraday, resample
from models.snapshot import AssetView, Snapshot
from ui.charts.header import Badge
from ui.charts.pane import PaneContents
from ui.charts.series import Series

ONLY_DAILY = "This is worked out from daily closes. Choose bars of a day, a week or a month to see it."
SMALL = 1e-8  # the tick of a ratio: as many decimals as its size asks for


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    inputs: tuple[Bars, ...]
    series: Series


class DerivedStore:
    """Makes the series of each pane once for the bars that they follow from."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Measure, str, str, Period], _Made] = {}

    def pane(self, measure: Measure, symbols: Sequence[str], snapshot: Snapshot, period: Period) -> PaneContents:
        """Return the pane of a measure for the assets shown, the first of which the others are held against."""
        if is_intraday(period):
            return _only_daily(measure, snapshot)
        views = [snapshot.assets[s] for s in symbols if s in snapshot.assets and len(snapshot.assets[s].bars)]
        chosen = views if measure == "drawdown" else views[1:2] if measure == "ratio" else views[1:]
        series = [self._series(measure, view, views[0], period) for view in chosen]
        shown = tuple(each for each in series if len(each))
        badges = (Badge("SIMULATED", "simulated"),) if snapshot.world == "simulated" else ()
        return PaneContents(
            shown,
            badges=badges,
            title=_title(measure, views, period),
            sentence="" if shown else _NOTHING[measure],
            simulated=bool(badges),
        )

    def _series(self, measure: Measure, view: AssetView, leader: AssetView, period: Period) -> Series:
        key = (measure, view.asset.symbol, leader.asset.symbol, period)
        inputs = (view.bars, leader.bars)
        held = self._kept.get(key)
        if held is None or any(a is not b for a, b in zip(held.inputs, inputs, strict=True)):
            held = self._kept[key] = _Made(inputs, _made(measure, view, leader, period))
        return held.series


def _only_daily(measure: Measure, snapshot: Snapshot) -> PaneContents:
    """What is worked out from closes of sessions has nothing to say of the minutes between."""
    simulated = snapshot.world == "simulated"
    badges = (Badge("SIMULATED", "simulated"),) if simulated else ()
    title = "Below the all-time high" if measure == "drawdown" else measure.capitalize()
    return PaneContents((), badges=badges, title=title, sentence=ONLY_DAILY, simulated=simulated)


def _made(measure: Measure, view: AssetView, leader: AssetView, period: Period) -> Series:
    asset, other = view.asset, leader.asset
    if measure == "correlation":
        bars = rolling_correlation(view.bars, leader.bars, WINDOW, period)
        return Series(replace(asset, name=f"{asset.name} with {other.name}"), bars, period, "number")
    if measure == "drawdown":
        bars = resample(drawdown(view.bars, asset.tick), period, asset.calendar)
        return Series(replace(asset, name=f"{asset.name} below its high"), bars, period, "fraction")
    bars = resample(ratio(view.bars, leader.bars), period, asset.calendar)
    return Series(_quotient(asset, other), bars, period)


def _quotient(asset: Asset, other: Asset) -> Asset:
    symbol = f"{asset.symbol}/{other.symbol}"
    return replace(asset, symbol=symbol, name=f"{asset.name} in {other.name}", tick=SMALL, currency="")


def _title(measure: Measure, views: Sequence[AssetView], period: Period) -> str:
    if measure == "drawdown":
        return "Below the all-time high"
    if measure == "ratio" or len(views) < 2:
        return "Ratio" if measure == "ratio" else "Correlation"
    return f"Correlation with {views[0].asset.symbol}, {WINDOW} {period}s"


_NOTHING: dict[Measure, str] = {
    "ratio": "A ratio needs two charts with prices",
    "drawdown": "No prices stored yet",
    "correlation": f"A correlation needs two charts with {WINDOW} returns in common",
}

"""Panes of what follows from prices: a ratio, the way down from the high, a rolling correlation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol
from weakref import WeakMethod

from data.bars import Bars
from data.catalog import Asset
from data.source import Cancelled
from models.comparison import WINDOW, Measure, drawdown, ratio, rolling_correlation
from models.resample import Period, is_intraday, resample
from models.snapshot import AssetView, Snapshot
from ui.charts.contents import world_badges
from ui.charts.pane import PaneContents
from ui.charts.series import Series

ONLY_DAILY = "This is worked out from daily closes. Choose bars of a day, a week or a month to see it."
WORKING = "Being worked out…"
SMALL = 1e-8  # the tick of a ratio: as many decimals as its size asks for


_Key = tuple[Measure, str, str, Period, int]


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    inputs: tuple[Bars, ...]
    series: Series


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """What a worker needs of an asset."""

    asset: Asset
    bars: Bars

    @staticmethod
    def of(view: AssetView) -> _Side:
        return _Side(view.asset, view.bars)


class Work(Protocol):
    """Whoever runs a function somewhere and hands over its result here (`models.jobs.Jobs.run`)."""

    def __call__(self, work: Callable[[Cancelled], Series], done: Callable[[Series], None]) -> object:
        """Start `work(cancelled)`; `done(result)` follows on the caller's thread."""
        ...


def at_once(work: Callable[[Cancelled], Series], done: Callable[[Series], None]) -> None:
    """Do the work on the spot, for pictures that are made in one go."""
    done(work(lambda: False))


class DerivedStore:
    """Makes the series of each pane once for the bars that they follow from.

    `run` does the work; while it goes on, what was there before stays on show, and `landed` tells of what has come.
    Of several answers the one to the newest question counts.  `window` is the number of returns of a correlation,
    and a `turned` ratio has the first asset above the line.
    """

    def __init__(self, run: Work, landed: Callable[[], None]) -> None:
        self._run = run
        self._landed = WeakMethod(landed)  # it belongs to who owns this store
        self._kept: dict[_Key, _Made] = {}
        self._asked: dict[_Key, tuple[Bars, ...]] = {}
        self._asking = False
        self.window = WINDOW
        self.turned = False

    def pane(self, measure: Measure, symbols: Sequence[str], snapshot: Snapshot, period: Period) -> PaneContents:
        """Return the pane of a measure for the assets shown, the first of which the others are held against."""
        if is_intraday(period):
            return _only_daily(measure, snapshot)
        views = [snapshot.assets[s] for s in symbols if s in snapshot.assets and len(snapshot.assets[s].bars)]
        made = [self._series(measure, one, other, period) for one, other in self._couples(measure, views)]
        shown = tuple(each for each in made if each is not None and len(each))
        badges = world_badges(snapshot)
        title = self._title(measure, views, period)
        nothing = WORKING if None in made else self._nothing(measure)
        return PaneContents(
            shown,
            badges=badges,
            title=title,
            sentence="" if shown else nothing,
            simulated=bool(badges),
        )

    def _couples(self, measure: Measure, views: Sequence[AssetView]) -> list[tuple[AssetView, AssetView]]:
        """Return which asset is held against which."""
        if measure == "drawdown":
            return [(view, view) for view in views]
        if measure == "ratio" and self.turned:
            return [(views[0], view) for view in views[1:2]]
        return [(view, views[0]) for view in (views[1:2] if measure == "ratio" else views[1:])]

    def _series(self, measure: Measure, view: AssetView, leader: AssetView, period: Period) -> Series | None:
        window = self.window if measure == "correlation" else 0
        key = (measure, view.asset.symbol, leader.asset.symbol, period, window)
        inputs = (view.bars, leader.bars)
        if not _same(self._asked.get(key), inputs):
            self._asked[key] = inputs
            work = partial(_made, measure, _Side.of(view), _Side.of(leader), period, window)
            self._asking = True
            self._run(work, partial(self._take, key, inputs))
            self._asking = False
        held = self._kept.get(key)
        return held.series if held is not None else None

    def _take(self, key: _Key, inputs: tuple[Bars, ...], series: Series) -> None:
        if self._asked.get(key) is not inputs:
            return
        self._kept[key] = _Made(inputs, series)
        landed = self._landed()
        if landed is not None and not self._asking:
            landed()

    def _title(self, measure: Measure, views: Sequence[AssetView], period: Period) -> str:
        if measure == "drawdown":
            return "Below the all-time high"
        if measure == "ratio" or len(views) < 2:
            return "Ratio" if measure == "ratio" else "Correlation"
        return f"Correlation with {views[0].asset.symbol}, {self.window} {period}s"

    def _nothing(self, measure: Measure) -> str:
        if measure == "correlation":
            return f"A correlation needs two charts with {self.window} returns in common"
        return "No prices stored yet" if measure == "drawdown" else "A ratio needs two charts with prices"


def _same(held: tuple[Bars, ...] | None, inputs: tuple[Bars, ...]) -> bool:
    return held is not None and all(a is b for a, b in zip(held, inputs, strict=True))


def _only_daily(measure: Measure, snapshot: Snapshot) -> PaneContents:
    """What is worked out from closes of sessions has nothing to say of the minutes between."""
    badges = world_badges(snapshot)
    title = "Below the all-time high" if measure == "drawdown" else measure.capitalize()
    return PaneContents((), badges=badges, title=title, sentence=ONLY_DAILY, simulated=bool(badges))


def _made(measure: Measure, side: _Side, other: _Side, period: Period, window: int, _cancelled: Cancelled) -> Series:
    """Work out the series of a measure; called in a worker."""
    asset = side.asset
    if measure == "correlation":
        bars = rolling_correlation(side.bars, other.bars, window, period)
        made = Series(replace(asset, name=f"{asset.name} with {other.asset.name}"), bars, period, "number")
    elif measure == "drawdown":
        bars = resample(drawdown(side.bars, asset.tick), period, asset.calendar)
        made = Series(replace(asset, name=f"{asset.name} below its high"), bars, period, "fraction")
    else:
        bars = resample(ratio(side.bars, other.bars), period, asset.calendar)
        made = Series(_quotient(asset, other.asset), bars, period)
    _ = made.closes  # built here, so that the first frame need not
    return made


def _quotient(asset: Asset, other: Asset) -> Asset:
    symbol = f"{asset.symbol}/{other.symbol}"
    return replace(asset, symbol=symbol, name=f"{asset.name} in {other.name}", tick=SMALL, currency="")

"""The bars of a day's course while charts show them: stored ones at once, then fetched, and kept up to date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from data.catalog import Asset
from data.settings import Settings
from data.source import Cancelled
from data.store import StoreError
from models.desk import Desk, adjusted
from models.intraday import Intraday, IntradayView, refresh_intraday, stored_intraday
from models.jobs import Job, Jobs
from models.queues import HostQueues
from models.refresh import Parts, primary_source
from models.resample import Interval
from models.schedule import Schedule

# A fetch brings all that is new, so more often than bars come would be for nothing; an hour is long to wait for
# the first look at a bar, so that one is looked at four times.
PACE = {
    "1m": dt.timedelta(minutes=1),
    "5m": dt.timedelta(minutes=5),
    "15m": dt.timedelta(minutes=15),
    "1h": dt.timedelta(minutes=15),
}
SIMULATED_PACE = dt.timedelta(minutes=96)  # by the simulated clock, which passes them in two seconds
LOOK_MILLISECONDS = 1000
SIMULATED_LOOK_MILLISECONDS = 250

_Answer = IntradayView | StoreError


class IntradayMarket(QObject):
    """Keeps the bars of one interval of the assets on the charts, and only while somebody looks at them.

    Fetches go through the same lanes as the daily ones, one asset at a time for each host.  Answers to what is no
    longer shown are dropped.  Nothing is judged of these bars.
    """

    changed = Signal(object)

    def __init__(self, desk: Desk, jobs: Jobs, *, look_milliseconds: int | None = None) -> None:
        super().__init__()
        self._parts = desk.parts
        self._sources = desk.sources
        self._is_hurried = desk.is_hurried
        self._jobs = jobs
        self._assets: tuple[Asset, ...] = ()
        self._interval: Interval | None = None
        self._views: dict[str, IntradayView] = {}
        self._schedule = Schedule(dt.timedelta(minutes=1))
        self._loading: Job | None = None
        self._queues: HostQueues[_Answer] = HostQueues(
            jobs, self._work, landed=self._on_fetched, crashed=self._on_crash, ended=self._plan
        )
        usual = SIMULATED_LOOK_MILLISECONDS if desk.is_hurried else LOOK_MILLISECONDS
        self._look = QTimer(self, interval=look_milliseconds or usual)
        self._look.timeout.connect(self._fetch_due)

    @property
    def interval(self) -> Interval | None:
        """The interval that is kept up to date; None while none is."""
        return self._interval

    def show(self, assets: Sequence[Asset], interval: Interval) -> None:
        """Show what is stored of these assets, fetch what is new, and go on so."""
        if (tuple(assets), interval) == (self._assets, self._interval):
            return
        self._drop_work()
        if interval != self._interval:
            self._views = {}
        self._assets, self._interval = tuple(assets), interval
        self._views = {s: view for s, view in self._views.items() if any(a.symbol == s for a in assets)}
        self._schedule = Schedule(SIMULATED_PACE if self._is_hurried else PACE[interval])
        self._loading = self._jobs.run(partial(_load, self._parts, self._assets, interval), self._on_loaded)
        self._look.start()

    @Slot()
    def rest(self) -> None:
        """Fetch no more until told what to show."""
        self._drop_work()
        self._look.stop()
        self._assets, self._interval, self._views = (), None, {}

    @Slot()
    def refresh(self) -> None:
        """Fetch everything shown now, whatever the schedule says."""
        for asset in self._assets:
            source = primary_source(asset, self._parts.sources)
            self._queues.add(source.host if source else "", asset)
        self._queues.start()

    def change(self, settings: Settings) -> None:
        """Put changed settings into force: which sources are asked from now on."""
        self._parts = adjusted(self._parts, self._sources, settings)

    def _drop_work(self) -> None:
        self._queues.cancel()
        if self._loading is not None:
            self._loading.cancel()
            self._loading = None

    def _work(self, asset: Asset) -> Callable[[Cancelled], _Answer]:
        if self._interval is None:
            raise ValueError("no bars are on show that could be fetched")
        return partial(_fetch, self._parts, asset, self._interval)

    def _on_loaded(self, loaded: tuple[IntradayView, ...]) -> None:
        self._loading = None
        for view in loaded:
            self._views.setdefault(view.asset.symbol, view)
        self._publish()
        self.refresh()

    def _on_fetched(self, asset: Asset, answer: _Answer) -> None:
        if isinstance(answer, StoreError):
            self._mark(asset, answer.message)
        else:
            self._views[asset.symbol] = answer
        self._publish()

    def _on_crash(self, asset: Asset) -> None:
        self._mark(asset, f"The bars of {asset.name} could not be worked out. The log of this profile says why.")
        self._publish()

    def _mark(self, asset: Asset, problem: str) -> None:
        view = self._views.get(asset.symbol)
        if view is not None:
            self._views[asset.symbol] = replace(view, problem=problem, awaited=False)

    def _plan(self) -> None:
        self._schedule.plan(self._parts.clock(), None)

    @Slot()
    def _fetch_due(self) -> None:
        if not self._queues.busy and self._schedule.due(self._parts.clock()):
            self.refresh()

    def _publish(self) -> None:
        if self._interval is not None:
            views = {a.symbol: self._views[a.symbol] for a in self._assets if a.symbol in self._views}
            self.changed.emit(Intraday(self._parts.clock(), self._interval, MappingProxyType(views)))


def _load(parts: Parts, assets: Sequence[Asset], interval: Interval, _cancelled: Cancelled) -> tuple[IntradayView, ...]:
    return tuple(_stored(parts, asset, interval) for asset in assets)


def _stored(parts: Parts, asset: Asset, interval: Interval) -> IntradayView:
    try:
        return stored_intraday(parts, asset, interval, awaited=True)
    except StoreError as error:
        return IntradayView.nothing(asset, interval, error.message)


def _fetch(parts: Parts, asset: Asset, interval: Interval, cancelled: Cancelled) -> _Answer:
    """Fetch and read back; a store that cannot even be read is handed over as a result."""
    try:
        failure = refresh_intraday(parts, asset, interval, cancelled).failure
        return stored_intraday(parts, asset, interval, problem=failure.message if failure else "")
    except StoreError as error:
        return error

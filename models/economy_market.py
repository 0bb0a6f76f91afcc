"""The figures of the economy while the app runs: stored ones at once, then brought up to date at their slow pace."""

from __future__ import annotations

import datetime as dt
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from data.catalog import Asset
from data.macro_store import MacroStore
from data.source import Cancelled
from data.store import StoreError
from models.desk import Desk
from models.jobs import Jobs
from models.macro.economy import Economy, read_economy
from models.macro.refreshing import HEADLINES_EVERY, EconomySources, refresh_economy, refresh_headlines
from models.refresh import Parts
from models.schedule import Schedule

LOOK_MILLISECONDS = 60_000
PACE = dt.timedelta(minutes=30)


class EconomyMarket(QObject):
    """Tells what is stored of the economy (`changed`, with an `Economy` or a `StoreError`), and keeps it up to date.

    Nothing is fetched but from the sources that were switched on when the app started.  All work is done in jobs;
    a refresh that is under way is never started a second time.
    """

    changed = Signal(object)

    def __init__(self, desk: Desk, jobs: Jobs, *, look_milliseconds: int = LOOK_MILLISECONDS) -> None:
        super().__init__()
        self._parts = desk.parts
        self._sources = desk.economy
        self._symbols = tuple(asset.symbol for asset in desk.assets)
        self._jobs = jobs
        self._is_busy = self._is_stopped = False
        self._schedule, self._news = Schedule(PACE), Schedule(HEADLINES_EVERY)
        self._looks = QTimer(self, interval=look_milliseconds)
        self._looks.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._looks.timeout.connect(self._look)

    @Slot()
    def start(self) -> None:
        """Show what is stored, then fetch what is due, and keep it so where a source is switched on."""
        if self._is_stopped:
            return
        self._jobs.run(partial(_read, self._parts), self._on_read)

    def watch(self, assets: tuple[Asset, ...]) -> None:
        """Fetch headlines of these assets from now on."""
        self._symbols = tuple(asset.symbol for asset in assets)

    @Slot()
    def refresh(self) -> None:
        """Fetch everything that is switched on now, whatever the pace says."""
        self._begin(every=True, news=True)

    def stop(self) -> None:
        """Begin nothing new; the jobs are stopped by whoever owns them."""
        self._is_stopped = True
        self._looks.stop()

    def _on_read(self, read: Economy | StoreError) -> None:
        self.changed.emit(read)
        if self._sources != EconomySources() and not self._is_stopped:
            self._begin(every=False, news=True)
            self._looks.start()

    @Slot()
    def _look(self) -> None:
        now = self._parts.clock()
        due, news = self._schedule.due(now), self._news.due(now)
        if due or news:
            self._begin(every=False, news=news)

    def _begin(self, *, every: bool, news: bool) -> None:
        if self._is_busy or self._is_stopped or self._sources == EconomySources():
            return
        self._is_busy = True
        symbols = self._symbols if news else ()
        work = partial(_bring, self._parts, self._sources, symbols, every)
        self._jobs.run(work, partial(self._on_brought, news), self._on_crash)

    def _on_brought(self, news: bool, read: Economy | StoreError) -> None:
        self._end(news)
        self.changed.emit(read)

    def _on_crash(self, _error: Exception) -> None:
        self._end(news=True)

    def _end(self, news: bool) -> None:
        self._is_busy = False
        now = self._parts.clock()
        self._schedule.plan(now, None)
        if news:
            self._news.plan(now, None)


def _read(parts: Parts, _cancelled: Cancelled) -> Economy | StoreError:
    try:
        return read_economy(MacroStore(parts.store.database), parts.clock())
    except StoreError as error:
        return error


def _bring(
    parts: Parts, sources: EconomySources, symbols: tuple[str, ...], every: bool, cancelled: Cancelled
) -> Economy | StoreError:
    store = MacroStore(parts.store.database)
    try:
        refresh_economy(store, sources, parts.clock, cancelled, every=every)
        if sources.news is not None and symbols:
            refresh_headlines(store, sources.news, symbols, parts.clock, cancelled)
    except StoreError as error:
        return error
    return _read(parts, cancelled)

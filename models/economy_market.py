"""The figures of the economy while the app runs: stored ones at once, then brought up to date at their slow pace."""

from __future__ import annotations

import datetime as dt
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from data.macro_store import MacroStore
from data.settings import Settings
from data.source import Cancelled
from data.store import StoreError
from models.desk import Desk
from models.jobs import Job, Jobs
from models.macro.economy import Economy, read_economy
from models.macro.refreshing import HEADLINES_EVERY, EconomySources, refresh_economy, refresh_headlines
from models.refresh import Parts
from models.schedule import Schedule

LOOK_MILLISECONDS = 60_000
PACE = dt.timedelta(minutes=30)


class EconomyMarket(QObject):
    """Tells what is stored of the economy (`changed`, with an `Economy` or a `StoreError`), and keeps it up to date.

    Nothing is fetched but from the sources that are switched on.  All work is done in jobs;
    a refresh that is under way is never started a second time.
    """

    changed = Signal(object)

    def __init__(self, desk: Desk, jobs: Jobs, *, look_milliseconds: int = LOOK_MILLISECONDS) -> None:
        super().__init__()
        self._parts = desk.parts
        self._sources_of, self._switches = desk.economy_of, _switches(desk.settings)
        self._sources = desk.economy_of(desk.settings)
        self._symbols = tuple(asset.symbol for asset in desk.assets)
        self._job: Job | None = None
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

    def change(self, settings: Settings) -> None:
        """Follow the settings: ask what is switched on from now on, and nothing else; headlines of what is watched.

        A refresh that is under way is stopped when the switches have changed.
        """
        self._symbols = settings.watchlist
        if _switches(settings) != self._switches:
            self._switches = _switches(settings)
            self.use_again(settings)

    def use_again(self, settings: Settings) -> None:
        """Make the sources anew, because what they were made with has changed, and fetch what is due."""
        self._sources = self._sources_of(settings)
        self._looks.stop()
        if self._job is not None:
            self._job.cancel()
            self._job, self._is_busy = None, False
        if self._is_on():
            self._begin(every=False, news=True)
            self._looks.start()

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
        if self._is_on():
            self._begin(every=False, news=True)
            self._looks.start()

    @Slot()
    def _look(self) -> None:
        now = self._parts.clock()
        due, news = self._schedule.due(now), self._news.due(now)
        if due or news:
            self._begin(every=False, news=news)

    def _begin(self, *, every: bool, news: bool) -> None:
        if self._is_busy or not self._is_on():
            return
        self._is_busy = True
        symbols = self._symbols if news else ()
        work = partial(_bring, self._parts, self._sources, symbols, every)
        self._job = self._jobs.run(work, partial(self._on_brought, news), self._on_crash)

    def _is_on(self) -> bool:
        return not self._is_stopped and self._sources != EconomySources()

    def _on_brought(self, news: bool, read: Economy | StoreError) -> None:
        self._end(news)
        self.changed.emit(read)

    def _on_crash(self, _error: Exception) -> None:
        self._end(news=True)

    def _end(self, news: bool) -> None:
        self._is_busy, self._job = False, None
        now = self._parts.clock()
        self._schedule.plan(now, None)
        if news:
            self._news.plan(now, None)


def _switches(settings: Settings) -> tuple[bool, ...]:
    return settings.use_fred, settings.use_treasury, settings.use_mood, settings.use_headlines


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

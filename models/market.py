"""The market as the app knows it: keeps one frozen snapshot, and has it renewed in worker threads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from data.catalog import Asset
from data.ledger import Alert, Ledger
from data.settings import Settings
from data.source import Cancelled, FetchError, Match
from data.store import StoreError
from models.ahead import Loaded, read_ahead
from models.desk import Desk, adjusted
from models.jobs import Job, Jobs
from models.progress import Progress
from models.queues import HostQueues
from models.refresh import Parts, Refreshed, needs_fetch, primary_source, refresh_asset, stored_view
from models.schedule import Schedule
from models.snapshot import AssetView, Snapshot, World

if TYPE_CHECKING:
    from models.rules.evidence import Evidence, LiquidityHistory
    from models.verdicts import Verdicts

TICK_MILLISECONDS = 15_000
# The simulated clock runs fast, so the market looks at it often.
SIMULATED_TICK_MILLISECONDS = 250
SIMULATED_PACE = dt.timedelta(minutes=96)
# Importing pandas in a worker holds the interpreter for long stretches: the window paints its first prices before that.
FIRST_PAINT_MILLISECONDS = 150


class Market(QObject):
    """Holds the snapshot, refreshes it on a schedule and on request, and has it judged.

    Everything that takes time runs in `jobs`; one queue per host, so that a slow or dead host delays only its own
    assets.  An answer that was cancelled, or whose asset is watched no longer, is dropped.
    """

    changed = Signal(object)
    progressed = Signal(object)
    scheduled = Signal(object)
    judged = Signal(object)
    announced = Signal(object)
    ruled = Signal(object)
    found = Signal(object)
    search_failed = Signal(str)

    def __init__(
        self,
        desk: Desk,
        jobs: Jobs,
        *,
        ahead: Future[Loaded] | None = None,
        tick_milliseconds: int | None = None,
    ) -> None:
        super().__init__()
        self._parts = desk.parts
        self._sources = desk.sources
        self._ledger = desk.ledger
        self._jobs = jobs
        self._assets = {asset.symbol: asset for asset in desk.assets}
        self._views: dict[str, AssetView] = {}
        self._world: World = desk.world
        self._schedule = Schedule(self._pace(desk.settings))
        self._trouble = ""
        self._is_judging = self._is_judging_due = False
        self._queues: HostQueues[Refreshed | StoreError] = HostQueues(
            jobs,
            lambda asset: partial(_refresh, self._parts, asset),
            landed=self._on_refreshed,
            crashed=self._on_crash,
            ended=self._end_refresh,
        )
        self._search: Job | None = None
        self._liquidity: LiquidityHistory | None = None
        self._total = 0
        tick = tick_milliseconds or (SIMULATED_TICK_MILLISECONDS if desk.is_hurried else TICK_MILLISECONDS)
        self._ticks = QTimer(self, interval=tick)
        if tick >= TICK_MILLISECONDS:
            self._ticks.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._ticks.timeout.connect(self._tick)
        self._painting = QTimer(self, singleShot=True, interval=FIRST_PAINT_MILLISECONDS)
        self._painting.timeout.connect(self._load_all)
        self._ahead = ahead or read_ahead(desk)
        self.snapshot = self._take()

    # -- what others ask for

    def start(self) -> None:
        """Show what is stored of the panes, then of everything, then bring it up to date, and keep it so."""
        ahead = self._ahead
        self._jobs.run(lambda _: ahead.result(), self._on_first)
        self._ticks.start()

    @Slot()
    def refresh(self) -> None:
        """Fetch every asset now, whatever the schedule says."""
        self._begin(tuple(self._assets.values()))

    @Slot()
    def cancel(self) -> None:
        """Stop the refresh that is under way; what has arrived stays."""
        self._queues.cancel()
        self._end_refresh()

    def watch(self, assets: Sequence[Asset]) -> None:
        """Watch these assets, in this order, and fetch the new ones.  The stored bars of those left out stay."""
        new = tuple(asset for asset in assets if asset.symbol not in self._assets)
        self._assets = {asset.symbol: asset for asset in assets}
        self._views = {symbol: view for symbol, view in self._views.items() if symbol in self._assets}
        self._publish()
        if new:
            self._begin(new)

    def change(self, settings: Settings) -> None:
        """Put changed settings into force; what is stored is judged anew by the new definitions."""
        self._schedule.every = self._pace(settings)
        parts = adjusted(self._parts, self._sources, settings)
        if parts == self._parts:
            return
        self._parts = parts
        self._load(self._on_checked, with_calendars=True)

    def reload(self, symbol: str) -> None:
        """Derive an asset anew from the store, as after an import."""
        asset = self._assets[symbol]
        self._jobs.run(partial(_load, self._parts, (asset,), True), self._on_reloaded)

    @Slot()
    def judge_again(self) -> None:
        """Judge every rule now on what is known, as after one was edited; returns at once, and `judged` follows.

        What is asked for while rules are being judged is done once, right after.
        """
        self._is_judging_due = self._is_judging
        if self._is_judging:
            return
        self._is_judging = True
        views, watched = MappingProxyType(dict(self._views)), frozenset(self._assets)
        work = partial(_judge, self._parts, self._ledger, views, watched, self._world)
        self._jobs.run(work, self._on_judged, self._end_judging)

    def tell(self, alerts: tuple[Alert, ...]) -> None:
        """Announce alerts that were committed between two refreshes."""
        self.announced.emit(alerts)
        self.judged.emit(alerts)

    def evidence(self) -> Evidence:
        """Return what rules are judged on now."""
        from models.rules.evidence import Evidence  # late: only who judges needs it

        views, watched = MappingProxyType(dict(self._views)), frozenset(self._assets)
        return Evidence(views, self._parts.calendars, self._parts.definitions, self._liquidity, watched)

    def know(self, liquidity: LiquidityHistory | None) -> None:
        """Take what is known of liquidity, for rules that are judged live; None says that nothing is."""
        self._liquidity = liquidity

    def search(self, text: str) -> None:
        """Look for symbols that fit the text; `found` or `search_failed` follows, for the newest text only."""
        if self._search is not None:
            self._search.cancel()
        self._search = self._jobs.run(partial(_search, self._parts, text), self._on_found)

    def stop(self) -> None:
        """End the schedule; the jobs are stopped by whoever made them."""
        self._ticks.stop()
        self._painting.stop()

    # -- the way of a refresh

    def _begin(self, assets: Sequence[Asset]) -> None:
        for asset in assets:
            source = primary_source(asset, self._parts.sources)
            self._queues.add(source.host if source else "", asset)
        self._total = self._queues.waiting
        self._report()
        self._queues.start()

    def _on_refreshed(self, asset: Asset, result: Refreshed | StoreError) -> None:
        if isinstance(result, StoreError):
            self._mark(asset.symbol, result.message)
        elif asset.symbol in self._assets:
            self._views[asset.symbol] = result.view
        self._publish()
        self._report()

    def _on_crash(self, asset: Asset) -> None:
        self._mark(
            asset.symbol, f"The prices of {asset.name} could not be worked out. The log of this profile says why."
        )
        self._publish()
        self._report()

    def _mark(self, symbol: str, problem: str) -> None:
        """Keep showing what is known of an asset that the store cannot give just now, and say why it may be old."""
        if symbol in self._views:
            self._views[symbol] = replace(self._views[symbol], problems=(problem,))
        else:
            self._trouble = problem

    def _end_refresh(self) -> None:
        self._total = 0
        self._report()
        now = self._parts.clock()
        self.scheduled.emit(self._schedule.plan(now, None))
        self.judge_again()

    def _on_judged(self, outcome: Verdicts) -> None:
        alerts, settles, problem = outcome.alerts, outcome.settles, outcome.problem
        if problem != self._trouble and (problem or self._views):  # nothing to judge proves nothing
            self._trouble = problem
            self._publish()
        self.scheduled.emit(self._schedule.plan(self._parts.clock(), settles))
        if outcome.rules is not None:
            self.ruled.emit(outcome.rules)
        if alerts:
            self.tell(alerts)
        else:
            self.judged.emit(alerts)
        self._end_judging()

    def _end_judging(self, _error: Exception | None = None) -> None:
        self._is_judging = False
        if self._is_judging_due:
            self.judge_again()

    # -- what is stored

    def _load(self, done: Callable[[Loaded], None], *, with_calendars: bool) -> None:
        assets = tuple(self._assets.values())
        self._jobs.run(partial(_load, self._parts, assets, with_calendars), done)

    def _on_first(self, loaded: Loaded) -> None:
        if loaded != ():
            self._keep(loaded)
        self._painting.start()

    @Slot()
    def _load_all(self) -> None:
        self._load(self._on_loaded, with_calendars=False)

    def _on_loaded(self, loaded: Loaded) -> None:
        self._keep(loaded)
        self._load(self._on_checked, with_calendars=True)

    def _on_checked(self, loaded: Loaded) -> None:
        self._keep(loaded)
        self._refresh_due()

    def _on_reloaded(self, loaded: Loaded) -> None:
        self._keep(loaded)
        self.judge_again()

    def _keep(self, loaded: Loaded) -> None:
        if isinstance(loaded, StoreError):
            self._trouble = loaded.message
            self._publish()
            return
        for view in loaded:
            shown = self._views.get(view.asset.symbol)
            if view.asset.symbol in self._assets and not _is_older(view, shown):
                self._views[view.asset.symbol] = replace(view, problems=shown.problems) if shown else view
        self._publish()

    # -- the schedule

    @Slot()
    def _tick(self) -> None:
        if not self._queues.busy and self._schedule.due(self._parts.clock()):
            self._refresh_due()

    def _refresh_due(self) -> None:
        now = self._parts.clock()
        due = [
            asset
            for symbol, asset in self._assets.items()
            if needs_fetch(self._views.get(symbol), self._parts.calendars, now)
        ]
        if due:
            self._begin(due)
        else:
            self._end_refresh()

    # -- telling

    def _pace(self, settings: Settings) -> dt.timedelta:
        return SIMULATED_PACE if self._world != "real" else dt.timedelta(minutes=settings.refresh_minutes)

    def _report(self) -> None:
        waiting = self._queues.waiting
        names = ", ".join(asset.name for asset in self._queues.current)
        text = f"Fetching {names}" if waiting else ""
        self.progressed.emit(Progress(max(0, self._total - waiting), self._total, text))

    def _take(self) -> Snapshot:
        ordered = {symbol: self._views[symbol] for symbol in self._assets if symbol in self._views}
        return Snapshot(self._parts.clock(), MappingProxyType(ordered), self._world, self._notices())

    def _notices(self) -> tuple[str, ...]:
        kept = self._parts.store.notices
        return (*kept, self._trouble) if self._trouble else kept

    def _publish(self) -> None:
        self.snapshot = self._take()
        self.changed.emit(self.snapshot)

    @Slot(object)
    def _on_found(self, outcome: tuple[Match, ...] | FetchError) -> None:
        if isinstance(outcome, FetchError):
            self.search_failed.emit(outcome.message)
        else:
            self.found.emit(outcome)


def _is_older(stored: AssetView, shown: AssetView | None) -> bool:
    """Whether a refresh has landed since the store was read."""
    return bool(shown and shown.fetched_at and (stored.fetched_at is None or stored.fetched_at < shown.fetched_at))


def _load(parts: Parts, assets: Sequence[Asset], with_calendars: bool, _cancelled: Cancelled) -> Loaded:
    calendars = parts.calendars if with_calendars else None
    try:
        return tuple(stored_view(parts, asset, calendars=calendars) for asset in assets)
    except StoreError as error:
        return error


def _refresh(parts: Parts, asset: Asset, cancelled: Cancelled) -> Refreshed | StoreError:
    """Hand over a store that cannot even be read as a result: were it lost here, the host's queue would stand still."""
    try:
        return refresh_asset(parts, asset, cancelled)
    except StoreError as error:
        return error


def _judge(
    parts: Parts,
    ledger: Ledger,
    views: Mapping[str, AssetView],
    watched: frozenset[str],
    world: World,
    _cancelled: Cancelled,
) -> Verdicts:
    from models.verdicts import verdicts  # late: nothing is judged before the first paint

    return verdicts(parts, ledger, views, watched, world)


def _search(parts: Parts, text: str, cancelled: Cancelled) -> tuple[Match, ...] | FetchError:
    failure: FetchError | None = None
    for source in parts.sources:
        try:
            matches = source.search(text, cancelled)
        except FetchError as error:
            failure = error
            continue
        if matches:
            return matches
    return failure or ()

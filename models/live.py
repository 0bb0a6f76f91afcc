"""The bar in progress while it is on show: asked for now and then, handed on at most ten times a second, never kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from data.bars import Bars
from data.catalog import Asset
from data.settings import Settings
from data.source import Cancelled, FetchError
from models.desk import Desk, adjusted
from models.jobs import Job, Jobs
from models.refresh import Parts, primary_source
from models.resample import Period, is_intraday

# Yahoo's lane carries sixty requests a minute: one every five seconds leaves it four fifths for what is kept.
POLL_MILLISECONDS = 5000
LEAST_GAP = dt.timedelta(seconds=15)  # between two looks at one asset; its price is rarely given more often
SIMULATED_POLL_MILLISECONDS = 100
SHOW_MILLISECONDS = 100
TOO_LATE = dt.timedelta(seconds=30)
FIRST_REST, LONGEST_REST = dt.timedelta(minutes=1), dt.timedelta(minutes=15)
MOST_BARS = 500


@dataclass(frozen=True, slots=True, eq=False)
class Tick:
    """The newest bars of an asset as a source gave them at an instant: something to look at, final in no case."""

    symbol: str
    period: Period
    at: dt.datetime
    bars: Bars


class LiveFeed(QObject):
    """Looks at the newest bar of each asset on the charts in turn, through the lane of its source.

    One request at a time.  Of the answers for an asset only the newest is handed on (`ticked`), at most ten times a
    second, and none that has waited for half a minute.  A closed market is not asked, and a failure is followed by a
    rest that grows from one minute to fifteen: the fetches that count are made elsewhere and tell of failures.
    """

    ticked = Signal(object)

    def __init__(
        self, desk: Desk, jobs: Jobs, *, poll_milliseconds: int | None = None, least_gap: dt.timedelta | None = None
    ) -> None:
        super().__init__()
        self._parts = desk.parts
        self._sources = desk.sources
        self._jobs = jobs
        self._assets: tuple[Asset, ...] = ()
        self._period: Period = "day"
        self._asked: dict[str, dt.datetime] = {}
        self._gap = least_gap if least_gap is not None else dt.timedelta(0) if desk.is_hurried else LEAST_GAP
        self._job: Job | None = None
        self._rest_until: dt.datetime | None = None
        self._rest = FIRST_REST
        self._waiting: dict[str, Tick] = {}
        usual = SIMULATED_POLL_MILLISECONDS if desk.is_hurried else POLL_MILLISECONDS
        self._poll = QTimer(self, interval=poll_milliseconds or usual)
        self._poll.timeout.connect(self._ask)
        self._show = QTimer(self, interval=SHOW_MILLISECONDS, singleShot=True)
        self._show.timeout.connect(self._hand_on)

    def show(self, assets: Sequence[Asset], period: Period) -> None:
        """Look at these assets' bars from now on; weeks and months have no bar that is worth the asking."""
        self.rest()
        if period in ("week", "month") or not assets:
            return
        self._assets, self._period = tuple(assets), period
        self._poll.start()

    @Slot()
    def rest(self) -> None:
        """Look no more until told what to show."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._poll.stop()
        self._show.stop()
        self._waiting.clear()
        self._assets = ()

    def change(self, settings: Settings) -> None:
        """Put changed settings into force: which sources are asked from now on."""
        self._parts = adjusted(self._parts, self._sources, settings)

    def offer(self, tick: Tick) -> None:
        """Take a newer state of an asset's last bars, which replaces one that is still waiting to be shown."""
        held = self._waiting.get(tick.symbol)
        if held is None or held.at <= tick.at:
            self._waiting[tick.symbol] = tick
        if not self._show.isActive():
            self._show.start()

    @Slot()
    def _hand_on(self) -> None:
        waiting, self._waiting = self._waiting, {}
        now = self._parts.clock()
        for tick in waiting.values():
            if tick.period == self._period and now - tick.at <= self._patience:
                self.ticked.emit(tick)

    @property
    def _patience(self) -> dt.timedelta:
        """How old a tick may be; a simulated clock runs faster than anybody could look."""
        return TOO_LATE if self._gap else dt.timedelta(days=1)

    @Slot()
    def _ask(self) -> None:
        now = self._parts.clock()
        if self._job is not None or self._rests(now):
            return
        due = [asset for asset in self._assets if self._is_due(asset, now)]
        if due:
            asset = min(due, key=lambda each: self._asked.get(each.symbol, dt.datetime.min.replace(tzinfo=dt.UTC)))
            self._asked[asset.symbol] = now
            work = partial(_newest, self._parts, asset, self._period)
            self._job = self._jobs.run(work, self._on_answer, self._on_crash)

    @property
    def resting(self) -> bool:
        """Whether a failure is being waited out."""
        return self._rests(self._parts.clock())

    def _rests(self, now: dt.datetime) -> bool:
        until = self._rest_until
        return until is not None and now < until <= now + LONGEST_REST  # a clock set back does not make it longer

    def _is_due(self, asset: Asset, now: dt.datetime) -> bool:
        asked = self._asked.get(asset.symbol)
        return asked is None or not dt.timedelta(0) <= now - asked < self._gap

    def _on_answer(self, answer: Tick | FetchError | None) -> None:
        self._job = None
        if isinstance(answer, FetchError):
            self._rest_until = self._parts.clock() + self._rest
            self._rest = min(2 * self._rest, LONGEST_REST)
            return
        self._rest_until, self._rest = None, FIRST_REST
        if answer is not None:
            self.offer(answer)

    def _on_crash(self, _error: Exception) -> None:
        self._on_answer(FetchError("unreadable", "The newest bar made no sense."))


def _newest(parts: Parts, asset: Asset, period: Period, cancelled: Cancelled) -> Tick | FetchError | None:
    """Return the session's bars so far; None while the market is closed or nothing is in progress."""
    now = parts.clock()
    source = primary_source(asset, parts.sources)
    if source is None or not parts.calendars.is_open(asset.calendar, now):
        return None
    today = now.astimezone(ZoneInfo(asset.zone)).date()
    try:
        bars = source.history(asset, today, cancelled, period if is_intraday(period) else "1d").bars
    except FetchError as error:
        return error
    bars = bars[bars.valid][-MOST_BARS:]
    live = len(bars) > 0 and not bool(bars.final[-1])
    return Tick(asset.symbol, period, now, bars) if live else None

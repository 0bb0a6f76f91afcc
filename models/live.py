"""The bar in progress while it is on show or a live rule looks at it: asked for now and then, never kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
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
# A closed market is looked at again when it opens, or earlier: a timer stands still while the computer sleeps.
LONGEST_CLOSED = dt.timedelta(minutes=5)
FIRST_REST, LONGEST_REST = dt.timedelta(minutes=1), dt.timedelta(minutes=15)
MOST_BARS = 500


@dataclass(frozen=True, slots=True, eq=False)
class Tick:
    """The newest bars of an asset as a source gave them at an instant: something to look at, final in no case."""

    symbol: str
    period: Period
    at: dt.datetime
    bars: Bars


@dataclass(frozen=True, slots=True)
class _Closed:
    """The answer for a market that is closed: when it opens (UTC)."""

    symbol: str
    opens: dt.datetime


class LiveFeed(QObject):
    """Looks at the newest bar of each asset on the charts, and of each that is followed, in turn.

    Through the lane of its source, one request at a time; an asset that is both is asked for once.  Of the answers for
    the charts only the newest is handed on (`ticked`), at most ten times a second; those for a followed asset are
    handed on at once (`priced`); none of either that has waited for half a minute.  A closed market is not asked, and a
    failure is followed by a rest that grows from one minute to fifteen: the fetches that count are made elsewhere and
    tell of failures.  Where nothing is shown or followed, nothing wakes.
    """

    ticked = Signal(object)
    priced = Signal(object)

    def __init__(
        self, desk: Desk, jobs: Jobs, *, poll_milliseconds: int | None = None, least_gap: dt.timedelta | None = None
    ) -> None:
        super().__init__()
        self._parts = desk.parts
        self._sources = desk.sources
        self._jobs = jobs
        self._shown: tuple[Asset, ...] = ()
        self._followed: tuple[Asset, ...] = ()
        self._period: Period = "day"
        self._is_hurried = desk.is_hurried
        self._closed_until: dict[str, dt.datetime] = {}
        self._asked: dict[str, dt.datetime] = {}
        self._gap = least_gap if least_gap is not None else dt.timedelta(0) if desk.is_hurried else LEAST_GAP
        self._job: Job | None = None
        self._asking: tuple[Asset, Period] | None = None
        self._rest_until: dt.datetime | None = None
        self._rest = FIRST_REST
        self._waiting: dict[str, Tick] = {}
        usual = SIMULATED_POLL_MILLISECONDS if desk.is_hurried else POLL_MILLISECONDS
        self._usual = poll_milliseconds or usual
        self._poll = QTimer(self, interval=self._usual)
        self._poll.timeout.connect(self._ask)
        self._show = QTimer(self, interval=SHOW_MILLISECONDS, singleShot=True)
        self._show.timeout.connect(self._hand_on)

    def show(self, assets: Sequence[Asset], period: Period) -> None:
        """Look at these assets' bars from now on; weeks and months have no bar that is worth the asking."""
        self._show.stop()
        self._waiting.clear()
        self._shown = () if period in ("week", "month") else tuple(assets)
        self._period = period
        self._turn()

    @Slot()
    def rest(self) -> None:
        """Look no more for the charts, until told what to show."""
        self.show((), self._period)

    def follow(self, assets: Sequence[Asset]) -> None:
        """Look at these assets too from now on, whatever is shown; none ends it."""
        if tuple(assets) != self._followed:
            self._followed = tuple(assets)
            self._turn()

    @Slot()
    def stop(self) -> None:
        """Look at nothing any more."""
        self.follow(())
        self.rest()

    def _wanted(self) -> dict[Asset, Period]:
        """Return the assets to look at, and by which bars: those of the charts show how far a session has come too."""
        days: dict[Asset, Period] = dict.fromkeys(self._followed, "day")
        return days | dict.fromkeys(self._shown, self._period)

    def _turn(self) -> None:
        """Go after what is wanted now, and drop an answer that is wanted no longer."""
        wanted = self._wanted()
        if self._job is not None and self._asking not in tuple(wanted.items()):
            self._job.cancel()
            self._job = None
        if wanted:
            self._poll.start(self._usual)
        else:
            self._poll.stop()

    def change(self, settings: Settings) -> None:
        """Put changed settings into force: which sources are asked from now on."""
        self._parts = adjusted(self._parts, self._sources, settings)

    def offer(self, tick: Tick) -> None:
        """Take a newer state of an asset's last bars, which replaces one that is still waiting to be shown."""
        if any(asset.symbol == tick.symbol for asset in self._followed) and self._is_new(tick):
            self.priced.emit(tick)
        if not any(asset.symbol == tick.symbol for asset in self._shown):
            return
        held = self._waiting.get(tick.symbol)
        if held is None or held.at <= tick.at:
            self._waiting[tick.symbol] = tick
        if not self._show.isActive():
            self._show.start()

    @Slot()
    def _hand_on(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for tick in waiting.values():
            if tick.period == self._period and self._is_new(tick):
                self.ticked.emit(tick)

    def _is_new(self, tick: Tick) -> bool:
        return self._parts.clock() - tick.at <= self._patience

    @property
    def _patience(self) -> dt.timedelta:
        """How old a tick may be; a simulated clock runs faster than anybody could look."""
        return TOO_LATE if self._gap else dt.timedelta(days=1)

    @Slot()
    def _ask(self) -> None:
        now = self._parts.clock()
        if self._job is not None or self._rests(now):
            return
        wanted = self._wanted()
        due = [asset for asset in wanted if self._is_due(asset, now)]
        if due:
            asset = min(due, key=lambda each: self._asked.get(each.symbol, dt.datetime.min.replace(tzinfo=dt.UTC)))
            self._asked[asset.symbol] = now
            self._asking = (asset, wanted[asset])
            work = partial(_newest, self._parts, asset, wanted[asset])
            self._job = self._jobs.run(work, self._on_answer, self._on_crash)
        elif not self._is_hurried:
            self._sleep_while_closed(now)

    def _sleep_while_closed(self, now: dt.datetime) -> None:
        """Wake when the first of the markets opens, where all of them are closed."""
        wanted = self._wanted()
        if wanted and all(self._is_closed(asset, now) for asset in wanted):
            opens = min(self._closed_until[asset.symbol] for asset in wanted)
            self._poll.setInterval(max(self._usual, round((opens - now).total_seconds() * 1000)))
        elif self._poll.interval() != self._usual:
            self._poll.setInterval(self._usual)

    def _is_closed(self, asset: Asset, now: dt.datetime) -> bool:
        until = self._closed_until.get(asset.symbol)
        return until is not None and now < until <= now + LONGEST_CLOSED  # a clock set back does not make it longer

    @property
    def awake(self) -> bool:
        """Whether there is anything to look at."""
        return self._poll.isActive()

    @property
    def resting(self) -> bool:
        """Whether a failure is being waited out."""
        return self._rests(self._parts.clock())

    def _rests(self, now: dt.datetime) -> bool:
        until = self._rest_until
        return until is not None and now < until <= now + LONGEST_REST  # a clock set back does not make it longer

    def _is_due(self, asset: Asset, now: dt.datetime) -> bool:
        if self._is_closed(asset, now):
            return False
        asked = self._asked.get(asset.symbol)
        return asked is None or not dt.timedelta(0) <= now - asked < self._gap

    def _on_answer(self, answer: Tick | FetchError | _Closed | None) -> None:
        self._job = None
        if isinstance(answer, _Closed):
            self._closed_until[answer.symbol] = min(answer.opens, self._parts.clock() + LONGEST_CLOSED)
            self._asked.pop(answer.symbol, None)  # its source was not asked, and may be as soon as it opens
            return
        if isinstance(answer, FetchError):
            self._rest_until = self._parts.clock() + self._rest
            self._rest = min(2 * self._rest, LONGEST_REST)
            return
        self._rest_until, self._rest = None, FIRST_REST
        if answer is not None:
            self.offer(answer)

    def _on_crash(self, _error: Exception) -> None:
        self._on_answer(FetchError("unreadable", "The newest bar made no sense."))


def _newest(parts: Parts, asset: Asset, period: Period, cancelled: Cancelled) -> Tick | FetchError | _Closed | None:
    """Return the session's bars so far; None where nothing of the session that is traded now is in progress."""
    now = parts.clock()
    source = primary_source(asset, parts.sources)
    if source is None:
        return None
    session = parts.calendars.session_at(asset.calendar, now)
    if session is None:
        return _Closed(asset.symbol, parts.calendars.next_open(asset.calendar, now))
    try:
        bars = source.history(asset, session, cancelled, period if is_intraday(period) else "1d").bars
    except FetchError as error:
        return error
    bars = bars[bars.valid][-MOST_BARS:]
    live = len(bars) > 0 and not bool(bars.final[-1]) and bool(bars.session[-1] >= np.datetime64(session))
    return Tick(asset.symbol, period, now, bars) if live else None

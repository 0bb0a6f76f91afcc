"""The recorded past as a source: bars appear as a clock runs over them, as often and as fast as one likes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from data.bars import Bars
from data.calendar import Calendars
from data.catalog import Asset
from data.lane import Clock
from data.source import Cancelled, Fetched, FetchError, Match


class _Course(NamedTuple):
    """From when the clock runs, where it was then, and how fast: replaced as a whole, so that threads may read it."""

    real: dt.datetime
    played: dt.datetime
    speed: float


class PlaybackClock:
    """A clock that runs over the past from `start` to `end` (UTC), `speed` times as fast as the real one.

    It stands still at first, and again at its end.  Safe to read from any thread; one thread sets its speed.
    """

    def __init__(self, real_clock: Clock, start: dt.datetime, end: dt.datetime) -> None:
        self._real_clock = real_clock
        self.start, self.end = start, max(start, end)
        self._course = _Course(real_clock(), start, 0.0)

    def __call__(self) -> dt.datetime:
        """Return the instant that is played now."""
        course = self._course
        if course.speed == 0:
            return course.played
        passed = max(self._real_clock() - course.real, dt.timedelta(0))  # a real clock may be set back
        left = self.end - course.played
        return (
            self.end
            if passed.total_seconds() * course.speed >= left.total_seconds()
            else (course.played + passed * course.speed)
        )

    @property
    def speed(self) -> float:
        """How many times as fast as the real clock it runs; 0 while it stands still."""
        return 0.0 if self.ended else self._course.speed

    @property
    def ended(self) -> bool:
        """Whether it has arrived at its end."""
        return self() >= self.end

    def run(self, speed: float) -> None:
        """Run on from here at another speed; 0 stops it.  Raises ValueError for one below 0."""
        if not speed >= 0:
            raise ValueError(f"the past is not played backwards: {speed}")
        self._course = _Course(self._real_clock(), self(), speed)

    def advance(self, length: dt.timedelta) -> None:
        """Go ahead by a length of time at once, at most to the end.  Raises ValueError for one below 0."""
        if length < dt.timedelta(0):
            raise ValueError(f"the past is not played backwards: {length}")
        self._course = _Course(self._real_clock(), min(self() + length, self.end), self._course.speed)


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """The settled daily bars of one asset as they are stored today, with the source they came from."""

    bars: Bars
    source: str


class PlaybackSource:
    """Gives of each asset's recorded bars those that had settled by the clock: never a price from later.

    The prices are the ones stored today, with every correction that was made since.
    """

    name = "Playback"
    host = "playback"

    def __init__(self, records: Mapping[str, Record], clock: Clock, calendars: Calendars) -> None:
        self._records = records
        self._clock = clock
        self._calendars = calendars

    def covers(self, asset: Asset) -> bool:
        """What was recorded can be played."""
        return asset.symbol in self._records

    def history(self, asset: Asset, since: dt.date | None, cancelled: Cancelled, interval: str = "1d") -> Fetched:  # noqa: ARG002 - the protocol's names
        """Return the bars from `since` on that have settled by now; raises `FetchError` for what was not recorded."""
        if interval != "1d":
            raise FetchError("refused", f"The past is played by the day; it has no bars of {interval}.")
        record, now = self._records.get(asset.symbol), self._clock()
        if record is None:
            raise FetchError("unknown", f"No prices of {asset.name} are stored, so there is no past of it to play.")
        bars = record.bars
        shown = self._calendars.settled(asset.calendar, bars.session, now)
        if since is not None:
            shown = shown & (bars.session >= np.datetime64(since))
        return Fetched(asset.symbol, bars[shown], self.name, now, asset.currency)

    def search(self, text: str, cancelled: Cancelled) -> tuple[Match, ...]:  # noqa: ARG002 - the protocol's names
        """Find nothing: what was not recorded cannot be played."""
        return ()

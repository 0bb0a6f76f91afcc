"""Exchange sessions: which days trade, when they open and close, and when a bar is settled."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass

import numpy as np

from data.bars import Flags, Seconds, Sessions

SETTLE_DELAY = dt.timedelta(minutes=20)
ROUND_THE_CLOCK = "24/7"

_DAY = 86_400
_FIRST = {"XTKS": dt.date(1997, 1, 1)}
_FIRST_ELSEWHERE = dt.date(1987, 9, 10)
_LAST = dt.date(2049, 12, 31)
# Longer than any closure of an exchange, so that a window of this width holds a session on either side.
_WINDOW = dt.timedelta(days=21)


@dataclass(frozen=True, slots=True, eq=False)
class _Schedule:
    """All sessions of one exchange through a date, with their opens and closes in UTC epoch seconds."""

    sessions: Sessions
    opens: Seconds
    closes: Seconds
    through: dt.date
    zone: str
    opens_at: dt.time
    closes_at: dt.time


class Calendars:
    """The sessions of every exchange that is asked for, by exchange_calendars' names ("XNYS", "24/7").

    Each exchange is built on first use, about 0.7 s for the first one in a process, so ask from a worker
    thread; any number of threads may share one object.  Sessions are known from `first_known` to the end of 2049 at
    most, future holidays as announced by now.  An unknown name raises `LookupError`.
    """

    def __init__(self) -> None:
        self._schedules: dict[str, _Schedule] = {}
        self._building = threading.Lock()

    def first_known(self, calendar: str) -> dt.date:
        """Return the first date that `sessions` knows anything about; of earlier days it says nothing."""
        if calendar == ROUND_THE_CLOCK:
            return dt.date.min
        return _FIRST.get(calendar, _FIRST_ELSEWHERE)

    def sessions(self, calendar: str, first: dt.date, last: dt.date) -> Sessions:
        """Return the sessions from `first` to `last`, both included, oldest first.

        Only known sessions: the part of the span before `first_known` is left out, not guessed.
        """
        start, end = np.datetime64(first, "D"), np.datetime64(last, "D")
        if calendar == ROUND_THE_CLOCK:
            return np.arange(start, end + 1, dtype="datetime64[D]")
        known = self._schedule(calendar, last).sessions
        return known[np.searchsorted(known, start, "left") : np.searchsorted(known, end, "right")]

    def opens(self, calendar: str, sessions: Sessions) -> Seconds:
        """Return each session's open, UTC epoch seconds; a day the calendar does not know gets the regular hour."""
        days = sessions.astype("datetime64[D]").astype(np.int64)
        if calendar == ROUND_THE_CLOCK or len(days) == 0:
            return days * _DAY
        schedule = self._schedule(calendar, sessions.max().astype("datetime64[D]").astype(object))
        return _looked_up(schedule, sessions, schedule.opens, schedule.opens_at)

    def closes(self, calendar: str, sessions: Sessions) -> Seconds:
        """Return each session's close, UTC epoch seconds, early closes respected; unknown days as in `opens`."""
        days = sessions.astype("datetime64[D]").astype(np.int64)
        if calendar == ROUND_THE_CLOCK or len(days) == 0:
            return (days + 1) * _DAY
        schedule = self._schedule(calendar, sessions.max().astype("datetime64[D]").astype(object))
        return _looked_up(schedule, sessions, schedule.closes, schedule.closes_at)

    def settled(self, calendar: str, sessions: Sessions, now: dt.datetime) -> Flags:
        """Return whether each session's bar is settled: its close and the settle delay have passed at `now`."""
        return self.closes(calendar, sessions) <= (now - SETTLE_DELAY).timestamp()

    def last_settled(self, calendar: str, now: dt.datetime) -> dt.date:
        """Return the newest session whose bar is settled at `now`."""
        around = self._around(calendar, now)
        session: dt.date = around[self.settled(calendar, around, now)][-1].astype(object)
        return session

    def next_settle(self, calendar: str, now: dt.datetime) -> dt.datetime:
        """Return the UTC instant at which the next bar will be settled, always after `now`."""
        around = self._around(calendar, now)
        close = self.closes(calendar, around[~self.settled(calendar, around, now)])[0]
        return dt.datetime.fromtimestamp(int(close), dt.UTC) + SETTLE_DELAY

    def is_open(self, calendar: str, now: dt.datetime) -> bool:
        """Return whether the exchange is in session at `now`; a lunch break counts as open."""
        return self.session_at(calendar, now) is not None

    def session_at(self, calendar: str, now: dt.datetime) -> dt.date | None:
        """Return the session that is traded at `now`, None while the exchange is closed."""
        around = self._around(calendar, now)
        second = now.timestamp()
        traded = around[(self.opens(calendar, around) <= second) & (second < self.closes(calendar, around))]
        return traded[-1].astype(object) if len(traded) else None

    def next_open(self, calendar: str, now: dt.datetime) -> dt.datetime:
        """Return the UTC instant at which the next session opens, always after `now`."""
        opens = self.opens(calendar, self._around(calendar, now))
        return dt.datetime.fromtimestamp(int(opens[opens > now.timestamp()][0]), dt.UTC)

    def _around(self, calendar: str, now: dt.datetime) -> Sessions:
        """Return the sessions of the weeks around `now`; weekdays stand in where the calendar knows none.

        A computer whose clock says 1980 must not stop the app.
        """
        today = now.astimezone(dt.UTC).date()
        first, last = today - _WINDOW, today + _WINDOW
        known = self.sessions(calendar, first, last)
        if calendar == ROUND_THE_CLOCK or (first >= self.first_known(calendar) and last <= _LAST):
            return known
        days = np.arange(np.datetime64(first), np.datetime64(last) + 1, dtype="datetime64[D]")
        return days[np.is_busday(days)]

    def _schedule(self, calendar: str, through: dt.date) -> _Schedule:
        """Return the exchange's schedule, built again only when it ends before `through`."""
        through = min(through, _LAST)
        with self._building:
            schedule = self._schedules.get(calendar)
            if schedule is None or schedule.through < through:
                year = min(max(through, self.first_known(calendar)).year + 1, _LAST.year)
                schedule = _build(calendar, self.first_known(calendar), dt.date(year, 12, 31))
                self._schedules[calendar] = schedule
            return schedule


def _build(calendar: str, first: dt.date, through: dt.date) -> _Schedule:
    """Ask exchange_calendars for a schedule; its import costs half a second, so it happens here."""
    import exchange_calendars
    from exchange_calendars.errors import InvalidCalendarName

    try:
        exchange = exchange_calendars.get_calendar(calendar, start=first, end=through)
    except InvalidCalendarName as error:
        raise LookupError(f"no exchange calendar is called {calendar!r}") from error
    schedule = _Schedule(
        sessions=exchange.sessions.to_numpy().astype("datetime64[D]"),
        opens=exchange.opens_nanos // 1_000_000_000,
        closes=exchange.closes_nanos // 1_000_000_000,
        through=through,
        zone=str(exchange.tz),
        opens_at=exchange.open_times[-1][1],
        closes_at=exchange.close_times[-1][1],
    )
    for column in (schedule.sessions, schedule.opens, schedule.closes):
        column.setflags(write=False)
    return schedule


def _looked_up(schedule: _Schedule, sessions: Sessions, times: Seconds, regular: dt.time) -> Seconds:
    """Return the instant of each session from the schedule, and the exchange's regular hour for other days."""
    place = np.minimum(np.searchsorted(schedule.sessions, sessions), len(schedule.sessions) - 1)
    found = times[place]
    unknown = schedule.sessions[place] != sessions
    if bool(unknown.any()):
        found[unknown] = _regular(schedule.zone, sessions[unknown], regular)
    return found


def _regular(zone: str, sessions: Sessions, hour: dt.time) -> Seconds:
    """Return a wall-clock hour of the exchange on each day as UTC epoch seconds."""
    import pandas as pd

    wall = pd.DatetimeIndex(sessions.astype("datetime64[s]")) + pd.Timedelta(hours=hour.hour, minutes=hour.minute)
    seconds: Seconds = wall.tz_localize(zone).tz_convert(None).to_numpy().astype("datetime64[s]").astype(np.int64)
    return seconds

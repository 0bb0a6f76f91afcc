"""What followed a session, and nothing that was not yet known: entries, exits, outcomes and what is still open.

Section 2 of the definitions, "Alignment".  A position is entered at the follower's first close that came at or after
the leader's, never at one before: of a coin and New York that is the bar of the same date, which ends three to six
hours after the session; of London it is the next day's.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, cast

import numpy as np
import numpy.typing as npt

from data.bars import Bars, Flags, Floats, Seconds, Sessions
from data.calendar import ROUND_THE_CLOCK, Calendars
from data.catalog import Asset

Outcome = Literal["A", "B", "C", "D"]
Rows = npt.NDArray[np.intp]

STALE_DAYS = 7  # calendar days after which the last close of an exchange is no price any more
STEP = 0.20  # the rise, or fall, that outcomes B, C and D speak of

# Far finer than a tick: a rise from 100 to 120 is exactly one of 20 %, though 120/100 - 1 is a little less.
_EXACT = 1e-9


class Status(IntEnum):
    """What became of a session: its outcome is known, still open, undecided, or a price is missing."""

    COUNTED = 0
    CENSORED = 1
    UNDECIDED = 2
    NO_PRICE = 3


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """The settled closes of one asset, oldest first.

    `ends` is the instant (UTC epoch seconds) at which each bar was over and its close could be known; `source` says
    whose prices they are and as of when.
    """

    asset: Asset
    session: Sessions
    close: Floats
    ends: Seconds
    source: str = ""

    def __post_init__(self) -> None:
        if not len(self.session) == len(self.close) == len(self.ends):
            raise ValueError("columns of a series differ in length")
        if bool((np.diff(self.session).astype(np.int64) <= 0).any()):
            raise ValueError(f"the sessions of {self.asset.symbol} are not in order")

    def __len__(self) -> int:
        return len(self.session)

    def __getitem__(self, rows: slice | Flags | Rows) -> Series:
        """Return the chosen rows."""
        return Series(self.asset, self.session[rows], self.close[rows], self.ends[rows], self.source)

    @property
    def round_the_clock(self) -> bool:
        """Whether every date has a bar."""
        return self.asset.calendar == ROUND_THE_CLOCK

    @property
    def first(self) -> dt.date:
        """Return its first session; IndexError when it is empty."""
        return cast("dt.date", self.session[0].astype(object))

    @property
    def last(self) -> dt.date:
        """Return its last session; IndexError when it is empty."""
        return cast("dt.date", self.session[-1].astype(object))


@dataclass(frozen=True, slots=True, eq=False)
class Forward:
    """What followed each session of the leader over one horizon, one entry per session.

    `entry` and `exit` are rows of the follower (-1: none); `simple` is R = P(exit)/P(entry) - 1, NaN unless the outcome
    is counted or undecided; `hit` whether the outcome came; `base` the leader's rows that count.
    """

    leader: Series
    follower: Series
    horizon: int
    outcome: Outcome
    entry: Rows
    exit: Rows
    status: npt.NDArray[np.int8]
    simple: Floats
    hit: Flags
    base: Rows

    @property
    def log(self) -> Floats:
        """Return ln(1 + R) of the base sessions."""
        logs: Floats = np.log1p(self.simple[self.base])
        return logs

    @property
    def days(self) -> npt.NDArray[np.int64]:
        """Return the date of each base session as a day number."""
        numbers: npt.NDArray[np.int64] = self.leader.session[self.base].astype("datetime64[D]").astype(np.int64)
        return numbers


def series_of(asset: Asset, bars: Bars, calendars: Calendars, source: str = "") -> Series:
    """Return the settled, valid closes of an asset; the ends of its sessions come from its exchange's calendar."""
    kept = bars[bars.final & bars.valid]
    return Series(asset, kept.session, kept.close, calendars.closes(asset.calendar, kept.session), source)


def entries(leader: Series, follower: Series) -> Rows:
    """Return the follower's row that each session of the leader is entered at, -1 where there is none.

    It is the bar of the same date where the follower never closes or trades on the leader's exchange, and never one
    that ended before the leader's session did.  On another exchange it is the first close from then on, unless
    that is more than a week away.
    """
    if len(follower) == 0:
        return np.full(len(leader), -1)
    if follower.asset.calendar in (leader.asset.calendar, ROUND_THE_CLOCK):
        row = np.minimum(np.searchsorted(follower.session, leader.session), len(follower) - 1)
        usable = (follower.session[row] == leader.session) & (follower.ends[row] >= leader.ends)
    else:
        row = np.minimum(np.searchsorted(follower.ends, leader.ends), len(follower) - 1)
        wait = (follower.session[row] - leader.session).astype(np.int64)
        usable = (follower.ends[row] >= leader.ends) & (wait <= STALE_DAYS)
    return np.where(usable, row, -1)


def exits(follower: Series, entry: Rows, horizon: int) -> Rows:
    """Return the row at which each entry is left `horizon` calendar days later; -1 for none, -2 for not yet.

    A coin is left at the close of that very date, everything else at the last close on or before it.
    """
    if len(follower) == 0:
        return np.full(len(entry), -1)
    due = follower.session[np.maximum(entry, 0)] + np.timedelta64(horizon, "D")
    row = np.searchsorted(follower.session, due, side="right") - 1
    age = (due - follower.session[row]).astype(np.int64)
    usable = (age <= (0 if follower.round_the_clock else STALE_DAYS)) & (row > entry)
    left = np.where(usable, row, -1)
    left[due > follower.session[-1]] = -2
    left[entry < 0] = -1
    return left


def forward(leader: Series, follower: Series, horizon: int, outcome: Outcome = "A", step: float = STEP) -> Forward:
    """Return what followed every session of the leader over `horizon` calendar days.

    Outcomes: A higher than at the entry; B higher by `step` or more; C a close that much higher at any time until
    the end; D such a close before one that much lower (neither: undecided, and left out).
    """
    if horizon < 1:
        raise ValueError(f"a horizon of {horizon} days lies not ahead")
    entry = entries(leader, follower)
    left = exits(follower, entry, horizon)
    status = np.where(left >= 0, Status.COUNTED, np.where(left == -2, Status.CENSORED, Status.NO_PRICE)).astype(np.int8)
    known = np.flatnonzero(left >= 0)
    simple = np.full(len(leader), np.nan)
    simple[known] = follower.close[left[known]] / follower.close[entry[known]] - 1
    hit = np.zeros(len(leader), np.bool_)
    if outcome in ("A", "B"):
        hit[known] = simple[known] > 0 if outcome == "A" else simple[known] >= step - _EXACT
    else:
        up, down = _touches(follower.close, entry[known], left[known], step)
        hit[known] = up < down if outcome == "D" else up < _NEVER
        if outcome == "D":
            status[known[(up == _NEVER) & (down == _NEVER)]] = Status.UNDECIDED
    base = np.flatnonzero(status == Status.COUNTED)
    return Forward(leader, follower, horizon, outcome, entry, np.maximum(left, -1), status, simple, hit, base)


_NEVER = np.iinfo(np.int64).max


def _touches(
    close: Floats, entry: Rows, left: Rows, step: float
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return how many bars after each entry, up to its exit, the price first closed a step higher, and lower."""
    if len(entry) == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    longest = int((left - entry).max())
    padded = np.concatenate((close, np.full(longest, np.nan)))
    ahead = np.lib.stride_tricks.sliding_window_view(padded[1:], longest)[entry]
    relative = np.where(np.arange(longest) < (left - entry)[:, None], ahead, np.nan) / close[entry][:, None]
    return _first(relative >= 1 + step - _EXACT), _first(relative <= 1 - step + _EXACT)


def _first(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    return np.where(flags.any(axis=1), flags.argmax(axis=1), _NEVER)

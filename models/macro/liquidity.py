"""Net liquidity: the Federal Reserve's balance sheet less what the Treasury and the reverse repos keep of it.

Section 5 of the definitions.  The trap are the units: the balance sheet and the Treasury's account come in millions of
dollars, the reverse repos in billions.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from data.bars import Floats, Seconds, Sessions
from data.macro_store import Recorded

REPO_DAYS = 7  # calendar days that the last reverse repo may lie back
REPO_BEGAN = dt.date(2013, 9, 23)
WEEKS = 13

_MILLIONS_IN_A_BILLION = 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class NetLiquidity:
    """Net liquidity and its parts on the Wednesdays of the statement, all in USD billions, oldest first.

    `known_at` (UTC epoch seconds) is when the last of the parts was out; `account` says which series the Treasury's
    account of each week is.
    """

    date: Sessions
    value: Floats
    balance: Floats
    treasury: Floats
    repo: Floats
    known_at: Seconds
    account: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.date)

    @property
    def growth(self) -> Floats:
        """The relative change over 13 weeks, NaN where the week 13 before is missing."""
        return growth(self.date, self.value)


def net_liquidity(
    balance: Recorded, wednesday: Recorded, week: Recorded, repo: Recorded, *, first_published: bool = True
) -> NetLiquidity:
    """Return net liquidity from WALCL, WDTGAL, WTREGEN and RRPONTSYD as stored.

    The Treasury's account is that of the Wednesday where there is one, else the week's average.  A week without an
    account, or without a reverse repo of the last seven days, is left out.  `first_published` takes each value as it
    first came out, for studies; otherwise the latest revision counts.
    """
    parts = [one.first() if first_published else _last(one) for one in (balance, wednesday, week, repo)]
    balance, wednesday, week, repo = parts
    level, level_known = _same_day(wednesday, balance.date)
    mean, mean_known = _same_day(week, balance.date)
    by_level = np.isfinite(level)
    treasury = np.where(by_level, level, mean) / _MILLIONS_IN_A_BILLION
    taken, taken_known = _recent(repo, balance.date)
    known = np.maximum(balance.known_at, np.maximum(np.where(by_level, level_known, mean_known), taken_known))
    whole = balance.value / _MILLIONS_IN_A_BILLION
    kept = np.isfinite(treasury) & np.isfinite(taken)
    account = tuple("WDTGAL" if flag else "WTREGEN" for flag in by_level[kept])
    return NetLiquidity(
        balance.date[kept], (whole - treasury - taken)[kept], whole[kept], treasury[kept], taken[kept], known[kept],
        account,
    )  # fmt: skip


def growth(date: Sessions, value: Floats, weeks: int = WEEKS) -> Floats:
    """Return x(t) / x(t - weeks) - 1 of a weekly series, NaN where that very week is missing."""
    before = date - np.timedelta64(7 * weeks, "D")
    row = np.searchsorted(date, before)
    found = np.zeros(len(date), np.bool_) if len(date) == 0 else date[np.minimum(row, len(date) - 1)] == before
    base = np.where(found, value[np.minimum(row, len(date) - 1)], np.nan) if len(date) else np.zeros(0)
    change: Floats = value / base - 1
    return change


def _last(recorded: Recorded) -> Recorded:
    tail = np.ones(len(recorded), np.bool_)
    tail[:-1] = recorded.date[1:] != recorded.date[:-1]
    return recorded[tail]


def _same_day(recorded: Recorded, date: Sessions) -> tuple[Floats, Seconds]:
    """Return the values of the very dates and when they were known; NaN and 0 where there is none."""
    if len(recorded) == 0:
        return np.full(len(date), np.nan), np.zeros(len(date), np.int64)
    row = np.minimum(np.searchsorted(recorded.date, date), len(recorded) - 1)
    found = recorded.date[row] == date
    return np.where(found, recorded.value[row], np.nan), np.where(found, recorded.known_at[row], 0)


def _recent(repo: Recorded, date: Sessions) -> tuple[Floats, Seconds]:
    """Return the last reverse repo up to each date, at most seven days old; none was before September 2013."""
    before = date < np.datetime64(REPO_BEGAN, "D")
    if len(repo) == 0:
        return np.where(before, 0.0, np.nan), np.zeros(len(date), np.int64)
    row = np.searchsorted(repo.date, date, side="right") - 1
    age = (date - repo.date[np.maximum(row, 0)]).astype(np.int64)
    found = (row >= 0) & (age <= REPO_DAYS) & ~before
    value = np.where(before, 0.0, np.where(found, repo.value[np.maximum(row, 0)], np.nan))
    return value, np.where(found, repo.known_at[np.maximum(row, 0)], 0)

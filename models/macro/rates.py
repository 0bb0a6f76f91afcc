"""Rates, credit, money and output: what the panel shows, as it stands now, and regimes as they became known."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from data.bars import Floats, Sessions
from models.evidence.refusals import RefusedError
from models.macro.economy import Economy, SeriesRow
from models.macro.regimes import Regimes

SERIES = ("DFEDTARU", "T10Y2Y", "BAMLH0A0HYM2", "M2SL", "INDPRO", "USREC")
_MONTHS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """One figure over time: `date` and `value`, oldest first, in the unit of its series unless said otherwise."""

    date: Sessions
    value: Floats

    def __len__(self) -> int:
        return len(self.date)


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """The panel, in percent: the policy rate, ten-year less two-year yields, the spread of high-yield bonds.

    `money` and `output` are M2 and industrial production against twelve months before.  `inverted` are the stretches,
    first and last day, in which the ten-year yield was below the two-year one.
    """

    policy: Course
    slope: Course
    spread: Course
    money: Course
    output: Course
    inverted: tuple[tuple[dt.date, dt.date], ...]
    policy_regimes: Regimes
    recessions: Regimes
    rows: tuple[SeriesRow, ...]
    now: dt.datetime


def rates(economy: Economy) -> Rates:
    """Return the panel; raises `RefusedError` where none of its figures is stored."""
    policy, slope, spread, money, output = (latest(economy, name) for name in SERIES[:5])
    if not any(map(len, (policy, slope, spread, money, output))):
        raise RefusedError(
            "No rates are stored, so there is nothing to show. Switch on FRED in the settings, or run"
            " 'macro --refresh' after that."
        )
    return Rates(
        policy, slope, spread, over_a_year(money), over_a_year(output), below_zero(slope), economy.rates(),
        economy.recessions(), tuple(row for row in economy.rows() if row.series.id in SERIES), economy.now,
    )  # fmt: skip


def latest(economy: Economy, name: str) -> Course:
    """Return a series as it stands now, one value a date."""
    known = economy.recorded(name).as_of(economy.now)
    return Course(known.date, known.value)


def over_a_year(monthly: Course) -> Course:
    """Return the change in percent against the same month a year before, of the months that have one."""
    month = monthly.date.astype("datetime64[M]")
    before = month - np.timedelta64(_MONTHS, "M")
    row = np.minimum(np.searchsorted(month, before), max(0, len(month) - 1))
    found = month[row] == before if len(month) else np.zeros(0, np.bool_)
    return Course(monthly.date[found], (monthly.value[found] / monthly.value[row[found]] - 1) * 100)


def below_zero(course: Course) -> tuple[tuple[dt.date, dt.date], ...]:
    """Return the stretches of negative values by their first and last date."""
    negative = np.concatenate(([False], course.value < 0, [False]))
    edges = np.flatnonzero(np.diff(negative.astype(np.int8)))
    days = course.date.tolist()
    return tuple((days[first], days[end - 1]) for first, end in zip(edges[::2], edges[1::2], strict=True))

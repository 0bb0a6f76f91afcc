"""When figures of the economy are published: rules in New York time, for values whose release nobody wrote down.

A rule errs on the late side: a value that is used a little late is a smaller fault than one that nobody could know.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

Release = Literal[
    "h41", "repo", "day", "next", "target", "money", "production", "nber", "debt", "accounts", "statement", "midnight"
]

NEW_YORK = ZoneInfo("America/New_York")

# The announcements of the NBER's committee: the day, the turning point's month, and whether it is a peak.
ANNOUNCEMENTS: tuple[tuple[dt.date, dt.date, bool], ...] = (
    (dt.date(1980, 6, 3), dt.date(1980, 1, 1), True),
    (dt.date(1981, 7, 8), dt.date(1980, 7, 1), False),
    (dt.date(1982, 1, 6), dt.date(1981, 7, 1), True),
    (dt.date(1983, 7, 8), dt.date(1982, 11, 1), False),
    (dt.date(1991, 4, 25), dt.date(1990, 7, 1), True),
    (dt.date(1992, 12, 22), dt.date(1991, 3, 1), False),
    (dt.date(2001, 11, 26), dt.date(2001, 3, 1), True),
    (dt.date(2003, 7, 17), dt.date(2001, 11, 1), False),
    (dt.date(2008, 12, 1), dt.date(2007, 12, 1), True),
    (dt.date(2010, 9, 20), dt.date(2009, 6, 1), False),
    (dt.date(2020, 6, 8), dt.date(2020, 2, 1), True),
    (dt.date(2021, 7, 19), dt.date(2020, 4, 1), False),
)

_DAY = dt.timedelta(days=1)
_HOURS: dict[Release, dt.time] = {
    "h41": dt.time(16, 35),  # the Board publishes at 16:30, FRED has it five minutes later
    "repo": dt.time(13, 15),
    "day": dt.time(16, 15),
    "next": dt.time(10, 0),
    "target": dt.time(9, 0),  # announced the day before it takes effect
    "money": dt.time(13, 0),
    "production": dt.time(9, 15),
    "nber": dt.time(12, 0),
    "debt": dt.time(16, 0),
    "accounts": dt.time(8, 30),
    "statement": dt.time(16, 0),  # the Treasury's, on the fourth working day of the month
}
_DEBT_DAYS = 75  # the quarter's debt stands in FRED some nine weeks after the quarter
_ACCOUNTS_DAYS = 30
_STATEMENT_DAYS = 4
_PRODUCTION_DAY = 18  # published between the 14th and the 18th of the month that follows


def known_at(rule: Release, date: dt.date, value: float = 0.0) -> dt.datetime:
    """Return the UTC instant from which the value dated `date` (as the source dates it) counts as known."""
    if rule == "midnight":
        return dt.datetime.combine(date, dt.time(0, 10), dt.UTC)
    return at_release(rule, _release_day(rule, date, value))


def at_release(rule: Release, day: dt.date) -> dt.datetime:
    """Return the UTC instant at which a release of this kind is out on the day it is made."""
    if rule == "midnight":
        return dt.datetime.combine(day, dt.time(0, 10), dt.UTC)
    return dt.datetime.combine(day, _HOURS[rule], NEW_YORK).astimezone(dt.UTC)


def _release_day(rule: Release, date: dt.date, value: float) -> dt.date:
    if rule == "h41":
        return business_day(date + _DAY)
    if rule in ("repo", "target"):
        return date
    if rule in ("day", "next"):
        return business_day(date + _DAY)
    if rule == "money":
        return business_day(_weekday_of(_next_month(date), 1, 4))
    if rule == "production":
        return business_day(_next_month(date).replace(day=_PRODUCTION_DAY))
    if rule == "statement":
        day = _next_month(date) - _DAY
        for _ in range(_STATEMENT_DAYS):
            day = business_day(day + _DAY)
        return day
    if rule == "nber":
        return _dated(date, value > 0)
    after = _next_month(date.replace(month=3 * ((date.month - 1) // 3) + 3, day=1)) - _DAY
    return business_day(after + (_DEBT_DAYS if rule == "debt" else _ACCOUNTS_DAYS) * _DAY)


def _dated(month: dt.date, recession: bool) -> dt.date:
    """Return since when a month's state has been believed as it is now dated.

    The peak's month is no recession yet, the trough's month is its last.  Where the announcements do not tell, because
    they began in 1979 or the newest is not among them, a year.
    """
    known = published = _next_month(month)
    earlier = [peak for announced, _turn, peak in ANNOUNCEMENTS if announced < published]
    believed = bool(earlier) and earlier[-1]
    for announced, turn, peak in ANNOUNCEMENTS:
        if announced >= published and turn < month and peak != believed:
            believed, known = peak, announced
    return known if believed == recession else published + 365 * _DAY


def business_day(day: dt.date) -> dt.date:
    """Return the day itself, or the next one that is neither at a weekend nor a federal holiday.

    The holidays are the government's and not the stock exchange's: on Veterans Day shares are traded, and nothing is
    published.
    """
    while day.weekday() >= 5 or day in federal_holidays(day.year):
        day += _DAY
    return day


@cache
def federal_holidays(year: int) -> frozenset[dt.date]:
    """Return the days of a year on which the Federal Reserve is closed by law; one on a Sunday moves to Monday."""
    fixed = [dt.date(year, 1, 1), dt.date(year, 7, 4), dt.date(year, 11, 11), dt.date(year, 12, 25)]
    if year >= 2022:
        fixed.append(dt.date(year, 6, 19))
    moved = [day + _DAY if day.weekday() == 6 else day for day in fixed]
    floating = [
        _weekday_of(dt.date(year, 2, 1), 0, 3),
        _weekday_of(dt.date(year, 6, 1), 0, 1) - 7 * _DAY,
        _weekday_of(dt.date(year, 9, 1), 0, 1),
        _weekday_of(dt.date(year, 10, 1), 0, 2),
        _weekday_of(dt.date(year, 11, 1), 3, 4),
    ]
    if year >= 1986:
        floating.append(_weekday_of(dt.date(year, 1, 1), 0, 3))
    return frozenset((*moved, *floating))


def _weekday_of(first: dt.date, weekday: int, nth: int) -> dt.date:
    return first + ((weekday - first.weekday()) % 7 + 7 * (nth - 1)) * _DAY


def _next_month(date: dt.date) -> dt.date:
    return (date.replace(day=28) + 4 * _DAY).replace(day=1)

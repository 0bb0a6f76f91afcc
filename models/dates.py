"""Session dates in sentences, the same in every language setting of the computer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NAMED = 3


def date_text(day: dt.date) -> str:
    """Return "10 Sep 1987"; strftime would follow the locale that Qt sets."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def dates_text(days: Sequence[dt.date]) -> str:
    """Return the newest few of some dates, oldest first, and how many more there are."""
    if len(days) > _NAMED:
        return f"{', '.join(date_text(day) for day in days[-_NAMED:])} and {len(days) - _NAMED:,} earlier"
    named = [date_text(day) for day in days]
    return " and ".join((", ".join(named[:-1]), named[-1])) if len(named) > 1 else "".join(named)

"""What every panel says of its figures: the latest values with their dates and ages, and what is wrong with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from data.bars import Floats, Sessions
from models.dates import date_text
from models.macro.economy import LOOK_AHEAD, SeriesRow
from models.macro.regimes import Phase
from ui.lab.presentation import Line, Span, Table

_QUARTERS = ("first", "second", "third", "fourth")
HEADS = ("figure", "latest", "of", "known since (UTC)", "age", "source")


def latest_table(rows: Sequence[SeriesRow]) -> Table:
    """Return the latest value of each figure; one that is not stored says so."""
    return Table(HEADS, tuple(_texts(row) for row in rows), (1, 4), "Latest figures")


def notes_of(rows: Sequence[SeriesRow]) -> tuple[str, ...]:
    """Return what a reader must know before believing the figures: failures, old ones, look-ahead."""
    told = [f"{row.series.title}: {row.problem}" for row in rows if row.problem]
    if missing := [row.series.title for row in rows if row.value is None]:
        told.append(f"Not stored, so not shown: {', '.join(missing)}.")
    if old := [row.series.title for row in rows if row.stale]:
        told.append(f"Newer values should be out by now of: {', '.join(old)}. What is shown is what is stored.")
    if ahead := [row.series.title for row in rows if row.look_ahead]:
        told.append(f"{LOOK_AHEAD} ({', '.join(ahead)})")
    return tuple(told)


def age_text(age: dt.timedelta) -> str:
    """Return an age in days, or in years where there are many."""
    return f"{age.days:,} days" if age.days < 730 else f"{age.days / 365.25:.1f} years"


def value_text(value: float, unit: str) -> str:
    """Return a value with its unit."""
    if unit == "USD millions":
        return f"{value / 1000:,.1f} bn USD"
    if unit == "USD billions":
        return f"{value:,.1f} bn USD"
    return f"{value:,.2f} %" if unit == "percent" else f"{value:,.1f}"


def days_of(date: Sessions) -> Floats:
    """Return dates as days since 1970, as the axes want them."""
    return date.astype("datetime64[D]").astype(np.int64).astype(np.float64)


def day_of(date: dt.date) -> float:
    """Return one date as days since 1970."""
    return float((date - dt.date(1970, 1, 1)).days)


def begin(now: dt.datetime, years: int) -> float:
    """Return the first day that is shown, as days since 1970; 0 years are all there is."""
    return -1e9 if years == 0 else day_of(now.date()) - 365.25 * years


def line(date: Sessions, value: Floats, since: float, role: str, name: str, *, width: float = 1.5) -> Line:
    """Return the part of a series that is shown, as a line."""
    days = days_of(date)
    shown = days >= since
    return Line(days[shown], value[shown], role, width, name=name)


def span(first: dt.date, last: dt.date, since: float, role: str, name: str, opacity: float = 0.14) -> Span | None:
    """Return a tinted stretch from a date through another, None where nothing of it is shown."""
    end = day_of(last) + 1
    return Span(max(since, day_of(first)), end, role, opacity, name) if end > since else None


def phase_table(title: str, phases: Sequence[Phase], *, monthly: bool = False) -> Table:
    """Return stretches of a regime, newest first, with the day on which each could first be known.

    The dates of a `monthly` series are the first days of months, each of which counts whole.
    """
    rows = tuple((phase.kind, *_stretch(phase, monthly=monthly), _moment(phase.known_at)) for phase in reversed(phases))
    return Table(("regime", "from", "through", "length", "known since (UTC)"), rows, (3,), title)


def _stretch(phase: Phase, *, monthly: bool) -> tuple[str, str, str]:
    first, last = phase.first, phase.last
    if monthly:
        months = 12 * (last.year - first.year) + last.month - first.month + 1
        return period_text(first, 1), period_text(last, 1), f"{months} months" if months > 1 else "1 month"
    return date_text(first), date_text(last), f"{(last - first).days + 1:,} days"


def _moment(instant: dt.datetime) -> str:
    return f"{instant:%d %b %Y, %H:%M}".lstrip("0")


def period_text(date: dt.date, months: int) -> str:
    """Return the month, or the quarter, that a date begins."""
    if months == 1:
        return f"{date:%B %Y}"
    return f"the {_QUARTERS[(date.month - 1) // 3]} quarter of {date.year}"


def _texts(row: SeriesRow) -> tuple[str, ...]:
    if row.value is None or row.date is None or row.age is None or row.known_at is None:
        return row.series.title, "not stored", "", "", "", row.series.origin
    known = _moment(row.known_at)
    value = value_text(row.value, row.series.unit)
    return row.series.title, value, date_text(row.date), known, age_text(row.age), row.series.origin

"""Where an axis has its ticks and what they say: pure numbers and texts, no drawing."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from ui.charts.range_bus import TimeRange

MINUS = "−"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LOG_STEPS = ((1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0), (1.0, 2.0, 3.0, 5.0), (1.0, 2.0, 5.0), (1.0, 3.0), (1.0,))
Unit = Literal["minute", "hour", "day", "month", "year"]


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis (UTC epoch seconds, or a price) with its label; `major` ones begin a greater unit."""

    at: float
    text: str
    major: bool = False


def decimals_of(step: float) -> int:
    """Return how many decimals tell multiples of a step apart."""
    places = 0
    while places < 12 and abs(step * 10**places - round(step * 10**places)) > 1e-6 * step * 10**places:
        places += 1
    return places


def price_text(price: float, decimals: int) -> str:
    """Return a price with thousands separators and a true minus."""
    return f"{price:,.{decimals}f}".replace("-", MINUS)


def percent_text(ratio: float, decimals: int = 1) -> str:
    """Return a ratio to the base as a signed change, 1.05 as "+5.0 %"."""
    change = (ratio - 1) * 100
    return f"{change:+,.{decimals}f} %".replace("-", MINUS)


def price_ticks(low: float, high: float, pixels: float, *, log: bool, percent: bool) -> tuple[Tick, ...]:
    """Return ticks between two prices (ratios to the base when `percent`) on an axis so many pixels high."""
    if not (math.isfinite(low) and math.isfinite(high) and high > low) or pixels < 30:
        return ()
    if log and low > 0 and percent:
        changes = _log_changes(low, high, pixels)
        if len(changes) >= 3:
            return tuple(Tick(1 + c / 100, _value_text(1 + c / 100, 0, percent)) for c in changes)
    elif log and low > 0:
        values = _log_values(low, high, pixels)
        if len(values) >= 3:
            return tuple(Tick(v, _value_text(v, decimals_of(v), percent)) for v in values)
    shift, scale = (1.0, 100.0) if percent else (0.0, 1.0)
    step = nice_step((high - low) * scale * min(max(pixels / 5, 24.0), 40.0) / pixels)
    first, last = math.ceil((low - shift) * scale / step), math.floor((high - shift) * scale / step)
    places = decimals_of(step)
    return tuple(
        Tick(k * step / scale + shift, _value_text(k * step / scale + shift, places, percent))
        for k in range(first, last + 1)
        if percent or k >= 0
    )


def number_ticks(low: float, high: float, pixels: float) -> tuple[Tick, ...]:
    """Return ticks between two plain numbers, negative ones too."""
    if not (math.isfinite(low) and math.isfinite(high) and high > low) or pixels < 30:
        return ()
    step = nice_step((high - low) * min(max(pixels / 5, 24.0), 40.0) / pixels)
    places = decimals_of(step)
    return tuple(
        Tick(k * step, price_text(k * step + 0.0, places))
        for k in range(math.ceil(low / step), math.floor(high / step) + 1)
    )


def _value_text(value: float, decimals: int, percent: bool) -> str:
    if not percent:
        return price_text(value, decimals)
    return "0 %" if abs(value - 1) < 1e-9 else percent_text(value, decimals)


def nice_step(least: float) -> float:
    """Return the smallest of 1, 2, 2.5, 5 times a power of ten that is not below `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(m * power for m in (1.0, 2.0, 2.5, 5.0, 10.0) if m * power >= least * (1 - 1e-9))


def _log_changes(low: float, high: float, pixels: float) -> list[float]:
    """Return round changes in percent, outwards from none, as many as have room on a log axis of ratios."""
    per_unit = pixels / math.log(high / low)
    falls = [-10.0, -25.0, -50.0, -75.0, -90.0, -95.0, -99.0, -99.9]
    rises = [m * 10.0**p for p in range(1, 8) for m in (1.0, 2.0, 5.0)]
    kept = [0.0]
    for side in (falls, rises):
        last = 0.0
        for change in side:
            if abs(math.log((100 + change) / (100 + last))) * per_unit >= 30:
                kept.append(change)
                last = change
    return sorted(change for change in kept if low <= 1 + change / 100 <= high)


def _log_values(low: float, high: float, pixels: float) -> list[float]:
    per_unit = pixels / math.log(high / low)
    least = min(max(pixels / 9, 15.0), 28.0)  # low panes have little room, and two labels say little
    for steps in LOG_STEPS:
        ratios = [b / a for a, b in zip(steps, (*steps[1:], 10.0), strict=True)]
        if math.log(min(ratios)) * per_unit >= least:
            powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
            return [m * 10.0**p for p in powers for m in steps if low <= m * 10.0**p <= high]
    return []


Step = tuple[Unit, int, float]  # so many units, and how many seconds they take
_STEPS: tuple[Step, ...] = (
    ("minute", 1, 60), ("minute", 5, 300), ("minute", 15, 900), ("minute", 30, 1_800),
    ("hour", 1, 3_600), ("hour", 3, 10_800), ("hour", 6, 21_600), ("hour", 12, 43_200),
    ("day", 1, 86_400), ("day", 2, 172_800), ("day", 4, 345_600), ("day", 7, 604_800),
    ("month", 1, 2_629_800), ("month", 3, 7_889_400), ("month", 6, 15_778_800),
    *(("year", n, n * 31_557_600.0) for n in (1, 2, 5, 10, 20, 50, 100)),
)  # fmt: skip


def time_ticks(view: TimeRange, pixels: float, least: float = 72.0, zone: dt.tzinfo = dt.UTC) -> tuple[Tick, ...]:
    """Return ticks at the turns of hours, days, months or years in a zone, at least so many pixels apart."""
    step = step_for(view, pixels, least)
    return full_tick(ticks_at(view, step, zone), step, zone)


def step_for(view: TimeRange, pixels: float, least: float = 72.0) -> Step:
    """Return the step from tick to tick at which they are at least so many pixels apart."""
    wanted = view.span / max(pixels, 1.0) * least
    return next((step for step in _STEPS if step[2] >= wanted), _STEPS[-1])


def ticks_at(view: TimeRange, step: Step, zone: dt.tzinfo = dt.UTC) -> tuple[Tick, ...]:
    """Return a tick at every turn of a step within the view, by the clocks of a zone."""
    return tuple(_time_tick(moment, step[0]) for moment in _moments(view, step, zone))


def full_tick(ticks: tuple[Tick, ...], step: Step, zone: dt.tzinfo = dt.UTC) -> tuple[Tick, ...]:
    """Return the ticks, the first with month and year where none of them begins a greater unit."""
    unit = step[0]
    if not ticks or unit == "year" or any(tick.major for tick in ticks):
        return ticks
    first = dt.datetime.fromtimestamp(ticks[0].at, zone)
    return (Tick(ticks[0].at, _full_text(first, unit), major=True), *ticks[1:])


def _full_text(moment: dt.datetime, unit: Unit) -> str:
    year = f"{MONTHS[moment.month - 1]} {moment.year}"
    return year if unit == "month" else f"{moment.day} {year}"


def _time_tick(moment: dt.datetime, unit: Unit) -> Tick:
    at = moment.timestamp()
    if unit == "year":
        return Tick(at, str(moment.year))
    if (moment.month, moment.day, moment.hour, moment.minute) == (1, 1, 0, 0):
        return Tick(at, str(moment.year), major=True)
    if unit == "month":
        return Tick(at, MONTHS[moment.month - 1])
    if unit == "day":
        return Tick(at, MONTHS[moment.month - 1], major=True) if moment.day == 1 else Tick(at, str(moment.day))
    if (moment.hour, moment.minute) == (0, 0):
        return Tick(at, f"{moment.day} {MONTHS[moment.month - 1]}", major=True)
    return Tick(at, f"{moment:%H:%M}")


def _moments(view: TimeRange, step: Step, zone: dt.tzinfo) -> Iterator[dt.datetime]:
    """Yield the turns of a step within the view, in order; a date before the year 1 or after 9998 has none."""
    first, last = max(view.first, -62_000_000_000.0), min(view.last, 250_000_000_000.0)
    if zone is dt.UTC:
        return _within(_turns(first, last, step), first, last)
    # An hour that comes twice has turns that a clock shows earlier than the view's first one: begin before it.
    found = {at.timestamp(): at for wall in _turns(first - 2 * 3600, last, step, zone) for at in _instants(wall, step)}
    return _within((found[at] for at in sorted(found)), first, last)


def _within(moments: Iterable[dt.datetime], first: float, last: float) -> Iterator[dt.datetime]:
    return (moment for moment in moments if first <= moment.timestamp() <= last)


def _turns(first: float, last: float, step: Step, zone: dt.tzinfo = dt.UTC) -> Iterator[dt.datetime]:
    """Yield the turns that the clocks of a zone show, from one before `first` on, whether they exist or not."""
    unit, count, _ = step
    moment = _turn_before(dt.datetime.fromtimestamp(first, zone).replace(fold=0), unit, count)
    while moment.timestamp() <= last:
        yield moment
        moment = _next_turn(moment, unit, count)


def _instants(wall: dt.datetime, step: Step) -> Iterator[dt.datetime]:
    """Yield when the clocks show this: once, twice where they are put back, or never where they skip the hour."""
    known = dt.datetime.fromtimestamp(wall.timestamp(), wall.tzinfo)
    if step[0] in ("minute", "hour") and known.replace(fold=0) != wall.replace(fold=0):
        return
    yield wall
    again = wall.replace(fold=1)
    if step[2] <= 3600 and again.utcoffset() != wall.utcoffset():
        yield again


def _turn_before(moment: dt.datetime, unit: Unit, count: int) -> dt.datetime:
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "minute":
        return day.replace(hour=moment.hour, minute=moment.minute // count * count)
    if unit == "hour":
        return day.replace(hour=moment.hour // count * count)
    if unit == "day":
        return day.replace(day=(moment.day - 1) // count * count + 1)
    if unit == "month":
        return day.replace(month=(moment.month - 1) // count * count + 1, day=1)
    return day.replace(year=max(moment.year // count * count, 1), month=1, day=1)


def _next_turn(moment: dt.datetime, unit: Unit, count: int) -> dt.datetime:
    if unit == "minute":
        return moment + dt.timedelta(minutes=count)
    if unit == "hour":
        return moment + dt.timedelta(hours=count)
    if unit == "month" or unit == "year":
        months = moment.year * 12 + moment.month - 1 + count * (12 if unit == "year" else 1)
        return moment.replace(year=months // 12, month=months % 12 + 1)
    after = moment + dt.timedelta(days=count)
    # Days are counted from the first of each month, so that labels keep still; one too close to the next is left out.
    if after.month != moment.month or (count > 1 and after.day + count // 2 > 30):
        return (moment.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return after

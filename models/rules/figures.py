"""Figures of a rule as people write them: percents, prices and lengths of time, without loss in either direction."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

_MICROSECOND = dt.timedelta(microseconds=1)
_UNITS = {"day": 86_400_000_000, "hour": 3_600_000_000, "minute": 60_000_000, "second": 1_000_000}
_PART = re.compile(r"(?P<count>\d+(?:\.\d{1,6})?) (?P<unit>day|hour|minute|second)s?")


def plain(value: float) -> str:
    """Return a number in its shortest exact decimal digits, never with an exponent: "2718.77", "63"."""
    text = f"{Decimal(repr(float(value))).normalize():f}"
    return "0" if text == "-0" else text


def grouped(value: float) -> str:
    """Return a number in its shortest exact digits with thousands separated: "2,718.77"."""
    return f"{Decimal(plain(value)):,f}"


def percent_text(fraction: float) -> str:
    """Return a fraction as a number of percent: "1" for 0.01, "-2.5" for -0.025."""
    text = f"{(Decimal(repr(float(fraction))) * 100).normalize():f}"
    return "0" if text == "-0" else text


def fraction_of(percent: Decimal | int) -> float:
    """Return the fraction that a number of percent stands for; undoes `percent_text`."""
    return float(Decimal(percent) / 100)


def counted(count: int, noun: str) -> str:
    """Return "1 session" or "1,250 sessions"."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def duration_text(length: dt.timedelta) -> str:
    """Return a length of time in words: "2 days 6 hours"; "0 days" for none.  It must not be negative."""
    left, parts = length // _MICROSECOND, []
    for unit, size in _UNITS.items():
        whole, left = divmod(left, size)
        amount = f"{whole + Decimal(left) / size:f}" if unit == "second" and left else str(whole)
        if amount != "0":
            parts.append(f"{amount} {unit}" + ("" if amount == "1" else "s"))
    return " ".join(parts) or "0 days"


def read_duration(text: str) -> dt.timedelta | None:
    """Return the length of time that words such as "2 days 6 hours" say; None where they say none."""
    found = list(_PART.finditer(text))
    if not found or " ".join(part.group() for part in found) != text:
        return None
    units = [part["unit"] for part in found]
    if len(set(units)) != len(units):
        return None
    total = sum((Decimal(part["count"]) * _UNITS[part["unit"]] for part in found), Decimal(0))
    try:
        return dt.timedelta(microseconds=int(total.to_integral_value()))
    except OverflowError:
        return None

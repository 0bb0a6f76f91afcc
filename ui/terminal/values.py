"""The kinds of value that the command line takes, each with a refusal in words."""

from __future__ import annotations

import argparse
import datetime as dt

from data.intervals import seconds_of


def day(text: str) -> dt.date:
    """Return the date of an ISO text."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a day such as 2025-09-01, not {text!r}") from None


def count(text: str) -> int:
    """Return a whole number of at least 0."""
    value = whole(text)
    if value < 0:
        raise argparse.ArgumentTypeError("must not be negative")
    return value


def positive(text: str) -> int:
    """Return a whole number of at least 1."""
    value = whole(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value


def whole(text: str) -> int:
    """Return a whole number."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a whole number, not {text!r}") from None


def percent(text: str) -> float:
    """Return a percentage as a fraction."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 100:
        raise argparse.ArgumentTypeError("must be a percentage from 0 up to 100")
    return value / 100


def symbol(text: str) -> str:
    """Return a symbol in capital letters."""
    name = text.strip().upper()
    if not name:
        raise argparse.ArgumentTypeError("must not be empty")
    return name


def interval(text: str) -> str:
    """Return an interval that bars can have."""
    if seconds_of(text) is None:
        raise argparse.ArgumentTypeError(f"must be 1d, 1h, 30m, 15m, 5m or 1m, not {text!r}")
    return text


def size(text: str) -> tuple[int, int]:
    """Return width and height in pixels."""
    width, _, height = text.partition("x")
    if not (width.isdigit() and height.isdigit() and 640 <= int(width) <= 7680 and 400 <= int(height) <= 4320):
        raise argparse.ArgumentTypeError("must be WIDTHxHEIGHT, from 640x400 to 7680x4320")
    return int(width), int(height)

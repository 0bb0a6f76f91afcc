"""From numbers to places: the bounds of a picture, and ticks that people would choose."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from data.bars import Floats
from ui.lab.presentation import Axis, Band, Columns, Intervals, Layer, Level, Line, Picture, Points, Scale, Span

_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
_MONTHS = (1, 3, 6, 12, 24, 60, 120, 240)
_PERCENTS = (
    0, -50, 100, 300, 900, -90, -25, 50, 200, 1900, -75, 25, -10, 10, 600, -5, 5, 4900, -99, 9900, -2, 2, 20, -20, 400,
    -1, 1,
)  # fmt: skip
_MARGIN = 0.05


def bounds(picture: Picture) -> tuple[float, float, float, float]:
    """Return the least and largest x, then y, with a little room above and below."""
    x = _ends(picture.x, [values for layer in picture.layers for values in _along(layer)], 0.0)
    y = _ends(picture.y, [values for layer in picture.layers for values in _across(layer)], _MARGIN)
    return *x, *y


def ticks(low: float, high: float, scale: Scale, most: int) -> list[tuple[float, str]]:
    """Return at most about `most` values within the bounds, and what is written at them."""
    if scale == "date":
        return _dates(low, high, most)
    if scale == "log percent":
        return _log_percents(low, high, most)
    step = _step((high - low) / max(1, most), whole=scale == "days")
    first = math.ceil(low / step - 1e-9)
    values = [number * step for number in range(first, math.floor(high / step + 1e-9) + 1)]
    return [(value, tick_text(value, scale, step)) for value in values]


def tick_text(value: float, scale: Scale, step: float) -> str:
    """Return a value as its axis writes it."""
    if scale == "percent":
        return f"{value * 100:.{_decimals(step * 100)}f} %".replace("-", "−")
    return f"{value:,.{_decimals(step)}f}".replace("-", "−")


def _decimals(step: float) -> int:
    """Return how many decimals tell multiples of the step apart."""
    return next((count for count in range(8) if abs(step * 10**count - round(step * 10**count)) < 1e-6), 8)


def _ends(axis: Axis, values: list[Floats], margin: float) -> tuple[float, float]:
    known = np.concatenate([np.asarray(each, np.float64).ravel() for each in values] or [np.zeros(0)])
    known = known[np.isfinite(known)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    room = (high - low) * margin
    low, high = low - room if axis.low is None else axis.low, high + room if axis.high is None else axis.high
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _along(layer: Layer) -> Iterator[Floats]:
    if isinstance(layer, Columns):
        yield layer.x - layer.width / 2
        yield layer.x + layer.width / 2
    elif isinstance(layer, (Line, Band, Points, Intervals)):
        yield layer.x
    elif isinstance(layer, Span):
        return
    elif layer.axis == "x":
        yield np.array([layer.value])


def _across(layer: Layer) -> Iterator[Floats]:
    if isinstance(layer, (Band, Intervals)):
        yield layer.low
        yield layer.high
    elif isinstance(layer, (Line, Points)):
        yield layer.y
    elif isinstance(layer, Columns):
        yield layer.y
        yield np.zeros(1)
    elif isinstance(layer, Level) and layer.axis == "y":
        yield np.array([layer.value])


def _step(least: float, *, whole: bool) -> float:
    power = 10.0 ** math.floor(math.log10(max(least, 1e-12)))
    step = next(each * power for each in _ROUND if each * power >= least - 1e-12)
    return max(1.0, math.ceil(step)) if whole else step


def _dates(low: float, high: float, most: int) -> list[tuple[float, str]]:
    months = (high - low) / 30.44
    step = next((each for each in _MONTHS if months / each <= most), _MONTHS[-1])
    first = np.datetime64(math.ceil(low), "D").astype("datetime64[M]").astype(np.int64)
    found = []
    for month in range(int(first) // step * step, int(first) + int(months) + step + 1, step):
        stamp = np.datetime64(month, "M")
        day = float(stamp.astype("datetime64[D]").astype(np.int64))
        if low <= day <= high:
            found.append((day, str(stamp.astype(object).year) if step >= 12 else f"{stamp.astype(object):%b %Y}"))
    return found


def _log_percents(low: float, high: float, most: int) -> list[tuple[float, str]]:
    kept: list[tuple[float, str]] = []
    apart = (high - low) / max(1, most)
    for percent in _PERCENTS:
        value = math.log1p(percent / 100)
        if low <= value <= high and all(abs(value - other) >= apart for other, _ in kept):
            kept.append((value, f"{percent:+,} %".replace("-", "−") if percent else "0 %"))
    return sorted(kept)

"""From instants and prices to pixels of one pane, and back."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from data.bars import Floats, Seconds
from ui.charts.range_bus import TimeRange


@dataclass(frozen=True, slots=True)
class Projection:
    """How one pane maps UTC epoch seconds to x and prices to y, in pixels from its top left corner.

    `low` and `high` are the values at the bottom and top edge: prices, or their natural logarithms when `log`.
    `density` is the number of device pixels to a pixel.
    """

    times: TimeRange
    width: float
    height: float
    low: float = 0.0
    high: float = 1.0
    log: bool = False
    density: float = 1.0

    def x(self, times: Seconds | Floats | float) -> Floats:
        """Return where instants lie across the pane."""
        return (np.asarray(times, np.float64) - self.times.first) * (self.width / self.times.span)

    def x_at(self, time: float) -> float:
        """Return where one instant lies across the pane: for a few, quicker than an array of them."""
        return (time - self.times.first) * (self.width / self.times.span)

    def y_at(self, price: float) -> float:
        """Return how far below the top edge one price lies; NaN for what a log axis cannot show."""
        return (self.high - self.value(price)) * (self.height / (self.high - self.low))

    def value(self, price: float) -> float:
        """Return one price as the vertical axis counts it."""
        if not self.log:
            return price
        return math.log(price) if price > 0 else math.nan

    def y(self, prices: Floats | float) -> Floats:
        """Return how far below the top edge prices lie; NaN for what a log axis cannot show."""
        values = self.values(prices)
        return (self.high - values) * (self.height / (self.high - self.low))

    def values(self, prices: Floats | float) -> Floats:
        """Return prices as the vertical axis counts them."""
        array = np.asarray(prices, np.float64)
        if not self.log:
            return array
        return np.log(np.where(array > 0, array, np.nan))

    def instant(self, x: Floats) -> Floats:
        """Return the instants at places across the pane."""
        return self.times.first + x * self.times.span / self.width

    def price(self, y: float) -> float:
        """Return the price at a place down the pane."""
        value = self.high - y * (self.high - self.low) / self.height
        return float(np.exp(value)) if self.log else value

    def fitted(self, low: float, high: float, above: float, below: float) -> Projection:
        """Return this projection with prices `low` to `high` between the two margins, in pixels."""
        bottom, top = self.value(low), self.value(high)
        if not (math.isfinite(bottom) and math.isfinite(top)):
            bottom, top = 0.0, 1.0
        least = abs(top) * 1e-6 + 1e-9
        if top - bottom < least:  # all prices equal: a line through the middle
            middle, half = (top + bottom) / 2, max(abs(top) * 0.01, least)
            bottom, top = middle - half, middle + half
        unit = (top - bottom) / max(self.height - above - below, 1.0)
        return replace(self, low=bottom - below * unit, high=top + above * unit)

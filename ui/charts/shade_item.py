"""The distance from the price up to its all-time high, as a shade."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from data.bars import Floats
from ui.charts.high_steps import HighSteps
from ui.charts.layers import Canvas, Layer
from ui.charts.painting import Boxes, Lines, polygon
from ui.charts.projection import Projection
from ui.charts.pyramid import Pyramid
from ui.charts.series import Series

STRETCH = 16  # columns that share a box
FEW = 200  # bars up to which a polygon is the quicker way


class ShadeItem(Layer):
    """One upright line per column of device pixels, in a solid colour under the grid; a polygon while bars are few.

    Looks like a translucent polygon over the ground and takes a quarter of its time where prices are jagged.  What all
    columns of a stretch have in common is filled as one box: Qt writes rows of pixels far quicker than columns.
    """

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas, z=-1)
        self._colour = QColor()
        self._lines = Lines()
        self._boxes = Boxes()
        self._area: QPolygonF | None = None

    def set_colour(self, colour: QColor) -> None:
        """Say how the shade looks."""
        self._colour = colour

    def prepare(self, view: Projection, series: Series, steps: HighSteps, *, candles: bool = False) -> None:
        """Work out the shade for a view, down to lines or `candles`; it leaves out gaps, and what is above the high."""
        self._lines.clear()
        self._boxes.clear()
        self._area = _few_corners(view, series, steps)
        if self._area is not None:
            return
        x, price = self._outline(view, series, series.ranges if candles else series.closes)
        top = view.y(steps.level_at(view.instant(x))) if len(x) else np.empty(0)
        shown = np.isfinite(price) & np.isfinite(top) & (price > top)
        self._fill(x[shown], top[shown], price[shown], 0.5 / view.density)

    def _fill(self, x: Floats, top: Floats, price: Floats, half: float) -> None:
        starts = np.arange(0, len(x), STRETCH)
        if len(starts) == 0:
            return
        ends = np.append(starts[1:], len(x)) - 1
        lowest = np.maximum.reduceat(top, starts)
        highest = np.minimum.reduceat(price, starts)
        # Columns may be missing within a stretch, and then a box would fill the gap between them.
        common = (highest > lowest) & (x[ends] - x[starts] < 2 * half * (ends - starts) + half)
        self._boxes.set(
            x[starts][common] - half,
            lowest[common],
            (x[ends] - x[starts])[common] + 2 * half,
            (highest - lowest)[common],
        )
        within = (np.arange(len(x)) // STRETCH).astype(np.intp)
        boxed = common[within]
        above, below = np.where(boxed, lowest[within], price), np.where(boxed, highest[within], price)
        stepped, jagged = above > top, below < price
        self._lines.set(
            np.concatenate((x[stepped], x[jagged])),
            np.concatenate((top[stepped], below[jagged])),
            np.concatenate((x[stepped], x[jagged])),
            np.concatenate((above[stepped], price[jagged])),
        )

    def _outline(self, view: Projection, series: Series, pyramid: Pyramid) -> tuple[Floats, Floats]:
        """Return the columns of device pixels that hold a price, and how far down it lies."""
        if series.crowded(view):
            return _columns(view, series, pyramid)
        start, stop = series.rows_in(view.times.first, view.times.last)
        start, stop = max(start - 1, 0), min(stop + 1, len(series))
        if stop - start < 2:
            return np.empty(0), np.empty(0)
        rows = np.arange(start, stop)
        at, y = view.x(series.time[start:stop]), view.y(series.close[start:stop])
        x = (np.arange(round(view.width * view.density)) + 0.5) / view.density
        x = x[(x >= at[0]) & (x <= at[-1])]
        after = np.clip(np.searchsorted(at, x), 1, len(at) - 1)
        x = x[series.joined(rows[after - 1], rows[after])]
        return x, np.interp(x, at, y)

    def draw(self, painter: QPainter) -> None:
        """Draw the shade."""
        painter.setPen(self.pens.solid(self._colour))
        self._lines.draw(painter)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        self._boxes.draw(painter)
        if self._area is not None:
            painter.drawPolygon(self._area)
        painter.setBrush(Qt.BrushStyle.NoBrush)


def _columns(view: Projection, series: Series, pyramid: Pyramid) -> tuple[Floats, Floats]:
    """Return the columns in view that hold a bar, and those without one between two that are joined."""
    columns = series.columns(view, pyramid)
    if columns is None:
        return np.empty(0), np.empty(0)
    at, y = columns.x, view.y(columns.high)
    steps = np.round(np.diff(at) * view.density).astype(np.intp)
    if len(steps) == 0 or int(steps.max()) == 1:
        return at, y
    steps[~series.joined(columns.last[:-1], columns.first[1:])] = 1
    before = np.append(np.repeat(np.arange(len(steps)), steps), len(at) - 1)
    within = np.arange(len(before)) - np.concatenate(([0], np.cumsum(steps)))[before]
    x = at[before] + within / view.density
    return x, np.interp(x, at, y)


def _few_corners(view: Projection, series: Series, steps: HighSteps) -> QPolygonF | None:
    """Return the shade as a polygon where bars are few and none is missing; None elsewhere."""
    start, stop = series.rows_in(view.times.first, view.times.last)
    start, stop = max(start - 1, 0), min(stop + 1, len(series))
    if not 2 <= stop - start <= FEW:
        return None
    rows = np.arange(start, stop)
    if not bool(series.joined(rows[:-1], rows[1:]).all()):
        return None
    x, y = view.x(series.time[rows]), view.y(series.close[rows])
    top = view.y(steps.level_at(series.time[rows]))
    shown = np.isfinite(top) & np.isfinite(y)
    x, y, top = x[shown], y[shown], top[shown]
    # A step is flat up to the bar that ends it.
    top_x, top_y = np.repeat(x, 2)[1:], np.repeat(top, 2)[:-1]
    return polygon(np.concatenate((top_x, x[::-1])), np.concatenate((top_y, y[::-1]))) if len(x) > 1 else None

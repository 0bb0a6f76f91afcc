"""The distance from the price up to its all-time high, as a shade."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QGraphicsItem

from data.bars import Floats
from ui.charts.high_steps import HighSteps
from ui.charts.painting import Lines, PixelItem, pen
from ui.charts.projection import Projection
from ui.charts.series import Series


class ShadeItem(PixelItem):
    """One upright line per column of device pixels, in a solid colour under the grid.

    Looks like a translucent polygon over the ground and takes a quarter of its time where prices are jagged.
    """

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent, z=-1)
        self._colour = QColor()
        self._lines = Lines()

    def set_colour(self, colour: QColor) -> None:
        """Say how the shade looks."""
        self._colour = colour

    def prepare(self, view: Projection, series: Series, steps: HighSteps) -> None:
        """Work out the shade for a view; it leaves out gaps, and what lies above the high."""
        x, price = self._outline(view, series)
        top = view.y(steps.level_at(view.instant(x))) if len(x) else np.empty(0)
        shown = np.isfinite(price) & np.isfinite(top) & (price > top)
        self._lines.set(x[shown], top[shown], x[shown], price[shown])

    def _outline(self, view: Projection, series: Series) -> tuple[Floats, Floats]:
        """Return the columns of device pixels that hold a price, and how far down it lies."""
        if series.crowded(view):
            columns = series.columns(view, series.closes)
            return (columns.x, view.y(columns.high)) if columns else (np.empty(0), np.empty(0))
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
        painter.setPen(pen(self._colour))
        self._lines.draw(painter)

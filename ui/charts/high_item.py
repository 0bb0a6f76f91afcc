"""The running all-time high as a dashed step line, and the distance below it as a shade."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QGraphicsItem

from data.bars import Floats, Seconds
from ui.charts.high_steps import HighSteps
from ui.charts.painting import Lines, PixelItem, dotted, polygon
from ui.charts.projection import Projection
from ui.charts.series import Series


class HighItem(PixelItem):
    """Steps and shade of one series; steps closer than a pixel are drawn as one."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent, z=10)
        self._series: Series | None = None
        self._steps: HighSteps | None = None
        self._line, self._shade = QColor(), QColor()
        self._flats, self._rises = Lines(), Lines()
        self._area: object | None = None
        self._width = 1.0

    def show(self, series: Series | None, steps: HighSteps | None) -> None:
        """Draw the steps of this series from now on; nothing without them."""
        self._series, self._steps = series, steps
        self.setVisible(series is not None and steps is not None and len(steps) > 0 and len(series) > 0)

    def set_colours(self, line: QColor, shade: QColor) -> None:
        """Say how the step line and the shaded distance look."""
        self._line, self._shade = line, shade

    def levels_in(self, first: float, last: float) -> tuple[float, float] | None:
        """Return the lowest and highest step within an interval; None where there is none."""
        steps = self._steps
        if not self.isVisible() or steps is None or len(steps) == 0 or steps.time[0] > last:
            return None
        ends = steps.level_at(np.array([first, last]).astype(np.int64))
        low = ends[0] if np.isfinite(ends[0]) else steps.level[0]
        return float(low), float(ends[1])

    def prepare(self, view: Projection) -> None:
        """Work out steps and shade for a view."""
        self._area = None
        self._width = view.density
        self._flats.clear()
        self._rises.clear()
        if self._series is None or self._steps is None or not self.isVisible():
            return
        times = self._corners(view, self._series, self._steps)
        if len(times) < 2:
            return
        x, y = view.x(times), view.y(self._steps.level_at(times))
        turned = np.flatnonzero(np.diff(y, prepend=np.nan, append=np.nan) != 0)
        starts, ends = turned[:-1], turned[1:]
        level = y[starts]
        x1, x2 = x[starts], x[np.minimum(ends, len(x) - 1)]
        self._flats.set(x1, level, x2, level)
        self._rises.set(x2[:-1], level[:-1], x2[:-1], level[1:])
        self._shade_to_price(view, self._series, x1, x2, level)

    def _corners(self, view: Projection, series: Series, steps: HighSteps) -> Seconds:
        """Return the instants in view at which the line may turn, at most one per device pixel, ends included."""
        if len(series) == 0:
            return steps.time[:0]
        last = min(view.times.last, float(series.time[-1]))
        first = max(view.times.first, float(steps.time[0]))
        if last <= first:
            return steps.time[:0]
        start, stop = np.searchsorted(steps.time, [int(first) + 1, int(last) + 1])
        count = round(view.width * view.density)
        crowded = stop - start > count
        inner = np.linspace(first, last, count).astype(np.int64) if crowded else steps.time[start:stop]
        return np.concatenate(([int(first)], inner, [int(last)]))

    def _shade_to_price(self, view: Projection, series: Series, x1: Floats, x2: Floats, level: Floats) -> None:
        x, y = self._price_outline(view, series)
        if len(x) < 2 or len(x1) == 0:
            return
        top_x = np.column_stack((x1, x2)).ravel()
        top_y = np.repeat(level, 2)
        inside = np.isfinite(y)
        outline_x = np.concatenate((top_x, x[inside][::-1]))
        outline_y = np.concatenate((top_y, y[inside][::-1]))
        self._area = polygon(outline_x, outline_y)

    def _price_outline(self, view: Projection, series: Series) -> tuple[Floats, Floats]:
        start, stop = series.rows_in(view.times.first, view.times.last)
        start, stop = max(start - 1, 0), min(stop + 1, len(series))
        if not series.crowded(view):
            return view.x(series.time[start:stop]), view.y(series.close[start:stop])
        columns = series.columns(view, series.closes)
        return (columns.x, view.y(columns.high)) if columns else (np.empty(0), np.empty(0))

    def draw(self, painter: QPainter) -> None:
        """Draw the shade, then the steps over it."""
        if self._area is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._shade)
            painter.drawPolygon(self._area)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(dotted(self._line, 5, 3, self._width))
        self._flats.draw(painter)
        self._rises.draw(painter)

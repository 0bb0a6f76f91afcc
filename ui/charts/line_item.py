"""Closes as a line: smooth while bars are few, one column per device pixel when they crowd."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter

from data.bars import Floats
from ui.charts.layers import Canvas, Layer
from ui.charts.painting import Lines
from ui.charts.projection import Projection
from ui.charts.series import Columns, Series

DOT = 3.0
SMOOTH = 1.3  # pixels; bolder than a hairline, while bars are few
FEW = 0.75  # bars to a device pixel up to which they are; beyond, a hairline takes a third of the time


class LineItem(Layer):
    """The closes of one series.  A gap stays a gap; the bar in progress is a dashed segment with a hollow end."""

    def __init__(self, canvas: Canvas, series: Series) -> None:
        super().__init__(canvas, z=20)
        self.series = series
        self.base = 1.0  # closes are drawn as multiples of it
        self.base_row = 0
        self._colour = QColor()
        self._ground = QColor()
        self._lines = Lines()
        self._live = Lines()
        self._smooth = False
        self._width = self._stroke = 1.0
        self._end: tuple[float, float] | None = None
        self._alone: list[tuple[float, float]] = []

    def set_colours(self, line: QColor, ground: QColor) -> None:
        """Say how the line looks, and what is behind a hollow dot."""
        self._colour, self._ground = line, ground

    def prepare(self, view: Projection) -> None:
        """Work out what is drawn for a view: by columns when bars crowd, else from bar to bar."""
        start, stop = self.series.rows_in(view.times.first, view.times.last)
        self._lines.clear()
        self._live.clear()
        self._end = None
        self._alone = []
        self._width = view.density
        self._smooth = not self.series.crowded(view)
        few = stop - start <= FEW * view.width * view.density
        self._stroke = view.density * (SMOOTH if few else 1.0) if self._smooth else 1.0
        if self._smooth:
            self._prepare_bars(view, max(start - 1, 0), min(stop + 1, len(self.series)))
        else:
            self._prepare_columns(view)
        self._prepare_live(view)

    def _prepare_bars(self, view: Projection, start: int, stop: int) -> None:
        rows = np.arange(start, stop)
        if len(rows) == 0:
            return
        x, y = view.x(self.series.time[start:stop]), self._y(view, self.series.close[start:stop])
        if len(rows) == 1:
            self._alone = [(float(x[0]), float(y[0]))]
        drawn = self.series.joined(rows[:-1], rows[1:]) & np.isfinite(y[:-1]) & np.isfinite(y[1:])
        if self.series.live and stop == len(self.series) and len(drawn):
            drawn[-1] = False
        self._lines.set(x[:-1][drawn], y[:-1][drawn], x[1:][drawn], y[1:][drawn])

    def _prepare_columns(self, view: Projection) -> None:
        columns = self.series.columns(view, self.series.closes)
        if columns is None:
            return
        top, bottom = self._y(view, columns.high), self._y(view, columns.low)
        ends = self._y(view, self.series.close[columns.last])
        edge = 0.5 / view.density  # so that a column of one price is still a dot
        if columns.whole and not view.log:
            np.minimum(top[1:], ends[:-1], out=top[1:])
            np.maximum(bottom[1:], ends[:-1], out=bottom[1:])
            self._lines.set(columns.x, top - edge, columns.x, bottom + edge)
        else:
            self._set_broken(columns, top, bottom, ends, edge)

    def _set_broken(self, columns: Columns, top: Floats, bottom: Floats, ends: Floats, edge: float) -> None:
        """Take over columns some of which may be empty, or without a bar between them, or nothing that can be shown."""
        joined = self.series.joined(columns.last[:-1], columns.first[1:]) & np.isfinite(ends[:-1])
        # Let each column reach to where the one before ended, unless a bar is missing in between.
        np.minimum(top[1:], ends[:-1], out=top[1:], where=joined)
        np.maximum(bottom[1:], ends[:-1], out=bottom[1:], where=joined)
        shown = np.isfinite(top) & np.isfinite(bottom)
        x = columns.x[shown]
        apart = np.flatnonzero(joined & (np.diff(columns.x) > 3 * edge))  # no bar in the pixels between
        left, right, level = columns.x[apart], columns.x[apart + 1], ends[apart]
        self._lines.set(
            np.concatenate((x, left)),
            np.concatenate((top[shown] - edge, level)),
            np.concatenate((x, right)),
            np.concatenate((bottom[shown] + edge, level)),
        )

    def _prepare_live(self, view: Projection) -> None:
        count = len(self.series)
        if count == 0 or self.series.time[-1] < view.times.first:
            return
        x, y = view.x(self.series.time[-2:]), self._y(view, self.series.close[-2:])
        if not np.isfinite(y).all():
            return
        if self.series.live:
            if len(x) == 2 and bool(self.series.joined(np.array([count - 2]), np.array([count - 1]))[0]):
                self._live.set(x[:1], y[:1], x[1:], y[1:])
            self._end = (float(x[-1]), float(y[-1]))

    def _y(self, view: Projection, closes: Floats) -> Floats:
        return view.y(closes / self.base if self.base != 1.0 else closes)

    def draw(self, painter: QPainter) -> None:
        """Draw the line, and the bar in progress in its own manner."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self._smooth)
        painter.setPen(self.pens.solid(self._colour, self._stroke))
        self._lines.draw(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(self.pens.dotted(self._colour, 3, 2, self._width))
        self._live.draw(painter)
        painter.setPen(self.pens.solid(self._colour, self._width))
        if self._end is not None:
            painter.setBrush(self._ground)
            painter.drawEllipse(QPointF(*self._end), DOT, DOT)
        painter.setBrush(self._colour)
        for at in self._alone:
            painter.drawEllipse(QPointF(*at), DOT - 1, DOT - 1)
        painter.setBrush(Qt.BrushStyle.NoBrush)

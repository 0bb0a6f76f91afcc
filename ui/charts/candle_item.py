"""Open, high, low and close as candles or bars, or as one column per device pixel when they crowd."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from data.bars import Flags, Floats
from ui.charts.layers import Canvas, Layer
from ui.charts.painting import Boxes, Lines, centred
from ui.charts.projection import Projection
from ui.charts.series import Series

LEAST_WIDTH = 3.0  # pixels per bar below which bodies cannot be told apart


class CandleItem(Layer):
    """The bars of one series.  Rising ones are hollow, falling ones filled, so that shape says it too."""

    def __init__(self, canvas: Canvas, series: Series) -> None:
        super().__init__(canvas, z=20)
        self.series = series
        self.bodies = True  # False: bars with a tick for the open on their left and one for the close on their right
        self._up, self._down = QColor(), QColor()
        self._wicks = (Lines(), Lines())
        self._bodies = (Boxes(), Boxes())
        self._live: tuple[QRectF, float, float, bool] | None = None
        self._width = 1.0

    def set_colours(self, up: QColor, down: QColor) -> None:
        """Say how rising and falling bars look."""
        self._up, self._down = up, down

    def prepare(self, view: Projection) -> None:
        """Work out what is drawn for a view."""
        self._live = None
        self._width = 1.0
        for part in (*self._wicks, *self._bodies):
            part.clear()
        width = self.series.interval * view.width / view.times.span
        if width >= LEAST_WIDTH:
            self._prepare_bars(view, width)
        else:
            self._prepare_columns(view)

    def _prepare_bars(self, view: Projection, width: float) -> None:
        series = self.series
        self._width = view.density
        reach = series.interval
        start, stop = series.rows_in(view.times.first - reach, view.times.last + reach)
        rows = slice(start, stop)
        x = centred(view.x(series.time[rows]), view.density)
        opened, high, low, close = (view.y(c[rows]) for c in (series.open, series.high, series.low, series.close))
        rising = series.close[rows] >= series.open[rows]
        shown = np.isfinite(low) & np.isfinite(high) & np.isfinite(opened) & np.isfinite(close)
        half = max(round(width * 0.35 * view.density), 1) / view.density
        if series.live and stop == len(series) and stop > start and shown[-1]:
            body = QRectF(x[-1] - half, min(opened[-1], close[-1]), 2 * half, max(abs(opened[-1] - close[-1]), 1.0))
            self._live = (body, float(high[-1]), float(low[-1]), bool(rising[-1]))
            shown[-1] = False
        top, bottom = np.minimum(opened, close), np.maximum(opened, close)
        self._set_bars(0, rising & shown, x, (high, top, bottom, low), half)
        self._set_bars(1, ~rising & shown, x, (high, top, bottom, low), half)

    def _set_bars(self, side: int, chosen: Flags, x: Floats, y: tuple[Floats, ...], half: float) -> None:
        x = x[chosen]
        high, top, bottom, low = (column[chosen] for column in y)
        if not self.bodies:
            self._set_open_bars(side, x, (high, top, bottom, low), half)
            return
        # Upper and lower wick in one go; a hollow body must not show a line through it.
        self._wicks[side].set(
            np.concatenate((x, x)), np.concatenate((high, bottom)), np.concatenate((x, x)), np.concatenate((top, low))
        )
        self._bodies[side].set(x - half, top, 2 * half, np.maximum(bottom - top, 0.01))

    def _set_open_bars(self, side: int, x: Floats, y: tuple[Floats, ...], half: float) -> None:
        high, top, bottom, low = y
        opened, close = (bottom, top) if side == 0 else (top, bottom)
        self._wicks[side].set(
            np.concatenate((x, x - half, x)),
            np.concatenate((high, opened, close)),
            np.concatenate((x, x, x + half)),
            np.concatenate((low, opened, close)),
        )

    def _prepare_columns(self, view: Projection) -> None:
        columns = self.series.columns(view, self.series.ranges)
        if columns is None:
            return
        top, bottom = view.y(columns.high), view.y(columns.low)
        rising = self.series.close[columns.last] >= self.series.open[columns.first]
        shown = np.isfinite(top) & np.isfinite(bottom) if view.log else True
        edge = 0.5 / view.density
        top -= edge
        bottom += edge
        for side, chosen in enumerate((rising & shown, ~rising & shown)):
            rows = np.flatnonzero(chosen)
            x = columns.x[rows]
            self._wicks[side].set(x, top[rows], x, bottom[rows])

    def draw(self, painter: QPainter) -> None:
        """Draw all rising bars, then all falling ones, then the one in progress."""
        for side, colour in enumerate((self._up, self._down)):
            painter.setPen(self.pens.solid(colour, self._width))
            painter.setBrush(Qt.BrushStyle.NoBrush if side == 0 else colour)
            self._wicks[side].draw(painter)
            self._bodies[side].draw(painter)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._live is not None:
            body, high, low, rising = self._live
            painter.setPen(self.pens.dotted(self._up if rising else self._down, 2, 2, self._width))
            painter.drawRect(body)
            middle = body.center().x()
            painter.drawLine(QPointF(middle, high), QPointF(middle, body.top()))
            painter.drawLine(QPointF(middle, body.bottom()), QPointF(middle, low))

"""Breaks of the high: a triangle on the step line, a dotted line through all panes, and where a click hits one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from ui.charts.layers import Canvas, Layer
from ui.charts.painting import Lines, centred
from ui.charts.projection import Projection

SIZE = 7.0
OUTLINE = 2.0
REACH = 12.0  # half the side of the square in which a click counts


@dataclass(frozen=True, slots=True)
class Mark:
    """One break as it is drawn: when (UTC epoch seconds), at which price, and of what."""

    symbol: str
    session: dt.date
    time: int
    price: float


class MarksItem(Layer):
    """The marks in one pane: lines in every pane, triangles in the pane of the asset that broke its high."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas, z=22)
        self.marks: tuple[Mark, ...] = ()
        self.highlighted: Mark | None = None
        self._triangles = False
        self._times, self._prices = np.empty(0), np.empty(0)
        self._line, self._bright, self._edge = QColor(), QColor(), QColor()
        self._lines = Lines()
        self._at: list[tuple[Mark, float, float]] = []
        self._strong: float | None = None
        self._top = 0.0
        self._width = 1.0

    def show(self, marks: tuple[Mark, ...], *, triangles: bool) -> None:
        """Draw these marks from now on."""
        self.marks = marks
        self._triangles = triangles
        self._times = np.array([mark.time for mark in marks], np.float64)
        self._prices = np.array([mark.price for mark in marks], np.float64)

    def set_colours(self, line: QColor, bright: QColor, edge: QColor) -> None:
        """Say how a line, a triangle (and the highlighted line) and a triangle's edge look."""
        self._line, self._bright, self._edge = line, bright, edge

    def prepare(self, view: Projection, top: float) -> None:
        """Work out what is drawn for a view, below `top` pixels."""
        self._at, self._strong, self._top, self._width = [], None, top, view.density
        self._lines.clear()
        if not self.marks:
            return
        x = centred(view.x(self._times), view.density)
        rows = np.flatnonzero((x >= -SIZE) & (x <= view.width + SIZE))
        level = view.y(self._prices)
        for row in rows.tolist():
            mark = self.marks[row]
            if mark == self.highlighted:
                self._strong = float(x[row])
            if self._triangles and np.isfinite(level[row]):
                self._at.append((mark, float(x[row]), float(level[row])))
        ends = np.full(len(rows), view.height)
        self._lines.set(x[rows], np.full(len(rows), top), x[rows], ends)

    def mark_at(self, x: float, y: float) -> Mark | None:
        """Return the mark whose triangle is nearest to a point of the pane and within reach."""
        near = [(max(abs(mx - x), abs(my - SIZE - y)), mark) for mark, mx, my in self._at]
        best = min(near, key=lambda entry: entry[0], default=None)
        return best[1] if best is not None and best[0] <= REACH else None

    def draw(self, painter: QPainter) -> None:
        """Draw all lines, then the highlighted one, then the triangles."""
        painter.setPen(self.pens.dotted(self._line, 1, 3, self._width))
        self._lines.draw(painter)
        if self._strong is not None:
            painter.setPen(self.pens.solid(self._bright, self._width))
            painter.drawLine(QPointF(self._strong, self._top), QPointF(self._strong, self.boundingRect().bottom()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        shapes = [_triangle(x, y, SIZE + 1.5 if mark == self.highlighted else SIZE) for mark, x, y in self._at]
        painter.setPen(self.pens.solid(self._edge, 2 * OUTLINE * self._width))  # half of it lies under the triangle
        for shape in shapes:
            painter.drawPolygon(shape)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._bright)
        for shape in shapes:
            painter.drawPolygon(shape)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def hit_areas(self) -> tuple[tuple[Mark, QRectF], ...]:
        """Return where a click on each visible mark counts, in pixels of the pane."""
        return tuple((m, QRectF(x - REACH, y - SIZE - REACH, 2 * REACH, 2 * REACH)) for m, x, y in self._at)


def _triangle(x: float, y: float, size: float) -> QPolygonF:
    return QPolygonF([QPointF(x, y - 1.8 * size - 2), QPointF(x + size, y - 2), QPointF(x - size, y - 2)])

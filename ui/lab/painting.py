"""Paints a picture of the lab, on a widget or into a file: axes, layers from back to front, legend, note."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPaintEngine, QPainter, QPen, QPolygonF

from data.bars import Floats
from ui.lab.presentation import Band, Columns, Intervals, Layer, Level, Line, Picture, Points, Span
from ui.lab.scales import bounds, ticks
from ui.lab.thinning import runs, stepped, thinned
from ui.theme import Theme, interface_font

_LEFT, _RIGHT, _TOP, _BOTTOM = 58.0, 12.0, 30.0, 40.0
_SMALL, _TEXT = 11, 12
_LETTER = 7.0  # pixels of a letter of the small size, and a little more
_ALIGN = Qt.AlignmentFlag


@dataclass(frozen=True, slots=True)
class Projection:
    """Where values lie in the room of a picture, in pixels."""

    room: QRectF
    ends: tuple[float, float, float, float]

    def x(self, value: float) -> float:
        """Return the place across."""
        return self.room.left() + (value - self.ends[0]) / (self.ends[1] - self.ends[0]) * self.room.width()

    def y(self, value: float) -> float:
        """Return the place down."""
        return self.room.bottom() - (value - self.ends[2]) / (self.ends[3] - self.ends[2]) * self.room.height()


def projection(picture: Picture, whole: QRectF) -> Projection:
    """Return how a picture lies in this rectangle."""
    longest = max((len(text) for _, text in picture.y.named), default=0)
    left = max(_LEFT, longest * _LETTER)
    return Projection(whole.adjusted(left, _TOP, -_RIGHT, -_BOTTOM), bounds(picture))


def paint(painter: QPainter, whole: QRectF, picture: Picture, theme: Theme, marked: Hashable | None = None) -> None:
    """Paint the picture; what belongs to the marked key stands out."""
    at = projection(picture, whole)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_axes(painter, at, picture, theme)
    painter.save()
    painter.setClipRect(at.room.adjusted(-1, -1, 1, 1))
    for layer in picture.layers:
        _paint_layer(painter, at, layer, theme, marked)
    for layer in picture.layers:
        if isinstance(layer, Line) and layer.key is not None and layer.key == marked:
            _paint_line(painter, at, layer, QPen(theme.colour("text"), layer.width + 1))
    painter.restore()
    _paint_words(painter, at, whole, picture, theme)


def _paint_axes(painter: QPainter, at: Projection, picture: Picture, theme: Theme) -> None:
    room, (x0, x1, y0, y1) = at.room, at.ends
    painter.setFont(interface_font(_SMALL))
    grid, faint = QPen(theme.colour("grid"), 1), theme.colour("muted")
    for value, text in picture.y.named or ticks(y0, y1, picture.y.scale, max(2, int(room.height() / 36))):
        painter.setPen(grid)
        painter.drawLine(QLineF(room.left(), at.y(value), room.right(), at.y(value)))
        painter.setPen(faint)
        box = QRectF(0, at.y(value) - 9, room.left() - 6, 18)
        painter.drawText(box, int(_ALIGN.AlignRight | _ALIGN.AlignVCenter), text)
    for value, text in picture.x.named or ticks(x0, x1, picture.x.scale, max(2, int(room.width() / 84))):
        painter.setPen(grid)
        painter.drawLine(QLineF(at.x(value), room.top(), at.x(value), room.bottom()))
        painter.setPen(faint)
        half = 100 if picture.x.named else 42
        box = QRectF(at.x(value) - half, room.bottom() + 3, 2 * half, 16)
        painter.drawText(box, int(_ALIGN.AlignCenter), text)
    painter.setPen(theme.colour("faint"))
    below = QRectF(room.left(), room.bottom() + 20, room.width(), 16)
    painter.drawText(below, int(_ALIGN.AlignCenter), picture.x.name)


def _paint_layer(painter: QPainter, at: Projection, layer: Layer, theme: Theme, marked: Hashable | None) -> None:
    if isinstance(layer, Line):
        dash = Qt.PenStyle.DashLine if layer.dashed else Qt.PenStyle.SolidLine
        _paint_line(painter, at, layer, QPen(theme.colour(layer.role, layer.opacity), layer.width, dash))
    elif isinstance(layer, Band):
        _paint_band(painter, at, layer, theme)
    elif isinstance(layer, Columns):
        _paint_columns(painter, at, layer, theme)
    elif isinstance(layer, Points):
        _paint_points(painter, at, layer, theme, marked)
    elif isinstance(layer, Intervals):
        painter.setPen(QPen(theme.colour(layer.role), 1.5))
        for x, low, high in zip(layer.x.tolist(), layer.low.tolist(), layer.high.tolist(), strict=True):
            painter.drawLine(QLineF(at.x(x), at.y(low), at.x(x), at.y(high)))
            for end in (low, high):
                painter.drawLine(QLineF(at.x(x) - 4, at.y(end), at.x(x) + 4, at.y(end)))
    elif isinstance(layer, Span):
        room, left, right = at.room, at.x(layer.first), at.x(layer.last)
        stretch = QRectF(left, room.top(), max(1.0, right - left), room.height())
        painter.fillRect(stretch, theme.colour(layer.role, layer.opacity))
    else:
        _paint_level(painter, at, layer, theme)


def _paint_line(painter: QPainter, at: Projection, line: Line, pen: QPen) -> None:
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    by_pieces = pen.style() == Qt.PenStyle.SolidLine and line.opacity == 1 and _is_raster(painter)
    for x, y in runs(line.x, line.y):
        across, down = stepped(x, y) if line.steps else thinned(x, y, max(1, int(at.room.width() / 2)))
        if by_pieces:  # some thirty times as fast as one wide line with all its joints
            painter.drawLines(_pieces(at, across, down))
        else:
            painter.drawPolyline(_polygon(at, across, down))


def _is_raster(painter: QPainter) -> bool:
    return painter.paintEngine().type() == QPaintEngine.Type.Raster


def _pieces(at: Projection, x: Floats, y: Floats) -> list[QLineF]:
    across, down = _places(at, x, y)
    return list(map(QLineF, across[:-1].tolist(), down[:-1].tolist(), across[1:].tolist(), down[1:].tolist()))


def _polygon(at: Projection, x: Floats, y: Floats) -> QPolygonF:
    across, down = _places(at, x, y)
    return QPolygonF(list(map(QPointF, across.tolist(), down.tolist())))


def _places(at: Projection, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    (x0, x1, y0, y1), room = at.ends, at.room
    across = room.left() + (x - x0) / (x1 - x0) * room.width()
    down = room.bottom() - (y - y0) / (y1 - y0) * room.height()
    return across, down


def _paint_band(painter: QPainter, at: Projection, band: Band, theme: Theme) -> None:
    whole = np.isfinite(band.low) & np.isfinite(band.high)
    x = band.x[whole]
    edge = _polygon(at, np.concatenate((x, x[::-1])), np.concatenate((band.high[whole], band.low[whole][::-1])))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(band.role, band.opacity))
    painter.drawPolygon(edge)


def _paint_columns(painter: QPainter, at: Projection, columns: Columns, theme: Theme) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    wide = abs(at.x(columns.width) - at.x(0)) * 0.8
    strong = np.ones(len(columns.x), np.bool_) if columns.strong is None else columns.strong
    for x, y, full in zip(columns.x.tolist(), columns.y.tolist(), strong.tolist(), strict=True):
        if math.isfinite(y):
            painter.setBrush(theme.colour(columns.role, 1.0 if full else 0.45))
            painter.drawRect(
                QRectF(QPointF(at.x(x) - wide / 2, at.y(0)), QPointF(at.x(x) + wide / 2, at.y(y))).normalized()
            )


def _paint_points(painter: QPainter, at: Projection, points: Points, theme: Theme, marked: Hashable | None) -> None:
    painter.setPen(QPen(theme.colour("window"), 1))
    for number, (x, y) in enumerate(zip(points.x.tolist(), points.y.tolist(), strict=True)):
        if not math.isfinite(y):
            continue
        is_marked = marked is not None and number < len(points.keys) and points.keys[number] == marked
        painter.setBrush(theme.colour("text" if is_marked else points.role))
        half = points.size / 2 + (2 if is_marked else 0)
        painter.drawEllipse(QPointF(at.x(x), at.y(y)), half, half)


def _paint_level(painter: QPainter, at: Projection, level: Level, theme: Theme) -> None:
    style = Qt.PenStyle.DashLine if level.dashed else Qt.PenStyle.SolidLine
    painter.setPen(QPen(theme.colour(level.role), 1, style))
    room = at.room
    if level.axis == "y":
        painter.drawLine(QLineF(room.left(), at.y(level.value), room.right(), at.y(level.value)))
    else:
        painter.drawLine(QLineF(at.x(level.value), room.top(), at.x(level.value), room.bottom()))


def _paint_words(painter: QPainter, at: Projection, whole: QRectF, picture: Picture, theme: Theme) -> None:
    painter.setFont(interface_font(_TEXT))
    painter.setPen(theme.colour("text"))
    head = QRectF(whole.left() + 8, 4, whole.width() - 16, 20)
    painter.drawText(head, int(_ALIGN.AlignLeft | _ALIGN.AlignVCenter), picture.title)
    painter.setFont(interface_font(_SMALL))
    painter.setPen(theme.colour("muted"))
    painter.drawText(head, int(_ALIGN.AlignRight | _ALIGN.AlignVCenter), picture.note)
    _paint_legend(painter, at, picture, theme)


def _paint_legend(painter: QPainter, at: Projection, picture: Picture, theme: Theme) -> None:
    metrics = QFontMetricsF(painter.font())
    x, y = at.room.left() + 8, at.room.top() + 12
    for name, colour in _named(picture, theme):
        wide = metrics.horizontalAdvance(name)
        if x + wide + 24 > at.room.right():
            x, y = at.room.left() + 8, y + 16
        painter.fillRect(QRectF(x - 3, y - 8, wide + 24, 16), theme.colour("window", 0.7))
        painter.fillRect(QRectF(x, y - 2, 12, 4), colour)
        painter.setPen(theme.colour("muted"))
        painter.drawText(QPointF(x + 17, y + 4), name)
        x += wide + 32


def _named(picture: Picture, theme: Theme) -> Iterator[tuple[str, QColor]]:
    told: set[str] = set()
    for layer in picture.layers:
        if layer.name and layer.name not in told:
            told.add(layer.name)
            yield layer.name, theme.colour(layer.role, 0.5 if isinstance(layer, (Band, Span)) else 1.0)


def values_at(line: Line, x: float) -> float:
    """Return the height of a line at x, NaN outside of it or in a gap."""
    whole = np.isfinite(line.y)
    known: Floats = line.x[whole]
    if not len(known) or not known[0] <= x <= known[-1]:
        return math.nan
    return float(np.interp(x, known, line.y[whole]))

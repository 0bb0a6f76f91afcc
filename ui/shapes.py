"""One shape for every state, so that no fact hangs on a colour alone."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import MappingProxyType

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

Draw = Callable[[QPainter, QRectF, QColor], None]

STATE_ROLES = MappingProxyType({
    "warmup": "muted",
    "below": "muted",
    "near": "high",
    "touch": "high",
    "break": "breakout",
    "confirmed": "ok",
    "above": "high",
    "failed": "danger",
    "withdrawn": "warning",
    "cannot tell": "warning",
})  # fmt: skip
"""Which role of the theme a state or transition is drawn in."""


def draw_shape(painter: QPainter, name: str, box: QRectF, colour: QColor) -> None:
    """Draw the shape of a state, transition, severity or freshness into a square box."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    _SHAPES.get(name, _ring)(painter, box, colour)
    painter.restore()


def _pen(painter: QPainter, box: QRectF, colour: QColor, width: float = 0.16) -> None:
    pen = QPen(colour, max(1.4, box.width() * width))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _inset(box: QRectF, share: float) -> QRectF:
    by = box.width() * share
    return box.adjusted(by, by, -by, -by)


def _at(box: QRectF, *points: tuple[float, float]) -> list[QPointF]:
    return [QPointF(box.x() + x * box.width(), box.y() + y * box.height()) for x, y in points]


def _dot(painter: QPainter, box: QRectF, _colour: QColor) -> None:
    painter.drawEllipse(_inset(box, 0.2))


def _ring(painter: QPainter, box: QRectF, colour: QColor) -> None:
    _pen(painter, box, colour)
    painter.drawEllipse(_inset(box, 0.14))


def _half(painter: QPainter, box: QRectF, colour: QColor) -> None:
    painter.drawPie(_inset(box, 0.14), 180 * 16, 180 * 16)
    _ring(painter, box, colour)


def _touch(painter: QPainter, box: QRectF, _colour: QColor) -> None:
    painter.drawRect(QRectF(box.x(), box.y() + box.height() * 0.06, box.width(), box.height() * 0.15))
    painter.drawEllipse(_inset(box, 0.2).translated(0, box.height() * 0.14))


def _triangle(painter: QPainter, box: QRectF, _colour: QColor) -> None:
    painter.drawPolygon(_at(box, (0.5, 0.06), (0.98, 0.92), (0.02, 0.92)))


def _confirmed(painter: QPainter, box: QRectF, colour: QColor) -> None:
    painter.drawPolygon(_at(box, (0.5, -0.04), (1.04, 0.5), (0.5, 1.04), (-0.04, 0.5)))
    dark = colour.lightnessF() > 0.45
    _pen(painter, box, QColor("#0b0f16" if dark else "#ffffff"), 0.12)
    painter.drawPolyline(_at(box, (0.3, 0.5), (0.45, 0.66), (0.72, 0.36)))


def _above(painter: QPainter, box: QRectF, colour: QColor) -> None:
    _pen(painter, box, colour)
    painter.drawPolyline(_at(box, (0.18, 0.46), (0.5, 0.12), (0.82, 0.46)))
    painter.drawPolyline(_at(box, (0.5, 0.14), (0.5, 0.9)))


def _cross(painter: QPainter, box: QRectF, colour: QColor) -> None:
    _pen(painter, box, colour)
    painter.drawPolyline(_at(box, (0.16, 0.16), (0.84, 0.84)))
    painter.drawPolyline(_at(box, (0.84, 0.16), (0.16, 0.84)))


def _dots(painter: QPainter, box: QRectF, _colour: QColor) -> None:
    radius = box.width() * 0.12
    for point in _at(box, (0.14, 0.5), (0.5, 0.5), (0.86, 0.5)):
        painter.drawEllipse(point, radius, radius)


def _clock(painter: QPainter, box: QRectF, colour: QColor) -> None:
    _pen(painter, box, colour, 0.13)
    painter.drawEllipse(_inset(box, 0.1))
    painter.drawPolyline(_at(box, (0.5, 0.26), (0.5, 0.52), (0.7, 0.62)))


def _mark(painter: QPainter, box: QRectF, colour: QColor, text: str) -> None:
    font = painter.font()
    font.setPixelSize(max(8, int(box.height() * 0.68)))
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor("#0b0f16" if colour.lightnessF() > 0.45 else "#ffffff"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _warning(painter: QPainter, box: QRectF, colour: QColor) -> None:
    _triangle(painter, box, colour)
    _mark(painter, box.translated(0, box.height() * 0.1), colour, "!")


def _blocking(painter: QPainter, box: QRectF, colour: QColor) -> None:
    corners = [
        (0.5 + 0.52 * math.cos(a), 0.5 + 0.52 * math.sin(a)) for a in (math.pi * (k + 0.5) / 4 for k in range(8))
    ]
    painter.drawPolygon(_at(box, *corners))
    _mark(painter, box, colour, "!")


def _note(painter: QPainter, box: QRectF, colour: QColor) -> None:
    painter.drawEllipse(box)
    _mark(painter, box, colour, "i")


def _check(painter: QPainter, box: QRectF, colour: QColor) -> None:
    _pen(painter, box, colour)
    painter.drawPolyline(_at(box, (0.12, 0.54), (0.4, 0.82), (0.9, 0.2)))


_SHAPES = MappingProxyType({
    "warmup": _dots,
    "below": _ring,
    "near": _half,
    "touch": _touch,
    "break": _triangle,
    "confirmed": _confirmed,
    "above": _above,
    "failed": _cross,
    "withdrawn": _cross,
    "cannot tell": _warning,
    "note": _note,
    "warning": _warning,
    "blocking": _blocking,
    "danger": _blocking,
    "fresh": _dot,
    "stale": _clock,
    "unusable": _cross,
    "ok": _check,
})  # fmt: skip

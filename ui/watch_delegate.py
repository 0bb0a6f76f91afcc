"""How a line of the watchlist is painted."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from data.bars import Floats
from ui.shapes import draw_shape
from ui.theme import Theme, interface_font, series_role
from ui.watch_rows import CAPTION, WatchRow

ROW_HEIGHT = 44
HEADING_HEIGHT = 32
CAPTION_HEIGHT = 20
MARGIN = 16
PRICE_WIDTH = 72
SPARK_WIDTH = 56

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class WatchDelegate(QStyledItemDelegate):
    """Paints name, session, sparkline, price and distance; set `theme` to change the colours."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._strong = interface_font(13, QFont.Weight.DemiBold)
        self._small = interface_font(11, QFont.Weight.Medium)
        self._heading = interface_font(11, QFont.Weight.Bold)
        self._heading.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.8)

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Headings are lower than assets."""
        row: WatchRow = index.data(Qt.ItemDataRole.UserRole)
        if row.symbol:
            return QSize(200, ROW_HEIGHT)
        return QSize(200, HEADING_HEIGHT if row.title != CAPTION else CAPTION_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one line."""
        row: WatchRow = index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        if row.symbol:
            self._paint_back(painter, option)
            self._paint_asset(painter, option.rect.adjusted(MARGIN, 4, -MARGIN, -4), row)
        elif row.title == CAPTION:
            self._text(painter, option.rect.adjusted(MARGIN, 0, -MARGIN, 0), CAPTION, "faint", self._small, _RIGHT)
        else:
            self._text(painter, option.rect.adjusted(MARGIN, 8, -MARGIN, 0), row.title.upper(), "faint", self._heading)
        painter.restore()

    def _paint_back(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        state = option.state
        box = QRectF(option.rect).adjusted(6, 1, -6, -1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(self.theme.colour("selection"))
            painter.drawRoundedRect(box, 6, 6)
            painter.setBrush(self.theme.colour("accent"))
            painter.drawRoundedRect(QRectF(box.left(), box.top() + 8, 3, box.height() - 16), 1.5, 1.5)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(self.theme.colour("raised", 0.6))
            painter.drawRoundedRect(box, 6, 6)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_Selected:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.theme.colour("accent", 0.8), 1))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _paint_asset(self, painter: QPainter, box: QRect, row: WatchRow) -> None:
        half = box.height() // 2
        right = QRect(box.right() - PRICE_WIDTH + 1, box.top(), PRICE_WIDTH, half)
        left = QRect(box.left(), box.top(), box.width() - PRICE_WIDTH - SPARK_WIDTH - 16, half)
        self._text(painter, left, row.title, "text", self._strong)
        self._text(painter, right, row.price, "text", self._strong, _RIGHT)
        role = "high" if row.at_high else "muted"
        distance = "at the high" if row.at_high else row.distance
        self._text(painter, right.translated(0, half), distance, role, self._small, _RIGHT)
        taken = QFontMetrics(self._small).horizontalAdvance(distance) + 8
        self._paint_when(painter, QRect(box.left(), box.top() + half, box.width() - taken, half), row)
        spark = QRectF(left.right() + 8, box.top() + 2, SPARK_WIDTH, half - 5)
        self._paint_spark(painter, spark, row.spark, self.theme.colour(series_role(row.symbol)))

    def _paint_when(self, painter: QPainter, box: QRect, row: WatchRow) -> None:
        role = {"fresh": "ok", "stale": "warning", "warmup": "faint"}.get(row.mark, "danger")
        mark = QRectF(box.left(), box.center().y() - 4, 10, 10)
        draw_shape(painter, row.mark, mark, self.theme.colour(role))
        words = "muted" if row.mark in ("fresh", "warmup") else role
        self._text(painter, box.adjusted(15, 0, 0, 0), row.when, words, self._small)

    def _text(
        self, painter: QPainter, box: QRect, text: str, role: str, font: QFont, align: Qt.AlignmentFlag = _LEFT
    ) -> None:
        painter.setFont(font)
        painter.setPen(self.theme.colour(role))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, align, shown)

    def _paint_spark(self, painter: QPainter, box: QRectF, closes: Floats, colour: QColor) -> None:
        if len(closes) < 2:
            return
        low, high = float(closes.min()), float(closes.max())
        x = box.left() + np.arange(len(closes)) * (box.width() / (len(closes) - 1))
        y = box.bottom() - (closes - low) / ((high - low) or 1.0) * box.height()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 1.3))
        painter.drawPolyline(QPolygonF([QPointF(*point) for point in zip(x.tolist(), y.tolist(), strict=True)]))

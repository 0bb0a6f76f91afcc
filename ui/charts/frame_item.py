"""The thin lines between panes and beside the price axis."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from ui.charts.layout import Layout
from ui.charts.painting import PixelItem


class FrameItem(PixelItem):
    """Lines along the edges of a layout."""

    def __init__(self) -> None:
        super().__init__(None, z=50)
        self._colour = QColor()
        self._layout: Layout | None = None

    def set_colour(self, colour: QColor) -> None:
        """Say how the lines look."""
        self._colour = colour

    def show(self, layout: Layout) -> None:
        """Draw the lines of this layout from now on."""
        self._layout = layout
        axis = layout.time_axis
        self.set_bounds(QRectF(0, 0, axis.width(), axis.bottom()))

    def draw(self, painter: QPainter) -> None:
        """Draw the lines."""
        if self._layout is None:
            return
        painter.setPen(self.pens.solid(self._colour))
        axis = self._layout.time_axis
        for i, pane in enumerate(self._layout.panes):
            if pane.height() > 0:
                painter.drawLine(QPointF(pane.right() + 0.5, pane.top()), QPointF(pane.right() + 0.5, pane.bottom()))
                if i and pane.top() > 0:
                    painter.drawLine(QPointF(0, pane.top() - 0.5), QPointF(axis.width(), pane.top() - 0.5))

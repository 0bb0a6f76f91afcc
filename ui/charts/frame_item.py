"""The thin lines between panes and beside the price axis."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from ui.charts.layout import Layout
from ui.charts.painting import PixelItem, Rules


class FrameItem(PixelItem):
    """Lines along the edges of a layout."""

    def __init__(self) -> None:
        super().__init__(None, z=50)
        self._colour = QColor()
        self._rules = Rules()
        self._placed: tuple[Layout, float] | None = None

    def set_colour(self, colour: QColor) -> None:
        """Say how the lines look."""
        self._colour = colour

    def prepare(self, layout: Layout, density: float) -> None:
        """Place the lines of a layout, one device pixel thin, unless that is where they are."""
        if self._placed == (layout, density):
            return
        self._placed = (layout, density)
        axis, thin = layout.time_axis, 1 / density
        self.set_bounds(QRectF(0, 0, axis.width(), axis.bottom()))
        shown = [pane for pane in layout.panes if pane.height() > 0]
        beside = [(pane.right() + (1 - thin), pane.top(), thin, pane.height()) for pane in shown]
        between = [(0.0, pane.top() - thin, axis.width(), thin) for pane in shown if pane.top() > 0]
        self._rules.take([*beside, *between])

    def draw(self, painter: QPainter) -> None:
        """Draw the lines."""
        self._rules.fill(painter, self._colour)

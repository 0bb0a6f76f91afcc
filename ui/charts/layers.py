"""Several drawings as one item of the scene, which spares each of them Qt's way to Python and back."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem

from ui.charts.painting import Pens, PixelItem


class Layer:
    """One drawing on a canvas, in the canvas's pixels; those with a greater `z` lie above the others."""

    def __init__(self, canvas: Canvas, z: float) -> None:
        self.z = z
        self.pens = Pens()
        self._bounds = QRectF()
        self._visible = True
        canvas.add(self)

    def set_bounds(self, bounds: QRectF) -> None:
        """Say which rectangle the layer may draw in."""
        self._bounds = QRectF(bounds)

    def boundingRect(self) -> QRectF:
        """Return that rectangle."""
        return self._bounds

    def setVisible(self, visible: bool) -> None:
        """Show or hide the layer from the next frame on."""
        self._visible = visible

    def isVisible(self) -> bool:
        """Whether the layer is drawn."""
        return self._visible

    def draw(self, painter: QPainter) -> None:
        """Draw; no layer restores the painter's state, so each sets what it needs.  For subclasses."""
        raise NotImplementedError(type(self).__name__)


class Canvas(PixelItem):
    """The item that draws its layers from the lowest to the highest."""

    def __init__(self, parent: QGraphicsItem | None, z: float = 0) -> None:
        super().__init__(parent, z)
        self._layers: list[Layer] = []

    def add(self, layer: Layer) -> None:
        """Draw a layer above those of the same height that were added before."""
        self._layers.append(layer)
        self._layers.sort(key=lambda each: each.z)

    def draw(self, painter: QPainter) -> None:
        """Draw the visible layers, each without smoothing unless it asks for it."""
        for layer in self._layers:
            if layer.isVisible():
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                layer.draw(painter)

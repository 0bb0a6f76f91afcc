"""What all items of a pane share: bounds in pixels, arrays handed to Qt without a loop, cached labels."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
import shiboken6
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from data.bars import Floats


class PixelItem(QGraphicsItem):
    """A child of a view box that paints in the box's pixels.

    A plain QGraphicsItem on purpose: pyqtgraph's own walk all their children on every change of the range.
    """

    def __init__(self, parent: QGraphicsItem | None, z: float) -> None:
        super().__init__(parent)
        self._bounds = QRectF()
        self.pens = Pens()
        self.setZValue(z)

    def set_bounds(self, bounds: QRectF) -> None:
        """Say which rectangle of the parent the item may paint in."""
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = QRectF(bounds)

    def boundingRect(self) -> QRectF:
        """Return that rectangle."""
        return self._bounds

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Draw; the painter's state is not restored between items, so each sets what it needs."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self.draw(painter)

    def draw(self, painter: QPainter) -> None:
        """Draw in pixels of the parent; for subclasses."""
        raise NotImplementedError(type(self).__name__)


class Buffer:
    """A reused table of four numbers a row that Qt reads as an array of its own kind, without a copy.

    The pointer that Qt is handed is made once for each table and never outlives it.
    """

    SPARE = 256

    def __init__(self, kind: type[QLineF] | type[QRectF]) -> None:
        self._kind = kind
        self._count = 0
        self._table = np.empty((0, 4))
        self._pointer: QLineF | QRectF | None = None

    def __len__(self) -> int:
        return self._count

    def rows(self, count: int) -> npt.NDArray[np.float64]:
        """Return so many rows to be written to."""
        if count > len(self._table):
            self._pointer = None
            self._table = np.empty((count + count // 2 + self.SPARE, 4))
            self._pointer = shiboken6.wrapInstance(self._table.ctypes.data, self._kind)
        self._count = count
        return self._table[:count]

    def clear(self) -> None:
        """Hold nothing."""
        self._count = 0

    @property
    def drawn(self) -> tuple[QLineF | QRectF | None, int]:
        """What the painter is handed."""
        return self._pointer, self._count


class Lines(Buffer):
    """A reused buffer of line segments that Qt draws in one call."""

    def __init__(self) -> None:
        super().__init__(QLineF)

    def set(self, x1: Floats, y1: Floats, x2: Floats, y2: Floats) -> None:
        """Take over segments from (x1, y1) to (x2, y2)."""
        table = self.rows(len(x1))
        table[:, 0], table[:, 1], table[:, 2], table[:, 3] = x1, y1, x2, y2

    def draw(self, painter: QPainter) -> None:
        """Draw them with the painter's pen."""
        if self._count:
            painter.drawLines(*self.drawn)


class Boxes(Buffer):
    """A reused buffer of rectangles that Qt draws in one call."""

    def __init__(self) -> None:
        super().__init__(QRectF)

    def set(self, x: Floats, y: Floats, width: Floats | float, height: Floats) -> None:
        """Take over rectangles by left, top, width and height."""
        table = self.rows(len(x))
        table[:, 0], table[:, 1], table[:, 2], table[:, 3] = x, y, width, height

    def take(self, boxes: Sequence[tuple[float, float, float, float]]) -> None:
        """Take over a few rectangles by left, top, width and height."""
        table = self.rows(len(boxes))
        if boxes:
            table[:] = boxes

    def draw(self, painter: QPainter) -> None:
        """Draw them with the painter's pen and brush."""
        if self._count:
            painter.drawRects(*self.drawn)


class Rules(Boxes):
    """Hairlines across and down an area, as boxes: Qt fills a row of pixels far quicker than it strokes one."""

    def cross(self, area: QRectF, x: Sequence[float], y: Sequence[float], density: float) -> None:
        """Run down the area at each `x` and across it at each `y`, which are middles of device pixels."""
        thin, half = 1 / density, 0.5 / density
        left, top, width, height = area.getRect()
        down = [(at - half, top, thin, height) for at in x]
        across = [(left, at - half, width, thin) for at in y]
        self.take([*down, *across])

    def fill(self, painter: QPainter, colour: QColor) -> None:
        """Draw them in a colour."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        self.draw(painter)
        painter.setBrush(Qt.BrushStyle.NoBrush)


class Pens:
    """Pens by colour, width and dashes, each made once."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, float, float, float], QPen] = {}

    def solid(self, colour: QColor, width: float = 1.0) -> QPen:
        """Return what `pen` returns."""
        key = (colour.rgba(), width, 0.0, 0.0)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = pen(colour, width)
        return made

    def dotted(self, colour: QColor, on: float, off: float, width: float = 1.0) -> QPen:
        """Return what `dotted` returns."""
        key = (colour.rgba(), width, on, off)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = dotted(colour, on, off, width)
        return made


def pen(colour: QColor, width: float = 1.0, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """Return a cosmetic pen with flat ends, in device pixels; wide ones are slow except for separate segments."""
    made = QPen(colour, width, style, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.BevelJoin)
    made.setCosmetic(True)
    return made


def dotted(colour: QColor, on: float, off: float, width: float = 1.0) -> QPen:
    """Return a pen of dashes `on` long and `off` apart, in multiples of its width in device pixels."""
    made = pen(colour, width)
    made.setDashPattern([on, off])
    return made


def polygon(x: Floats, y: Floats) -> QPolygonF:
    """Return the points as a polygon, filled by numpy."""
    made = pg.functions.create_qpolygonf(len(x))
    table = pg.functions.ndarray_from_qpolygonf(made)
    table[:, 0], table[:, 1] = x, y
    return made


def blended(colour: QColor, ground: QColor, share: float) -> QColor:
    """Return `share` of a colour laid over a ground, as a solid colour."""
    parts = zip(colour.getRgbF()[:3], ground.getRgbF()[:3], strict=True)
    return QColor.fromRgbF(*(share * c + (1 - share) * g for c, g in parts))


def centred(values: Floats, density: float) -> Floats:
    """Return coordinates moved to the middle of their device pixel, where a thin line is sharp."""
    return (np.floor(values * density) + 0.5) / density


def centred_at(value: float, density: float) -> float:
    """Return one coordinate moved to the middle of its device pixel."""
    return (math.floor(value * density) + 0.5) / density


class LabelCache:
    """Texts as pixmaps, drawn once for each text, colour and weight; the oldest are dropped beyond `LIMIT`."""

    LIMIT = 600

    def __init__(self, font: QFont, strong: QFont, density: float) -> None:
        self.density = density
        self._fonts = (font, strong)
        self._metrics = (QFontMetricsF(font), QFontMetricsF(strong))
        self._widths: dict[tuple[str, bool], float] = {}
        self._kept: OrderedDict[tuple[str, int, bool], QPixmap] = OrderedDict()

    @property
    def height(self) -> float:
        """The height of a line of text in pixels."""
        return float(np.ceil(self._metrics[0].height()))

    def width(self, text: str, strong: bool = False) -> float:
        """Return the width of a text in pixels."""
        known = self._widths.get((text, strong))
        if known is None:
            if len(self._widths) > 10 * self.LIMIT:
                self._widths.clear()
            known = self._widths[text, strong] = self._metrics[strong].horizontalAdvance(text)
        return known

    def draw(self, painter: QPainter, at: QPointF, text: str, colour: QColor, strong: bool = False) -> None:
        """Draw a text with its top left corner at a point."""
        key = (text, colour.rgba(), strong)
        pixmap = self._kept.get(key)
        if pixmap is None:
            pixmap = self._kept[key] = self._render(text, colour, strong)
            if len(self._kept) > self.LIMIT:
                self._kept.popitem(last=False)
        painter.drawPixmap(at, pixmap)

    def _render(self, text: str, colour: QColor, strong: bool) -> QPixmap:
        metrics = self._metrics[strong]
        width, height = np.ceil(self.width(text, strong)) + 2, self.height
        pixmap = QPixmap(int(np.ceil(width * self.density)), int(np.ceil(height * self.density)))
        pixmap.setDevicePixelRatio(self.density)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setFont(self._fonts[strong])
        painter.setPen(colour)
        painter.drawText(QPointF(0, metrics.ascent()), text)
        painter.end()
        return pixmap


class OutlineLabels(LabelCache):
    """Texts as outlines, for drawings that are to look the same where the interface font is not installed."""

    def draw(self, painter: QPainter, at: QPointF, text: str, colour: QColor, strong: bool = False) -> None:
        """Draw a text with its top left corner at a point."""
        path = QPainterPath()
        path.addText(at + QPointF(0, self._metrics[strong].ascent()), self._fonts[strong], text)
        painter.fillPath(path, colour)

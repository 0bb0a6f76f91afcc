"""A picture of the lab on the screen: pointer or arrow keys mark what has a key, a click chooses it."""

from __future__ import annotations

import math
from collections.abc import Hashable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.lab.painting import paint, projection, values_at
from ui.lab.presentation import Line, Picture, Points
from ui.theme import Theme

_NEAR = 12.0  # pixels within which the pointer means a line or a dot
_HEIGHT = 300


class Plot(QWidget):
    """`pointed` carries the marked key or None, `chosen` the key that was clicked."""

    pointed = Signal(object)
    chosen = Signal(object)

    def __init__(self, theme: Theme, picture: Picture, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme, self.picture = theme, picture
        self._marked: Hashable | None = None
        self._ground: tuple[tuple[object, ...], QPixmap] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        if self.keys():
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(picture.title)
        self.setAccessibleDescription(picture.says)

    def sizeHint(self) -> QSize:
        """Wide, and high enough to read."""
        return QSize(640, _HEIGHT)

    def keys(self) -> tuple[Hashable, ...]:
        """Return what can be marked, in the order of the picture."""
        found: list[Hashable] = []
        for layer in self.picture.layers:
            if isinstance(layer, Line) and layer.key is not None:
                found.append(layer.key)
            elif isinstance(layer, Points):
                found += layer.keys
        return tuple(dict.fromkeys(found))

    def mark(self, key: Hashable | None) -> None:
        """Bring out what has this key."""
        if key != self._marked:
            self._marked = key
            self.setToolTip("" if key is None else str(key))
            self.setAccessibleDescription(self.picture.says if key is None else f"{key}. {self.picture.says}")
            self.pointed.emit(key)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark what is under the pointer."""
        self.mark(self._key_at(event.position()))
        self.setCursor(Qt.CursorShape.ArrowCursor if self._marked is None else Qt.CursorShape.PointingHandCursor)

    def leaveEvent(self, _event: QEvent) -> None:
        """Mark nothing as the pointer leaves."""
        self.mark(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what is under the pointer."""
        self.mark(self._key_at(event.position()))
        if self._marked is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self._marked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk what can be marked with the arrow keys, choose it with Enter."""
        keys = self.keys()
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None and keys:
            at = keys.index(self._marked) + step if self._marked in keys else (0 if step > 0 else -1)
            self.mark(keys[at % len(keys)])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._marked is not None:
            self.chosen.emit(self._marked)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the picture, and a frame while it has the keyboard."""
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._painted())
        if self.hasFocus():
            painter.setPen(QPen(self.theme.colour("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _painted(self) -> QPixmap:
        """Return the picture as it was painted before, unless something about it changed."""
        density = self.devicePixelRatioF()
        state = (self.size(), density, self.theme.name, self.picture, self._marked)
        if self._ground is None or self._ground[0] != state:
            canvas = QPixmap(self.size() * density)
            canvas.setDevicePixelRatio(density)
            canvas.fill(Qt.GlobalColor.transparent)
            painter = QPainter(canvas)
            paint(painter, QRectF(self.rect()), self.picture, self.theme, self._marked)
            painter.end()
            self._ground = state, canvas
        return self._ground[1]

    def _key_at(self, place: QPointF) -> Hashable | None:
        at = projection(self.picture, QRectF(self.rect()))
        if not at.room.contains(place):
            return None
        x = at.ends[0] + (place.x() - at.room.left()) / at.room.width() * (at.ends[1] - at.ends[0])
        best, nearest = _NEAR, None
        for layer in self.picture.layers:
            if isinstance(layer, Line) and layer.key is not None:
                height = values_at(layer, x)
                away = abs(at.y(height) - place.y()) if math.isfinite(height) else math.inf
                best, nearest = (away, layer.key) if away < best else (best, nearest)
            elif isinstance(layer, Points):
                for key, a, b in zip(layer.keys, layer.x.tolist(), layer.y.tolist(), strict=False):
                    away = math.hypot(at.x(a) - place.x(), at.y(b) - place.y())
                    best, nearest = (away, key) if away < best else (best, nearest)
        return nearest

"""The widget that paints all panes: one full update per frame; a tick repaints a pane, a crosshair move strips."""

from __future__ import annotations

import weakref
from typing import Protocol

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsScene, QGraphicsView, QWidget


class Hands(Protocol):
    """Who is told what mouse and keyboard do; coordinates are pixels of the view."""

    def pressed(self, at: QPointF, event: QMouseEvent) -> None:
        """A button went down."""
        ...

    def moved(self, at: QPointF, event: QMouseEvent) -> None:
        """The pointer moved."""
        ...

    def released(self, at: QPointF, event: QMouseEvent) -> None:
        """A button came up."""
        ...

    def double_clicked(self, at: QPointF, event: QMouseEvent) -> None:
        """A button was pressed twice."""
        ...

    def wheeled(self, at: QPointF, event: QWheelEvent) -> None:
        """The wheel turned."""
        ...

    def left(self) -> None:
        """The pointer left the view."""
        ...

    def key(self, event: QKeyEvent) -> bool:
        """Act on a key; return whether it was theirs."""
        ...

    def claims(self, event: QKeyEvent) -> bool:
        """Whether the key is theirs while the charts have the focus."""
        ...


class Painter(Protocol):
    """Who prepares a frame and draws what lies above it."""

    def prepare(self) -> None:
        """Bring everything up to date before a frame."""
        ...

    def prepare_part(self) -> bool:
        """Bring only what changed up to date; False when that leaves no room for it, and all must be."""
        ...

    def draw_overlay(self, painter: QPainter) -> None:
        """Draw above the finished frame."""
        ...

    def resized(self) -> None:
        """The view has a new size."""
        ...


class ChartView(pg.GraphicsView):
    """A pyqtgraph view that hands events to `hands` and leaves frame and overlay to `artist`.

    It refers to the artist weakly.  Who owns the view would otherwise be part of a cycle, which Python's collector may
    break in whatever thread it runs, and a widget that is deleted outside its own thread takes the process with it.
    """

    _known_artist: weakref.ref[Painter] | None = None  # pyqtgraph calls `resizeEvent` from its constructor
    _hands: Hands | None = None

    def __init__(self, artist: Painter, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self._known_artist = weakref.ref(artist)
        self._full = True
        self._part = QRegion()  # what changed of a frame that is not to be made anew
        self._frame: QPixmap | None = None
        self.density = 1.0  # device pixels to a pixel where the last frame went: a screen, or a picture of the window
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.NoViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState, True)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing, True)
        self.scene().setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setMouseTracking(True)

    @property
    def _artist(self) -> Painter | None:
        return self._known_artist() if self._known_artist is not None else None

    def set_hands(self, hands: Hands) -> None:
        """Say who handles mouse and keyboard."""
        self._hands = hands

    def set_ground(self, colour: QColor) -> None:
        """Fill the background with a colour."""
        self.setBackground(colour)

    def refresh(self) -> None:
        """Ask for a whole new frame; several requests before the next paint make one."""
        self._full = True
        self._frame = None
        self.viewport().update()

    def refresh_part(self, region: QRegion) -> None:
        """Ask for a region of the frame to be made anew; the rest stays as it is."""
        self._part += region
        self.viewport().update(region)

    def refresh_overlay(self, region: QRegion) -> None:
        """Ask for what lies above the frame to be painted again within a region."""
        self.viewport().update(region)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a new frame, or what is needed of the last one, and the overlay above it."""
        artist = self._artist
        if artist is None:
            return
        density = self._density_of_target()
        changed = self._prepare(artist, density)
        if changed and self._frame is None:
            super().paintEvent(event)
            with QPainter(self.viewport()) as painter:
                artist.draw_overlay(painter)
            return
        frame = self._kept_frame()
        # A painter that an exception leaves open would outlive what it paints on, and that ends the process.
        with QPainter(self.viewport()) as painter:
            painter.setClipRegion(event.region())
            painter.drawPixmap(0, 0, frame)
            artist.draw_overlay(painter)

    def _prepare(self, artist: Painter, density: float) -> bool:
        """Bring the frame up to date, and of the kept one the part that changed; return whether anything did."""
        part, self._part = self._part, QRegion()
        if not self._full and density == self.density:
            if part.isEmpty():
                return False
            if artist.prepare_part():
                if self._frame is not None:
                    self._render(self._frame, part)
                return True
            self.viewport().update()  # beyond the part that is painted now
        self._full, self._frame, self.density = False, None, density
        artist.prepare()
        return True

    def _density_of_target(self) -> float:
        """Return the device pixels to a pixel of what is painted on, which need not be the screen's own."""
        with QPainter(self.viewport()) as painter:
            return painter.deviceTransform().m11()

    def _kept_frame(self) -> QPixmap:
        """Return the last frame as a pixmap, made when first needed: while panning nobody does."""
        if self._frame is None:
            density = self.density
            frame = QPixmap(self.viewport().size() * density)
            frame.setDevicePixelRatio(density)
            self._render(frame, QRegion(self.viewport().rect()))
            self._frame = frame
        return self._frame

    def _render(self, frame: QPixmap, region: QRegion) -> None:
        """Paint a region of the scene on a frame."""
        area = QRectF(region.boundingRect())
        self.scene().prepareForPaint()
        with QPainter(frame) as painter:
            painter.setClipRegion(region)
            painter.fillRect(area, self.backgroundBrush())
            self.scene().render(painter, area, area)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Lay everything out anew."""
        super().resizeEvent(event)
        artist = self._artist
        if artist is not None:
            artist.resized()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Hand the event over; pyqtgraph's own mouse handling is not wanted."""
        if self._hands:
            self._hands.pressed(event.position(), event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Hand the event over."""
        if self._hands:
            self._hands.moved(event.position(), event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Hand the event over."""
        if self._hands:
            self._hands.released(event.position(), event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Hand the event over."""
        if self._hands:
            self._hands.double_clicked(event.position(), event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Hand the event over."""
        if self._hands:
            self._hands.wheeled(event.position(), event)
            event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Leave the menu to who owns the view."""
        event.ignore()

    def leaveEvent(self, _event: QEvent) -> None:
        """Tell that the pointer is gone."""
        if self._hands:
            self._hands.left()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hand the event over; what nobody wants goes to the window."""
        if not (self._hands and self._hands.key(event)):
            event.ignore()

    def event(self, event: QEvent) -> bool:
        """Keep the charts' own keys from becoming shortcuts of the window while the charts have the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and self._hands and self._hands.claims(event):
            event.accept()
            return True
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.refresh()
        elif event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.viewport().update()
        return super().event(event)

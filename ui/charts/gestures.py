"""What mouse and keyboard do to the charts; every change of the range goes through the bus."""

from __future__ import annotations

import math
import weakref
from typing import Literal, NamedTuple, Protocol

from PySide6.QtCore import QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from ui.charts.range_bus import RangeBus, TimeRange

NOTCH = 120.0  # eighths of a degree, one click of a usual wheel
WHEEL_FACTOR = 0.85
KEY_FACTOR = 0.7
STILL = 4.0  # pixels a click may wander
SETTLED = 500  # milliseconds without a wheel event after which the next one is a step of its own

_Key = Qt.Key
_PLAIN_KEYS = {
    _Key.Key_Left, _Key.Key_Right, _Key.Key_Up, _Key.Key_Down, _Key.Key_Home, _Key.Key_End, _Key.Key_PageUp,
    _Key.Key_PageDown, _Key.Key_Plus, _Key.Key_Equal, _Key.Key_Minus, _Key.Key_Escape, _Key.Key_Return,
    _Key.Key_Insert, _Key.Key_Delete, _Key.Key_L,
}  # fmt: skip
_ALT_KEYS = {_Key.Key_Left, _Key.Key_Right}


class Place(NamedTuple):
    """Which part of the charts a point lies in; `pane` counts from the top."""

    part: Literal["pane", "price", "time", "none"]
    pane: int


class Stage(Protocol):
    """What gestures act upon."""

    bus: RangeBus

    def place_at(self, at: QPointF) -> Place:
        """Which part a point lies in."""
        ...

    def instant_at(self, x: float) -> float:
        """The instant under a place across the panes."""
        ...

    def plot_width(self) -> float:
        """The width of the panes in pixels."""
        ...

    def hover(self, at: QPointF, place: Place) -> None:
        """The pointer rests at a point."""
        ...

    def clear_crosshair(self) -> None:
        """Take the crosshair away."""
        ...

    def click(self, at: QPointF, place: Place) -> None:
        """A click that was no drag."""
        ...

    def hold_level(self, at: QPointF, place: Place) -> bool:
        """Take hold of the level under a point; return whether there was one."""
        ...

    def drag_level(self, at: QPointF) -> None:
        """Move the level held."""
        ...

    def drop_level(self) -> None:
        """Let go of it."""
        ...

    def measure_between(self, start: QPointF, end: QPointF) -> None:
        """Measure from one point of a pane to another."""
        ...

    def toggle_full(self, pane: int | None) -> None:
        """Give a pane (None: the active one) the full height, or restore all."""
        ...

    def stretch(self, pane: int, factor: float) -> None:
        """Scale the prices of a pane."""
        ...

    def reset_stretch(self, pane: int) -> None:
        """Let a pane fit its prices again."""
        ...

    def show_all(self) -> None:
        """Show the whole history."""
        ...

    def set_cursor(self, shape: Qt.CursorShape | None) -> None:
        """Show a pointer shape; None for the usual one."""
        ...

    def walk(self, step: int) -> None:
        """Move the crosshair by bars."""
        ...

    def walk_to_end(self, *, last: bool) -> None:
        """Move the crosshair to the first or last bar."""
        ...

    def climb(self, ticks: int) -> None:
        """Move the chosen level by ticks, or make the pane above or below the active one."""
        ...

    def page(self, direction: int) -> None:
        """Move a screen into the past (-1) or towards the present, or the chosen level far."""
        ...

    def add_level(self) -> None:
        """Add a level at the pointer or the crosshair."""
        ...

    def remove_level(self) -> None:
        """Remove the chosen level."""
        ...

    def choose_level(self) -> None:
        """Choose the next level."""
        ...

    def zoom_in(self) -> None:
        """Show a shorter range."""
        ...

    def zoom_out(self) -> None:
        """Show a longer range."""
        ...

    def back(self) -> None:
        """Return to the range before."""
        ...

    def forward(self) -> None:
        """Take back one `back`."""
        ...

    def escape(self) -> None:
        """Undo what stands in the way."""
        ...


class _Drag(NamedTuple):
    place: Place
    start: QPointF
    times: TimeRange
    does: Literal["move", "measure", "level"] = "move"


class Gestures(QObject):
    """Turns events into calls of the stage and the bus."""

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._stage = weakref.proxy(stage)  # it owns these gestures: a cycle might be broken in another thread
        self._drag: _Drag | None = None
        self._moving = False
        self._last_y = 0.0
        self._quiet = QTimer(self, singleShot=True, interval=SETTLED)
        self._quiet.timeout.connect(stage.bus.settle)

    def pressed(self, at: QPointF, event: QMouseEvent) -> None:
        """Begin what may become a click or a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            place = self._stage.place_at(at)
            self._drag = _Drag(place, at, self._stage.bus.range, self._purpose(at, place, event))
            self._moving, self._last_y = False, at.y()
        elif event.button() == Qt.MouseButton.BackButton:
            self._stage.back()
        elif event.button() == Qt.MouseButton.ForwardButton:
            self._stage.forward()

    def _purpose(self, at: QPointF, place: Place, event: QMouseEvent) -> Literal["move", "measure", "level"]:
        if place.part == "pane" and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            return "measure"
        return "level" if self._stage.hold_level(at, place) else "move"

    def moved(self, at: QPointF, _event: QMouseEvent) -> None:
        """Drag, or let the crosshair follow."""
        drag = self._drag
        if drag is None:
            self._hover(at)
            return
        if not self._moving:
            if (at - drag.start).manhattanLength() < STILL:
                return
            self._moving = True
            shape = Qt.CursorShape.SizeVerCursor if drag.does == "level" else Qt.CursorShape.ClosedHandCursor
            self._stage.set_cursor(shape if drag.place.part == "pane" and drag.does != "measure" else None)
        self._drag_on(drag, at)

    def _drag_on(self, drag: _Drag, at: QPointF) -> None:
        dx, width = at.x() - drag.start.x(), self._stage.plot_width()
        if drag.does == "measure":
            self._stage.measure_between(drag.start, at)
        elif drag.does == "level":
            self._stage.drag_level(at)
        elif drag.place.part == "pane":
            self._stage.bus.show(drag.times.moved(-dx * drag.times.span / width), gesture=drag)
        elif drag.place.part == "time":
            self._stage.bus.show(drag.times.zoomed(math.exp(-2 * dx / width), drag.times.last), gesture=drag)
        elif drag.place.part == "price":
            self._stage.stretch(drag.place.pane, math.exp((self._last_y - at.y()) / 160))
            self._last_y = at.y()

    def released(self, at: QPointF, event: QMouseEvent) -> None:
        """End a drag, or click."""
        if event.button() != Qt.MouseButton.LeftButton or self._drag is None:
            return
        drag, self._drag = self._drag, None
        self._stage.bus.settle()
        self._stage.drop_level()
        if not self._moving:
            self._stage.click(at, drag.place)
        self._hover(at)

    def double_clicked(self, at: QPointF, event: QMouseEvent) -> None:
        """Give a pane the full height, or an axis its natural scale."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        place = self._stage.place_at(at)
        if place.part == "pane":
            self._stage.toggle_full(place.pane)
        elif place.part == "price":
            self._stage.reset_stretch(place.pane)
        elif place.part == "time":
            self._stage.show_all()

    def wheeled(self, at: QPointF, event: QWheelEvent) -> None:
        """Zoom about the instant under the pointer; sideways, or with Shift, pan; on a price axis, scale it."""
        delta = event.angleDelta()
        place = self._stage.place_at(at)
        bus = self._stage.bus
        if place.part == "price" and delta.y():
            self._stage.stretch(place.pane, WHEEL_FACTOR ** (-delta.y() / NOTCH))
            return
        sideways = delta.x() or (delta.y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0)
        if sideways:
            bus.pan(-sideways / NOTCH * bus.range.span / 12, gesture="wheel")
        elif delta.y():
            bus.zoom(WHEEL_FACTOR ** (delta.y() / NOTCH), self._stage.instant_at(at.x()), gesture="wheel")
        self._quiet.start()
        self._stage.hover(at, place)

    def left(self) -> None:
        """Take the crosshair away when the pointer leaves."""
        if self._drag is None:
            self._stage.clear_crosshair()

    def _hover(self, at: QPointF) -> None:
        place = self._stage.place_at(at)
        shapes = {"price": Qt.CursorShape.SizeVerCursor, "time": Qt.CursorShape.SizeHorCursor}
        self._stage.set_cursor(shapes.get(place.part))
        self._stage.hover(at, place)

    def claims(self, event: QKeyEvent) -> bool:
        """Whether a key belongs to the charts while they have the focus."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if modifiers == Qt.KeyboardModifier.AltModifier:
            return event.key() in _ALT_KEYS
        shifted = modifiers == Qt.KeyboardModifier.ShiftModifier
        return event.key() in _PLAIN_KEYS and (modifiers == Qt.KeyboardModifier.NoModifier or shifted)

    def key(self, event: QKeyEvent) -> bool:
        """Act on a key; return whether it was one of the charts'."""
        if not self.claims(event):
            return False
        stage, key = self._stage, event.key()
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            (stage.back if key == _Key.Key_Left else stage.forward)()
            return True
        stride = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        actions = {
            _Key.Key_Left: lambda: stage.walk(-stride),
            _Key.Key_Right: lambda: stage.walk(stride),
            _Key.Key_Up: lambda: stage.climb(stride),
            _Key.Key_Down: lambda: stage.climb(-stride),
            _Key.Key_Home: lambda: stage.walk_to_end(last=False),
            _Key.Key_End: lambda: stage.walk_to_end(last=True),
            _Key.Key_PageUp: lambda: stage.page(-1),
            _Key.Key_PageDown: lambda: stage.page(1),
            _Key.Key_Insert: stage.add_level,
            _Key.Key_Delete: stage.remove_level,
            _Key.Key_L: stage.choose_level,
            _Key.Key_Plus: stage.zoom_in,
            _Key.Key_Equal: stage.zoom_in,
            _Key.Key_Minus: stage.zoom_out,
            _Key.Key_Escape: stage.escape,
            _Key.Key_Return: lambda: stage.toggle_full(None),
        }
        actions[_Key(key)]()
        return True

"""The state of a market against its high, as steps on a line."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from models.breakout import State
from ui.shapes import STATE_ROLES, draw_shape
from ui.theme import Theme, interface_font
from ui.wording import STATE_NAMES, STATE_SENTENCES

_USUAL = (State.BELOW, State.NEAR, State.TOUCH, State.BREAK, State.CONFIRMED)
_LINES = {
    State.FAILED: (State.BELOW, State.NEAR, State.TOUCH, State.BREAK, State.FAILED),
    State.ABOVE: (State.BELOW, State.NEAR, State.TOUCH, State.ABOVE),
    State.WARMUP: (State.WARMUP, *_USUAL),
}


class Stepper(QWidget):
    """Below, near, touch, break, confirmed: the current one is told by its shape, its weight and its colour."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._state: State | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_state(None)

    def sizeHint(self) -> QSize:
        """One line of shapes, one of names."""
        return QSize(264, 44)

    def show_state(self, state: State | None) -> None:
        """Move to a state; None stands for one that cannot be told."""
        self._state = state
        self.setAccessibleName(f"State: {STATE_NAMES[state]}" if state else "State: cannot tell")
        sentence = STATE_SENTENCES[state] if state else "No verdict can be given on this history."
        self.setAccessibleDescription(sentence)
        self.setToolTip(sentence)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the line, the shapes and their names."""
        steps = _LINES.get(self._state, _USUAL) if self._state else _USUAL
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        centres = self._centres(steps)
        painter.setPen(QPen(self.theme.colour("border"), 2))
        painter.drawLine(QLineF(centres[0], 12, centres[-1], 12))
        for step, x in zip(steps, centres, strict=True):
            self._paint_step(painter, step, x, current=step == self._state)

    def _centres(self, steps: tuple[State, ...]) -> list[float]:
        """Spread the steps so that the names, not the shapes, have equal gaps."""
        metrics = QFontMetricsF(interface_font(11, QFont.Weight.Bold))
        widths = [metrics.horizontalAdvance(STATE_NAMES[step]) for step in steps]
        gap = (self.width() - sum(widths)) / max(1, len(steps) - 1)
        lefts = [sum(widths[:number]) + gap * number for number in range(len(steps))]
        return [left + width / 2 for left, width in zip(lefts, widths, strict=True)]

    def _paint_step(self, painter: QPainter, step: State, x: float, *, current: bool) -> None:
        side = 16 if current else 6
        box = QRectF(x - side / 2, 12 - side / 2, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        if current:
            painter.setBrush(self.theme.colour("panel"))
            painter.drawRect(box.adjusted(-4, -4, 4, 4))
            draw_shape(painter, step.value, box, self.theme.colour(STATE_ROLES[step.value]))
        else:
            painter.setBrush(self.theme.colour("faint"))
            painter.drawEllipse(box)
        painter.setFont(interface_font(11, QFont.Weight.Bold if current else QFont.Weight.Medium))
        painter.setPen(self.theme.colour("text" if current else "faint"))
        painter.drawText(QRectF(x - 48, 26, 96, 16), Qt.AlignmentFlag.AlignCenter, STATE_NAMES[step])

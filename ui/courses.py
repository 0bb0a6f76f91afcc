"""A picture of all courses after a break: each a thin line, their middle a bold one, that of any day dashed."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from data.bars import Floats
from models.followed import Followed
from ui.theme import Theme, interface_font, series_role
from ui.wording import date_text, percent_text

_HEIGHT, _FOOT, _HEAD = 132, 18, 16
_NEAR = 12.0  # pixels from a course within which the pointer means it


class CoursesPicture(QWidget):
    """Draws an answer; the pointer or the arrow keys choose a course, a click or Enter asks the charts to go there."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._answer: Followed | None = None
        self._marked: int | None = None
        self._low, self._high = -0.1, 0.1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        """Wide, and high enough to tell the courses apart."""
        return QSize(264, _HEIGHT)

    def show_answer(self, answer: Followed) -> None:
        """Draw another answer."""
        self._answer, self._marked = answer, None
        values = [course.values for course in answer.courses] + [answer.any_day]
        finite = np.concatenate(values)
        finite = finite[np.isfinite(finite)]
        self._low, self._high = min(-0.05, float(finite.min())), max(0.05, float(finite.max()))
        self._describe()
        self.update()

    def mark(self, number: int | None) -> None:
        """Bring out one course, or none."""
        if number != self._marked:
            self._marked = number
            self._describe()
            self.update()

    # -- what is chosen

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Bring out the course under the pointer."""
        self.mark(self._course_at(event.position()))
        self.setCursor(Qt.CursorShape.ArrowCursor if self._marked is None else Qt.CursorShape.PointingHandCursor)

    def leaveEvent(self, _event: QEvent) -> None:
        """Forget the course as the pointer leaves."""
        self.mark(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for the day of the course under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.mark(self._course_at(event.position()))
            self._choose()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the courses with the arrow keys; Enter asks for the day of the one brought out."""
        count = len(self._answer.courses) if self._answer else 0
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None and count:
            first = count - 1 if step < 0 else 0
            self.mark(first if self._marked is None else (self._marked + step) % count)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._marked is not None:
            self._choose()
        else:
            super().keyPressEvent(event)

    def _choose(self) -> None:
        if self._answer is not None and self._marked is not None:
            self.chosen.emit(self._answer.courses[self._marked].session)

    def _course_at(self, place: QPointF) -> int | None:
        if self._answer is None:
            return None
        day = (place.x() - self._room().left()) / max(1.0, self._room().width()) * self._answer.horizon
        at = min(self._answer.horizon, max(0, round(day)))
        away = [
            abs(self._y(float(course.values[at])) - place.y()) if math.isfinite(course.values[at]) else math.inf
            for course in self._answer.courses
        ]
        nearest = min(range(len(away)), key=away.__getitem__, default=None)
        return nearest if nearest is not None and away[nearest] <= _NEAR else None

    def _describe(self) -> None:
        said = self._marked_text()
        self.setAccessibleDescription(said or "Arrow keys walk the breaks, Enter brings the charts to one.")
        self.setToolTip("")

    def _marked_text(self) -> str:
        if self._answer is None or self._marked is None:
            return ""
        course = self._answer.courses[self._marked]
        known = np.flatnonzero(np.isfinite(course.values))
        if not len(known):
            return date_text(course.session)
        last = int(known[-1])
        days = f"after {last} days" if last == self._answer.horizon else f"{last} days so far"
        return f"{date_text(course.session)}: {percent_text(math.expm1(course.values[last]), 0)} {days}"

    # -- the picture

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the lines, then what they are."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(interface_font(11))
        answer, room = self._answer, self._room()
        if answer is None:
            return
        painter.setPen(QPen(self.theme.colour("border"), 1))
        painter.drawLine(QPointF(room.left(), self._y(0)), QPointF(room.right(), self._y(0)))
        days = np.arange(answer.horizon + 1, dtype=np.float64)
        role = series_role(answer.follower.symbol)
        for number, course in enumerate(answer.courses):
            if number != self._marked:
                self._draw(painter, days, course.values, QPen(self.theme.colour(role, 0.45), 1))
        dashed = QPen(self.theme.colour("muted"), 1.5, Qt.PenStyle.DashLine)
        self._draw(painter, answer.any_day_at, answer.any_day, dashed)
        if answer.median is not None:
            self._draw(painter, days, answer.median, QPen(self.theme.colour(role), 2.5))
        if self._marked is not None:
            values = answer.courses[self._marked].values
            self._draw(painter, days, values, QPen(self.theme.colour("text"), 1.5))
        self._write(painter, answer, room)
        if self.hasFocus():
            painter.setPen(QPen(self.theme.colour("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _write(self, painter: QPainter, answer: Followed, room: QRectF) -> None:
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        head, foot = (
            QRectF(room.left(), 0, room.width(), _HEAD),
            QRectF(room.left(), room.bottom(), room.width(), _FOOT),
        )
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(self.theme.colour("text" if self._marked is not None else "faint"))
        painter.drawText(head, left | middle, self._marked_text() or percent_text(math.expm1(self._high), 0))
        painter.setPen(self.theme.colour("faint"))
        painter.drawText(foot, left | middle, percent_text(math.expm1(self._low), 0))
        painter.drawText(foot, right | middle, f"{answer.horizon} days")
        painter.setPen(self.theme.colour("muted"))
        legend = "━ median   ┅ any day" if answer.median is not None else "┅ any day"
        painter.drawText(foot, Qt.AlignmentFlag.AlignHCenter | middle, legend)

    def _draw(self, painter: QPainter, days: Floats, values: Floats, pen: QPen) -> None:
        room, horizon = self._room(), float(days[-1]) or 1.0
        path, begun = QPainterPath(), False
        for day, value in zip(days.tolist(), values.tolist(), strict=True):
            if not math.isfinite(value):
                begun = False
                continue
            point = QPointF(room.left() + day / horizon * room.width(), self._y(value))
            (path.lineTo if begun else path.moveTo)(point)
            begun = True
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(4, _HEAD, -4, -_FOOT)

    def _y(self, value: float) -> float:
        room = self._room()
        return room.bottom() - (value - self._low) / (self._high - self._low) * room.height()

"""When a rule would have spoken, on a small picture of the price it watches."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from data.bars import Floats, Sessions
from ui.shapes import draw_shape
from ui.theme import Theme, interface_font

Ending = Literal["held", "failed", "open"]
_FOOT, _MARK = 16, 9  # pixels
_SHAPES = {"held": "break", "failed": "failed", "open": "near"}
_ROLES = {"held": "breakout", "failed": "danger", "open": "muted"}


@dataclass(frozen=True, slots=True)
class Firing:
    """One time that a rule spoke, and how that ended: it held, it failed, or that is open or no question."""

    session: dt.date
    ending: Ending = "open"


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """What a rule would have done: in a sentence, and as marks on the closes of what it watches.

    `figures` are pairs of a name and a value, shown below each other.
    """

    sentence: str
    firings: tuple[Firing, ...] = ()
    sessions: Sessions = field(default_factory=lambda: np.empty(0, "datetime64[D]"))
    closes: Floats = field(default_factory=lambda: np.empty(0))
    figures: tuple[tuple[str, str], ...] = ()


class PastStrip(QWidget):
    """Draws the closes on a logarithmic scale, thinned to the width, and a mark below for each time."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._past: Past | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(120)
        self.setMaximumHeight(260)
        self.setAccessibleName("When the rule would have spoken")

    def sizeHint(self) -> QSize:
        """As wide as there is room for."""
        return QSize(360, 180)

    def show_past(self, past: Past | None) -> None:
        """Draw another past; None for none."""
        self._past = past
        self.setAccessibleDescription(past.sentence if past else "")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the line, the marks and the first and last year."""
        past = self._past
        if past is None or len(past.closes) < 2:
            return
        painter = QPainter(self)
        area = QRectF(0, 4, self.width(), self.height() - _FOOT - _MARK - 10)
        self._paint_line(painter, area, past)
        self._paint_marks(painter, area, past)
        self._paint_years(painter, past)

    def _paint_line(self, painter: QPainter, area: QRectF, past: Past) -> None:
        rows = np.unique(np.linspace(0, len(past.closes) - 1, max(int(area.width()), 2)).astype(np.intp))
        prices = np.log(past.closes[rows])
        x = area.left() + rows / (len(past.closes) - 1) * area.width()
        spread = float(np.ptp(prices)) or 1.0
        y = area.bottom() - (prices - prices.min()) / spread * area.height()
        painter.setPen(self.theme.colour("price"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPolyline(QPolygonF([QPointF(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)]))

    def _paint_marks(self, painter: QPainter, area: QRectF, past: Past) -> None:
        days = np.array([firing.session for firing in past.firings], "datetime64[D]")
        places = np.searchsorted(past.sessions, days) / (len(past.sessions) - 1) * area.width()
        top = area.bottom() + 6
        for firing, x in zip(past.firings, places.tolist(), strict=True):
            painter.setPen(self.theme.colour("grid"))
            painter.drawLine(QLineF(x, area.top(), x, area.bottom()))
            box = QRectF(x - _MARK / 2, top, _MARK, _MARK)
            draw_shape(painter, _SHAPES[firing.ending], box, self.theme.colour(_ROLES[firing.ending]))

    def _paint_years(self, painter: QPainter, past: Past) -> None:
        painter.setFont(interface_font(11))
        painter.setPen(self.theme.colour("muted"))
        foot = QRectF(0, self.height() - _FOOT, self.width(), _FOOT)
        for session, side in (
            (past.sessions[0], Qt.AlignmentFlag.AlignLeft),
            (past.sessions[-1], Qt.AlignmentFlag.AlignRight),
        ):
            painter.drawText(foot, side | Qt.AlignmentFlag.AlignVCenter, str(session)[:4])

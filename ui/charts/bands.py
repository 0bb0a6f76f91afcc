"""Regimes as bands behind everything: a stretch of time with a colour and a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter

from ui.charts.layers import Canvas, Layer
from ui.charts.look import Look
from ui.charts.painting import blended
from ui.charts.projection import Projection

TINT = 0.12  # how strongly the colour of a role shows
SWATCH = 10.0
LEFT, FOOT, GAP = 12.0, 6.0, 18.0
EDGE = 3.0  # how high the mark along the top of a band is
MARKS = (Qt.BrushStyle.SolidPattern, Qt.BrushStyle.BDiagPattern, Qt.BrushStyle.Dense5Pattern, Qt.BrushStyle.VerPattern)


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of time from `first` to `last` (UTC epoch seconds) in the colour of a role, with a name."""

    first: float
    last: float
    role: str
    label: str

    def __post_init__(self) -> None:
        if not self.last > self.first:
            raise ValueError(f"a band must end after it begins: {self.label}")


def band_at(bands: Sequence[Band], instant: float) -> Band | None:
    """Return the band that holds an instant (UTC epoch seconds), of several the one that began last."""
    within = (band for band in bands if band.first <= instant < band.last)
    return max(within, key=lambda band: band.first, default=None)


class BandsItem(Layer):
    """The bands in one pane; the leading one also holds the legend, and names each band that has room for it."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas, z=-0.5)  # above the shade to the high and the space under a line, below the grid
        self._bands: tuple[Band, ...] = ()
        self._named = self._clear = False
        self._marks: dict[str, Qt.BrushStyle] = {}
        self._firsts = self._lasts = np.empty(0)
        self._look: Look | None = None
        self._shown: list[tuple[Band, QRectF]] = []
        self.names = BandNames(canvas, self)  # above the prices' own shades, which would hide them

    @property
    def legend(self) -> tuple[tuple[str, str], ...]:
        """The roles and names in view, each once."""
        return tuple(dict.fromkeys((band.role, band.label) for band, _ in self._shown))

    def show(self, bands: tuple[Band, ...], *, named: bool, clear: bool = False) -> None:
        """Draw these bands from now on; `clear` ones let show through what was drawn before them."""
        self._bands, self._named, self._clear = bands, named, clear
        roles = dict.fromkeys(band.role for band in bands)
        self._marks = {role: MARKS[min(i, len(MARKS) - 1)] for i, role in enumerate(roles)}
        self._firsts = np.array([band.first for band in bands], np.float64)
        self._lasts = np.array([band.last for band in bands], np.float64)

    def set_look(self, look: Look) -> None:
        """Take over colours and labels."""
        self._look = look

    def prepare(self, view: Projection, top: float) -> None:
        """Work out which bands are in view, below `top` pixels."""
        inside = np.flatnonzero((self._lasts > view.times.first) & (self._firsts < view.times.last))
        left = np.clip(view.x(self._firsts[inside]), 0, view.width).tolist()
        right = np.clip(view.x(self._lasts[inside]), 0, view.width).tolist()
        self._shown = [
            (self._bands[row], QRectF(x1, top, max(x2 - x1, 1 / view.density), view.height - top))
            for row, x1, x2 in zip(inside.tolist(), left, right, strict=True)
        ]

    def draw(self, painter: QPainter) -> None:
        """Draw the bands."""
        if self._look is None:
            return
        look = self._look
        ground = look.colour("window")
        for band, box in self._shown:
            tint = look.colour(band.role, TINT) if self._clear else blended(look.colour(band.role), ground, TINT)
            painter.fillRect(box, tint)

    def draw_names(self, painter: QPainter) -> None:
        """Draw a mark along the top of each band, the name of each that has room for it, and the legend."""
        look = self._look
        if look is None or not self._named or not self._shown:
            return
        for band, box in self._shown:
            self._draw_mark(painter, look, band.role, QRectF(box.left(), box.top(), box.width(), EDGE))
        bounds, labels = self.boundingRect(), look.axis
        x, y = LEFT, bounds.height() - FOOT - labels.height
        for role, label in self.legend:
            self._draw_mark(painter, look, role, QRectF(x, y + (labels.height - SWATCH) / 2, SWATCH, SWATCH))
            labels.draw(painter, QPointF(x + SWATCH + 6, y), label, look.colour("muted"))
            x += SWATCH + 6 + labels.width(label) + GAP
        for band, box in self._shown:
            wide = labels.width(band.label) + 12
            if box.width() >= wide:
                at = QPointF(round(box.center().x() - wide / 2 + 6), box.top() + EDGE + 2)
                labels.draw(painter, at, band.label, look.colour("muted"))

    def _draw_mark(self, painter: QPainter, look: Look, role: str, box: QRectF) -> None:
        """Fill a box in the colour and the pattern of a role, which tells it from others without its colour."""
        painter.fillRect(box, QBrush(look.colour(role), self._marks[role]))


class BandNames(Layer):
    """What the bands of a pane say, above everything but the header."""

    def __init__(self, canvas: Canvas, bands: BandsItem) -> None:
        super().__init__(canvas, z=25)
        self._owner = bands

    def draw(self, painter: QPainter) -> None:
        """Draw the names."""
        self._owner.draw_names(painter)

"""Regimes as bands behind everything: a stretch of time with a colour and a name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from ui.charts.layers import Canvas, Layer
from ui.charts.look import Look
from ui.charts.painting import blended
from ui.charts.projection import Projection

TINT = 0.16  # how strongly the colour of a role shows
SWATCH = 10.0
LEFT, FOOT, GAP = 12.0, 6.0, 18.0


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


class BandsItem(Layer):
    """The bands in one pane; the leading one also holds the legend, and names each band that has room for it."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas, z=-2)
        self._bands: tuple[Band, ...] = ()
        self._named = False
        self._firsts = self._lasts = np.empty(0)
        self._look: Look | None = None
        self._shown: list[tuple[Band, QRectF]] = []
        self.names = BandNames(canvas, self)  # above the prices' own shades, which would hide them

    @property
    def legend(self) -> tuple[tuple[str, str], ...]:
        """The roles and names in view, each once."""
        return tuple(dict.fromkeys((band.role, band.label) for band, _ in self._shown))

    def show(self, bands: tuple[Band, ...], *, named: bool) -> None:
        """Draw these bands from now on."""
        self._bands, self._named = bands, named
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
        for band, box in self._shown:
            painter.fillRect(box, blended(self._look.colour(band.role), self._look.colour("window"), TINT))

    def draw_names(self, painter: QPainter) -> None:
        """Draw the legend, and the name of each band that has room for it."""
        look = self._look
        if look is None or not self._named or not self._shown:
            return
        bounds, labels = self.boundingRect(), look.axis
        x, y = LEFT, bounds.height() - FOOT - labels.height
        for role, label in self.legend:
            painter.fillRect(QRectF(x, y + (labels.height - SWATCH) / 2, SWATCH, SWATCH), look.colour(role, 0.6))
            labels.draw(painter, QPointF(x + SWATCH + 6, y), label, look.colour("muted"))
            x += SWATCH + 6 + labels.width(label) + GAP
        for band, box in self._shown:
            wide = labels.width(band.label) + 12
            if box.width() >= wide:
                at = QPointF(round(box.center().x() - wide / 2 + 6), box.top() + 4)
                labels.draw(painter, at, band.label, look.colour("muted"))


class BandNames(Layer):
    """What the bands of a pane say, above everything but the header."""

    def __init__(self, canvas: Canvas, bands: BandsItem) -> None:
        super().__init__(canvas, z=25)
        self._owner = bands

    def draw(self, painter: QPainter) -> None:
        """Draw the names."""
        self._owner.draw_names(painter)

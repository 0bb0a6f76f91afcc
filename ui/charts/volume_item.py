"""Traded volume as columns along the foot of a pane."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter

from data.bars import Bars, Floats
from ui.charts.layers import Canvas, Layer
from ui.charts.painting import Boxes
from ui.charts.projection import Projection
from ui.charts.series import Series

SHARE = 0.2  # of the pane's height, for the greatest volume in view
LEAST_WIDTH = 3.0  # pixels per bar below which several bars share a box
BODY = 0.6  # of the distance between two bars


class VolumeItem(Layer):
    """One box per bar; where bars crowd, the mean of those in a few pixels, from sums made once per history."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas, z=1)
        self._colour = QColor()
        self._boxes = Boxes()
        self.columns: tuple[Floats, Floats] = (np.empty(0), np.empty(0))  # middle and height, in pixels
        self._summed: tuple[Bars, Floats] | None = None

    def set_colour(self, colour: QColor) -> None:
        """Say how the columns look."""
        self._colour = colour

    def prepare(self, view: Projection, series: Series) -> None:
        """Work out the columns for a view."""
        self._boxes.clear()
        self.columns = (np.empty(0), np.empty(0))
        bars = series.stored
        sums = self._sums(bars)
        width = series.interval * view.width / view.times.span
        if width >= LEAST_WIDTH:
            first, last = (int(np.ceil(view.times.first - series.interval)), int(view.times.last + series.interval))
            rows = np.arange(*np.searchsorted(bars.time, (first, last)))
            middle, volume, half = view.x(bars.time[rows]), sums[rows + 1] - sums[rows], width * BODY / 2
        else:
            edges = _bin_edges(view, series.interval, width)
            rows = np.searchsorted(bars.time, np.ceil(edges).astype(np.int64))
            volume = np.diff(sums[rows]) / np.maximum(np.diff(rows), 1)
            x = view.x(edges)
            middle, half = (x[1:] + x[:-1]) / 2, float(x[1] - x[0]) / 2
        greatest = float(volume.max(initial=0.0))
        if greatest <= 0:
            return
        filled = volume > 0
        tall = volume[filled] / greatest * view.height * SHARE
        self.columns = middle[filled], tall
        self._boxes.set(middle[filled] - half, view.height - tall, 2 * half, tall)

    def _sums(self, bars: Bars) -> Floats:
        """Return the volume before each bar, and that of all; the sums of the same bars are kept."""
        if self._summed is None or self._summed[0] is not bars:
            volume = np.where(np.isfinite(bars.volume) & (bars.volume > 0), bars.volume, 0.0)
            self._summed = (bars, np.concatenate(([0.0], np.cumsum(volume))))
        return self._summed[1]

    def draw(self, painter: QPainter) -> None:
        """Draw the columns."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        self._boxes.draw(painter)
        painter.setBrush(Qt.BrushStyle.NoBrush)


def _bin_edges(view: Projection, interval: float, width: float) -> Floats:
    """Return the edges of the bins in view: a power of two of bars, counted from the epoch, so that they keep still."""
    length = interval * 2.0 ** np.ceil(np.log2(2 * LEAST_WIDTH / width))
    return np.arange(np.floor(view.times.first / length), np.ceil(view.times.last / length) + 1) * length

"""Regimes for the benchmark of frames: the same bands for the charts and for the floor, which draws them by hand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QBrush, QPainter

from ui.charts.bands import EDGE, FOOT, GAP, LEFT, MARKS, SWATCH, TINT, Band
from ui.charts.painting import LabelCache, blended
from ui.charts.range_bus import TimeRange
from ui.theme import Theme

PLACES = (
    (0.05, 0.2, "up", "Calm"),
    (0.28, 0.4, "down", "Stress"),
    (0.46, 0.58, "btc", "Boom"),
    (0.7, 0.97, "up", "Calm"),
)


def regimes(times: TimeRange) -> tuple[Band, ...]:
    """Return four stretches of a history, of three kinds."""
    return tuple(
        Band(times.first + a * times.span, times.first + b * times.span, r, label) for a, b, r, label in PLACES
    )


class FloorBands:
    """Draws bands with QPainter alone: tints in every pane; marks, names and a legend in the first."""

    def __init__(self, bands: Sequence[Band], theme: Theme, labels: LabelCache) -> None:
        roles = list(dict.fromkeys(band.role for band in bands))
        ground = theme.colour("window")
        self._bands, self._labels, self._muted = bands, labels, theme.colour("muted")
        self._clear = {role: theme.colour(role, TINT) for role in roles}
        self._solid = {role: blended(theme.colour(role), ground, TINT) for role in roles}
        self._marks = {role: QBrush(theme.colour(role), MARKS[i]) for i, role in enumerate(roles)}

    def _boxes(self, times: TimeRange, area: QRectF) -> list[tuple[Band, QRectF]]:
        scale, found = area.width() / times.span, []
        for band in self._bands:
            left, right = ((at - times.first) * scale for at in (band.first, band.last))
            left, right = max(left, 0.0), min(right, area.width())
            if right > left:
                found.append((band, QRectF(left, area.top(), right - left, area.height())))
        return found

    def tints(self, painter: QPainter, times: TimeRange, area: QRectF, *, clear: bool) -> None:
        """Tint the bands in an area; `clear` ones let through the shade under them."""
        colours = self._clear if clear else self._solid
        for band, box in self._boxes(times, area):
            painter.fillRect(box, colours[band.role])

    def names(self, painter: QPainter, times: TimeRange, area: QRectF) -> None:
        """Mark the bands along their top, name those that have room for it, and tell the kinds at the foot."""
        shown, labels = self._boxes(times, area), self._labels
        for band, box in shown:
            painter.fillRect(QRectF(box.left(), box.top(), box.width(), EDGE), self._marks[band.role])
            wide = labels.width(band.label) + 12
            if box.width() >= wide:
                at = QPointF(round(box.center().x() - wide / 2 + 6), box.top() + EDGE + 2)
                labels.draw(painter, at, band.label, self._muted)
        x, y = LEFT, area.bottom() - FOOT - labels.height
        for role, label in dict.fromkeys((band.role, band.label) for band, _ in shown):
            painter.fillRect(QRectF(x, y + (labels.height - SWATCH) / 2, SWATCH, SWATCH), self._marks[role])
            labels.draw(painter, QPointF(x + SWATCH + 6, y), label, self._muted)
            x += SWATCH + 6 + labels.width(label) + GAP

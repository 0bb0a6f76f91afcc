"""What lies above a finished frame: the crosshair through all panes, the headers, the date on the time axis."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QRegion

from ui.charts.axes import TimeAxis
from ui.charts.crosshair import Readout, instant_text
from ui.charts.header import HEADER, ROW
from ui.charts.layout import Layout
from ui.charts.look import Look
from ui.charts.measure import Measured, Span
from ui.charts.painting import centred, pen
from ui.charts.pane import Pane

DOT = 3.5
STRIP = 8.0
FOCUS = 3.0


class Overlay:
    """Draws the crosshair and the headers over any number of panes."""

    def __init__(self, time_axis: TimeAxis) -> None:
        self._time_axis = time_axis
        self.readout: Readout | None = None  # None while there is no crosshair
        self.zone: dt.tzinfo = dt.UTC
        self.intraday = False
        self.span: Span | None = None  # None while nothing is measured
        self._look: Look | None = None

    def set_look(self, look: Look) -> None:
        """Take over colours and labels."""
        self._look = look

    def x(self, panes: Sequence[Pane]) -> float | None:
        """Return where the crosshair stands, in pixels; None without one, or when it is out of view."""
        shown = next((pane for pane in panes if pane.box.isVisible()), None)
        if self.readout is None or shown is None:
            return None
        x = float(centred(shown.view.x(self.readout.instant), shown.view.density))
        return x if 0 <= x <= shown.view.width else None

    def region(self, panes: Sequence[Pane], layout: Layout) -> QRegion:
        """Return what must be painted again when the crosshair comes or goes."""
        region = QRegion(layout.time_axis.toAlignedRect())
        for pane in panes:
            if pane.box.isVisible():
                rect = pane.rect
                more = pane.more + ROW if len(pane.contents.series) > 1 else 0.0
                region += QRectF(rect.left(), rect.top(), rect.width(), HEADER + more).toAlignedRect()
        x = self.x(panes)
        if x is not None:
            region += QRect(int(x - STRIP), 0, int(2 * STRIP), int(layout.time_axis.bottom()))
        return region

    def draw(self, painter: QPainter, panes: Sequence[Pane], layout: Layout, active: Pane | None) -> None:
        """Draw everything above the frame; without a crosshair, headers speak of the last bars.

        `active` is the pane that the keys act upon, marked at its edge; None while the charts have no focus.
        """
        if self._look is None:
            return
        look = self._look
        x = self.x(panes)
        for pane in panes:
            if pane.box.isVisible():
                painter.translate(pane.rect.topLeft())
                if self.span is not None:
                    self._draw_span(painter, look, pane, self.span)
                self._draw_pane(painter, look, pane, x)
                if pane is active:
                    painter.fillRect(QRectF(0, 6, FOCUS, HEADER - 12), look.colour("accent"))
                painter.translate(-pane.rect.topLeft())
        if x is not None and self.readout is not None:
            self._draw_date(painter, look, x, layout, self.readout.instant)

    def _draw_pane(self, painter: QPainter, look: Look, pane: Pane, x: float | None) -> None:
        instant = self.readout.instant if self.readout is not None else float("inf")
        if x is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(pen(look.colour("crosshair", 0.8)))
            painter.drawLine(QPointF(x, HEADER), QPointF(x, pane.view.height))
            self._draw_dots(painter, look, pane, instant)
        pane.draw_header(painter, pane.readings(instant))

    def _draw_span(self, painter: QPainter, look: Look, pane: Pane, span: Span) -> None:
        """Tint what is measured, and say in each pane what its assets did in that time."""
        edges = pane.view.x(np.array([span.first, span.last]))
        left, right = (float(x) for x in np.clip(centred(edges, pane.view.density), -1, pane.view.width))
        if right < 0 or left >= pane.view.width:
            return
        painter.fillRect(QRectF(left, HEADER, right - left, pane.view.height - HEADER), look.colour("accent", 0.12))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(pen(look.colour("accent"), pane.view.density))
        for x in (left, right):
            painter.drawLine(QPointF(x, HEADER), QPointF(x, pane.view.height))
        for line, entry in enumerate(pane.measured(span)):
            self._draw_measured(painter, look, pane, (left + right) / 2, line, entry)

    def _draw_measured(
        self, painter: QPainter, look: Look, pane: Pane, middle: float, line: int, entry: Measured
    ) -> None:
        labels = look.axis
        text = entry.text if len(pane.contents.series) == 1 else f"{entry.symbol} {entry.text}"
        width = labels.width(text, strong=True) + 14
        left = round(min(max(middle - width / 2, 4), max(pane.view.width - width - 4, 4)))
        top = HEADER + 4.5 + line * (labels.height + 7)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(pen(look.colour("accent")))
        painter.setBrush(look.colour("raised"))
        painter.drawRoundedRect(QRectF(left + 0.5, top, round(width), labels.height + 4), 3, 3)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        labels.draw(painter, QPointF(left + 7, top + 2.5), text, look.colour("text"), strong=True)

    def _draw_dots(self, painter: QPainter, look: Look, pane: Pane, instant: float) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for x, y, place in pane.dots(instant):
            painter.setPen(pen(look.colour("window")))
            painter.setBrush(look.series(pane.contents.series[place].asset.symbol))
            painter.drawEllipse(QPointF(x, y), DOT, DOT)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _draw_date(self, painter: QPainter, look: Look, x: float, layout: Layout, instant: float) -> None:
        text = instant_text(instant, intraday=self.intraday, zone=self.zone)
        labels = look.axis
        width = labels.width(text, strong=True) + 14
        room = layout.panes[0].width() if layout.panes else layout.time_axis.width()
        left = round(min(max(x - width / 2, 0), max(room - width, 0)))
        box = QRectF(left + 0.5, layout.time_axis.top() + 2.5, round(width), labels.height + 4)
        for label in self._time_axis.labels_within(box.left() - 6, box.right() + 6):
            painter.fillRect(label.translated(layout.time_axis.topLeft()), look.colour("window"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(pen(look.colour("border")))
        painter.setBrush(look.colour("raised"))
        painter.drawRoundedRect(box, 3, 3)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        at = QPointF(left + 7, box.top() + 2.5)
        labels.draw(painter, at, text, look.colour("text"), strong=True)

"""The panes above one another with their axes: where each lies, and one frame of all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF
from PySide6.QtGui import QPainter, QRegion

from ui.charts.axes import TimeAxis
from ui.charts.crosshair import Reading
from ui.charts.frame_item import FrameItem
from ui.charts.gestures import Place
from ui.charts.layout import Layout, arrange
from ui.charts.look import Look
from ui.charts.marks import Mark
from ui.charts.overlay import Overlay
from ui.charts.pane import Pane, PaneContents, PaneMode
from ui.charts.range_bus import TimeRange
from ui.charts.series import Series
from ui.charts.time_ticks import TimeTicks

LEAST_AXIS = 64.0


class PaneStack:
    """Keeps the panes of one view; those not needed wait, hidden and empty, because view boxes are dear to make."""

    def __init__(self, scene: pg.GraphicsScene) -> None:
        self._scene = scene
        self._kept: list[Pane] = []
        self._count = 0
        self._size = QSize(1, 1)
        self._axis_width = LEAST_AXIS
        self._look: Look | None = None
        self.zone: dt.tzinfo = dt.UTC  # whose clocks the time axis shows
        self.only: int | None = None  # the pane that has the full height
        self.layout: Layout = arrange(1, 1, 1, 0, None)
        self._ticks = TimeTicks()
        self._ticked: list[Pane] = []
        self.time_axis, self._frame = TimeAxis(), FrameItem()
        scene.addItem(self.time_axis)
        scene.addItem(self._frame)

    @property
    def panes(self) -> list[Pane]:
        """The panes in use, from the top; also those that give way to one of full height."""
        return self._kept[: self._count]

    @property
    def visible(self) -> list[Pane]:
        """The panes to be seen."""
        return [pane for i, pane in enumerate(self.panes) if self.only in (None, i)]

    def plot_width(self) -> float:
        """The width of the panes without their price axes, in pixels."""
        return max(self._size.width() - self._axis_width, 1.0)

    def show(self, contents: Sequence[PaneContents], mode: PaneMode) -> None:
        """Show one pane for each contents."""
        while len(self._kept) < len(contents):
            self._kept.append(Pane(self._scene))
            if self._look is not None:
                self._kept[-1].set_look(self._look)
        self._count = len(contents)
        if self.only is not None and self.only >= self._count:
            self.only = None
        for pane, shown in zip(self.panes, contents, strict=True):
            pane.show(shown, mode)
        for pane in self._kept[self._count :]:
            pane.hide()
        self.arrange(self._size)

    def ticked(self, series: Series) -> QRegion:
        """Have the panes that show a series, which has another last bar, prepared anew; return where they are."""
        region = QRegion()
        for pane, rect, axis in zip(self.panes, self.layout.panes, self.layout.price_axes, strict=True):
            if any(each is series for each in pane.contents.series):
                pane.forget_readings()
                self._ticked.append(pane)
                region += QRegion(rect.united(axis).toAlignedRect())
        return region

    def forget_widths(self) -> None:
        """Let the price axes become narrow again, after a change of what they show."""
        self._axis_width = LEAST_AXIS

    def set_look(self, look: Look) -> None:
        """Take over colours and labels."""
        self._look = look
        colour = look.colour
        self._frame.set_colour(colour("border"))
        self.time_axis.set_look(look.axis, colour("muted"), colour("text"), colour("border"))
        for pane in self._kept:
            pane.set_look(look)

    def arrange(self, size: QSize) -> None:
        """Place panes and axes in a view of this size."""
        self._size = size
        self.layout = arrange(size.width(), size.height(), self._axis_width, self._count, self.only)
        for pane, rect, axis in zip(self.panes, self.layout.panes, self.layout.price_axes, strict=True):
            pane.place(rect, axis)
        bottom = self.layout.time_axis
        self.time_axis.setPos(bottom.topLeft())
        self.time_axis.set_bounds(bottom.translated(-bottom.topLeft()))

    def prepare(self, times: TimeRange, density: float) -> None:
        """Let all visible panes work out a frame; all price axes are as wide as the widest needs to be."""
        panes = self.visible
        self._ticked.clear()
        wanted = float(np.ceil(max([LEAST_AXIS, *(pane.fit(times, density) for pane in panes)])))
        if wanted > self._axis_width:  # never narrower while moving about: a plot that jumps sideways is worse
            self._axis_width = wanted
            self.arrange(self._size)
            for pane in panes:
                pane.fit(times, density)
        self._frame.prepare(self.layout, density)
        ticks = self._ticks.within(times, self.plot_width(), self.zone)
        for pane in panes:
            pane.prepare(ticks)
        if panes:
            self.time_axis.prepare(panes[0].view, ticks)

    def prepare_ticked(self, times: TimeRange, density: float) -> bool:
        """Let only the panes that ticked work out a frame; False when one needs a wider axis, as all others then do."""
        panes = [pane for pane in self.visible if pane in self._ticked]
        self._ticked.clear()
        if any(pane.fit(times, density) > self._axis_width for pane in panes):
            return False
        ticks = self._ticks.within(times, self.plot_width(), self.zone)
        for pane in panes:
            pane.prepare(ticks)
        return True

    def paint(self, painter: QPainter, look: Look, times: TimeRange) -> None:
        """Paint one frame in the look of a picture; the next frame on the screen is prepared anew."""
        before = self._look
        self.set_look(look)
        self.prepare(times, look.axis.density)
        headers = Overlay(self.time_axis)
        headers.set_look(look)
        area = QRectF(QPointF(), QSizeF(self._size))
        painter.fillRect(area, look.colour("window"))
        self._scene.prepareForPaint()
        self._scene.render(painter, area, area)
        headers.draw(painter, self.visible, self.layout, None)
        if before is not None:
            self.set_look(before)

    @property
    def size(self) -> QSize:
        """The size of the view in pixels."""
        return self._size

    def place_at(self, at: QPointF) -> Place:
        """Return which part a point of the view lies in."""
        if self.layout.time_axis.contains(at):
            return Place("time", 0)
        for i, (pane, axis) in enumerate(zip(self.layout.panes, self.layout.price_axes, strict=True)):
            if pane.contains(at):
                return Place("pane", i)
            if axis.contains(at):
                return Place("price", i)
        return Place("none", 0)

    def mark_at(self, at: QPointF, place: Place) -> Mark | None:
        """Return the break whose triangle a point of the view hits."""
        pane = self.panes[place.pane]
        local = at - pane.rect.topLeft()
        return pane.marks.mark_at(local.x(), local.y())

    def highlight(self, event: tuple[str, dt.date] | None) -> None:
        """Make the break of that symbol and session stand out in all panes, and no other."""
        for pane in self.panes:
            found = (mark for mark in pane.marks.marks if (mark.symbol, mark.session) == event)
            pane.marks.highlighted = next(found, None)

    def readings(self, instant: float) -> tuple[Reading, ...]:
        """Return what is read off all panes at an instant."""
        return tuple(reading for pane in self.panes for reading in pane.readings(instant))

"""The linked charts: several panes, one time range, one crosshair."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from models.snapshot import Snapshot
from ui.charts.axes import TimeAxis
from ui.charts.contents import Period, SeriesStore, pane_contents
from ui.charts.crosshair import Readout
from ui.charts.frame_item import FrameItem
from ui.charts.gestures import KEY_FACTOR, Gestures, Place
from ui.charts.layout import Layout, arrange
from ui.charts.look import Look
from ui.charts.marks import Mark
from ui.charts.overlay import Overlay
from ui.charts.pane import Pane, PaneMode
from ui.charts.presets import preset_range
from ui.charts.range_bus import Extent, RangeBus, TimeRange
from ui.charts.resampling import resampled
from ui.charts.series import Series
from ui.charts.ticks import time_ticks
from ui.charts.view import ChartView
from ui.theme import Theme, load_theme

DAY = 86_400.0
EVENT_SPAN = 150 * DAY  # shown on either side of a break that is zoomed to
LEAST_AXIS = 64.0


class LinkedCharts(QWidget):
    """Panes of prices over one time axis; all times are UTC epoch seconds, sessions are exchange dates."""

    marker_clicked = Signal(str, object)  # symbol, session (date)
    hovered = Signal(object)  # Readout, or None
    range_changed = Signal(object)  # TimeRange

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bus = RangeBus(TimeRange(0.0, 365 * DAY), self)
        self._store = SeriesStore(resampled)
        self._snapshot: Snapshot | None = None
        self._symbols: tuple[str, ...] = ()
        self._series: dict[str, Series] = {}
        self._theme = load_theme("dark")
        self._look: Look | None = None
        self._mode = PaneMode()
        self._period: Period = "day"
        self._compared = False
        self._preset: str | None = "5Y"
        self._only: int | None = None
        self._active = 0
        self._axis_width = LEAST_AXIS
        self._layout = Layout((), (), arrange(1, 1, 1, 0, None).time_axis)
        self._panes: list[Pane] = []
        self._overlay = Overlay()
        self._build_view()

    def _build_view(self) -> None:
        self.view = ChartView(self, self)
        self._time_axis, self._frame = TimeAxis(), FrameItem()
        self.view.scene().addItem(self._time_axis)
        self.view.scene().addItem(self._frame)
        self.view.set_hands(Gestures(self, self))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.view)
        self.setFocusProxy(self.view)
        self.bus.changed.connect(self._on_range)
        self._describe()

    # What is shown

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the prices of a snapshot; a view that showed the last bar goes on showing it."""
        before = self._extent()
        self._snapshot = snapshot
        self._rebuild()
        after = self._extent()
        self.bus.set_extent(after)
        if after is None:
            return
        if before is None or self._preset is not None:
            self.bus.follow(preset_range(self._preset or "5Y", after.first, after.last))
        elif before.last <= self.bus.range.last and after.last > before.last:
            self.bus.follow(self.bus.range.moved(after.last - before.last))

    def set_panes(self, symbols: Sequence[str]) -> None:
        """Show one pane for each symbol, the first one tallest."""
        self._symbols = tuple(symbols)
        self._only = None
        self._active = 0
        self._rebuild()
        extent = self._extent()
        self.bus.set_extent(extent)
        if extent is not None and self._preset is not None:
            self.bus.follow(preset_range(self._preset, extent.first, extent.last))

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self._theme = theme
        self._look = None
        self.view.set_ground(theme.colour("window"))
        self.view.refresh()

    def set_preset(self, name: str) -> None:
        """Show a range counted back from the last bar; see `presets.PRESETS`."""
        extent = self._extent()
        if extent is not None:
            self.bus.show(preset_range(name, extent.first, extent.last))
            self.bus.settle()
        self._preset = name

    def set_period(self, period: Period) -> None:
        """Show bars of a "day", "week" or "month"."""
        self._period = period
        self._axis_width = LEAST_AXIS
        self._rebuild()
        self.bus.set_extent(self._extent())

    def set_style(self, style: str) -> None:
        """Draw a "line" or "candle"; a comparison is always drawn as lines."""
        self._set_mode(candles=style == "candle")

    def set_scale(self, scale: str) -> None:
        """Draw prices on a "linear" or "log" scale."""
        self._set_mode(log=scale == "log")

    def set_compare(self, on: bool) -> None:
        """Show all panes' assets in one, in percent since the clicked bar, or since the first one in view."""
        self._compared = on
        self._only = None
        self._active = 0
        self._axis_width = LEAST_AXIS
        self._set_mode(base=None)

    def _set_mode(self, **changes: object) -> None:
        from dataclasses import replace

        self._mode = replace(self._mode, **changes)
        self._rebuild()

    def zoom_to(self, symbol: str, session: dt.date) -> None:
        """Show the time around a session of an asset in all panes and highlight the break of that day."""
        series = self._series.get(symbol)
        if series is None or len(series) == 0:
            return
        row = int(np.searchsorted(series.session, np.datetime64(session, "D"), side="right")) - 1
        instant = float(series.time[max(row, 0)])
        self.bus.show(TimeRange(instant - EVENT_SPAN, instant + EVENT_SPAN))
        self.bus.settle()
        for pane in self._panes:
            found = [m for m in pane.marks.marks if m.symbol == symbol and m.session == session]
            pane.marks.highlighted = found[0] if found else None
        self._show_crosshair(instant)
        self.view.refresh()

    # Moving about

    def back(self) -> None:
        """Return to the range shown before."""
        self._preset = None
        self.bus.back()

    def forward(self) -> None:
        """Take back one `back`."""
        self._preset = None
        self.bus.forward()

    def zoom_in(self) -> None:
        """Show a shorter range about the crosshair, or about the middle."""
        self._zoom(KEY_FACTOR)

    def zoom_out(self) -> None:
        """Show a longer range about the crosshair, or about the middle."""
        self._zoom(1 / KEY_FACTOR)

    def _zoom(self, factor: float) -> None:
        view, readout = self.bus.range, self._overlay.readout
        inside = readout is not None and view.first <= readout.instant <= view.last
        anchor = readout.instant if readout is not None and inside else (view.first + view.last) / 2
        self.bus.zoom(factor, anchor)

    def pan_left(self) -> None:
        """Move most of a screen into the past."""
        self.bus.pan(-0.8 * self.bus.range.span)

    def pan_right(self) -> None:
        """Move most of a screen towards the present."""
        self.bus.pan(0.8 * self.bus.range.span)

    def walk(self, step: int) -> None:
        """Move the crosshair by so many bars of the active pane; it begins at the last bar in view."""
        series = self._active_series()
        if series is None:
            return
        readout = self._overlay.readout
        if readout is None:
            row = max(series.row_at(self.bus.range.last), 0)
        else:
            row = min(max(series.row_at(readout.instant) + step, 0), len(series) - 1)
        self._walk_to(float(series.time[row]))

    def walk_to_end(self, *, last: bool) -> None:
        """Move the crosshair to the last bar of the active pane, or to its first one."""
        series = self._active_series()
        if series is not None:
            self._walk_to(float(series.time[-1 if last else 0]))

    def _walk_to(self, instant: float) -> None:
        view = self.bus.range
        margin = view.span * 0.04
        if instant < view.first + margin:
            self.bus.pan(instant - view.first - margin, gesture="walk")
        elif instant > view.last - margin:
            self.bus.pan(instant - view.last + margin, gesture="walk")
        self._show_crosshair(instant)
        self._announce()

    def change_pane(self, step: int) -> None:
        """Let the keys walk the bars of the pane above or below."""
        shown = [i for i, pane in enumerate(self._panes) if pane.contents.series and not pane.rect.isEmpty()]
        if shown:
            place = shown.index(self._active) if self._active in shown else 0
            self._active = shown[min(max(place + step, 0), len(shown) - 1)]
            if self._only is not None:
                self._only = self._active
                self._arrange()
            self._announce()

    def show_all(self) -> None:
        """Show the whole history."""
        self.set_preset("Max")

    def escape(self) -> None:
        """Undo what stands in the way: the crosshair, then a clicked base, then the full height."""
        if self._overlay.readout is not None:
            self.clear_crosshair()
        elif self._mode.base is not None:
            self._set_mode(base=None)
        elif self._only is not None:
            self.toggle_full(self._only)

    # What gestures ask for

    def place_at(self, at: QPointF) -> Place:
        """Return which part of the charts a point of the view lies in."""
        if self._layout.time_axis.contains(at):
            return Place("time", 0)
        for i, (pane, axis) in enumerate(zip(self._layout.panes, self._layout.price_axes, strict=True)):
            if pane.contains(at):
                return Place("pane", i)
            if axis.contains(at):
                return Place("price", i)
        return Place("none", 0)

    def instant_at(self, x: float) -> float:
        """Return the instant under a place across the panes."""
        return self.bus.range.first + x * self.bus.range.span / self.plot_width()

    def plot_width(self) -> float:
        """The width of the panes without their price axes, in pixels."""
        return max(self._layout.panes[0].width() if self._layout.panes else float(self.view.width()), 1.0)

    def hover(self, at: QPointF, place: Place) -> None:
        """Let the crosshair stand at the bar under the pointer, or at the instant where no bar is near."""
        if place.part != "pane":
            self.clear_crosshair()
            return
        self._active = place.pane
        self._show_crosshair(self._snapped(self.instant_at(at.x())))
        if self._mark_at(at, place) is not None:
            self.set_cursor(Qt.CursorShape.PointingHandCursor)

    def click(self, at: QPointF, place: Place) -> None:
        """Zoom to the break under the pointer, or rebase a comparison at the bar there."""
        if place.part != "pane":
            return
        mark = self._mark_at(at, place)
        if mark is not None:
            self.zoom_to(mark.symbol, mark.session)
            self.marker_clicked.emit(mark.symbol, mark.session)
        elif self._compared:
            self._set_mode(base=self._snapped(self.instant_at(at.x())))

    def toggle_full(self, pane: int | None) -> None:
        """Give a pane (None: the active one) the full height, or restore all."""
        pane = self._active if pane is None else pane
        if len(self._panes_shown()) > 1:
            self._only = pane if self._only is None else None
            self._arrange()

    def stretch(self, pane: int, factor: float) -> None:
        """Scale the prices of a pane about their middle."""
        self._panes[pane].stretch = min(max(self._panes[pane].stretch * factor, 0.05), 20.0)
        self.view.refresh()

    def reset_stretch(self, pane: int) -> None:
        """Let a pane fit its prices again."""
        self._panes[pane].stretch = 1.0
        self.view.refresh()

    def clear_crosshair(self) -> None:
        """Take the crosshair away; headers speak of the last bars again."""
        if self._overlay.readout is not None:
            self._set_readout(None)

    def set_cursor(self, shape: Qt.CursorShape | None) -> None:
        """Show a pointer shape; None for the usual one."""
        self.view.viewport().setCursor(shape if shape is not None else Qt.CursorShape.CrossCursor)

    # The frame

    def prepare(self) -> None:
        """Bring panes and axes up to date with the range; called once before a frame is painted."""
        if self._look is None or self._look.axis.density != self.view.devicePixelRatioF():
            self._take_look()
        panes, times = self._panes_shown(), self.bus.range
        density = self.view.devicePixelRatioF()
        wanted = [pane.fit(times, density) for i, pane in enumerate(panes) if self._visible(i)]
        width = float(np.ceil(max([LEAST_AXIS, *wanted])))
        if width > self._axis_width:  # never narrower while moving about: a plot that jumps sideways is worse
            self._axis_width = width
            self._arrange(again=False)
            for pane in panes:
                pane.fit(times, density)
        ticks = time_ticks(times, self.plot_width())
        for i, pane in enumerate(panes):
            if self._visible(i):
                pane.prepare(ticks)
        if panes:
            self._time_axis.prepare(panes[self._only or 0].view, ticks)

    def draw_overlay(self, painter: QPainter) -> None:
        """Draw crosshair and headers above the frame."""
        self._overlay.draw(painter, self._panes_shown(), self._layout)

    def resized(self) -> None:
        """Follow the view's new size."""
        self._arrange()

    def _take_look(self) -> None:
        self._look = look = Look.of(self._theme, self.view.devicePixelRatioF())
        colour = look.theme.colour
        self.view.set_ground(colour("window"))
        self._overlay.set_look(look)
        self._frame.set_colour(colour("border"))
        self._time_axis.set_look(look.axis, colour("muted"), colour("text"), colour("border"))
        for pane in self._panes:
            pane.set_look(look)

    def _arrange(self, *, again: bool = True) -> None:
        size, panes = self.view.viewport().size(), self._panes_shown()
        self._layout = arrange(size.width(), size.height(), self._axis_width, len(panes), self._only)
        for pane, rect, axis in zip(panes, self._layout.panes, self._layout.price_axes, strict=True):
            pane.place(rect, axis)
        self._time_axis.setPos(self._layout.time_axis.topLeft())
        self._time_axis.set_bounds(self._layout.time_axis.translated(-self._layout.time_axis.topLeft()))
        self._frame.show(self._layout)
        if again:
            self.view.refresh()

    def _rebuild(self) -> None:
        if self._snapshot is None:
            return
        assets = self._snapshot.assets
        self._series = {s: self._store.series(assets[s], self._period) for s in self._symbols if s in assets}
        contents = pane_contents(self._symbols, self._snapshot, self._series, compared=self._compared)
        while len(self._panes) < len(contents):
            self._panes.append(Pane(self.view.scene()))
            if self._look is not None:
                self._panes[-1].set_look(self._look)
        for pane, shown in zip(self._panes, contents, strict=False):
            pane.show(shown, self._mode)
        for pane in self._panes[len(contents) :]:
            pane.hide()
        self._count = len(contents)
        self._arrange()
        self._describe()

    def _panes_shown(self) -> list[Pane]:
        return self._panes[: self._count]

    _count = 0

    def _visible(self, i: int) -> bool:
        return self._only is None or self._only == i

    def _extent(self) -> Extent | None:
        known = [s for s in self._series.values() if len(s)]
        if not known:
            return None
        first, last = min(float(s.time[0]) for s in known), max(float(s.time[-1]) for s in known)
        return Extent(first, last, 5 * min(s.interval for s in known))

    # The crosshair

    def _active_series(self) -> Series | None:
        panes = self._panes_shown()
        if not panes:
            return None
        pane = panes[min(self._active, len(panes) - 1)]
        return next((s for s in pane.contents.series if len(s)), None)

    def _snapped(self, instant: float) -> float:
        series = self._active_series()
        if series is None:
            return instant
        row = series.row_at(instant)
        near = [float(series.time[r]) for r in (row, row + 1) if 0 <= r < len(series)]
        nearest = min(near, key=lambda t: abs(t - instant), default=instant)
        pixel = self.bus.range.span / self.plot_width()
        return nearest if abs(nearest - instant) <= max(series.interval / 2, 4 * pixel) else instant

    def _mark_at(self, at: QPointF, place: Place) -> Mark | None:
        pane = self._panes[place.pane]
        local = at - pane.rect.topLeft()
        return pane.marks.mark_at(local.x(), local.y())

    def _show_crosshair(self, instant: float) -> None:
        readings = tuple(r for pane in self._panes_shown() for r in pane.readings(instant))
        self._set_readout(Readout(instant, readings))

    def _set_readout(self, readout: Readout | None) -> None:
        region = self._overlay.region(self._panes_shown(), self._layout)
        self._overlay.readout = readout
        region += self._overlay.region(self._panes_shown(), self._layout)
        self.view.refresh_overlay(region)
        self.hovered.emit(readout)

    # For those who listen

    def _describe(self) -> None:
        names = [s.asset.name for s in self._series.values()]
        name = "Chart: " + (", ".join(names) if names else "nothing to show yet")
        readout = self._overlay.readout
        if readout is None:
            readout = Readout(np.inf, tuple(r for pane in self._panes_shown() for r in pane.readings(np.inf)))
        for widget in (self, self.view):
            widget.setAccessibleName(name)
            widget.setAccessibleDescription(readout.sentence)

    def _announce(self) -> None:
        self._describe()
        event = QAccessibleEvent(self.view, QAccessible.Event.DescriptionChanged)
        QAccessible.updateAccessibility(event)

    @Slot(object)
    def _on_range(self, times: TimeRange) -> None:
        self._preset = None
        self.view.refresh()
        self.range_changed.emit(times)

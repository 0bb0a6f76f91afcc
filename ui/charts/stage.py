"""The stage that gestures and keys act upon: panes over one range, one crosshair, what moves and reads them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from models.resample import is_intraday
from ui.charts.crosshair import Readout
from ui.charts.gestures import KEY_FACTOR, Gestures, Place
from ui.charts.look import Look
from ui.charts.measure import Span
from ui.charts.overlay import Overlay
from ui.charts.pane import Base, PaneMode
from ui.charts.range_bus import RangeBus, TimeRange
from ui.charts.series import Series
from ui.charts.stack import PaneStack
from ui.charts.view import ChartView
from ui.theme import load_theme

DAY = 86_400.0
PAGE = 0.8  # of the range in view
EDGE = 0.04  # of the range in view, kept free beside a bar that is walked to


class ChartStage(QWidget):
    """Panes over one time axis and what may be done with them; what they show is the business of `LinkedCharts`."""

    marker_clicked = Signal(str, object)  # symbol, session (date)
    hovered = Signal(object)  # Readout, or None
    range_changed = Signal(object)  # TimeRange

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bus = RangeBus(TimeRange(0.0, 365 * DAY), self)
        self._series: dict[str, Series] = {}
        self._theme = load_theme("dark")
        self._look: Look | None = None
        self._mode = PaneMode()
        self._compared = False
        self._preset: str | None = "5Y"
        self._active = 0
        self._anchor: float | None = None  # where measuring by keys began
        self.view = ChartView(self, self)
        self.stack = PaneStack(self.view.scene())
        self._overlay = Overlay(self.stack.time_axis)
        self.view.set_hands(Gestures(self, self))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.view)
        self.setFocusProxy(self.view)
        self.bus.changed.connect(self._on_range)
        self._describe()

    def _rebuild(self) -> None:
        raise NotImplementedError(type(self).__name__)

    def set_preset(self, name: str) -> None:
        """Show a range of the buttons; for subclasses."""
        raise NotImplementedError(type(self).__name__)

    def zoom_to(self, symbol: str, session: dt.date) -> None:
        """Show the time around a session; for subclasses."""
        raise NotImplementedError(type(self).__name__)

    # Moving about

    def back(self) -> None:
        """Return to the range shown before."""
        self.bus.back()

    def forward(self) -> None:
        """Take back one `back`."""
        self.bus.forward()

    def zoom_in(self) -> None:
        """Show a shorter range about the crosshair, or about the middle."""
        self._zoom(KEY_FACTOR)

    def zoom_out(self) -> None:
        """Show a longer range about the crosshair, or about the middle."""
        self._zoom(1 / KEY_FACTOR)

    def pan_left(self) -> None:
        """Move most of a screen into the past."""
        self.bus.pan(-PAGE * self.bus.range.span)

    def pan_right(self) -> None:
        """Move most of a screen towards the present."""
        self.bus.pan(PAGE * self.bus.range.span)

    def show_all(self) -> None:
        """Show the whole history."""
        self.set_preset("Max")

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

    def measure(self) -> None:
        """Begin to measure at the crosshair (or the last bar in view): walking the bars goes on; again ends it."""
        if self._overlay.span is not None or self._anchor is not None:
            self._measure(None)
            return
        if self._overlay.readout is None:
            self.walk(0)
        if self._overlay.readout is not None:
            self._anchor = self._overlay.readout.instant
            self._measure(Span(self._anchor, self._anchor))

    def change_pane(self, step: int) -> None:
        """Let the keys walk the bars of the pane above or below."""
        self._active = min(max(self._active + step, 0), max(len(self.stack.panes) - 1, 0))
        if self.stack.only is not None:
            self.stack.only = self._active
            self.resized()
        self._announce()

    def escape(self) -> None:
        """Undo what stands in the way: a measurement, crosshair and highlight, a base, the full height."""
        if self._overlay.span is not None or self._anchor is not None:
            self._measure(None)
        elif self._overlay.readout is not None:
            self.clear_crosshair()
            self.stack.highlight(None)
            self.view.refresh()
        elif self._mode.base is not None:
            self._set_mode(replace(self._mode, base=None))
        elif self.stack.only is not None:
            self.toggle_full(self.stack.only)

    # What gestures ask for

    def place_at(self, at: QPointF) -> Place:
        """Return which part of the charts a point of the view lies in."""
        return self.stack.place_at(at)

    def instant_at(self, x: float) -> float:
        """Return the instant under a place across the panes."""
        return self.bus.range.first + x * self.bus.range.span / self.plot_width()

    def plot_width(self) -> float:
        """The width of the panes without their price axes, in pixels."""
        return self.stack.plot_width()

    def hover(self, at: QPointF, place: Place) -> None:
        """Let the crosshair stand at the bar under the pointer, or at the instant where no bar is near."""
        if place.part != "pane":
            self.clear_crosshair()
            return
        self._active = place.pane
        self._show_crosshair(self._snapped(self.instant_at(at.x())))
        pane = self.stack.panes[place.pane]
        if pane.levels.level_at(at.y() - pane.rect.top()) is not None:
            self.set_cursor(Qt.CursorShape.SizeVerCursor)
        elif self.stack.mark_at(at, place) is not None:
            self.set_cursor(Qt.CursorShape.PointingHandCursor)

    def click(self, at: QPointF, place: Place) -> None:
        """Zoom to the break under the pointer, or rebase a comparison at the bar there."""
        if place.part != "pane":
            return
        if self._overlay.span is not None:
            self._measure(None)
        mark = self.stack.mark_at(at, place)
        if mark is not None:
            self.zoom_to(mark.symbol, mark.session)
            self.marker_clicked.emit(mark.symbol, mark.session)
        elif self._compared or self._mode.scale == "percent":
            self._set_mode(replace(self._mode, base=self._base_at(at.x())))

    def measure_between(self, start: QPointF, end: QPointF) -> None:
        """Measure from the bar under one point to the bar under another, in all panes."""
        self._active = self.place_at(start).pane
        one, other = (self._snapped(self.instant_at(at.x())) for at in (start, end))
        self._measure(Span.between(one, other))

    def toggle_full(self, pane: int | None) -> None:
        """Give a pane (None: the active one) the full height, or restore all."""
        if len(self.stack.panes) > 1:
            chosen = self._active if pane is None else pane
            self.stack.only = chosen if self.stack.only is None else None
            self.resized()

    def stretch(self, pane: int, factor: float) -> None:
        """Scale the prices of a pane about their middle."""
        scaled = self.stack.panes[pane]
        scaled.stretch = min(max(scaled.stretch * factor, 0.05), 20.0)
        self.view.refresh()

    def fit_prices(self) -> None:
        """Let all panes fit their prices again."""
        for pane in self.stack.panes:
            pane.stretch = 1.0

    def reset_stretch(self, pane: int) -> None:
        """Let a pane fit its prices again."""
        self.stack.panes[pane].stretch = 1.0
        self.view.refresh()

    def clear_crosshair(self) -> None:
        """Take the crosshair away; headers speak of the last bars again."""
        if self._overlay.readout is not None:
            self._set_readout(None)

    def set_cursor(self, shape: Qt.CursorShape | None) -> None:
        """Show a pointer shape; None for the usual one."""
        self.view.viewport().setCursor(shape if shape is not None else Qt.CursorShape.CrossCursor)

    # What the view asks for

    def prepare_part(self) -> bool:
        """Bring the panes that ticked up to date; False when one asks for a wider axis, which all panes must have."""
        return self.stack.prepare_ticked(self.bus.range, self.view.density)

    def prepare(self) -> None:
        """Bring panes and axes up to date with the range; called once before a frame is painted."""
        density = self.view.density
        if self._look is None or self._look.axis.density != density:
            self._look = Look.of(self._theme, density)
            self.view.set_ground(self._theme.colour("window"))
            self._overlay.set_look(self._look)
            self.stack.set_look(self._look)
        self.stack.prepare(self.bus.range, density)

    def draw_overlay(self, painter: QPainter) -> None:
        """Draw crosshair and headers above the frame."""
        panes = self.stack.panes
        active = panes[min(self._active, len(panes) - 1)] if panes and self.view.hasFocus() else None
        self._overlay.draw(painter, self.stack.visible, self.stack.layout, active)

    def resized(self) -> None:
        """Follow the view's new size, or a new order of the panes."""
        self.stack.arrange(self.view.viewport().size())
        self.view.refresh()

    # Within

    def _set_mode(self, mode: PaneMode) -> None:
        self._mode = mode
        self._rebuild()

    def _zoom(self, factor: float) -> None:
        view, readout = self.bus.range, self._overlay.readout
        anchor = (view.first + view.last) / 2
        if readout is not None and view.first <= readout.instant <= view.last:
            anchor = readout.instant
        self.bus.zoom(factor, anchor)

    def _walk_to(self, instant: float) -> None:
        view = self.bus.range
        margin = view.span * EDGE
        if instant < view.first + margin:
            self.bus.pan(instant - view.first - margin, gesture="walk")
        elif instant > view.last - margin:
            self.bus.pan(instant - view.last + margin, gesture="walk")
        self._show_crosshair(instant)
        if self._anchor is not None:
            self._measure(Span.between(self._anchor, instant))
        self._announce()

    def _active_series(self) -> Series | None:
        panes = self.stack.panes
        if not panes:
            return None
        pane = panes[min(self._active, len(panes) - 1)]
        return next((s for s in pane.contents.series if len(s)), None)

    def _base_at(self, x: float) -> Base | None:
        """Return the session of the bar there, or when it begins if it is shorter than a day."""
        series = self._active_series()
        row = series.row_at(self._snapped(self.instant_at(x))) if series is not None else -1
        if series is None or row < 0:
            return None
        return float(series.time[row]) if is_intraday(series.period) else series.session[row]

    def _snapped(self, instant: float) -> float:
        series = self._active_series()
        if series is None:
            return instant
        row = series.row_at(instant)
        near = [float(series.time[r]) for r in (row, row + 1) if 0 <= r < len(series)]
        nearest = min(near, key=lambda time: abs(time - instant), default=instant)
        pixel = self.bus.range.span / self.plot_width()
        return nearest if abs(nearest - instant) <= max(series.interval / 2, 4 * pixel) else instant

    def _show_crosshair(self, instant: float) -> None:
        self._set_readout(Readout(instant, self.stack.readings(instant)))

    def _read_again(self, instant: float) -> None:
        """Tell what is read at the crosshair after a tick, whose pane is painted anew in any case."""
        readout = Readout(instant, self.stack.readings(instant))
        if readout != self._overlay.readout:
            self._overlay.readout = readout
            self.hovered.emit(readout)

    def _measure(self, span: Span | None) -> None:
        self._overlay.span = span
        if span is None:
            self._anchor = None
        self._announce()

    def _measured_words(self) -> str:
        span = self._overlay.span
        if span is None:
            return ""
        entries = (entry for pane in self.stack.panes for entry in pane.measured(span))
        return "Measured: " + "; ".join(f"{entry.name} {entry.text}" for entry in entries) + ". "

    def _last_words(self, _instant: float) -> str:
        """Return what is said last of an instant; for subclasses."""
        return ""

    def _set_readout(self, readout: Readout | None) -> None:
        visible, layout = self.stack.visible, self.stack.layout
        region = self._overlay.region(visible, layout)
        self._overlay.readout = readout
        self.view.refresh_overlay(region + self._overlay.region(visible, layout))
        self.hovered.emit(readout)

    def _describe(self) -> None:
        names = [series.asset.name for series in self._series.values()]
        name = "Chart: " + (", ".join(names) if names else "nothing to show yet")
        readout = self._overlay.readout or Readout(np.inf, self.stack.readings(np.inf))
        active = self._active_series()
        spoken = readout.spoken(active.asset.symbol if active is not None else "")
        # Only the view is described: whoever listens would hear the same change of two widgets twice.
        self.setAccessibleName("Charts")
        self.view.setAccessibleName(name)
        self.view.setAccessibleDescription(self._measured_words() + spoken + self._last_words(readout.instant))

    def _announce(self) -> None:
        self._describe()
        self.view.viewport().update()

    @Slot(object)
    def _on_range(self, times: TimeRange) -> None:
        self._preset = None
        self.view.refresh()
        self.range_changed.emit(times)

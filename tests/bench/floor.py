"""The floor under a frame: one widget that draws the picture of the charts by hand, with nothing in between.

It knows no items, no scene and no events.  Each series is reduced beforehand to blocks of bars whose lowest, highest,
first and last prices are at hand, so that a frame looks at a few blocks per pixel; a block that straddles two columns
counts for the first one, which the charts' own pyramid does not allow itself.  Lines, boxes, texts and ticks come from
the same functions as in the charts: they are QPainter calls and arithmetic that any widget would need.

Checked for honesty, in both directions.  It draws what is on by default: grid, high and shade, breaks, prices, regimes
with their marks, names and legend, axes, tags and headers, and no badges.  It is favoured by columns that may
miss by a block, and by axes and texts of fixed width; the charts are favoured by ticks kept from frame to frame and by
hairlines drawn as boxes, where the floor strokes lines as most would.  Its triangles at breaks are smaller, have a thin
edge and lie under the price; the charts draw larger ones with a broad edge above it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from data.bars import BarRow, Bars, Floats
from models.snapshot import AssetView, Snapshot
from tests.bench.regimes import FloorBands
from ui.charts.bands import Band
from ui.charts.crosshair import date_text
from ui.charts.high_steps import HighSteps
from ui.charts.painting import Boxes, LabelCache, Lines, blended, dotted, pen
from ui.charts.range_bus import TimeRange
from ui.charts.ticks import MINUS, Tick, price_text, price_ticks, time_ticks
from ui.theme import Theme, interface_font, series_role

WIDTH, HEIGHT, AXIS, FOOT, HEAD = 1600, 1000, 90, 28, 34
TOPS, TALL = (0, 564, 768), (563, 203, 204)
FAN = 4
CROWD, FEW = 4, 0.75  # bars to a pixel: beyond the first by columns, up to the second a bolder line
LEAST_CANDLE = 3  # pixels
STRETCH = 64  # columns


@dataclass(frozen=True, slots=True)
class Level:
    """Blocks of bars: when each begins, and its first, lowest, highest and last price."""

    time: Floats
    first: Floats
    low: Floats
    high: Floats
    last: Floats


@dataclass(frozen=True, slots=True)
class Columns:
    """What is drawn per column of pixels."""

    x: Floats
    first: Floats
    low: Floats
    high: Floats
    last: Floats


def levels_of(bars: Bars, *, closes: bool) -> list[Level]:
    """Reduce bars, or their closes alone, by four and again by four."""
    close = bars.close.copy()
    first, low, high = (close,) * 3 if closes else (bars.open, bars.low.copy(), bars.high.copy())
    levels = [Level(bars.time.astype(np.float64), first, low, high, close)]
    while len(levels[-1].time) > 4 * WIDTH:
        below = levels[-1]
        starts = np.arange(0, len(below.time), FAN)
        ends = np.append(starts[1:], len(below.time)) - 1
        low, high = np.minimum.reduceat(below.low, starts), np.maximum.reduceat(below.high, starts)
        levels.append(Level(below.time[starts], below.first[starts], low, high, below.last[ends]))
    return levels


@dataclass(frozen=True, slots=True)
class Scale:
    """From time and price to pixels of one pane."""

    times: TimeRange
    low: float
    high: float
    tall: float

    def x(self, time: Floats) -> Floats:
        """Return pixels from the left edge."""
        return (time - self.times.first) * ((WIDTH - AXIS) / self.times.span)

    def y(self, price: Floats) -> Floats:
        """Return pixels from the top edge."""
        return (self.high - price) * (self.tall / (self.high - self.low))


class Series:
    """One asset, reduced beforehand."""

    def __init__(self, view: AssetView, colour_role: str, *, candles: bool) -> None:
        self.asset, self.role, self.candles = view.asset, colour_role, candles
        self.levels = levels_of(view.bars, closes=not candles)
        self.interval = float(view.bars.time[1] - view.bars.time[0])
        last, high = float(view.bars.close[-1]), view.high.price if view.high else np.nan
        self.last, self.last_text = last, price_text(last, 2)
        away = f"{100 * (last / high - 1):.1f} %".replace("-", MINUS)
        self.date = date_text(view.bars.session[-1].astype(object))
        self.high_text = f"ATH {price_text(high, 2)} · {away}"

    def within(self, times: TimeRange, level: int) -> slice:
        """Return the blocks of a level that touch a range, and one more at each end."""
        start, stop = np.searchsorted(self.levels[level].time, [times.first, times.last])
        return slice(max(int(start) - 1, 0), int(stop) + 1)

    def level_for(self, times: TimeRange) -> int:
        """Return the coarsest level with at least two blocks to a pixel."""
        bars = times.span / self.interval
        level = 0
        while level + 1 < len(self.levels) and bars / FAN ** (level + 1) >= 2 * (WIDTH - AXIS):
            level += 1
        return level

    def columns(self, scale: Scale) -> Columns:
        """Reduce the blocks in view to columns of pixels."""
        number = self.level_for(scale.times)
        rows, level = self.within(scale.times, number), self.levels[number]
        column = np.floor(scale.x(level.time[rows])).astype(np.intp)
        starts = np.flatnonzero(np.diff(column, prepend=-(2**40)))
        ends = np.append(starts[1:], len(column)) - 1
        low = np.minimum.reduceat(level.low[rows], starts)
        high = np.maximum.reduceat(level.high[rows], starts)
        return Columns(column[starts] + 0.5, level.first[rows][starts], low, high, level.last[rows][ends])

    def extremes(self, times: TimeRange) -> tuple[float, float]:
        """Return the lowest and highest price in view."""
        number = self.level_for(times)
        rows, level = self.within(times, number), self.levels[number]
        return float(level.low[rows].min()), float(level.high[rows].max())

    def crowded(self, times: TimeRange) -> bool:
        """Whether a column of pixels holds several bars."""
        if self.candles:
            return self.interval * (WIDTH - AXIS) / times.span < LEAST_CANDLE
        return times.span / self.interval > CROWD * (WIDTH - AXIS)

    def tick(self, bar: BarRow) -> None:
        """Change the last bar, and the blocks above it."""
        for level in self.levels:
            level.low[-1], level.high[-1] = min(level.low[-1], bar.low), max(level.high[-1], bar.high)
            level.last[-1] = bar.close
        self.last, self.last_text = bar.close, price_text(bar.close, 2)


class Floor(QWidget):
    """Three panes with everything that is on by default."""

    def __init__(self, shot: Snapshot, theme: Theme, bands: Sequence[Band], *, candles: bool) -> None:
        super().__init__()
        self.setFixedSize(WIDTH, HEIGHT)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        colour = theme.colour
        views = list(shot.assets.values())
        self._series = [Series(view, series_role(view.asset.symbol), candles=candles) for view in views]
        self._steps = HighSteps(views[0].bars, views[0].highs)
        self._marks = np.array([views[0].bars.time[event.row] for event in views[0].breaks], np.float64)
        self._levels = np.array([event.prior_high for event in views[0].breaks], np.float64)
        self._lines, self._boxes = Lines(), Boxes()
        strong = interface_font(12, QFont.Weight.DemiBold), interface_font(weight=QFont.Weight.DemiBold)
        self._small = LabelCache(interface_font(12), strong[0], 1.0)
        self._text = LabelCache(interface_font(), strong[1], 1.0)
        self._bands = FloorBands(bands, theme, self._small)
        self._window, self._muted, self._strong = colour("window"), colour("muted"), colour("text")
        self._high, self._breakout = colour("high"), colour("breakout")
        self._shade_colour = blended(colour("high"), colour("window"), 0.11)
        self._roles = {role: colour(role) for role in (*(s.role for s in self._series), "up", "down", "window")}
        self._pens = {
            "grid": pen(colour("grid")), "border": pen(colour("border")), "window": pen(colour("window")),
            "high": dotted(colour("high", 0.85), 5, 3), "rise": pen(colour("high", 0.85)),
            "marks": dotted(colour("breakout", 0.55), 1, 3), "shade": pen(self._shade_colour),
        }  # fmt: skip
        self.times = TimeRange(float(views[0].bars.time[0]), float(views[0].bars.time[-1]))
        self.cursor: float | None = None

    def tick(self, bar: BarRow) -> None:
        """Let the leader have another last bar."""
        self._series[0].tick(bar)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw three panes, the axes and the lines between."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._window)
        ticks = time_ticks(self.times, WIDTH - AXIS)
        for place, (top, tall) in enumerate(zip(TOPS, TALL, strict=True)):
            painter.setClipRect(0, top, WIDTH, tall)
            painter.translate(0, top)
            self._pane(painter, place, float(tall), ticks)
            painter.translate(0, -top)
        painter.setClipping(False)
        self._foot(painter, ticks)
        if self.cursor is not None:
            painter.setPen(self._pens["border"])
            painter.drawLine(QPointF(self.cursor, HEAD), QPointF(self.cursor, HEIGHT - FOOT))
        painter.end()

    def _foot(self, painter: QPainter, ticks: tuple[Tick, ...]) -> None:
        painter.setPen(self._pens["border"])
        for y in (TOPS[1] - 0.5, TOPS[2] - 0.5, HEIGHT - FOOT + 0.5):
            painter.drawLine(QPointF(0, y), QPointF(WIDTH, y))
        painter.drawLine(QPointF(WIDTH - AXIS + 0.5, 0), QPointF(WIDTH - AXIS + 0.5, HEIGHT - FOOT))
        scale = (WIDTH - AXIS) / self.times.span
        for tick in ticks:
            at = (tick.at - self.times.first) * scale - self._small.width(tick.text, tick.major) / 2
            colour = self._strong if tick.major else self._muted
            self._small.draw(painter, QPointF(at, HEIGHT - FOOT + 6), tick.text, colour, tick.major)

    def _pane(self, painter: QPainter, place: int, tall: float, ticks: tuple[Tick, ...]) -> None:
        series = self._series[place]
        low, high = series.extremes(self.times)
        if place == 0:
            high = max(high, float(np.nan_to_num(self._steps.level_at(np.array([int(self.times.last)])))[0]))
        unit = (high - low) / (tall - 52)
        scale = Scale(self.times, low - 10 * unit, high + 42 * unit, tall)
        prices = price_ticks(scale.low, scale.high, tall, log=False, percent=False)
        crowded = series.crowded(self.times)
        columns = series.columns(scale) if crowded else None
        if place == 0:
            self._shade(painter, scale, series, columns)
        area = QRectF(0, HEAD, WIDTH - AXIS, tall - HEAD)
        self._bands.tints(painter, self.times, area, clear=place == 0)
        self._grid(painter, scale, ticks, prices)
        if place == 0:
            self._steps_line(painter, scale)
        self._mark_lines(painter, scale, triangles=place == 0)
        if series.candles:
            self._candles(painter, scale, series, columns)
        else:
            self._line(painter, scale, series, columns)
        if place == 0:
            self._bands.names(painter, self.times, area)
        self._texts(painter, scale, series, prices)

    def _shade(self, painter: QPainter, scale: Scale, series: Series, columns: Columns | None) -> None:
        if columns is not None:
            x, bottom = columns.x, scale.y(columns.last if series.candles else columns.high)
        else:
            rows, bars = series.within(self.times, 0), series.levels[0]
            at, price = scale.x(bars.time[rows]), scale.y(bars.last[rows])
            x = np.arange(max(np.ceil(at[0]), 0.0), min(at[-1], WIDTH - AXIS)) + 0.5
            bottom = np.interp(x, at, price)
        top = scale.y(self._steps.level_at(self.times.first + x * (self.times.span / (WIDTH - AXIS))))
        shown = bottom > top
        x, top, bottom = x[shown], top[shown], bottom[shown]
        if len(x):
            self._fill(painter, x, top, bottom)

    def _fill(self, painter: QPainter, x: Floats, top: Floats, bottom: Floats) -> None:
        """Fill what neighbouring columns have in common as boxes, which is quicker than by columns."""
        starts = np.arange(0, len(x), STRETCH)
        ends = np.append(starts[1:], len(x)) - 1
        lowest, highest = np.maximum.reduceat(top, starts), np.minimum.reduceat(bottom, starts)
        highest = np.maximum(lowest, highest)
        counts = ends + 1 - starts
        above, below = np.repeat(lowest, counts), np.repeat(highest, counts)
        painter.setPen(self._pens["shade"])
        for upper, lower in ((top, np.minimum(above, bottom)), (np.maximum(below, top), bottom)):
            left = lower > upper
            self._lines.set(x[left], upper[left], x[left], lower[left])
            self._lines.draw(painter)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._shade_colour)
        self._boxes.set(x[starts] - 0.5, lowest, x[ends] - x[starts] + 1, highest - lowest)
        self._boxes.draw(painter)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _grid(self, painter: QPainter, scale: Scale, times: tuple[Tick, ...], prices: tuple[Tick, ...]) -> None:
        x = np.floor(scale.x(np.array([tick.at for tick in times]))) + 0.5
        y = np.floor(scale.y(np.array([tick.at for tick in prices]))) + 0.5
        left, right = np.zeros(len(y)), np.full(len(y), WIDTH - AXIS)
        top, bottom = np.full(len(x), HEAD), np.full(len(x), scale.tall)
        painter.setPen(self._pens["grid"])
        ends = ((x, left), (top, y), (x, right), (bottom, y))
        self._lines.set(*(np.concatenate(pair) for pair in ends))
        self._lines.draw(painter)

    def _steps_line(self, painter: QPainter, scale: Scale) -> None:
        first, last = int(self.times.first), int(self.times.last)
        start, stop = np.searchsorted(self._steps.time, [first, last])
        few = stop - start < WIDTH
        inner = self._steps.time[start:stop] if few else np.linspace(first, last, WIDTH)
        times = np.concatenate(([first], inner, [last])).astype(np.float64)
        x, y = scale.x(times), scale.y(self._steps.level_at(times))
        turns = np.flatnonzero(np.diff(y, prepend=np.nan, append=np.nan) != 0)
        x1, x2, y1 = x[turns[:-1]], x[np.minimum(turns[1:], len(x) - 1)], y[turns[:-1]]
        long = x2 - x1 > 8
        painter.setPen(self._pens["high"])
        self._lines.set(x1[long], y1[long], x2[long], y1[long])
        self._lines.draw(painter)
        painter.setPen(self._pens["rise"])
        self._lines.set(x2[:-1], y1[:-1], x2[:-1], y1[1:])
        self._lines.draw(painter)

    def _mark_lines(self, painter: QPainter, scale: Scale, *, triangles: bool) -> None:
        x = np.floor(scale.x(self._marks)) + 0.5
        shown = (x >= 0) & (x <= WIDTH - AXIS)
        x, y = x[shown], scale.y(self._levels[shown])
        painter.setPen(self._pens["marks"])
        self._lines.set(x, np.full(len(x), HEAD), x, np.full(len(x), scale.tall))
        self._lines.draw(painter)
        if triangles:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
            painter.setPen(self._pens["window"])
            painter.setBrush(self._breakout)
            for a, b in zip(x.tolist(), y.tolist(), strict=True):
                corners = [QPointF(a, b - 12), QPointF(a + 5.5, b - 2), QPointF(a - 5.5, b - 2)]
                painter.drawPolygon(QPolygonF(corners))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _line(self, painter: QPainter, scale: Scale, series: Series, columns: Columns | None) -> None:
        colour = self._roles[series.role]
        if columns is not None:
            top, bottom, ends = scale.y(columns.high), scale.y(columns.low), scale.y(columns.last)
            np.minimum(top[1:], ends[:-1], out=top[1:])
            np.maximum(bottom[1:], ends[:-1], out=bottom[1:])
            painter.setPen(pen(colour))
            self._lines.set(columns.x, top - 0.5, columns.x, bottom + 0.5)
            self._lines.draw(painter)
            return
        rows = series.within(self.times, 0)
        x, y = scale.x(series.levels[0].time[rows]), scale.y(series.levels[0].last[rows])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(pen(colour, 1.3 if len(x) <= FEW * (WIDTH - AXIS) else 1.0))
        self._lines.set(x[:-1], y[:-1], x[1:], y[1:])
        self._lines.draw(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _candles(self, painter: QPainter, scale: Scale, series: Series, columns: Columns | None) -> None:
        if columns is not None:
            rising = columns.last >= columns.first
            top, bottom = scale.y(columns.high) - 0.5, scale.y(columns.low) + 0.5
            for role, chosen in (("up", rising), ("down", ~rising)):
                painter.setPen(pen(self._roles[role]))
                x = columns.x[chosen]
                self._lines.set(x, top[chosen], x, bottom[chosen])
                self._lines.draw(painter)
            return
        rows, bars = series.within(self.times, 0), series.levels[0]
        x = np.floor(scale.x(bars.time[rows])) + 0.5
        opened, high, low, close = (scale.y(c[rows]) for c in (bars.first, bars.high, bars.low, bars.last))
        half = max(round(series.interval * (WIDTH - AXIS) / self.times.span * 0.35), 1)
        upper, lower, rising = np.minimum(opened, close), np.maximum(opened, close), close <= opened
        for role, chosen in (("up", rising), ("down", ~rising)):
            at, a, b = x[chosen], upper[chosen], lower[chosen]
            painter.setPen(pen(self._roles[role]))
            painter.setBrush(self._roles[role] if role == "down" else Qt.BrushStyle.NoBrush)
            twice = np.concatenate((at, at))
            self._lines.set(twice, np.concatenate((high[chosen], b)), twice, np.concatenate((a, low[chosen])))
            self._lines.draw(painter)
            self._boxes.set(at - half, a, 2 * half, np.maximum(b - a, 0.01))
            self._boxes.draw(painter)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _texts(self, painter: QPainter, scale: Scale, series: Series, prices: tuple[Tick, ...]) -> None:
        left, colour = WIDTH - AXIS + 8, self._roles[series.role]
        tag = float(scale.y(np.array([series.last]))[0])
        for tick, y in zip(prices, scale.y(np.array([tick.at for tick in prices])).tolist(), strict=True):
            if abs(y - tag) > 16 and y > HEAD:
                self._small.draw(painter, QPointF(left, y - 8), tick.text, self._muted)
        if -20 <= tag <= scale.tall + 20:
            at = round(min(max(tag, 8.0), scale.tall - 8.0)) - 8
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
            painter.setPen(pen(colour))
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(WIDTH - AXIS + 2.5, at - 0.5, AXIS - 5, 17), 3, 3)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            self._small.draw(painter, QPointF(left, at), series.last_text, self._window, strong=True)
        x = 12.0
        for text, shade, strong in (
            (f"{series.asset.symbol}  {series.asset.name}", colour, True),
            (series.last_text, self._strong, True),
            (series.date, self._muted, False),
            (series.high_text, self._high, False),
        ):
            self._text.draw(painter, QPointF(x, 9), text, shade, strong)
            x += self._text.width(text, strong) + 8

"""One pane: a view box with grid, high, marks and one or more series, all set from one time range."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from data.levels import Level
from ui.charts.area_item import AreaItem
from ui.charts.axes import GridItem, PriceAxis, Tag, TickChoices
from ui.charts.bands import Band, BandsItem
from ui.charts.candle_item import CandleItem
from ui.charts.crosshair import Reading, read, shown_decimals
from ui.charts.header import HEADER, ROW, Badge, Header
from ui.charts.high_item import HighItem, levels_in
from ui.charts.high_steps import HighSteps
from ui.charts.layers import Canvas, Layer
from ui.charts.levels import ROLE, LevelsItem
from ui.charts.line_item import LineItem
from ui.charts.look import Look
from ui.charts.marks import Mark, MarksItem
from ui.charts.measure import Measured, Span, measured
from ui.charts.notice import NoticeItem
from ui.charts.painting import blended
from ui.charts.pane_box import PaneBox
from ui.charts.price_scale import PriceScale, tick_choices
from ui.charts.projection import Projection
from ui.charts.range_bus import TimeRange
from ui.charts.series import Series, Unit
from ui.charts.shade_item import ShadeItem
from ui.charts.ticks import Tick, percent_text, price_text
from ui.charts.volume_item import VolumeItem

ABOVE, BELOW = 8.0, 10.0  # free pixels over the highest price and under the lowest
LEAST_PLOT = 24.0  # pixels of prices that further rows of the header leave
SHADE = 0.11  # how strongly the distance to the high is tinted
AREA = 0.18  # and the space under a line
Style = Literal["line", "area", "candle", "ohlc"]
Scale = Literal["linear", "log", "percent"]
Base = np.datetime64 | float  # a session, or the instant (UTC epoch seconds) at which a bar shorter than a day begins


@dataclass(frozen=True, slots=True)
class PaneContents:
    """What a pane shows.

    More than one series makes it a comparison.  `steps` are the all-time high of the first series, which the leading
    pane draws, with a triangle at each break; the others tell it in the header.  `sentence` stands in the middle of
    a pane without bars; `simulated` hatches its edge.
    """

    series: tuple[Series, ...]
    steps: HighSteps | None = None
    leads: bool = False
    marks: tuple[Mark, ...] = ()
    badges: tuple[Badge, ...] = ()
    sentence: str = ""
    simulated: bool = False
    compared: bool = False
    title: str = ""
    bands: tuple[Band, ...] = ()
    levels: tuple[Level, ...] = ()
    zone: dt.tzinfo = dt.UTC


@dataclass(frozen=True, slots=True)
class PaneMode:
    """How panes draw: style and scale, volume and bands or not, and the bar that percents count from."""

    style: Style = "line"
    scale: Scale = "linear"
    base: Base | None = None
    volume: bool = False
    bands: bool = True

    @property
    def log(self) -> bool:
        """Whether equal heights are equal ratios."""
        return self.scale == "log"


class Pane:
    """Owns a view box and its items; lives as long as the charts and shows one contents after another."""

    def __init__(self, scene: pg.GraphicsScene) -> None:
        self.box = PaneBox()
        scene.addItem(self.box)
        self.axis = PriceAxis()
        scene.addItem(self.axis)
        self.canvas = Canvas(self.box)
        self.grid = GridItem(self.canvas)
        self.bands = BandsItem(self.canvas)
        self.shade = ShadeItem(self.canvas)
        self.area = AreaItem(self.canvas)
        self.volume = VolumeItem(self.canvas)
        self.levels = LevelsItem(self.canvas)
        self.high = HighItem(self.canvas)
        self.marks = MarksItem(self.canvas)
        self.candles = CandleItem(self.canvas, Series.empty())
        self.notice = NoticeItem(self.canvas)
        self.lines: list[LineItem] = []
        self.contents = PaneContents(())
        self.mode = PaneMode()
        self.view = Projection(TimeRange(0.0, 1.0), 1.0, 1.0)
        self.stretch = 1.0
        self._prices: tuple[Tick, ...] = ()
        self._header = Header()
        self.more = 0.0  # pixels that further rows of the header take
        self._origin = 1.0  # what the labels of a percent scale count from
        self._look: Look | None = None
        self._read: tuple[tuple[float, tuple[int | None, ...]], tuple[Reading, ...]] | None = None

    @property
    def rect(self) -> QRectF:
        """Where the pane is, in pixels of the view."""
        return self.box.geometry()

    def show(self, contents: PaneContents, mode: PaneMode) -> None:
        """Show these series in this manner from now on."""
        self.contents, self.mode, self._read = contents, mode, None
        single = len(contents.series) == 1 and not contents.compared and not contents.title
        candles = mode.style in ("candle", "ohlc") and single
        self.area.setVisible(mode.style == "area" and single)
        self.volume.setVisible(mode.volume and single)
        leads = contents.leads and contents.steps is not None
        self.bands.show(
            contents.bands if mode.bands else (),
            named=contents.leads or contents.compared,
            clear=leads or self.area.isVisible(),
        )
        self.levels.levels = contents.levels if single else ()
        self.candles.bodies = mode.style == "candle"
        while len(self.lines) < len(contents.series):
            self.lines.append(LineItem(self.canvas, Series.empty()))
        for i, line in enumerate(self.lines):
            line.setVisible(i < len(contents.series) and not candles)
            line.series = contents.series[i] if i < len(contents.series) else Series.empty()
        self._set_bases(self.view.times)  # those of the series before may lie beyond the end of these
        self.candles.setVisible(candles)
        self.candles.series = contents.series[0] if candles else Series.empty()
        self.high.setVisible(leads)
        self.shade.setVisible(leads)
        self.marks.show(contents.marks, triangles=contents.leads)
        self.notice.show(contents.sentence, simulated=contents.simulated)
        if self._look is not None:
            self.set_look(self._look)

    def set_look(self, look: Look) -> None:
        """Take over colours and labels."""
        self._look = look
        colour = look.colour
        self.grid.set_colour(colour("grid"))
        self.volume.set_colour(blended(colour("muted"), colour("window"), 0.3))
        self.bands.set_look(look)
        self.levels.set_look(look)
        self.high.set_colour(colour("high", 0.85))
        self.shade.set_colour(blended(colour("high"), colour("window"), SHADE))
        self.marks.set_colours(colour("breakout", 0.55), colour("breakout"), colour("panel"))
        self.candles.set_colours(colour("up"), colour("down"))
        self.notice.set_look(look)
        self.axis.set_look(look.axis, colour("muted"), colour("window"))
        for line in self.lines:
            if len(line.series):
                line.set_colours(look.series(line.series.asset.symbol), colour("window"))
        if self.contents.series:
            symbol = self.contents.series[0].asset.symbol
            self.area.set_colour(blended(look.series(symbol), colour("window"), AREA))

    @property
    def header_texts(self) -> tuple[str, ...]:
        """What the header said last."""
        return self._header.texts()

    def forget_readings(self) -> None:
        """Read the series anew when next asked."""
        self._read = None

    def hide(self) -> None:
        """Show nothing, and keep no prices."""
        self.show(PaneContents(()), self.mode)
        self.place(QRectF(), QRectF())

    def place(self, pane: QRectF, axis: QRectF) -> None:
        """Move the pane and its axis; an empty rectangle hides them."""
        shown = pane.height() > 0
        self.box.setVisible(shown)
        self.axis.setVisible(shown)
        if not shown:
            return
        self.box.setGeometry(pane)
        inside = QRectF(0, 0, pane.width(), pane.height())
        self.canvas.set_bounds(inside)
        for item in self._items():
            item.set_bounds(inside)
        self.axis.setPos(axis.topLeft())
        self.axis.set_bounds(QRectF(0, 0, axis.width(), axis.height()))

    def _items(self) -> tuple[Layer, ...]:
        under = (self.bands, self.shade, self.area, self.grid, self.volume)
        return (*under, self.high, self.marks, self.levels, self.bands.names, self.candles, self.notice, *self.lines)

    def fit(self, times: TimeRange, density: float) -> float:
        """Set the vertical range from the bars in view; return the width that the axis needs."""
        view = Projection(times, self.rect.width(), self.rect.height(), log=self._log, density=density)
        self._set_bases(times)
        spans = self._spans(view)
        low, high = (min(s[0] for s in spans), max(s[1] for s in spans)) if spans else (0.0, 1.0)
        self._set_more(view.width)
        view = view.fitted(low, high, above=HEADER + self.more + ABOVE, below=BELOW)
        self.view = self._stretched(view)
        # Grid and ticks take no notice of what a log axis cannot show.
        choices: TickChoices = tick_choices(self.view, self._scale_now()) if spans else (tuple,)
        self.levels.prepare(self.view, HEADER + self.more)
        self._prices = self.axis.prepare(self.view, choices, self._tags(), HEADER + self.more)
        texts = (*(self._last_text(line) for line in self._shown()), *self._level_texts())
        return self.axis.wanted_width(self._prices, texts)

    def _set_more(self, width: float) -> None:
        self.more = 0.0
        if self._look is not None and len(self.contents.series) > 1:
            told = (self.readings(np.inf), self.contents.badges, self.contents.title)
            wanted = ROW * (self._header.rows(self._look, width - self.notice.band, *told) - 1)
            self.more = min(wanted, max(self.rect.height() - HEADER - ABOVE - LEAST_PLOT - BELOW, 0.0))

    def _scale_now(self) -> PriceScale:
        changes = self.contents.compared or self._unit == "fraction"
        return PriceScale(self._unit, log=self._log, changes=changes, origin=self._origin if self._percent else None)

    def prepare(self, times: tuple[Tick, ...]) -> None:
        """Let every item work out what it draws, and tell the view box the range."""
        view, top = self.view, HEADER + self.more
        self.box.follow(view)
        self.grid.prepare(view, times, self._prices, top)
        contents = self.contents
        if contents.leads and contents.steps is not None:
            candles = self.candles.isVisible()
            self.shade.prepare(view, contents.series[0], contents.steps, candles=candles)
            self.high.prepare(view, contents.series[0], contents.steps)
        self.bands.prepare(view, top)
        self.marks.prepare(view, top)
        self._prepare_under(view)
        if self.candles.isVisible():
            self.candles.prepare(view)
        for line in self._shown():
            if line.isVisible():
                line.prepare(view)

    def _prepare_under(self, view: Projection) -> None:
        if self.area.isVisible():
            self.area.prepare_under(view, self.contents.series[0])
        if self.volume.isVisible():
            self.volume.prepare(view, self.contents.series[0])

    def readings(self, instant: float) -> tuple[Reading, ...]:
        """Return what is read off each series at an instant."""
        compared, steps, zone = self.contents.compared, self.contents.steps, self.contents.zone
        bases = tuple(line.base_row if compared or self._percent else None for line in self._shown())
        if self._read is None or self._read[0] != (instant, bases):
            series = (line.series for line in self._shown())
            read_now = tuple(read(s, instant, base, steps, zone) for s, base in zip(series, bases, strict=True))
            self._read = ((instant, bases), read_now)
        return self._read[1]

    def measured(self, span: Span) -> tuple[Measured, ...]:
        """Return what each series did within a span."""
        entries = (measured(line.series, span) for line in self._shown())
        return tuple(entry for entry in entries if entry is not None)

    def dots(self, instant: float) -> list[tuple[float, float, int]]:
        """Return where each series stands at an instant (x, y, place in the contents), if that is in view."""
        found = []
        for i, line in enumerate(self._shown()):
            row = line.series.row_at(instant)
            if row < 0:
                continue
            x = float(self.view.x(line.series.time[row]))
            y = float(self.view.y(line.series.close[row] / line.base))
            if 0 <= x <= self.view.width and 0 <= y <= self.view.height:
                found.append((x, y, i))
        return found

    def draw_header(self, painter: QPainter, readings: tuple[Reading, ...]) -> None:
        """Draw the header with the painter's origin at the pane's top left corner."""
        if self._look is not None:
            contents, left = self.contents, self.notice.band
            painter.translate(left, 0)
            width = self.view.width - left
            self._header.draw(painter, self._look, width, readings, contents.badges, contents.title)
            painter.translate(-left, 0)

    @property
    def _unit(self) -> Unit:
        return self.contents.series[0].unit if self.contents.series else "price"

    @property
    def _log(self) -> bool:
        return self.mode.log and self._unit != "number"

    @property
    def _percent(self) -> bool:
        """Whether prices are told as changes since a bar."""
        return self.mode.scale == "percent" and self._unit == "price" and not self.contents.compared

    def _shown(self) -> list[LineItem]:
        return self.lines[: len(self.contents.series)]

    def _set_bases(self, times: TimeRange) -> None:
        self._origin = 1.0
        for line in self._shown():
            series, row = line.series, self._base_row(line.series, times)
            line.base_row = row
            line.base = float(series.close[row]) if self.contents.compared and len(series) else 1.0
            if self._percent and len(series):
                self._origin = float(series.close[row])

    def _base_row(self, series: Series, times: TimeRange) -> int:
        """Return the last bar labelled with the base's session or an earlier one; without, the first bar in view.

        By label, because the sessions of one day close at different hours: a stock's close and the coin's of the same
        date belong together, and neither is known later than the other's.  Shorter bars go by the instant.
        """
        base = self.mode.base
        if isinstance(base, float):
            return max(series.row_at(base), 0)
        if base is not None:
            return max(int(np.searchsorted(series.session, base, side="right")) - 1, 0)
        row = max(series.row_at(times.first), 0)
        if len(series) and series.time[row] < times.first:
            row = min(row + 1, len(series) - 1)  # the first bar in view, not the one before it
        return row

    def _spans(self, view: Projection) -> list[tuple[float, float]]:
        spans = []
        for line in self._shown():
            pyramid = line.series.ranges if self.candles.isVisible() else line.series.closes
            span = line.series.extremes(view, pyramid)
            if span is not None:
                spans.append((span[0] / line.base, span[1] / line.base))
        steps = self.contents.steps if self.contents.leads and spans else None
        level = levels_in(steps, view.times.first, view.times.last) if steps is not None else None
        return [*spans, (spans[0][0], level[1])] if level else spans

    def _stretched(self, view: Projection) -> Projection:
        if self.stretch == 1.0:
            return view
        middle, half = (view.high + view.low) / 2, (view.high - view.low) / 2 / self.stretch
        return replace(view, low=middle - half, high=middle + half)

    def _last_text(self, line: LineItem) -> str:
        if len(line.series) == 0:
            return ""
        close = float(line.series.close[-1])
        if line.series.unit != "price":
            return f"{_short(line.series)} {read(line.series, np.inf).value_text}"
        if self._percent:
            return percent_text(close / self._origin)
        if not self.contents.compared:
            return price_text(close, shown_decimals(close, line.series.asset.decimals))
        return f"{_short(line.series)} {percent_text(close / line.base)}"

    def _level_texts(self) -> tuple[str, ...]:
        return tuple(self._level_text(level) for level in self.levels.levels)

    def _level_text(self, level: Level) -> str:
        decimals = self.contents.series[0].asset.decimals
        if self._percent:
            return percent_text(level.price / self._origin)
        return price_text(level.price, shown_decimals(level.price, decimals))

    def _tags(self) -> tuple[Tag, ...]:
        tags = []
        for line in self._shown():
            if len(line.series) == 0 or self._look is None:
                continue
            y = float(self.view.y(line.series.close[-1] / line.base))
            if np.isfinite(y) and -20 <= y <= self.view.height + 20:
                colour = self._look.series(line.series.asset.symbol)
                at = min(max(y, 8.0), self.view.height - 8.0)
                tags.append(Tag(at, self._last_text(line), colour, line.series.live))
        if self._look is not None:
            colour = self._look.colour(ROLE)
            tags += [Tag(at, self._level_text(v), colour, hollow=True) for v, at in self.levels.places()]
        return tuple(tags)


def _short(series: Series) -> str:
    """Return what names a line on its tag, for who cannot tell the colours apart."""
    return series.asset.symbol.removeprefix("^").removesuffix("-USD")

"""How long a frame takes while panning: this chart, the floor under it, and plain pyqtgraph.

Run from the root: `python tests/bench/panning.py [--json FILE] [--frames N] [--bars 10000,1000000]`.  Three panes at
1600x1000, offscreen.  A frame is measured from the change of the range until everything is painted once.  The floor is
a hand-written QPainter widget that draws the same lines, steps, shade, grid and labels from the same pyramid.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from pyqtgraph.functions import create_qpolygonf, ndarray_from_qpolygonf
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QApplication, QWidget

from data.bars import Bars
from data.catalog import asset_for
from models.audit import Audit
from models.breakout import Break, State
from models.highs import all_time_high, running_highs
from models.snapshot import AssetView, Snapshot
from ui.charts.high_steps import HighSteps
from ui.charts.linked import LinkedCharts
from ui.charts.painting import Lines, dotted, pen
from ui.charts.projection import Projection
from ui.charts.range_bus import TimeRange
from ui.charts.series import Series
from ui.charts.ticks import price_ticks, time_ticks
from ui.theme import Theme, apply_theme, interface_font, load_theme

SYMBOLS = ("^RUT", "BTC-USD", "ETH-USD")
WIDTH, HEIGHT, AXIS = 1600, 1000, 90
Step = Callable[[TimeRange], None]
TURN = 10  # frames of one stack in a row


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; times in milliseconds, ratios to the floor of the same bars, kind and gesture."""

    stack: str
    kind: str
    bars: int
    gesture: str
    median_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float
    ratio_median: float
    ratio_p99: float


def made_up(count: int, seed: int) -> Bars:
    """Return a random walk of one bar a minute."""
    rng = np.random.default_rng(seed)
    close = 2000 * np.exp(np.cumsum(rng.normal(0, 0.3 / np.sqrt(count), count)))
    opened = np.concatenate((close[:1], close[:-1]))
    wiggle = np.abs(rng.normal(0, 0.001, (2, count)))
    times = 1_000_000_000 + np.arange(count, dtype=np.int64) * 60
    return Bars(
        time=times,
        session=times.astype("datetime64[s]").astype("datetime64[D]"),
        open=opened,
        high=np.maximum(opened, close) * (1 + wiggle[0]),
        low=np.minimum(opened, close) * (1 - wiggle[1]),
        close=close,
        volume=np.ones(count),
        final=np.ones(count, np.bool_),
    )


def snapshot(count: int) -> Snapshot:
    """Return three assets with so many bars each; the first has twenty breaks."""
    views = {}
    for seed, symbol in enumerate(SYMBOLS):
        bars, asset = made_up(count, seed), asset_for(symbol)
        highs = running_highs(bars, asset.tick)
        rows = np.linspace(count // 20, count - 1, 20).astype(int).tolist() if seed == 0 else []
        breaks = tuple(
            Break(bars.session[r].astype(object), float(bars.close[r]), float(bars.close[r]),
                  bars.session[r].astype(object), 63, 90, -0.1, "close", r)
            for r in rows
        )  # fmt: skip
        views[symbol] = AssetView(
            asset, bars, "made up", None, "fresh", Audit(), highs, all_time_high(highs), None, breaks, (), State.BELOW
        )
    return Snapshot(dt.datetime(2026, 1, 1, tzinfo=dt.UTC), MappingProxyType(views))


def ranges(first: float, last: float, gesture: str, frames: int) -> Iterator[TimeRange]:
    """Yield the ranges of a gesture: a pan over half the history, a zoom into it, a pan close up."""
    span = last - first
    for i in range(frames):
        part = i / frames
        if gesture == "pan":
            yield TimeRange(first + span * 0.4 * part, first + span * (0.5 + 0.4 * part))
        elif gesture == "zoom":
            half = span / 2 * (0.02**part)
            yield TimeRange(first + span / 2 - half, first + span / 2 + half)
        else:
            yield TimeRange(first + span * (0.3 + 0.01 * part), first + span * (0.31 + 0.01 * part))


def polygon(x: np.ndarray, y: np.ndarray) -> QPolygonF:
    """Return the points as a polygon, filled by numpy."""
    made = create_qpolygonf(len(x))
    table = ndarray_from_qpolygonf(made)
    table[:, 0], table[:, 1] = x, y
    return made


class Floor(QWidget):
    """The same picture by hand."""

    def __init__(self, shot: Snapshot, theme: Theme) -> None:
        super().__init__()
        self.setFixedSize(WIDTH, HEIGHT)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._theme = theme
        self._series = [Series(view.asset, view.bars) for view in shot.assets.values()]
        for series in self._series:
            _ = series.closes
        leader = next(iter(shot.assets.values()))
        self._steps = HighSteps(leader.bars, leader.highs)
        self._marks = np.array([leader.bars.time[event.row] for event in leader.breaks], np.float64)
        self._lines = Lines()
        self.times = TimeRange(float(leader.bars.time[0]), float(leader.bars.time[-1]))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw three panes."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.colour("window"))
        painter.setFont(interface_font(12))
        tops, heights = (0, 564, 768), (563, 203, 204)
        ticks = time_ticks(self.times, WIDTH - AXIS)
        for place, (top, tall) in enumerate(zip(tops, heights, strict=True)):
            painter.setClipRect(0, top, WIDTH, tall)
            painter.translate(0, top)
            self._pane(painter, place, float(tall), ticks)
            painter.translate(0, -top)
        painter.setClipping(False)
        painter.setPen(self._theme.colour("muted"))
        view = Projection(self.times, WIDTH - AXIS, 1)
        for tick in ticks:
            painter.drawText(QPointF(float(view.x(tick.at)) - 12, HEIGHT - 10), tick.text)

    def _pane(self, painter: QPainter, place: int, tall: float, ticks: tuple) -> None:
        series = self._series[place]
        span = series.extremes(Projection(self.times, WIDTH - AXIS, tall), series.closes) or (0.0, 1.0)
        high = span[1]
        if place == 0:
            high = max(high, float(np.nan_to_num(self._steps.level_at(np.array([int(self.times.last)])))[0]))
        view = Projection(self.times, WIDTH - AXIS, tall).fitted(span[0], high, 42, 10)
        prices = price_ticks(view.price(tall), view.price(0), tall, log=False, percent=False)
        painter.setPen(pen(self._theme.colour("grid")))
        for tick in ticks:
            x = float(view.x(tick.at))
            painter.drawLine(QPointF(x, 34), QPointF(x, tall))
        for tick in prices:
            y = float(view.y(tick.at))
            painter.drawLine(QPointF(0, y), QPointF(WIDTH - AXIS, y))
        start, stop = series.rows_in(self.times.first, self.times.last)
        if not series.crowded(view):
            x, y = view.x(series.time[start:stop]), view.y(series.close[start:stop])
            top_y, smooth = y, True
            self._lines.set(x[:-1], y[:-1], x[1:], y[1:])
        else:
            columns = series.columns(view, series.closes)
            x, top_y, smooth = columns.x, view.y(columns.high), False
            ends, bottom = view.y(series.close[columns.last]), view.y(columns.low)
            top = top_y.copy()
            np.minimum(top[1:], ends[:-1], out=top[1:])
            np.maximum(bottom[1:], ends[:-1], out=bottom[1:])
            self._lines.set(x, top - 0.5, x, bottom + 0.5)
        if place == 0:
            self._high(painter, view, x, top_y)
        painter.setPen(dotted(self._theme.colour("breakout", 0.55), 1, 3))
        for at in view.x(self._marks).tolist():
            if 0 <= at <= view.width:
                painter.drawLine(QPointF(at, 34), QPointF(at, tall))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
        painter.setPen(pen(self._theme.colour(("price", "btc", "eth")[place])))
        self._lines.draw(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(self._theme.colour("muted"))
        for tick in prices:
            painter.drawText(QPointF(WIDTH - AXIS + 8, float(view.y(tick.at)) + 4), tick.text)
        painter.drawText(QPointF(12, 21), f"{series.asset.symbol}  {series.asset.name}  {series.close[-1]:,.2f}")

    def _high(self, painter: QPainter, view: Projection, x: np.ndarray, y: np.ndarray) -> None:
        first, last = int(view.instant(float(x[0]))), int(view.instant(float(x[-1])))
        start, stop = np.searchsorted(self._steps.time, [first, last])
        inner = self._steps.time[start:stop] if stop - start < view.width else np.linspace(first, last, int(view.width))
        times = np.concatenate(([first], inner, [last])).astype(np.int64)
        sx = np.repeat(view.x(times), 2)[1:]
        sy = np.repeat(np.nan_to_num(view.y(self._steps.level_at(times))), 2)[:-1]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("high", 0.11))
        painter.drawPolygon(polygon(np.concatenate((sx, x[::-1])), np.concatenate((sy, y[::-1]))))
        painter.setPen(dotted(self._theme.colour("high", 0.85), 5, 3))
        painter.drawPolyline(polygon(sx, sy))


def stock_pyqtgraph(shot: Snapshot) -> tuple[QWidget, Step]:
    """Return three linked plots as pyqtgraph's manual would have them."""
    import pyqtgraph as pg

    def curve(plot: pg.PlotItem, bars: Bars, values: np.ndarray, colour: str) -> None:
        drawn = plot.plot(bars.time.astype(np.float64), values, pen=pg.mkPen(colour, width=1))
        drawn.setDownsampling(auto=True, method="peak")
        drawn.setClipToView(True)

    widget = pg.GraphicsLayoutWidget()
    widget.setFixedSize(WIDTH, HEIGHT)
    plots = []
    for row, view in enumerate(shot.assets.values()):
        plot = widget.addPlot(row=row, col=0, axisItems={"bottom": pg.DateAxisItem()})
        plot.showGrid(x=True, y=True, alpha=0.2)
        curve(plot, view.bars, view.bars.close, "c")
        if plots:
            plot.setXLink(plots[0])
        plots.append(plot)
    leader = next(iter(shot.assets.values())).bars
    curve(plots[0], leader, np.maximum.accumulate(leader.close), "y")
    return widget, lambda times: plots[0].setXRange(times.first, times.last, padding=0)


def measured(app: QApplication, stacks: list[tuple[QWidget, Step]], wanted: list[TimeRange]) -> list[list[float]]:
    """Return milliseconds per frame of each stack; they take turns, so that a busy moment meets all of them."""
    for widget, step in stacks:
        widget.show()
        for times in wanted[:5]:  # the first frames fill caches
            step(times)
            app.processEvents()
    spent: list[list[float]] = [[] for _ in stacks]
    for start in range(0, len(wanted), TURN):
        for (_, step), mine in zip(stacks, spent, strict=True):
            step(wanted[start - 1])  # what the one before left to do, and cold caches, are not this one's frame
            for _ in range(3):
                app.processEvents()
            for times in wanted[start : start + TURN]:
                begun = time.perf_counter()
                step(times)
                app.processEvents()
                mine.append((time.perf_counter() - begun) * 1000)
    for widget, _ in stacks:
        widget.hide()
    return spent


def charts(shot: Snapshot, theme: Theme, style: str) -> tuple[LinkedCharts, Step]:
    """Return the app's charts with no limit on the range."""
    widget = LinkedCharts()
    widget.setFixedSize(WIDTH, HEIGHT)
    widget.set_theme(theme)
    widget.set_panes(SYMBOLS)
    widget.set_style(style)
    widget.show_snapshot(shot)
    return widget, lambda times: widget.bus.show(times, gesture="bench")


def rows_for(app: QApplication, theme: Theme, bars: int, frames: int) -> Iterator[Row]:
    """Measure every stack and gesture at one size."""
    shot = snapshot(bars)
    first, last = (float(t) for t in next(iter(shot.assets.values())).bars.time[[0, -1]])
    floor = Floor(shot, theme)

    def draw_floor(times: TimeRange) -> None:
        floor.times = times
        floor.update()

    ours, plain = charts(shot, theme, "line"), stock_pyqtgraph(shot)
    stacks: list[tuple[str, str, QWidget, Step]] = [
        ("floor", "line", floor, draw_floor),
        ("bellwether", "line", *ours),
        ("bellwether", "candle", *charts(shot, theme, "candle")),
        ("pyqtgraph", "line", *plain),
    ]
    for gesture in ("pan", "zoom", "close up"):
        wanted = list(ranges(first, last, gesture, frames))
        spent = measured(app, [(widget, step) for _, _, widget, step in stacks], wanted)
        for (stack, kind, _, _), mine in zip(stacks, spent, strict=True):
            yield summed_up(stack, kind, bars, gesture, mine, spent[0])


def crosshair_rows(app: QApplication, theme: Theme, bars: int, frames: int) -> Iterator[Row]:
    """Measure the crosshair running across a frame at rest."""
    shot = snapshot(bars)
    widget, _ = charts(shot, theme, "line")
    widget.set_preset("Max")
    places = [TimeRange(i, i + 1) for i in np.linspace(100, 1400, frames)]

    def move(at: TimeRange) -> None:
        point = QPointF(at.first, 300)
        widget.hover(point, widget.place_at(point))

    spent = measured(app, [(widget, move)], places)[0]
    yield summed_up("bellwether", "line", bars, "crosshair", spent, spent)


def summed_up(stack: str, kind: str, bars: int, gesture: str, spent: list[float], base: list[float]) -> Row:
    """Return one line of the table."""
    median, p95, p99 = (float(np.percentile(spent, q)) for q in (50, 95, 99))
    ratios = median / float(np.percentile(base, 50)), p99 / float(np.percentile(base, 99))
    return Row(stack, kind, bars, gesture, *(round(v, 3) for v in (median, p95, p99, max(spent), *ratios)))


def say(line: str) -> None:
    """Print a line at once, so that a long run shows where it is."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Measure, print the table, write the file."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", type=Path)
    options.add_argument("--frames", type=int, default=120)
    options.add_argument("--bars", default="10000,1000000")
    chosen = options.parse_args()
    app = QApplication.instance() or QApplication([])
    theme = load_theme("dark")
    apply_theme(app, theme)
    rows: list[Row] = []
    say(f"{'stack':12}{'kind':8}{'bars':>9}  {'gesture':10}{'median':>8}{'p95':>8}{'p99':>8}{'max':>8}  ratio  p99")
    for bars in (int(count) for count in chosen.bars.split(",")):
        for measure in (rows_for, crosshair_rows):
            for row in measure(app, theme, bars, chosen.frames):
                rows.append(row)
                figures = f"{row.median_ms:8.2f}{row.p95_ms:8.2f}{row.p99_ms:8.2f}{row.max_ms:8.2f}"
                say(f"{row.stack:12}{row.kind:8}{row.bars:9}  {row.gesture:10}{figures}  "
                      f"{row.ratio_median:5.2f} {row.ratio_p99:5.2f}")  # fmt: skip
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(row) for row in rows], indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""How long a frame of the charts takes: beside the floor under it, and beside plain pyqtgraph.

Three panes at 1600x1000, offscreen, as lines and as candles, with 10 thousand, 100 thousand and 1 million bars each
(one a minute).  A frame lasts from the change of the range until everything has been painted once.  The stacks take
turns of a few frames, so that a busy moment of the machine meets all of them; every gesture is made several times and
all frames count.  "floor" is a hand-written QPainter widget that draws the same picture, see floor.py; "pyqtgraph" is
what its manual shows, see plain.py, measured on fewer frames where it is slow.  "crosshair" moves the crosshair over a
frame at rest, "live tick" changes the price of the leader's last bar; the floor paints a whole frame for each.  Both
stand at the end of the history, and "pan at the end" moves that very view, the last bar always in it, so that what
they cost is held against a pan of the same picture.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import partial

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import ui.charts  # isort: skip  # noqa: F401  chooses the binding, before pyqtgraph is imported by plain.py

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication, QWidget

from data.bars import BarRow
from models.snapshot import Snapshot
from tests.bench.floor import HEIGHT, WIDTH, Floor
from tests.bench.goals import goals
from tests.bench.made_up import market
from tests.bench.plain import Plain
from tests.bench.regimes import regimes
from tests.bench.report import options, say, tell
from ui.charts.linked import LinkedCharts
from ui.charts.range_bus import TimeRange
from ui.collector import Collector
from ui.theme import Theme, apply_theme, load_theme

SYMBOLS = ("^RUT", "BTC-USD", "ETH-USD")
SIZES = (10_000, 100_000, 1_000_000)
STEPS = 60
TURN = 10  # frames of one stack in a row
GESTURES = ("zoom", "pan", "close up")
ONCE, SLOW = 30.0, 250.0  # milliseconds a frame from which on a gesture is made only once, or only begun
Step = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; times in milliseconds, ratios to the floor at the same size, kind and gesture."""

    stack: str
    kind: str
    bars: int
    gesture: str
    median_ms: float
    p95_ms: float
    p99_ms: float
    ratio_median: float
    ratio_p99: float


@dataclass(frozen=True, slots=True)
class Stack:
    """One way to draw the charts."""

    name: str
    widget: QWidget
    show_range: Callable[[TimeRange], None]


def ranges(first: float, last: float, gesture: str, steps: int) -> list[TimeRange]:
    """Return the ranges of a gesture: a zoom into the middle, a pan over the middle half, a pan close up."""
    span = last - first
    parts = np.arange(steps) / steps
    if gesture == "zoom":
        halves = span / 2 * 0.02**parts
        return [TimeRange(first + span / 2 - half, first + span / 2 + half) for half in halves.tolist()]
    begin, travel, width = (0.25, 0.25, 0.25) if gesture == "pan" else (0.5, 0.01, 0.01)
    starts = first + span * (begin + travel * parts)
    return [TimeRange(start, start + span * width) for start in starts.tolist()]


class Bench:
    """Draws the same snapshot with all stacks."""

    def __init__(self, app: QApplication, theme: Theme, bars: int, kind: str) -> None:
        self._app, self._bars, self._kind = app, bars, kind
        self._shot = market(bars, SYMBOLS)
        leader = self._shot.assets[SYMBOLS[0]].bars
        self._first, self._last = float(leader.time[0]), float(leader.time[-1])
        bands = regimes(TimeRange(self._first, self._last))
        self.floor = Floor(self._shot, theme, bands, candles=kind == "candle")
        self.charts = _charts(self._shot, theme, kind)
        self.charts.set_bands(bands)

    def stacks(self) -> list[Stack]:
        """Return all stacks, the floor first."""

        plain = Plain(self._shot, candles=self._kind == "candle")
        return [*self._moved(), Stack("pyqtgraph", plain, plain.show_range)]

    def _moved(self) -> list[Stack]:
        """Return floor and charts."""

        def draw_floor(times: TimeRange) -> None:
            self.floor.times = times
            self.floor.update()

        def draw_charts(times: TimeRange) -> None:
            self.charts.bus.show(times, gesture="bench")

        return [Stack("floor", self.floor, draw_floor), Stack("bellwether", self.charts, draw_charts)]

    def gestures(self, rounds: int) -> Iterator[Row]:
        """Measure every gesture."""
        stacks = self.stacks()
        first = self._first_frames(stacks)
        for gesture in GESTURES:
            wanted = ranges(self._first, self._last, gesture, STEPS)
            acts = [_shower(stack, wanted) for stack in stacks]
            spent = self._measured([stack.widget for stack in stacks], acts, rounds, first)
            names = [stack.name for stack in stacks]
            yield from self._summed_up(gesture, names, spent)
        for stack in stacks:
            stack.widget.hide()
        stacks[-1].widget.deleteLater()

    def _first_frames(self, stacks: Sequence[Stack]) -> list[float]:
        """Show everything once and return how long each took."""
        spent, whole = [], TimeRange(self._first, self._last - 60)
        for stack in stacks:
            stack.widget.show()
            self._app.processEvents()
            spent.append(self._frame(partial(stack.show_range, whole)))
        return spent

    def _frame(self, act: Callable[[], None]) -> float:
        begun = time.perf_counter()
        act()
        self._app.processEvents()
        return (time.perf_counter() - begun) * 1000

    def _measured(
        self, widgets: Sequence[QWidget], acts: Sequence[Step], rounds: int, first: Sequence[float]
    ) -> list[list[float]]:
        """Return milliseconds per frame of each stack."""
        spent: list[list[float]] = [[] for _ in acts]
        for number in range(rounds):
            for start in range(0, STEPS, TURN):
                for act, mine, late in zip(acts, spent, first, strict=True):
                    slow = late > SLOW
                    if (number and late > ONCE) or (start and slow):
                        continue
                    steps = range(start, start + (1 if slow else TURN))
                    act(start - 1 if start else STEPS - 1)  # what the one before left to do is not this one's frame
                    self._app.processEvents()
                    mine += [self._frame(partial(act, step)) for step in steps]
        return spent

    def crosshair_and_tick(self, rounds: int) -> Iterator[Row]:
        """Measure a pan with the last bar in view, the crosshair over that view at rest, and ticks of the leader."""
        self.floor.show()
        self.charts.show()
        view = TimeRange(self._last - (self._last - self._first) * 0.25, self._last + 600)
        self.floor.times = view
        self.charts.bus.show(view)
        self._app.processEvents()
        for gesture, acts in (
            ("pan at the end", self._pans(view)),
            ("crosshair", self._crosshairs()),
            ("live tick", self._ticks()),
        ):
            spent = self._measured([self.floor, self.charts], acts, rounds, [0.0, 0.0])
            yield from self._summed_up(gesture, ["floor", "bellwether"], spent)
        self.floor.hide()
        self.charts.hide()

    def _pans(self, view: TimeRange) -> list[Step]:
        wanted = [view.moved(0.001 * view.span * step) for step in range(STEPS - 1, -1, -1)]  # ends where it began
        return [_shower(stack, wanted) for stack in self._moved()]

    def _crosshairs(self) -> list[Step]:
        def on_floor(step: int) -> None:
            self.floor.cursor = 100.5 + 20 * step
            self.floor.update()

        def on_charts(step: int) -> None:
            at = QPointF(100.5 + 20 * step, 300)
            self.charts.hover(at, self.charts.place_at(at))

        return [on_floor, on_charts]

    def _ticks(self) -> list[Step]:
        bars = self._shot.assets[SYMBOLS[0]].bars
        session, at, close = bars.session[-1].astype(object), int(bars.time[-1]), float(bars.close[-1])

        def bar(step: int) -> BarRow:
            price = close * (1 + 0.0005 * step)
            return BarRow(session, at, close, price, close, price, 1.0, final=False)

        def on_floor(step: int) -> None:
            self.floor.tick(bar(step))

        def on_charts(step: int) -> None:
            self.charts.tick(SYMBOLS[0], bar(step))

        self.charts.clear_crosshair()
        self.floor.cursor = None
        return [on_floor, on_charts]

    def _summed_up(self, gesture: str, names: Sequence[str], spent: Sequence[Sequence[float]]) -> Iterator[Row]:
        floor = np.percentile(spent[0], (50, 95, 99))
        for name, mine in zip(names, spent, strict=True):
            median, p95, p99 = (float(value) for value in np.percentile(mine, (50, 95, 99)))
            yield Row(
                name, self._kind, self._bars, gesture, median, p95, p99, median / float(floor[0]), p99 / float(floor[2])
            )


def _shower(stack: Stack, wanted: Sequence[TimeRange]) -> Step:
    return lambda step: stack.show_range(wanted[step])


def _charts(shot: Snapshot, theme: Theme, kind: str) -> LinkedCharts:
    widget = LinkedCharts()
    widget.setFixedSize(WIDTH, HEIGHT)
    widget.set_theme(theme)
    widget.set_panes(SYMBOLS)
    widget.set_style(kind)
    widget.show_snapshot(shot)
    return widget


def pyramid_share(charts: LinkedCharts) -> float:
    """Return the memory of the pyramids over that of the bars they stand on."""
    series = [each for pane in charts.stack.panes for each in pane.contents.series]
    held = sum(each.pyramid_bytes for each in series)
    bars = sum(getattr(each.bars, column.name).nbytes for each in series for column in fields(each.bars))
    return held / bars


def main() -> int:
    """Measure, print the table, write the file."""
    chosen = options(__doc__)
    app = QApplication.instance() or QApplication([])
    theme = load_theme("dark")
    apply_theme(app, theme)
    Collector(app).start()  # as in the app
    rows: list[Row] = []
    for bars in SIZES[:2] if chosen.quick else SIZES:
        for kind in ("line", "candle"):
            bench = Bench(app, theme, bars, kind)
            rows += bench.gestures(1 if chosen.quick else 3)
            rows += bench.crosshair_and_tick(1 if chosen.quick else 3)
            say(f"{bars} {kind}: done; pyramids hold {pyramid_share(bench.charts):.2f} times the memory of their bars")
            bench.floor.deleteLater()
            bench.charts.deleteLater()
            app.processEvents()
    tell("Frames (goal: median 1.3x or +0.5 ms, p99 1.75x or +1 ms)", rows, chosen.json)
    say("\nGoals")
    for goal in goals(rows):
        say(goal)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Half an hour of restless hands on the charts: thousands of random gestures, without a pause.

Drags on panes and axes, wheel turns, clicks, double clicks, keys, changes of size, style, scale, period, panes and
theme, comparisons, and live ticks, sent as events, each painted.  It ends with 1 when an exception or a warning
appeared, or when memory grew by more than 5 % after the first fifth, in which caches fill.
"""

from __future__ import annotations

import os
import random
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import psutil
from PySide6.QtCore import QMessageLogContext, QPoint, QPointF, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from data.bars import BarRow
from tests.bench.made_up import market
from tests.bench.report import options, say, tell
from tests.support.charts import turn_wheel
from ui.charts.linked import LinkedCharts
from ui.collector import Collector
from ui.ranges import RANGES
from ui.theme import apply_theme, load_theme

SYMBOLS = ("^RUT", "BTC-USD", "ETH-USD")
BARS = 20_000
GROWTH = 0.05
HARMLESS = "propagateSizeHints"  # the offscreen platform says so of every window
LEFT = Qt.MouseButton.LeftButton
KEYS = (
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End,
    Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Escape, Qt.Key.Key_Return,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """What so many gestures led to; `growth_percent` is the memory at the end over that after the first fifth."""

    gestures: int
    faults: int
    warnings: int
    resident_mb: float
    growth_percent: float


class Hands:
    """Makes one random gesture at a time, always the same ones for a seed."""

    def __init__(self, charts: LinkedCharts, seed: int) -> None:
        self._charts = charts
        self._random = random.Random(seed)
        last = charts.stack.panes[0].contents.series[0].bars[-1:]
        self._time, self._session = int(last.time[0]), last.session[0].astype(object)
        self._close = float(last.close[0])
        often: list[Callable[[], None]] = [self._wheel, self._drag, self._move, self._key, self._click, self._tick]
        seldom = (
            self._size,
            self._style,
            self._scale,
            self._compare,
            self._panes,
            self._preset,
            self._theme,
            self._travel,
        )
        self._acts = [*(6 * often), *seldom]

    def act(self) -> None:
        """Make a gesture and let it be painted."""
        self._random.choice(self._acts)()
        QApplication.processEvents()

    def _point(self) -> QPoint:
        viewport = self._charts.view.viewport()
        return QPoint(self._random.randrange(viewport.width()), self._random.randrange(viewport.height()))

    def _wheel(self) -> None:
        turn_wheel(self._charts, QPointF(self._point()), self._random.choice((-3, -1, -0.25, 0.25, 1, 3)))

    def _drag(self) -> None:
        viewport, start = self._charts.view.viewport(), self._point()
        modifier = self._random.choice((Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier))
        QTest.mousePress(viewport, LEFT, modifier, start)
        for _ in range(3):
            QTest.mouseMove(viewport, self._point())
        QTest.mouseRelease(viewport, LEFT, modifier, self._point())

    def _move(self) -> None:
        QTest.mouseMove(self._charts.view.viewport(), self._point())

    def _click(self) -> None:
        press = QTest.mouseDClick if self._random.random() < 0.3 else QTest.mouseClick
        press(self._charts.view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, self._point())

    def _key(self) -> None:
        shifted = self._random.random() < 0.3
        modifier = Qt.KeyboardModifier.ShiftModifier if shifted else Qt.KeyboardModifier.NoModifier
        QTest.keyClick(self._charts.view, self._random.choice(KEYS), modifier)

    def _tick(self) -> None:
        self._time += 60 * (self._random.random() < 0.2)
        self._close *= self._random.uniform(0.999, 1.001)
        bar = BarRow(self._session, self._time, *(4 * (self._close,)), final=False)
        self._charts.tick(SYMBOLS[0], bar)

    def _size(self) -> None:
        self._charts.resize(self._random.randrange(200, 1600), self._random.randrange(120, 1000))

    def _style(self) -> None:
        self._charts.set_style(self._random.choice(("line", "area", "candle", "ohlc")))

    def _scale(self) -> None:
        self._charts.set_scale(self._random.choice(("linear", "log", "percent")))

    def _compare(self) -> None:
        self._charts.set_compare(self._random.random() < 0.5)

    def _panes(self) -> None:
        self._charts.set_panes(self._random.sample(SYMBOLS, self._random.randrange(1, 4)))

    def _preset(self) -> None:
        self._charts.set_preset(self._random.choice(list(RANGES)))

    def _theme(self) -> None:
        self._charts.set_theme(load_theme(self._random.choice(("dark", "light"))))

    def _travel(self) -> None:
        self._random.choice((self._charts.back, self._charts.forward))()


class Complaints:
    """Counts exceptions and warnings, and says what they were."""

    def __init__(self) -> None:
        self.faults = self.warnings = 0

    def install(self) -> None:
        """Hear of everything from now on."""
        sys.excepthook = self._on_fault
        warnings.simplefilter("error")
        qInstallMessageHandler(self._on_message)

    def _on_fault(self, kind: type[BaseException], fault: BaseException, trace: object) -> None:
        self.faults += 1
        sys.__excepthook__(kind, fault, trace)  # type: ignore[arg-type]

    def _on_message(self, _kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if HARMLESS not in text:
            self.warnings += 1
            say(f"Qt: {text}")


def main() -> int:
    """Make the gestures, print the table, write the file."""
    chosen = options(__doc__)
    count = 2_000 if chosen.quick else 20_000
    app = QApplication.instance() or QApplication([])
    theme = load_theme("dark")
    apply_theme(app, theme)
    Collector(app).start()
    complaints = Complaints()
    complaints.install()
    charts = LinkedCharts()
    charts.resize(1000, 700)
    charts.set_theme(theme)
    charts.set_panes(SYMBOLS)
    charts.show_snapshot(market(BARS, SYMBOLS))
    charts.show()
    app.processEvents()
    process, hands, resident = psutil.Process(), Hands(charts, 1), []
    for number in range(count):
        try:
            hands.act()
        except Exception as fault:  # noqa: BLE001  whatever it is, it is what this looks for
            complaints.faults += 1
            say(f"gesture {number}: {fault!r}")
        if number % (count // 100) == 0:
            resident.append(process.memory_info().rss / 2**20)
    # Medians, because Qt's backing store grows and shrinks with the window.
    settled, end = float(np.median(resident[20:40])), float(np.median(resident[-20:]))
    growth = end / settled - 1
    tell("Random gestures (goal: no fault, no warning, memory at most 5 % up)",
         [Row(count, complaints.faults, complaints.warnings, end, growth * 100)], chosen.json)  # fmt: skip
    return 1 if complaints.faults or complaints.warnings or growth > GROWTH else 0


if __name__ == "__main__":
    sys.exit(main())

"""The charts come and go without taking the process with them."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter
from pytestqt.qtbot import QtBot

from tests.support.charts import SYMBOLS, three_markets, turn_wheel
from ui.charts.linked import LinkedCharts
from ui.theme import load_theme

ROOT = Path(__file__).resolve().parents[3]


def charts_of(symbols: tuple[str, ...] = SYMBOLS) -> LinkedCharts:
    charts = LinkedCharts()
    charts.resize(700, 500)
    charts.set_panes(symbols)
    charts.show_snapshot(three_markets(300))
    charts.grab()
    return charts


@contextmanager
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def work_out(charts: LinkedCharts, themes: tuple[str, ...] = ("light", "dark")) -> None:
    """Use everything once that makes or hides items, and paint in between."""
    for round_, symbols in enumerate((SYMBOLS[1:2], SYMBOLS, SYMBOLS[::2], (), SYMBOLS)):
        charts.set_panes(symbols)
        charts.resize(500 + 80 * round_, 300 + 50 * round_)
        for compared, style, scale in ((True, "line", "log"), (False, "candle", "linear"), (False, "area", "percent")):
            charts.set_compare(compared)
            charts.set_style(style)
            charts.set_scale(scale)
            charts.show_measure("drawdown", style == "area")
            charts.show_volume(style == "candle")
            charts.grab()
        charts.set_theme(load_theme(themes[round_ % 2]))
        at = QPointF(120, 100)
        turn_wheel(charts, at, 1)
        charts.hover(at, charts.place_at(at))
        charts.walk(-1)
        charts.grab()
        gc.collect()


def test_that_charts_come_and_go_in_any_state(qtbot: QtBot) -> None:
    made = [charts_of() for _ in range(5)]
    for charts in made:
        work_out(charts)
        charts.close()
        charts.deleteLater()
    qtbot.waitUntil(lambda: not any(shiboken6.isValid(charts) for charts in made))
    assert not any(shiboken6.isValid(charts.view) for charts in made)


def test_that_charts_nobody_holds_are_deleted_at_once_and_not_by_the_collector(qtbot: QtBot) -> None:
    with no_collector():
        charts = charts_of()
        pointer, gone = shiboken6.getCppPointer(charts.view)[0], weakref.ref(charts)
        assert pointer
        del charts
        assert gone() is None


def test_that_a_collection_in_another_thread_deletes_no_widget(qtbot: QtBot) -> None:
    deleted_in: list[str] = []
    with no_collector():
        charts = charts_of()
        charts.destroyed.connect(lambda: deleted_in.append(threading.current_thread().name))
        del charts
        other = threading.Thread(target=gc.collect, name="another")
        other.start()
        other.join()
    assert deleted_in == ["MainThread"]


PROGRAM = """
import gc, sys
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication
app = QApplication([])
from tests.ui.charts.test_lifetimes import charts_of
held = []
sys.excepthook = lambda *what: held.append(what)

def boom(*_):
    raise ValueError("a fault while painting")

for part in ("overlay", "prepare", "frame", "item"):
    charts = charts_of()
    if part == "overlay":
        charts._overlay.draw = boom
    elif part == "prepare":
        charts.stack.prepare = boom
    else:
        charts.stack.time_axis.draw = boom
    if part != "frame":
        charts.view.refresh()
    for act in (charts.grab, charts.view._kept_frame, charts.grab, lambda: charts.show() or app.processEvents()):
        try:
            act()
        except ValueError as fault:
            held.append(fault)
    charts.close()
    del charts
    gc.collect()
assert held
print("lives")
"""


def test_that_a_fault_while_painting_leaves_no_open_painter_behind() -> None:
    """In a process of its own, because what it guards against ends the process."""
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.strip()) == (0, "lives"), done.stderr


def test_that_a_fault_in_what_lies_above_the_frame_ends_its_painter(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    charts = charts_of()
    qtbot.addWidget(charts)
    painters: list[QPainter] = []

    def fail(painter: QPainter) -> None:
        painters.append(painter)
        raise ValueError("a fault while painting")

    monkeypatch.setattr(charts, "draw_overlay", fail)
    charts.view.refresh()
    with pytest.raises(ValueError, match="a fault while painting"):
        charts.grab()
    monkeypatch.undo()
    assert not painters[0].isActive()

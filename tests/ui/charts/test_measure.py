from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from data.catalog import BITCOIN
from tests.support.charts import days_of
from tests.support.views import bars_of
from ui.charts.linked import LinkedCharts
from ui.charts.measure import Span, measured
from ui.charts.series import Series, Unit

SHIFT = Qt.KeyboardModifier.ShiftModifier


def shift_drag(qtbot: QtBot, charts: LinkedCharts, start: QPoint, end: QPoint) -> None:
    viewport = charts.view.viewport()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, SHIFT, start)
    qtbot.mouseMove(viewport, (start + end) / 2)
    qtbot.mouseMove(viewport, end)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, SHIFT, end)


def test_that_change_percent_bars_and_days_are_told() -> None:
    bars = bars_of([100.0, 101.0, 102.0, 103.0, 104.0, 90.0], dt.date(2020, 1, 6))  # Monday to Monday
    entry = measured(Series(BITCOIN, bars), Span(float(bars.time[0]), float(bars.time[5])))
    assert entry is not None
    assert entry.text == "−10.00 · −10.0 % · 5 bars · 7 days"


def test_that_nothing_is_said_of_an_asset_that_had_no_bar_at_the_start() -> None:
    bars = days_of([1.0, 2.0], dt.date(2020, 1, 6))
    assert measured(Series(BITCOIN, bars), Span(0.0, float(bars.time[1]))) is None


@given(
    st.lists(st.floats(0.01, 1e6), min_size=1, max_size=40),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_that_a_measurement_agrees_with_a_walk_over_the_bars(closes: list[float], one: float, other: float) -> None:
    bars = days_of(closes)
    first, last = float(bars.time[0]), float(bars.time[-1])
    span = Span.between(first + one * (last - first), first + other * (last - first))
    entry = measured(Series(BITCOIN, bars), span)
    begin = max(i for i, at in enumerate(bars.time) if at <= span.first)
    end = max(i for i, at in enumerate(bars.time) if at <= span.last)
    assert entry is not None
    assert entry.change == closes[end] - closes[begin]
    assert entry.ratio == closes[end] / closes[begin]
    assert entry.bars == end - begin
    assert entry.days == int((bars.session[end] - bars.session[begin]) / np.timedelta64(1, "D"))


@pytest.mark.parametrize(
    ("unit", "closes", "text"),
    [
        ("number", [0.0, -0.25], "−0.25 · 1 bar · 1 day"),
        ("fraction", [0.9, 0.775], "−12.5 points · 1 bar · 1 day"),
        ("price", [2.0, 3.0], "+1.00 · +50.0 % · 1 bar · 1 day"),
    ],
)
def test_that_only_prices_change_by_percents(unit: Unit, closes: list[float], text: str) -> None:
    bars = days_of(closes)
    entry = measured(Series(BITCOIN, bars, unit=unit), Span(float(bars.time[0]), float(bars.time[1])))
    assert entry is not None
    assert entry.text == text


def test_that_a_drag_with_shift_measures_in_all_panes_and_moves_nothing(charts: LinkedCharts, qtbot: QtBot) -> None:
    before, clean = charts.bus.range, charts.grab().toImage()
    shift_drag(qtbot, charts, QPoint(200, 200), QPoint(500, 300))
    assert charts.bus.range == before
    assert charts.grab().toImage() != clean
    words = charts.view.accessibleDescription()
    assert words.startswith("Measured: Russell 2000 ")
    assert words.index("Bitcoin") < words.index("Ether") < words.index("Russell 2000", 20)
    qtbot.mouseClick(charts.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    assert not charts.view.accessibleDescription().startswith("Measured")


def test_that_a_drag_to_the_left_says_the_same_as_one_to_the_right(charts: LinkedCharts, qtbot: QtBot) -> None:
    shift_drag(qtbot, charts, QPoint(200, 200), QPoint(500, 300))
    rightwards = charts.view.accessibleDescription().split(". ")[0]
    shift_drag(qtbot, charts, QPoint(500, 300), QPoint(200, 200))
    assert charts.view.accessibleDescription().split(". ")[0] == rightwards


def test_that_keys_measure_too_and_escape_ends_it(charts: LinkedCharts, qtbot: QtBot) -> None:
    qtbot.keyClick(charts.view, Qt.Key.Key_End)
    qtbot.keyClick(charts.view, Qt.Key.Key_Left)
    charts.measure()
    for _ in range(3):
        qtbot.keyClick(charts.view, Qt.Key.Key_Left)
    assert " · 3 bars · " in charts.view.accessibleDescription()
    qtbot.keyClick(charts.view, Qt.Key.Key_Escape)
    assert not charts.view.accessibleDescription().startswith("Measured")
    charts.measure()
    charts.measure()
    assert not charts.view.accessibleDescription().startswith("Measured")


def test_that_measuring_without_prices_is_no_mistake(qtbot: QtBot) -> None:
    empty = LinkedCharts()
    qtbot.addWidget(empty)
    empty.measure()
    assert "Measured" not in empty.view.accessibleDescription()

"""Ticks: a new state of the last bar, or the bar after it, that no snapshot has brought yet."""

from __future__ import annotations

import datetime as dt
import tracemalloc
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from data.bars import BarRow, Bars
from data.catalog import BITCOIN
from tests.support.charts import DAY, SYMBOLS, three_markets
from ui.charts.crosshair import Readout
from ui.charts.growing import Growing
from ui.charts.linked import LinkedCharts
from ui.charts.pane import Pane
from ui.charts.series import Series

FIRST = dt.date(2020, 1, 1)


def bar(number: int, close: float, *, final: bool = False) -> BarRow:
    """Return the bar of that day, counted from the first one."""
    day = FIRST + dt.timedelta(days=number)
    at = int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp())
    return BarRow(day, at, close * 0.99, close * 1.05, close * 0.95, close, 1.0, final)


def told(closes: Sequence[float]) -> Bars:
    return Bars.of([bar(i, close, final=True) for i, close in enumerate(closes)])


gaps = st.lists(st.booleans(), min_size=2, max_size=80)
arriving = st.lists(st.tuples(st.integers(0, 2), st.floats(1, 1000)), max_size=40)


@given(gaps, arriving, st.booleans())
def test_that_ticks_end_in_what_a_snapshot_of_them_would_show(
    missing: list[bool], ticks: list[tuple[int, float]], early: bool
) -> None:
    closes = [np.nan if gone else 100.0 + i for i, gone in enumerate(missing)] + [50.0]
    rows = [bar(i, close, final=True) for i, close in enumerate(closes)]
    series = Series(BITCOIN, Bars.of(rows))
    if early:
        assert (len(series.closes), len(series.ranges)) == (len(series), len(series))
    number = len(rows) - 1
    for days_on, close in ticks:
        number += days_on
        rows = [*(rows if days_on else rows[:-1]), bar(number, close)]
        series.tick(rows[-1])

    fresh = Series(BITCOIN, Bars.of(rows))
    for name in ("time", "session", "open", "high", "low", "close", "final"):
        assert getattr(series, name).tolist() == getattr(fresh, name).tolist(), name
    assert series.bars.same_as(fresh.bars)
    assert series.live == fresh.live
    assert series.interval == fresh.interval
    pairs = np.arange(len(series) - 1)
    known = min(len(missing), len(pairs))  # whether a bar is missing after the last one known, no tick can tell
    assert (
        series.joined(pairs[:known], pairs[:known] + 1).tolist()[: known - 1]
        == [bool(joined) for joined in fresh.joined(pairs[:known], pairs[:known] + 1)][: known - 1]
    )
    bounds = np.unique([0, len(series) // 3, len(series) - 1, len(series)])
    for pyramid, low, high in ((series.closes, fresh.close, fresh.close), (series.ranges, fresh.low, fresh.high)):
        lows, highs = pyramid.extremes(bounds)
        assert lows.tolist() == [low[a:b].min() for a, b in pairwise(bounds)]
        assert highs.tolist() == [high[a:b].max() for a, b in pairwise(bounds)]


def test_that_a_snapshot_after_ticks_is_taken_over_as_it_is() -> None:
    bars = told([1.0, 2.0, 3.0, 4.0])
    series = Series(BITCOIN, bars)
    series.tick(bar(4, 9.0))
    later = told([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    assert series.extended(later)
    assert series.close.tolist() == later.close.tolist()
    assert series.bars.same_as(later)
    assert bars.close.tolist() == [1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize("wrong", [bar(2, 5.0), bar(4, float("nan")), bar(4, 0.0)])
def test_that_a_tick_out_of_order_or_without_a_price_is_refused_by_name(wrong: BarRow) -> None:
    series = Series(BITCOIN, told([1.0, 2.0, 3.0, 4.0]))
    with pytest.raises(ValueError, match="BTC-USD"):
        series.tick(wrong)
    assert series.close.tolist() == [1.0, 2.0, 3.0, 4.0]


def test_that_a_tick_does_not_touch_the_bars_it_began_with() -> None:
    bars = told([1.0, 2.0, 3.0])
    Series(BITCOIN, bars).tick(bar(2, 7.0))
    assert bars.close.tolist() == [1.0, 2.0, 3.0]


def test_that_a_growing_column_is_copied_once_and_not_for_each_row() -> None:
    column = Growing(np.arange(200_000.0))
    column.put(199_999, 1.0)
    tracemalloc.start()
    for row in range(200_000, 200_200):
        grown = column.put(row, float(row))
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert taken < 10_000
    assert grown[-1] == 200_199
    assert len(grown) == 200_200


@pytest.fixture
def charts(qtbot: QtBot) -> LinkedCharts:
    made = LinkedCharts()
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.set_panes(SYMBOLS)
    made.show_snapshot(three_markets())
    made.grab()
    return made


def next_bar(charts: LinkedCharts, close: float) -> BarRow:
    series = charts.stack.panes[1].contents.series[0]
    day = series.session[-1].astype(object) + dt.timedelta(days=1)
    return BarRow(day, int(series.time[-1]) + DAY, close, close, close, close, 1.0, final=False)


def test_that_a_tick_is_read_drawn_and_followed(charts: LinkedCharts) -> None:
    before, picture = charts.bus.range, charts.grab().toImage()
    charts.tick("BTC-USD", next_bar(charts, 321.0))
    after = charts.grab().toImage()
    assert after != picture
    assert charts.bus.range.last > before.last
    assert charts.stack.panes[1].readings(np.inf)[0].value == 321.0
    assert not charts.stack.panes[1].readings(np.inf)[0].final


def test_that_a_tick_leaves_a_view_of_the_past_where_it_is(charts: LinkedCharts) -> None:
    charts.set_preset("1Y")
    charts.bus.pan(-200 * DAY)
    before = charts.bus.range
    charts.tick("BTC-USD", next_bar(charts, 321.0))
    assert charts.bus.range == before


def test_that_a_tick_of_what_is_not_shown_or_of_days_among_weeks_waits_for_the_snapshot(charts: LinkedCharts) -> None:
    charts.tick("SOL-USD", bar(0, 1.0))
    charts.set_period("week")
    last = charts.stack.panes[1].contents.series[0].close[-1]
    charts.tick("BTC-USD", next_bar(charts, 321.0))
    assert charts.stack.panes[1].contents.series[0].close[-1] == last


def on_screen(charts: LinkedCharts) -> QImage:
    """Return what the window shows, parts painted at different times included."""
    return charts.screen().grabWindow(charts.winId()).toImage().convertToFormat(QImage.Format.Format_RGB32)


def made_anew(charts: LinkedCharts) -> QImage:
    """Return a whole new frame."""
    charts.view.refresh()
    return charts.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def last_bar(charts: LinkedCharts, close: float) -> BarRow:
    """Return the last bar of the middle pane with another close."""
    series = charts.stack.panes[1].contents.series[0]
    bar, day = series.bars[len(series.bars) - 1 :], series.session[-1].astype(object)
    high, low = max(float(bar.high[0]), close), min(float(bar.low[0]), close)
    return BarRow(day, int(bar.time[0]), float(bar.open[0]), high, low, close, 1.0, final=False)


@pytest.mark.parametrize("style", ["line", "candle"])
@pytest.mark.parametrize("hovering", [False, True])
def test_that_ticks_leave_on_the_screen_what_a_whole_new_frame_would_show(
    charts: LinkedCharts, qapp: QApplication, style: str, hovering: bool
) -> None:
    charts.set_style(style)
    charts.show()
    qapp.processEvents()
    for close in (230.0, 260.0, 90.0, 231.5):
        if hovering:
            at = QPointF(close, 300)
            charts.hover(at, charts.place_at(at))
            qapp.processEvents()
        charts.tick("BTC-USD", last_bar(charts, close))
        qapp.processEvents()
        assert on_screen(charts) == made_anew(charts)
        qapp.processEvents()


def test_that_a_tick_has_only_its_own_pane_worked_out(
    charts: LinkedCharts, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    charts.show()
    qapp.processEvents()
    prepared: list[Pane] = []
    monkeypatch.setattr(Pane, "prepare", lambda pane, _ticks: prepared.append(pane))
    charts.tick("BTC-USD", last_bar(charts, 260.0))
    charts.tick("BTC-USD", last_bar(charts, 261.0))
    qapp.processEvents()
    assert prepared == [charts.stack.panes[1]]


def test_that_a_tick_with_a_longer_price_widens_the_axes_of_all_panes(charts: LinkedCharts, qapp: QApplication) -> None:
    charts.show()
    qapp.processEvents()
    before = charts.stack.plot_width()
    charts.tick("BTC-USD", last_bar(charts, 23_456_789_012.5))
    qapp.processEvents()
    qapp.processEvents()  # the other panes follow a turn later
    assert charts.stack.plot_width() < before
    assert len({pane.rect.width() for pane in charts.stack.panes}) == 1
    assert on_screen(charts) == made_anew(charts)


def test_that_the_crosshair_on_the_last_bar_tells_of_a_tick_and_elsewhere_keeps_silent(
    charts: LinkedCharts, qapp: QApplication
) -> None:
    told: list[Readout] = []
    series = charts.stack.panes[1].contents.series[0]
    for row in (-1, -50):
        at = QPointF(float(charts.stack.panes[1].view.x(series.time[row])), charts.stack.panes[1].rect.center().y())
        charts.hover(at, charts.place_at(at))
        charts.hovered.connect(told.append)
        charts.tick("BTC-USD", last_bar(charts, 260.0 + row))
        charts.hovered.disconnect(told.append)
    assert [each.readings[1].value for each in told] == [259.0]

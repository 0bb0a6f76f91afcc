"""Bars shorter than a day on the charts: the daily high on them, their gaps, and what a tick may change."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from data.bars import BarRow, Bars
from data.calendar import Calendars
from data.catalog import BITCOIN, RUSSELL_2000
from models.highs import running_highs
from models.intraday import Intraday, IntradayView, SessionCloses
from models.live import Tick
from tests.support.charts import snapshot_of
from tests.support.views import bars_of, view_of
from ui.charts.crosshair import minute_text, read
from ui.charts.high_steps import HighSteps
from ui.charts.linked import LinkedCharts
from ui.charts.series import Series

CALENDARS = Calendars()
NOW = dt.datetime(2020, 1, 16, 22, tzinfo=dt.UTC)


def hours_of(daily: Bars, *, final: bool = True) -> Bars:
    """Seven bars an hour for each session, from its open on, at the price of that day."""
    opens = CALENDARS.opens("XNYS", daily.session)
    rows = [
        BarRow(day, int(opened) + 3600 * n, close, close, close, close)
        for day, opened, close in zip(daily.session.tolist(), opens, daily.close.tolist(), strict=True)
        for n in range(7)
    ]
    return Bars.of([*rows[:-1], rows[-1]._replace(final=final)])


def closes_of(daily: Bars) -> SessionCloses:
    return SessionCloses(daily.session, CALENDARS.closes("XNYS", daily.session))


def slow_high(daily: Bars, instant: float) -> float:
    """The highest close of all sessions that had closed by an instant, looked up one by one."""
    ends = CALENDARS.closes("XNYS", daily.session).tolist()
    known = [round(c, 2) for c, end in zip(daily.close.tolist(), ends, strict=True) if end <= instant]
    return max(known, default=float("nan"))


@given(st.lists(st.floats(1, 1000), min_size=1, max_size=25), st.integers(-86_400, 40 * 86_400))
def test_that_the_high_at_any_instant_is_that_of_the_sessions_closed_by_then(prices: list[float], after: int) -> None:
    daily = bars_of(prices)
    steps = HighSteps(daily, running_highs(daily, 0.01), closes_of(daily).of)
    instant = int(daily.time[0]) + after
    found = float(steps.level_at(np.array([instant]))[0])
    assert found == pytest.approx(slow_high(daily, instant), nan_ok=True)


@given(st.lists(st.floats(1, 1000), min_size=2, max_size=12))
def test_that_no_bar_is_held_against_a_close_after_its_end(prices: list[float]) -> None:
    daily = bars_of(prices)
    series = Series(RUSSELL_2000, hours_of(daily), "1h")
    steps = HighSteps(daily, running_highs(daily, 0.01), closes_of(daily).of)
    for time in series.time.tolist():
        told = read(series, float(time), steps=steps).high
        assert (told if told is not None else float("nan")) == pytest.approx(slow_high(daily, time + 3599), nan_ok=True)


def test_that_a_session_nobody_knows_the_close_of_makes_no_high() -> None:
    daily = bars_of([1.0, 2.0, 3.0])
    steps = HighSteps(daily, running_highs(daily, 0.01), closes_of(daily[:2]).of)
    assert float(steps.level_at(np.array([2_000_000_000]))[0]) == 2.0


def test_that_nights_weekends_and_missing_bars_are_not_bridged_and_neighbours_are_joined() -> None:
    bars = hours_of(bars_of([1.0] * 7))
    bars = bars[np.arange(len(bars)) != 3]
    series = Series(RUSSELL_2000, bars, "1h")
    rows = np.arange(len(series) - 1)
    assert series.joined(rows, rows + 1).tolist() == (np.diff(bars.time) == 3600).tolist()
    series.tick(BarRow(dt.date(2020, 1, 20), int(series.time[-1]) + 86_400, 1, 1, 1, 1, 0, False))
    assert not series.joined(np.array([len(series) - 2]), np.array([len(series) - 1]))[0]


@pytest.fixture
def charts(qtbot: QtBot) -> LinkedCharts:
    made = LinkedCharts()
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.set_panes(("^RUT",))
    made.show_snapshot(snapshot_of(view_of(bars_of([100.0, 101, 90, 91, 92, 102, 95]))))
    return made


def shown(charts: LinkedCharts, *, final: bool = False, **changes: object) -> IntradayView:
    daily = bars_of([100.0, 101, 90, 91, 92, 102, 95])
    view = IntradayView(
        RUSSELL_2000, "1h", hours_of(daily, final=final), closes_of(daily), "Test", NOW - dt.timedelta(hours=1), "fresh"
    )
    view = replace(view, **changes)
    charts.show_intraday(Intraday(NOW, "1h", MappingProxyType({"^RUT": view})))
    return view


def sentence(charts: LinkedCharts) -> str:
    return charts.stack.panes[0].contents.sentence


def test_that_a_pane_without_bars_says_why(charts: LinkedCharts) -> None:
    charts.set_period("1h")
    assert sentence(charts) == "Fetching the 1-hour bars of Russell 2000…"
    shown(charts, bars=Bars.empty(), awaited=True)
    assert sentence(charts) == "Fetching the 1-hour bars of Russell 2000…"
    shown(charts, bars=Bars.empty(), problem="There is no way to Yahoo.")
    assert sentence(charts) == "There is no way to Yahoo."
    shown(charts, bars=Bars.empty())
    assert sentence(charts) == "There are no 1-hour bars of Russell 2000."


def test_that_stored_bars_are_shown_with_their_age_when_the_fetch_failed(charts: LinkedCharts) -> None:
    charts.set_period("1h")
    shown(charts, problem="There is no way to Yahoo.")
    contents = charts.stack.panes[0].contents
    assert (len(contents.series[0]), contents.sentence) == (49, "")
    assert contents.badges[0].text == "not updated since 16 Jan 2020 21:00 UTC"


def test_that_a_break_is_marked_at_the_close_that_made_it(charts: LinkedCharts) -> None:
    charts.set_period("1h")
    shown(charts)
    (mark,) = charts.stack.panes[0].contents.marks
    assert mark.session == dt.date(2020, 1, 13)
    assert mark.time == int(CALENDARS.closes("XNYS", np.array(["2020-01-13"], "datetime64[D]"))[0])


def coins_of(hours: Bars) -> Bars:
    """Bars of an hour round the clock, each at a price of its own, over the time of others."""
    time = np.arange(int(hours.time[0]) // 3600 * 3600, int(hours.time[-1]) + 1, 3600)
    session, close = time.astype("datetime64[s]").astype("datetime64[D]"), 100.0 + np.arange(len(time))
    return Bars(time, session, close, close, close, close, close, np.ones(len(time), np.bool_))


def test_that_a_comparison_of_short_bars_counts_from_the_clicked_bar_not_from_its_session(
    charts: LinkedCharts, qtbot: QtBot
) -> None:
    daily = bars_of([100.0, 101, 90, 91, 92, 102, 95])
    hours = hours_of(daily)
    hours = replace(hours, close=50.0 + np.arange(len(hours)))
    views = {
        "^RUT": IntradayView(RUSSELL_2000, "1h", hours, closes_of(daily), "Test", NOW, "fresh"),
        "BTC-USD": IntradayView(BITCOIN, "1h", coins_of(hours), closes_of(daily), "Test", NOW, "fresh"),
    }
    charts.set_panes(("^RUT", "BTC-USD"))
    charts.set_period("1h")
    charts.show_intraday(Intraday(NOW, "1h", MappingProxyType(views)))
    charts.set_compare(True)
    charts.grab()
    clicked = 3 * 7 + 4  # the fifth hour of a session
    instant = int(hours.time[clicked])
    x = (instant - charts.bus.range.first) * charts.plot_width() / charts.bus.range.span
    qtbot.mouseClick(charts.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(round(x), 250))
    charts.grab()
    index, coin = charts.stack.panes[0].lines[:2]
    assert index.base == hours.close[clicked]
    assert int(coin.series.time[coin.base_row]) == instant - 1800, "the coin's hour that had begun, half an hour before"
    readings = charts.stack.panes[0].readings(float(instant))
    assert [reading.ratio for reading in readings] == [1.0, 1.0]
    assert readings[0].since_text == minute_text(instant, dt.UTC)
    assert any(
        text.startswith(f"since {minute_text(instant - 1800, dt.UTC)}") for text in charts.stack.panes[0].header_texts
    )
    charts.set_period("day")
    assert charts._mode.base is None, "an instant is no base for days"


def test_that_going_back_to_days_brings_the_range_back(charts: LinkedCharts) -> None:
    before, preset = charts.bus.range, charts.preset
    charts.set_period("1h")
    shown(charts)
    assert charts.preset == "1M"
    charts.set_period("day")
    assert (charts.bus.range, charts.preset) == (before, preset)


def ticked(charts: LinkedCharts, view: IntradayView, at: dt.datetime, close: float = 99.0) -> list[float]:
    last = view.bars[-1:]
    charts.show_tick(Tick("^RUT", "1h", at, replace(last, close=last.close * 0 + close)))
    return charts.stack.panes[0].contents.series[0].close.tolist()


def test_that_a_tick_changes_the_bar_in_progress(charts: LinkedCharts) -> None:
    charts.set_period("1h")
    view = shown(charts)
    assert ticked(charts, view, NOW) == [*view.bars.close[:-1].tolist(), 99.0]
    assert not charts.stack.panes[0].contents.series[0].final[-1]


def test_that_a_tick_never_changes_a_settled_bar(charts: LinkedCharts) -> None:
    charts.set_period("1h")
    view = shown(charts, final=True)
    assert ticked(charts, view, NOW) == view.bars.close.tolist()


def test_that_a_tick_from_before_the_fetch_is_dropped(charts: LinkedCharts) -> None:
    charts.set_period("1h")
    view = shown(charts)
    assert ticked(charts, view, NOW - dt.timedelta(hours=2)) == view.bars.close.tolist()


def test_that_states_are_never_told_of_short_bars(charts: LinkedCharts) -> None:
    charts.set_period("1h")
    shown(charts)
    (bars,) = charts.shown().bars
    assert {bars.state(row) for row in range(len(bars))} == {None}
    assert bars.source == "Test"

"""What the charts promise, each sentence with a test that draws them and looks."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from data.bars import Bars
from data.catalog import BITCOIN, ETHER, RUSSELL_2000
from tests.support.charts import DAY, SYMBOLS, days_of, snapshot_of, three_markets
from tests.support.pictures import dots_of
from tests.support.views import bars_of, view_of
from ui.charts.linked import LinkedCharts
from ui.charts.range_bus import TimeRange
from ui.theme import load_theme

BARS = 4000


def charts_of(qtbot: QtBot, size: tuple[int, int] = (700, 420), symbols: tuple[str, ...] = SYMBOLS) -> LinkedCharts:
    made = LinkedCharts()
    qtbot.addWidget(made)
    made.resize(*size)
    made.set_theme(load_theme("dark"))
    made.set_panes(symbols)
    return made


def jagged() -> Bars:
    rng = np.random.default_rng(3)
    days = days_of(np.full(BARS, 100.0))
    close = 100 + np.round(np.cumsum(rng.standard_normal(BARS)), 2) % 60
    opened = np.concatenate((close[:1], close[:-1]))
    high, low = np.maximum(opened, close) + rng.random(BARS) * 3, np.minimum(opened, close) - rng.random(BARS) * 3
    return Bars(days.time, days.session, opened, high, low, close, days.volume, days.final)


@pytest.mark.parametrize("style", ["line", "area", "candle", "ohlc"])
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.floats(0, 0.6), share=st.floats(0.25, 0.4))
def test_that_the_ink_of_every_column_reaches_the_extremes_of_its_bars_and_not_beyond_its_neighbours(
    qtbot: QtBot, style: str, first: float, share: float
) -> None:
    bars = jagged()
    charts = charts_of(qtbot, symbols=("BTC-USD",))
    charts.show_snapshot(snapshot_of(view_of(bars, BITCOIN)))
    charts.set_style(style)
    span = float(bars.time[-1] - bars.time[0])
    begin = bars.time[0] + first * span
    charts.bus.show(TimeRange(begin, begin + share * span))
    leader = charts.stack.panes[0]
    leader.high.setVisible(False)
    leader.shade.setVisible(False)
    leader.marks.show((), triangles=False)  # a triangle's rim covers what lies behind it
    dots, pane = dots_of(charts.grab().toImage()), charts.stack.panes[0]
    ground = load_theme("dark").colour("window")
    inked = (
        np.abs(dots - np.array([ground.blue(), ground.green(), ground.red()])).max(axis=2) > 40
    )  # more than the grid
    low, high = (bars.low, bars.high) if style in ("candle", "ohlc") else (bars.close, bars.close)
    column = np.floor(pane.view.x(bars.time)).astype(int)
    looked = 0
    for x in range(5, int(pane.view.width) - 40):
        rows = np.flatnonzero(column == x)
        ink = np.flatnonzero(inked[36 : int(pane.rect.bottom()), x]) + 36
        if len(rows) < 2 or len(ink) == 0:
            continue
        looked += 1
        assert ink.min() <= float(pane.view.y(high[rows].max())) + 1.5
        assert ink.max() >= float(pane.view.y(low[rows].min())) - 1.5
        near = np.flatnonzero(abs(column - x) <= 1)  # a column joins on to the one before it
        assert ink.min() >= float(pane.view.y(high[near].max())) - 1.5
        if style != "area":  # which is filled down to the foot
            assert ink.max() <= float(pane.view.y(low[near].min())) + 1.5
    assert looked > 200


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(["zoom", "pan", "show"]), st.floats(0.2, 3), st.floats(0, 1)), max_size=6),
    st.integers(300, 1500),
)
def test_that_no_pane_of_two_windows_differs_from_the_bus_by_a_hundredth_of_a_pixel(
    qtbot: QtBot, doing: list[tuple[str, float, float]], width: int
) -> None:
    one, other = charts_of(qtbot), charts_of(qtbot, (width, 500), ("BTC-USD", "^RUT"))
    long = view_of(bars_of([1234567.0 + i for i in range(700)]), RUSSELL_2000)  # a far wider axis than the other's
    one.show_snapshot(three_markets())
    other.show_snapshot(snapshot_of(long, view_of(days_of([0.01 + i / 1e6 for i in range(900)]), BITCOIN)))
    one.bus.changed.connect(lambda times: other.bus.follow(times))
    for what, factor, place in doing:
        times = one.bus.range
        if what == "zoom":
            one.bus.zoom(factor, times.first + place * times.span)
        elif what == "pan":
            one.bus.pan((place - 0.5) * times.span)
        else:
            one.bus.show(TimeRange(times.first, times.first + factor * times.span))
    for charts in (one, other):
        charts.grab()
        for pane in charts.stack.panes:
            (first, last), _ = pane.box.viewRange()
            pixel = pane.view.times.span / pane.view.width
            assert abs(first - charts.bus.range.first) < pixel / 100
            assert abs(last - charts.bus.range.last) < pixel / 100
            assert abs(float(pane.view.x(charts.bus.range.last)) - pane.rect.width()) < 0.01


def test_that_closes_at_or_below_zero_are_left_out_and_told(qtbot: QtBot) -> None:
    closes = [10.0 + i % 5 for i in range(60)]
    closes[20], closes[21], closes[40] = 0.0, -3.0, -1.0
    charts = charts_of(qtbot, (1200, 420), ("BTC-USD",))
    charts.show_snapshot(snapshot_of(view_of(days_of(closes), BITCOIN)))
    for scale in ("log", "linear"):
        charts.set_scale(scale)
        charts.grab()
        pane = charts.stack.panes[0]
        assert "3 bars at or below zero left out" in pane.header_texts
        assert len(pane.contents.series[0]) == 57
        assert pane.view.price(pane.view.height) > 0


def test_that_two_hundred_years_of_days_are_drawn_with_their_years(qtbot: QtBot) -> None:
    count = 200 * 365
    first = dt.date(1825, 1, 3)
    closes = 10 + np.arange(count) / 100 + 5 * np.sin(np.arange(count) / 50)
    charts = charts_of(qtbot, (900, 420), ("ETH-USD",))
    charts.show_snapshot(snapshot_of(view_of(days_of(closes, first), ETHER)))
    charts.set_preset("Max")
    charts.set_scale("log")
    charts.grab()
    years = [tick.text for _, tick in charts.stack.time_axis._ticks]
    assert {"1840", "1900", "1940", "2000"} <= set(years)
    charts.walk_to_end(last=False)
    assert charts.view.accessibleDescription().startswith("3 Jan 1825") or "3 Jan 1825" in (
        charts.view.accessibleDescription()
    )


def test_that_times_out_of_order_are_refused_by_the_name_of_their_asset(qtbot: QtBot) -> None:
    bars = days_of([1.0, 2.0, 3.0])
    mixed = Bars(bars.time[::-1].copy(), *(getattr(bars, name) for name in (
        "session", "open", "high", "low", "close", "volume", "final"
    )))  # fmt: skip
    charts = charts_of(qtbot, symbols=("BTC-USD",))
    view = view_of(bars, BITCOIN)
    with pytest.raises(ValueError, match="bars of BTC-USD are not in order of time"):
        charts.show_snapshot(snapshot_of(view.__class__(**{
            name: mixed if name == "bars" else getattr(view, name) for name in view.__dataclass_fields__
        })))  # fmt: skip


@pytest.mark.parametrize("closes", [[], [5.0], [7.0] * 50, [np.nan] * 50], ids=["none", "one", "equal", "missing"])
@pytest.mark.parametrize("style", ["line", "area", "candle", "ohlc"])
def test_that_poor_histories_are_drawn_walked_and_measured(qtbot: QtBot, closes: list[float], style: str) -> None:
    charts = charts_of(qtbot, symbols=("BTC-USD",))
    bars = days_of(closes) if closes else Bars.empty()
    charts.show_snapshot(snapshot_of(view_of(bars, BITCOIN)))
    charts.set_style(style)
    charts.show_volume(True)
    for scale in ("linear", "log", "percent"):
        charts.set_scale(scale)
        charts.grab()
    for act in (charts.walk, charts.change_pane):
        act(1)
    charts.measure()
    qtbot.mouseMove(charts.view.viewport(), QPoint(100, 100))
    assert np.isfinite([charts.stack.panes[0].view.low, charts.stack.panes[0].view.high]).all()
    assert DAY == 86_400

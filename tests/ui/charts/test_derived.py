from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from data.catalog import BITCOIN, RUSSELL_2000
from models.comparison import drawdown, ratio, rolling_correlation
from models.snapshot import Snapshot
from tests.support.charts import SYMBOLS, climbing, days_of, snapshot_of, three_markets
from tests.support.views import bars_of, view_of
from ui.charts.crosshair import Readout
from ui.charts.linked import LinkedCharts
from ui.charts.ticks import number_ticks
from ui.theme import load_theme


def build(qtbot: QtBot, snapshot: Snapshot, symbols: tuple[str, ...] = SYMBOLS) -> LinkedCharts:
    charts = LinkedCharts()
    qtbot.addWidget(charts)
    charts.resize(1000, 900)
    charts.set_theme(load_theme("dark"))
    charts.set_panes(symbols)
    charts.show_snapshot(snapshot)
    charts.show()
    charts.set_preset("Max")
    charts.grab()
    return charts


def test_that_each_measure_is_a_pane_below_and_goes_again(qtbot: QtBot) -> None:
    snapshot = three_markets()
    charts = build(qtbot, snapshot)
    for name in ("correlation", "ratio", "drawdown"):
        charts.show_measure(name, True)
        charts.grab()
    leader, coin = snapshot.assets["^RUT"].bars, snapshot.assets["BTC-USD"].bars
    quotient, falls, together = charts.stack.panes[3:]
    assert np.array_equal(quotient.contents.series[0].close, ratio(coin, leader).close)
    assert [s.asset.symbol for s in falls.contents.series] == list(SYMBOLS)
    assert np.array_equal(falls.contents.series[0].close, drawdown(leader, 0.01).close)
    assert [s.asset.symbol for s in together.contents.series] == ["BTC-USD", "ETH-USD"]
    assert np.array_equal(together.contents.series[0].close, rolling_correlation(coin, leader).close)
    for name in ("correlation", "ratio", "drawdown"):
        charts.show_measure(name, False)
    assert len(charts.stack.panes) == 3


@pytest.mark.parametrize("scale", ["linear", "log", "percent"])
@pytest.mark.parametrize("style", ["line", "candle"])
@pytest.mark.parametrize("period", ["day", "week", "month"])
@pytest.mark.parametrize("compared", [False, True])
def test_that_measures_are_drawn_in_every_manner(
    qtbot: QtBot, scale: str, style: str, period: str, compared: bool
) -> None:
    charts = build(qtbot, three_markets())
    charts.set_scale(scale)
    charts.set_style(style)
    charts.set_period(period)
    charts.set_compare(compared)
    for name in ("ratio", "drawdown", "correlation"):
        charts.show_measure(name, True)
    charts.grab()
    together = charts.stack.panes[-1]
    if together.contents.series:
        assert not together.view.log
        values = np.concatenate([series.close for series in together.contents.series])
        assert values.min() >= -1
        assert values.max() <= 1
    assert all(np.isfinite([pane.view.low, pane.view.high]).all() for pane in charts.stack.panes)


def test_that_a_drawdown_reads_as_percents_and_a_correlation_as_a_number(qtbot: QtBot) -> None:
    charts = build(qtbot, three_markets())
    charts.show_measure("drawdown", True)
    charts.show_measure("correlation", True)
    charts.grab()
    falls, together = (pane.readings(float("inf"))[-1].value_text for pane in charts.stack.panes[3:])
    assert falls.endswith(" %")
    assert float(together.replace("−", "-")) == pytest.approx(
        charts.stack.panes[4].contents.series[-1].close[-1], abs=0.005
    )


def test_that_no_measure_reads_from_later_than_the_crosshair(qtbot: QtBot) -> None:
    charts = build(qtbot, three_markets())
    for name in ("ratio", "drawdown", "correlation"):
        charts.show_measure(name, True)
    charts.set_preset("3M")
    charts.grab()
    readouts: list[Readout | None] = []
    charts.hovered.connect(readouts.append)
    for x in range(5, 900, 7):
        qtbot.mouseMove(charts.view.viewport(), QPoint(x, 200))
    times = [(readout.instant, r.time) for readout in readouts if readout for r in readout.readings if r.time]
    assert len(times) > 300
    assert all(time <= instant for instant, time in times)


def test_that_measures_without_enough_prices_say_so(qtbot: QtBot) -> None:
    charts = build(qtbot, snapshot_of(view_of(bars_of(climbing(200)))), ("^RUT",))
    charts.show_measure("ratio", True)
    charts.show_measure("correlation", True)
    charts.grab()
    assert [pane.contents.sentence for pane in charts.stack.panes[1:]] == [
        "A ratio needs two charts with prices",
        "A correlation needs two charts with 63 returns in common",
    ]


def test_that_the_series_of_a_measure_is_kept_while_the_prices_are_the_same(qtbot: QtBot) -> None:
    snapshot = three_markets()
    charts = build(qtbot, snapshot)
    charts.show_measure("ratio", True)
    before = charts.stack.panes[-1].contents.series[0]
    charts.show_snapshot(snapshot)
    assert charts.stack.panes[-1].contents.series[0] is before
    charts.show_snapshot(three_markets(910))
    assert charts.stack.panes[-1].contents.series[0] is not before


def test_that_a_comparison_counts_from_the_sessions_of_the_clicked_date(qtbot: QtBot) -> None:
    """A click on a coin's bar, which begins before the exchange opens, pairs it with that day's session."""
    leader = view_of(bars_of([100.0 + i for i in range(20)], dt.date(2020, 1, 6)), RUSSELL_2000)
    coin = view_of(days_of([50.0 + i for i in range(30)], dt.date(2020, 1, 1)), BITCOIN)
    charts = build(qtbot, snapshot_of(coin, leader), ("BTC-USD", "^RUT"))
    charts.set_compare(True)
    charts.grab()
    pane = charts.stack.panes[0]
    tuesday = float(days_of([1.0], dt.date(2020, 1, 14)).time[0])
    at = QPoint(round(float(pane.view.x(tuesday))), 300)
    qtbot.mouseClick(charts.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    charts.grab()
    days = [line.series.session[line.base_row].astype(object) for line in pane.lines[:2]]
    assert days == [dt.date(2020, 1, 14)] * 2
    sunday = float(days_of([1.0], dt.date(2020, 1, 19)).time[0])
    at = QPoint(round(float(pane.view.x(sunday))), 300)
    qtbot.mouseClick(charts.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    charts.grab()
    days = [line.series.session[line.base_row].astype(object) for line in pane.lines[:2]]
    assert days == [dt.date(2020, 1, 19), dt.date(2020, 1, 17)]


def test_that_numbers_have_ticks_on_both_sides_of_zero() -> None:
    assert [tick.text for tick in number_ticks(-1.05, 1.05, 200)] == ["−1.0", "−0.5", "0.0", "0.5", "1.0"]
    assert number_ticks(1.0, 1.0, 200) == ()


@pytest.mark.parametrize("width", [300, 420, 560, 800, 1400])
@pytest.mark.parametrize("crosshair", [False, True])
def test_that_the_header_of_a_comparison_has_every_figure_at_any_width(
    qtbot: QtBot, width: int, crosshair: bool
) -> None:
    charts = build(qtbot, three_markets())
    charts.set_compare(True)
    charts.show_measure("drawdown", True)
    charts.resize(width, 700)
    charts.grab()
    if crosshair:
        qtbot.mouseMove(charts.view.viewport(), QPoint(width // 3, 300))
        charts.grab()
    instant = charts._overlay.readout.instant if charts._overlay.readout is not None else float("inf")
    for pane in charts.stack.panes:
        texts = pane.header_texts
        said = set(itertools.pairwise(texts))
        for reading in pane.readings(instant):
            brief = reading.symbol.removeprefix("^").removesuffix("-USD")
            assert {(reading.symbol, reading.value_text), (brief, reading.value_text)} & said
        highest = min(float(pane.view.y(line.series.close.max() / line.base)) for line in pane.lines[:3])
        assert highest >= 34 + pane.more, "no price lies behind the header's rows"

from __future__ import annotations

import datetime as dt
import io
import itertools
import threading
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from data.bars import Bars
from data.catalog import BITCOIN, RUSSELL_2000
from data.source import Cancelled
from models.comparison import drawdown, ratio, rolling_correlation
from models.jobs import Jobs
from models.snapshot import Snapshot
from tests.support.charts import SYMBOLS, climbing, days_of, snapshot_of, three_markets
from tests.support.views import bars_of, view_of
from ui.charts.crosshair import Readout
from ui.charts.linked import LinkedCharts
from ui.charts.series import Series
from ui.charts.ticks import number_ticks
from ui.saving import prices_of
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


class Waiting:
    """A worker that does nothing until it is told to."""

    def __init__(self) -> None:
        self.jobs: list[tuple[Callable[[Cancelled], Series], Callable[[Series], None]]] = []

    def __call__(self, work: Callable[[Cancelled], Series], done: Callable[[Series], None]) -> None:
        self.jobs.append((work, done))

    def finish(self, number: int) -> None:
        work, done = self.jobs[number]
        done(work(lambda: False))


def test_that_measures_are_worked_out_elsewhere_and_the_newest_answer_counts(qtbot: QtBot) -> None:
    waiting = Waiting()
    charts = LinkedCharts(work=waiting)
    qtbot.addWidget(charts)
    charts.set_panes(SYMBOLS)
    charts.show_snapshot(three_markets(900))
    charts.show_measure("ratio", True)
    assert charts.stack.panes[-1].contents.sentence == "Being worked out…"
    charts.show_snapshot(newest := three_markets(905))
    assert len(waiting.jobs) == 2
    waiting.finish(1)
    coin, leader = newest.assets["BTC-USD"].bars, newest.assets["^RUT"].bars
    wanted = ratio(coin, leader).close
    assert np.array_equal(charts.stack.panes[-1].contents.series[0].close, wanted)
    waiting.finish(0)  # late, and about older prices
    assert np.array_equal(charts.stack.panes[-1].contents.series[0].close, wanted)
    charts.show_snapshot(three_markets(910))
    assert np.array_equal(charts.stack.panes[-1].contents.series[0].close, wanted), "the last one stays meanwhile"
    assert len(waiting.jobs) == 3


def test_that_workers_of_the_app_do_the_work_in_another_thread(qtbot: QtBot) -> None:
    jobs = Jobs()
    threads: list[int] = []

    def noted(work: Callable[[Cancelled], Series], done: Callable[[Series], None]) -> object:
        def run(cancelled: Cancelled) -> Series:
            threads.append(threading.get_ident())
            return work(cancelled)

        return jobs.run(run, done)

    charts = LinkedCharts(work=noted)
    qtbot.addWidget(charts)
    charts.set_panes(SYMBOLS)
    charts.show_snapshot(three_markets())
    charts.show_measure("correlation", True)
    qtbot.waitUntil(lambda: len(charts.stack.panes[-1].contents.series) == 2)
    assert threading.get_ident() not in threads
    assert jobs.stop()


def _frame(bars: Bars) -> pd.Series:
    return pd.Series(bars.close, index=pd.DatetimeIndex(bars.session)).dropna()


@pytest.mark.parametrize("window", [3, 21, 63, 126, 252])
def test_that_a_rolling_correlation_is_what_pandas_finds_on_sessions_of_one_date(qtbot: QtBot, window: int) -> None:
    rng = np.random.default_rng(window)
    leader = view_of(bars_of(100 * np.exp(np.cumsum(0.01 * rng.standard_normal(500))), dt.date(2020, 1, 6)))
    coin = view_of(days_of(50 * np.exp(np.cumsum(0.03 * rng.standard_normal(700))), dt.date(2020, 1, 1)), BITCOIN)
    charts = build(qtbot, snapshot_of(leader, coin), ("^RUT", "BTC-USD"))
    charts.set_correlation_window(window)
    charts.show_measure("correlation", True)
    pane = charts.stack.panes[-1]
    both = pd.concat([_frame(leader.bars), _frame(coin.bars)], axis=1, join="inner")
    returns = np.log(both).diff().dropna()
    wanted = returns.iloc[:, 0].rolling(window).corr(returns.iloc[:, 1]).dropna()
    series = pane.contents.series[0]
    assert [str(day) for day in series.session] == [str(day.date()) for day in wanted.index]
    assert series.close == pytest.approx(wanted.to_numpy(), abs=1e-9)
    assert pane.contents.title == f"Correlation with ^RUT, {window} days"
    # The pair of a day is known once both of its bars are: never before the later of them began.
    begun = {str(s): t for v in (leader, coin) for s, t in zip(v.bars.session, v.bars.time, strict=True)}
    assert all(time >= begun[str(session)] for time, session in zip(series.time, series.session, strict=True))


@pytest.mark.parametrize("turned", [False, True])
def test_that_a_ratio_is_what_pandas_finds_and_can_be_turned_over(qtbot: QtBot, turned: bool) -> None:
    rng = np.random.default_rng(5)
    leader = view_of(bars_of(100 * np.exp(np.cumsum(0.01 * rng.standard_normal(300))), dt.date(2020, 1, 6)))
    coin = view_of(days_of(50 * np.exp(np.cumsum(0.03 * rng.standard_normal(450))), dt.date(2020, 1, 1)), BITCOIN)
    charts = build(qtbot, snapshot_of(leader, coin), ("^RUT", "BTC-USD"))
    charts.turn_ratio(turned)
    charts.show_measure("ratio", True)
    series = charts.stack.panes[-1].contents.series[0]
    above, below = (_frame(leader.bars), _frame(coin.bars)) if turned else (_frame(coin.bars), _frame(leader.bars))
    wanted = (above / below.reindex(above.index.union(below.index)).ffill(limit=7).reindex(above.index)).dropna()
    wanted = wanted[wanted.index <= below.index[-1] + pd.Timedelta(days=7)]
    found = pd.Series(series.close, index=pd.DatetimeIndex(series.session))
    assert found.to_numpy() == pytest.approx(wanted.reindex(found.index).to_numpy(), rel=1e-12)
    assert set(wanted.index) == set(found.index)
    assert series.asset.symbol == ("^RUT/BTC-USD" if turned else "BTC-USD/^RUT")


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_that_a_comparison_is_each_close_over_the_close_of_the_clicked_date(qtbot: QtBot, scale: str) -> None:
    snapshot = three_markets()
    charts = build(qtbot, snapshot)
    charts.set_compare(True)
    charts.set_scale(scale)
    charts.grab()
    pane = charts.stack.panes[0]
    qtbot.mouseClick(charts.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    charts.grab()
    base = str(pane.lines[0].series.session[pane.lines[0].base_row])
    for line in pane.lines[:3]:
        closes = _frame(snapshot.assets[line.series.asset.symbol].bars)
        ratios = closes / closes[:base].iloc[-1]
        [reading] = [r for r in pane.readings(float("inf")) if r.symbol == line.series.asset.symbol]
        assert reading.ratio == pytest.approx(ratios.iloc[-1], rel=1e-12)
        values = np.log(ratios.iloc[-1]) if scale == "log" else ratios.iloc[-1]
        place = (pane.view.high - values) / (pane.view.high - pane.view.low) * pane.view.height
        assert [y for _, y, i in pane.dots(1e12) if pane.lines[i] is line] in ([], [pytest.approx(place)])


def test_that_a_drawdown_is_what_pandas_finds(qtbot: QtBot) -> None:
    snapshot = three_markets()
    charts = build(qtbot, snapshot)
    charts.show_measure("drawdown", True)
    for series in charts.stack.panes[-1].contents.series:
        closes = _frame(snapshot.assets[series.asset.symbol].bars).round(2)
        assert series.close == pytest.approx((closes / closes.cummax()).to_numpy(), rel=1e-12)


def test_that_what_is_worked_out_is_in_the_file_of_what_is_in_view(qtbot: QtBot) -> None:
    charts = build(qtbot, three_markets())
    for name in ("ratio", "drawdown", "correlation"):
        charts.show_measure(name, True)
    head, *_, last = prices_of(charts.shown())().decode().splitlines()
    columns = dict(zip(head.split(","), last.split(","), strict=False))
    text = prices_of(charts.shown())().decode()
    table = pd.read_csv(io.StringIO(text))
    assert "BTC-USD/^RUT: Ratio" in columns
    leader = table["^RUT close (USD; Test)"]
    both = table.dropna(subset=["^RUT close (USD; Test)", "BTC-USD close (USD; Test)"])
    assert both["BTC-USD/^RUT: Ratio"].to_numpy() == pytest.approx(
        (both["BTC-USD close (USD; Test)"] / both["^RUT close (USD; Test)"]).to_numpy(), rel=1e-8
    )
    falls = 100 * (leader.dropna() / leader.dropna().cummax() - 1)
    found = table["^RUT: Below the all-time high (%)"].dropna()
    assert found.to_numpy() == pytest.approx(falls.to_numpy(), abs=1e-7)
    assert "BTC-USD: Correlation with ^RUT, 63 days" in head.replace('"', "")

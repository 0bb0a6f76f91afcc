"""The table of the bars in view: the same figures as the charts, cell by cell, and nothing that is not there."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from pytestqt.qtbot import QtBot

from data.bars import Bars
from data.catalog import BITCOIN, ETHER, RUSSELL_2000
from models.breakout import State
from models.snapshot import Snapshot
from tests.support.charts import DAY, SYMBOLS, climbing, days_of, snapshot_of, three_markets
from tests.support.views import bars_of, view_of
from ui.bar_table import COLUMNS, BarModel, BarTable, cell_text, spoken, tab_separated
from ui.charts.linked import LinkedCharts
from ui.charts.range_bus import TimeRange
from ui.charts.series import Series
from ui.charts.shown import Shown, ShownBars
from ui.charts.ticks import MINUS, price_text

ALL = TimeRange(0.0, 4e9)


def charts_with(qtbot: QtBot, snapshot: Snapshot) -> LinkedCharts:
    charts = LinkedCharts()
    qtbot.addWidget(charts)
    charts.resize(900, 700)
    charts.set_panes(SYMBOLS)
    charts.show_snapshot(snapshot)
    charts.show()
    return charts


def table_of(qtbot: QtBot, charts: LinkedCharts) -> BarTable:
    table = BarTable(charts.shown)
    qtbot.addWidget(table)
    charts.range_changed.connect(table.follow)
    charts.shown_changed.connect(table.follow)
    table.open_at_active()
    return table


def shown_of(bars: Bars, times: TimeRange = ALL) -> ShownBars:
    view = view_of(bars)
    return ShownBars(Series(view.asset, bars), times, view)


def row_text(shown: ShownBars, row: int) -> list[str]:
    return [cell_text(shown, row, column) for column in range(len(COLUMNS))]


def test_that_a_row_says_session_prices_distance_and_state() -> None:
    shown = shown_of(bars_of([100.0] * 8 + [96.0], dt.date(2025, 9, 8)))
    assert row_text(shown, 8) == ["18 Sep 2025", "96.00", "96.00", "96.00", "96.00", f"{MINUS}4.00 %", "Near"]
    assert row_text(shown, 0)[5:] == ["at the high", "Warming up"]


def test_that_the_distance_is_to_the_high_of_then_and_not_of_later() -> None:
    shown = shown_of(bars_of([100.0, 90.0, 120.0, 60.0]))
    assert shown.distances().tolist() == pytest.approx([0.0, -0.1, 0.0, -0.5])
    assert [float(shown.distances(row, 1)[0]) for row in range(4)] == shown.distances().tolist()


def test_that_states_are_those_of_the_state_machine() -> None:
    bars = bars_of([float(x) for x in climbing(120)])
    view = view_of(bars)
    shown = ShownBars(Series(view.asset, bars), ALL, view)
    changed = {change.session: change.after for change in view.transitions}
    assert changed
    state = State.WARMUP
    for row in range(len(shown)):
        state = changed.get(bars.session[row].astype(object), state)
        assert shown.state(row) is state


def test_that_a_bar_in_progress_is_marked_and_its_state_is_conditional() -> None:
    bars = bars_of([100.0] * 8 + [101.0], dt.date(2025, 9, 8), final=False)
    view = view_of(bars, live_state=State.ABOVE)
    shown = ShownBars(Series(view.asset, bars), ALL, view)
    assert row_text(shown, 8)[0] == "18 Sep 2025 · in progress"
    assert row_text(shown, 8)[5:] == ["at the high", "would be a routine new high"]
    assert spoken(shown, 8, 0) == "18 Sep 2025, in progress"


def test_that_what_is_missing_is_shown_as_missing() -> None:
    whole = bars_of([100.0, 99.0, 98.0])
    close, opened = whole.close.copy(), whole.open.copy()
    close[1], opened[2] = np.nan, np.nan
    shown = shown_of(replace(whole, close=close, open=opened))
    assert row_text(shown, 1)[4:] == ["–", "–", "–"]
    assert row_text(shown, 2)[1] == "–"
    assert spoken(shown, 1, 4) == "Close: missing"


@pytest.mark.parametrize(("first", "last", "rows"), [(0, 9, 10), (2, 4, 3), (2.5, 2.6, 0), (-9, -5, 0), (20, 30, 0)])
def test_that_only_bars_that_begin_in_view_are_rows(first: float, last: float, rows: int) -> None:
    bars = days_of([1.0] * 10)
    begin = float(bars.time[0])
    shown = ShownBars(Series(BITCOIN, bars), TimeRange(begin + first * DAY, begin + last * DAY), None)
    assert len(shown) == rows
    assert shown.state(0) is None if rows else True


def test_that_a_range_of_nothing_gives_nothing(qtbot: QtBot) -> None:
    table = BarTable(lambda: Shown())
    qtbot.addWidget(table)
    table.open_at_active()
    assert table.model.rowCount() == 0
    assert "No prices" in table.about.text()
    table.copy()
    assert not table.copy_button.isEnabled()


def test_that_a_million_bars_open_without_an_object_for_each(qtbot: QtBot) -> None:
    count = 1_000_000
    time = np.arange(count, dtype=np.int64) * 60 + 1_000_000_000
    close = np.full(count, 100.0)
    day = time.astype("datetime64[s]").astype("datetime64[D]")
    bars = Bars(time, day, close, close, close, close, close, np.ones(count, np.bool_))
    model = BarModel(ShownBars(Series(RUSSELL_2000, bars), ALL, None))
    assert model.rowCount() == count
    assert model.data(model.index(count - 1, 4)) == "100.00"
    assert model.shown is not None
    assert model.shown.shown.close.base is not None


def test_that_the_table_opens_with_the_active_pane_at_its_newest_bar(qtbot: QtBot) -> None:
    charts = charts_with(qtbot, three_markets())
    charts.set_preset("6M")
    charts.change_pane(1)
    table = table_of(qtbot, charts)
    assert table.asset.currentText() == "Bitcoin"
    assert [table.asset.itemText(i) for i in range(3)] == ["Russell 2000", "Bitcoin", "Ether"]
    assert table.view.currentIndex().row() == table.model.rowCount() - 1
    assert 170 < table.model.rowCount() < 190
    assert "daily bars" in table.about.text()
    assert "Test" in table.about.text()


def test_that_what_is_worked_out_from_prices_is_in_the_table_and_on_the_clipboard(qtbot: QtBot) -> None:
    charts = charts_with(qtbot, three_markets())
    for name in ("ratio", "drawdown", "correlation"):
        charts.show_measure(name, True)
    charts.change_pane(3)
    table = table_of(qtbot, charts)
    offered = [table.asset.itemText(row) for row in range(table.asset.count())]
    assert table.asset.currentText() == "Ratio: Bitcoin in Russell 2000"
    assert offered[4:7] == [
        "Below the all-time high: Russell 2000 below its high",
        "Below the all-time high: Bitcoin below its high",
        "Below the all-time high: Ether below its high",
    ]
    assert offered[7] == "Correlation with ^RUT, 63 days: Bitcoin with Russell 2000"
    last = table.model.rowCount() - 1
    quotient = charts.stack.panes[3].contents.series[0].close[-1]
    cells = [table.model.data(table.model.index(last, column)) for column in range(7)]
    assert cells[1:] == ["–", "–", "–", price_text(quotient, 4 if quotient < 1 else 2), "–", "–"]
    assert table.model.headerData(4, Qt.Orientation.Horizontal) == "Value"
    table.asset.setCurrentIndex(5)
    fall = charts.stack.panes[4].contents.series[1].close[-1] - 1
    last = table.model.rowCount() - 1
    assert table.model.data(table.model.index(last, 4)) == f"{100 * fall:+.2f} %".replace("-", MINUS)
    table.copy()
    line = QGuiApplication.clipboard().text().splitlines()[-1].split("\t")
    assert line[1:4] == ["", "", ""]
    assert float(line[4]) == pytest.approx(100 * fall)


def test_that_the_table_follows_the_charts_and_keeps_its_bar(qtbot: QtBot) -> None:
    charts = charts_with(qtbot, three_markets())
    charts.set_preset("6M")
    table = table_of(qtbot, charts)
    table.asset.setCurrentIndex(2)
    table.view.setCurrentIndex(table.model.index(table.model.rowCount() - 5, 4))
    held = table.model.data(table.model.index(table.view.currentIndex().row(), 0))
    charts.set_preset("1Y")
    qtbot.waitUntil(lambda: table.model.rowCount() > 300)
    assert table.asset.currentText() == "Ether"
    assert table.model.data(table.model.index(table.view.currentIndex().row(), 0)) == held
    charts.set_period("month")
    qtbot.waitUntil(lambda: "monthly bars" in table.about.text())


def test_that_a_removed_asset_gives_way_to_one_that_is_there(qtbot: QtBot) -> None:
    charts = charts_with(qtbot, three_markets())
    table = table_of(qtbot, charts)
    table.asset.setCurrentIndex(2)
    charts.set_panes(("^RUT",))
    qtbot.waitUntil(lambda: table.asset.count() == 1)
    assert table.asset.currentText() == "Russell 2000"


def test_that_a_simulated_world_says_so_above_the_table(qtbot: QtBot) -> None:
    for world in ("real", "simulated", "playback"):
        charts = charts_with(qtbot, replace(three_markets(), world=world))
        table = table_of(qtbot, charts)
        assert table.badge.isVisible() == (world != "real")


def test_that_copying_gives_what_a_spreadsheet_takes() -> None:
    bars = bars_of([100.0] * 8 + [96.5], dt.date(2025, 9, 8), final=False)
    view = view_of(bars, live_state=State.BELOW)
    shown = ShownBars(Series(ETHER, bars), ALL, view)
    lines = tab_separated(shown, [7, 8]).splitlines()
    assert lines[0].split("\t")[5] == "Distance to the high, %"
    assert lines[1] == "2025-09-17\t100\t100\t100\t100\t0.0000\ttouch\tyes"
    assert lines[2] == "2025-09-18\t96.5\t96.5\t96.5\t96.5\t-3.5000\tbelow\tin progress"


@pytest.mark.parametrize(("chosen", "rows"), [(0, None), (1, None), (3, 3)])
def test_that_copy_takes_the_chosen_rows_or_all(qtbot: QtBot, chosen: int, rows: int | None) -> None:
    charts = charts_with(qtbot, three_markets())
    charts.set_preset("1M")
    table = table_of(qtbot, charts)
    table.view.clearSelection()
    for row in range(chosen):
        table.view.selectionModel().select(
            table.model.index(row, 0),
            table.view.selectionModel().SelectionFlag.Select | table.view.selectionModel().SelectionFlag.Rows,
        )
    table.copy()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 1 + (rows or table.model.rowCount())


def test_that_a_screen_reader_finds_the_cells_in_words(qtbot: QtBot) -> None:
    charts = charts_with(qtbot, three_markets())
    table = table_of(qtbot, charts)
    interface = QAccessible.queryAccessibleInterface(table.view)
    assert interface is not None
    assert interface.text(QAccessible.Text.Name).startswith("Russell 2000: ")
    distances = {spoken(table.model.shown, row, 5) for row in range(table.model.rowCount())}
    assert any(text.endswith("below the high") for text in distances)
    assert table.model.data(table.model.index(0, 5), Qt.ItemDataRole.AccessibleTextRole) in distances


def test_that_snapshots_without_an_asset_leave_its_pane_out(qtbot: QtBot) -> None:
    charts = charts_with(qtbot, snapshot_of(view_of(days_of([1.0, 2.0, 3.0]), BITCOIN)))
    assert [each.asset.symbol for each in charts.shown().bars] == ["BTC-USD"]

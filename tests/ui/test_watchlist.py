"""The watchlist: what each line says, to the eye and to a screen reader, and what its keys do."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from data.catalog import asset_for
from tests.support.window import NOW, SYMBOLS, a_snapshot, a_view, a_window, nothing_stored, some_bars, wave
from ui.watch_rows import watch_rows
from ui.window import MainWindow


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    made = a_window(qtbot, tmp_path)
    made.show_snapshot(a_snapshot())
    return made


def spoken(window: MainWindow, symbol: str) -> str:
    text = window.watchlist.model.find(symbol).data(Qt.ItemDataRole.AccessibleTextRole)
    assert isinstance(text, str)
    return text


def test_that_a_line_tells_what_when_how_far_and_from_where(window: MainWindow) -> None:
    text = spoken(window, "^RUT")
    for part in ("Russell 2000", "156.00 USD", "close of 2 Mar 2026", "below its all-time high", "fresh", "Yahoo"):
        assert part in text


def test_that_a_screen_reader_reaches_every_line(window: MainWindow) -> None:
    interface = QAccessible.queryAccessibleInterface(window.watchlist.view)
    names = [interface.child(n).text(QAccessible.Text.Name) for n in range(interface.childCount())]
    for symbol in SYMBOLS:
        assert any(asset_for(symbol).name in name and "all-time high" in name for name in names), symbol


def test_that_the_first_asset_is_chosen_and_headings_never_are(window: MainWindow, qtbot: QtBot) -> None:
    assert window.watchlist.symbol == "^RUT"
    view = window.watchlist.view
    view.setFocus()
    seen = [window.watchlist.symbol]
    for _ in range(len(SYMBOLS) - 1):
        qtbot.keyClick(view, Qt.Key.Key_Down)
        seen.append(window.watchlist.symbol)
    assert seen == list(SYMBOLS)


def test_that_stale_is_shown_as_stale_by_text_and_mark() -> None:
    view = a_view(asset_for("SOL-USD"), some_bars(wave(), dt.date(2025, 3, 1)), freshness="stale")
    row = next(row for row in watch_rows(a_snapshot(SOLUSD=view)) if row.symbol == "SOL-USD")
    assert row.mark == "stale"
    assert "stale 1 Mar ’25" in row.when
    assert "stale" in row.spoken


def test_that_a_bar_in_progress_is_named_as_such() -> None:
    view = a_view(asset_for("^RUT"), some_bars(wave(), live=True), live_distance=-0.01)
    row = next(row for row in watch_rows(a_snapshot(RUT=view)) if row.symbol == "^RUT")
    assert "in progress" in row.when
    assert "in progress on 2 Mar 2026" in row.spoken
    assert row.distance.startswith("\N{MINUS SIGN}1.00")


def test_that_nothing_stored_shows_no_figure() -> None:
    rows = [row for row in watch_rows(nothing_stored()) if row.symbol]
    assert {row.price for row in rows} == {"–"}
    assert {row.distance for row in rows} == {""}
    assert all("no prices yet" in row.when for row in rows)


def test_that_the_choice_survives_new_snapshots_and_added_symbols(window: MainWindow) -> None:
    window.watchlist.select("ETH-USD")
    window.show_snapshot(a_snapshot())
    assert window.watchlist.symbol == "ETH-USD"
    window.show_snapshot(a_snapshot((*SYMBOLS, "XRP-USD")))
    assert window.watchlist.symbol == "ETH-USD"


def test_that_another_asset_is_chosen_when_the_chosen_one_goes(window: MainWindow) -> None:
    window.watchlist.select("ETH-USD")
    window.show_snapshot(a_snapshot(("^RUT", "BTC-USD")))
    assert window.watchlist.symbol == "^RUT"
    assert "Russell" in window.panels.standing._title.text()


def test_that_enter_shows_a_coin_in_the_charts(window: MainWindow, qtbot: QtBot) -> None:
    window.watchlist.select("SOL-USD")
    with qtbot.waitSignal(window.panes_changed) as changed:
        qtbot.keyClick(window.watchlist.view, Qt.Key.Key_Return)
    assert changed.args == [("^RUT", "BTC-USD", "SOL-USD")]


def test_that_enter_shows_a_leader_in_the_top_pane(window: MainWindow, qtbot: QtBot) -> None:
    window.watchlist.select("^GSPC")
    with qtbot.waitSignal(window.panes_changed) as changed:
        qtbot.keyClick(window.watchlist.view, Qt.Key.Key_Return)
    assert changed.args == [("^GSPC", "BTC-USD", "ETH-USD")]


def test_that_delete_removes_and_undo_brings_back(window: MainWindow, qtbot: QtBot) -> None:
    window.watchlist.select("ETH-USD")
    window.watchlist.view.setFocus()
    with qtbot.waitSignals([window.symbol_removed, window.panes_changed]):
        qtbot.keyClick(window.watchlist.view, Qt.Key.Key_Delete)
    assert "Ether is no longer watched" in window.toasts.message.text  # type: ignore[union-attr]
    panes: list[object] = []
    window.panes_changed.connect(panes.append)
    with qtbot.waitSignal(window.symbol_added) as added:
        window.toasts.button.click()
    assert added.args == ["ETH-USD"]
    assert panes == [("^RUT", "BTC-USD", "ETH-USD")]


def test_that_delete_elsewhere_removes_nothing(window: MainWindow, qtbot: QtBot) -> None:
    removed: list[str] = []
    window.symbol_removed.connect(removed.append)
    window.panels.breaks.view.setFocus()
    qtbot.keyClick(window.panels.breaks.view, Qt.Key.Key_Delete)
    assert removed == []


def test_that_the_last_pane_stays_when_its_symbol_goes(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_window(qtbot, tmp_path)
    window.show_snapshot(a_snapshot(("^RUT",)))
    window.actions_by_id["remove_symbol"].trigger()
    window.show_snapshot(a_snapshot(()))
    assert window.watchlist.symbol == ""
    QApplication.processEvents()


def test_that_the_plus_button_opens_the_search(window: MainWindow) -> None:
    window.watchlist._add.click()
    assert window.search.isVisible()
    window.search.close()


def test_that_a_line_says_when_its_prices_are_simulated() -> None:
    rows = watch_rows(a_snapshot(world="simulated"))
    assert all("simulated prices" in row.spoken for row in rows if row.symbol)
    assert NOW.tzinfo is not None

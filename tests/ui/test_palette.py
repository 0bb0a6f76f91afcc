"""The palette: a few letters, arrow keys, Enter."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.support.window import a_snapshot, a_window
from ui.palette import Entry, fuzzy, ranked
from ui.window import MainWindow


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    made = a_window(qtbot, tmp_path)
    made.show_snapshot(a_snapshot())
    return made


def titles(window: MainWindow) -> list[str]:
    model = window.palette_box.model
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_that_letters_must_come_in_order() -> None:
    assert fuzzy("rfr", "Refresh now") is not None
    assert fuzzy("wr", "Refresh now") is None
    assert fuzzy("", "anything") is not None


@pytest.mark.parametrize(
    ("typed", "better", "worse"),
    [
        ("lb", "Zoom to the latest break", "Gold, a cube"),
        ("ether", "Ether", "Earlier, the rest"),
        ("sett", "Settings", "Stop everything that is there"),
    ],
)
def test_that_whole_words_starts_and_runs_count_more(typed: str, better: str, worse: str) -> None:
    entries = [Entry("command", title, title) for title in (worse, better)]
    assert [entry.title for entry in ranked(typed, entries)] == [better, worse]


def test_that_ctrl_k_opens_it_and_esc_gives_the_keyboard_back(window: MainWindow, qtbot: QtBot) -> None:
    window.watchlist.view.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window.palette_box.isVisible()
    assert window.palette_box.field.hasFocus()
    qtbot.keyClick(window.palette_box.field, Qt.Key.Key_Escape)
    assert not window.palette_box.isVisible()
    assert window.watchlist.view.hasFocus()


def test_that_a_command_is_found_and_run_by_keys_alone(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_by_id["palette"].trigger()
    qtbot.keyClicks(window.palette_box.field, "refr")
    assert titles(window)[0] == "Refresh now"
    with qtbot.waitSignal(window.refresh_requested):
        qtbot.keyClick(window.palette_box.field, Qt.Key.Key_Return)
    assert not window.palette_box.isVisible()


def test_that_a_symbol_is_found_by_name_or_by_ticker_and_shown(window: MainWindow, qtbot: QtBot) -> None:
    for text in ("solana", "sol-usd"):
        window.actions_by_id["palette"].trigger()
        qtbot.keyClicks(window.palette_box.field, text)
        assert titles(window)[0] == "Solana"
        qtbot.keyClick(window.palette_box.field, Qt.Key.Key_Return)
        assert window.watchlist.symbol == "SOL-USD"


def test_that_up_and_down_go_round(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_by_id["palette"].trigger()
    box = window.palette_box
    qtbot.keyClick(box.field, Qt.Key.Key_Up)
    assert box.list.currentIndex().row() == box.model.rowCount() - 1
    qtbot.keyClick(box.field, Qt.Key.Key_Down)
    assert box.list.currentIndex().row() == 0
    qtbot.keyClick(box.field, Qt.Key.Key_PageDown)
    assert box.list.currentIndex().row() > 1


def test_that_what_is_not_watched_can_be_searched_for(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_by_id["palette"].trigger()
    qtbot.keyClicks(window.palette_box.field, "qqqzzz")
    with qtbot.waitSignal(window.search_requested) as asked:
        qtbot.keyClick(window.palette_box.field, Qt.Key.Key_Return)
    assert asked.args == ["qqqzzz"]
    assert window.search.isVisible()
    window.search.close()

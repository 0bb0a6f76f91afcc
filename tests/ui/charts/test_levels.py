from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from data.levels import Level
from tests.support.charts import SYMBOLS, three_markets
from tests.support.window import a_window
from ui.charts.level_keeper import LevelKeeper
from ui.charts.linked import LinkedCharts
from ui.theme import load_theme

Moves = list[tuple[str, Level, Level]]
SHIFT = Qt.KeyboardModifier.ShiftModifier
DOING = st.lists(
    st.tuples(st.sampled_from(["add", "move", "step", "remove", "next"]), st.sampled_from("AB"), st.integers(1, 9)),
    max_size=30,
)


@pytest.fixture
def charts(qtbot: QtBot) -> LinkedCharts:
    made = LinkedCharts()
    qtbot.addWidget(made)
    made.resize(1000, 800)
    made.set_theme(load_theme("dark"))
    made.set_panes(SYMBOLS)
    made.show_snapshot(three_markets())
    made.show()
    made.set_preset("1Y")
    made.grab()
    return made


@pytest.fixture
def moves(charts: LinkedCharts) -> Moves:
    told: Moves = []
    charts.level_moved.connect(lambda *given: told.append(given))
    return told


@given(DOING)
def test_that_undoing_everything_ends_where_it_began_and_no_level_loses_its_name(
    doing: list[tuple[str, str, int]],
) -> None:
    keeper = LevelKeeper()
    begun = {"A": (Level(1.0), Level(2.0)), "B": (Level(3.0, "a rule"),)}
    for symbol, levels in begun.items():
        keeper.put(symbol, levels)
    known = {level.id for levels in begun.values() for level in levels}
    for what, symbol, number in doing:
        some = keeper.of(symbol)
        if what == "add":
            level = Level(float(number))
            known.add(level.id)
            keeper.add(symbol, level)
        elif what == "next":
            keeper.choose_next(("A", "B"))
        elif some and what == "remove":
            keeper.remove(symbol, some[number % len(some)])
        elif some:
            keeper.move(symbol, some[number % len(some)].moved(float(number)), step=what == "step")
        now = [level.id for each in begun for level in keeper.of(each)]
        assert len(set(now)) == len(now)
        assert set(now) <= known
        assert keeper.chosen is None or keeper.current is not None
    while keeper.undo() is not None:
        pass
    assert {symbol: keeper.of(symbol) for symbol in begun} == begun


def test_that_a_level_is_added_where_the_pointer_is(charts: LinkedCharts, qtbot: QtBot) -> None:
    pane = charts.stack.panes[1]
    at = QPoint(400, round(pane.rect.center().y()))
    qtbot.mouseMove(charts.view.viewport(), at)
    qtbot.keyClick(charts.view, Qt.Key.Key_Insert)
    [level] = charts.levels("BTC-USD")
    assert float(pane.view.y(level.price)) == pytest.approx(at.y() - pane.rect.top(), abs=1)
    charts.grab()
    assert [v for v, _ in pane.levels.places()] == [level]


def test_that_keys_alone_add_a_level_move_it_by_ticks_remove_it_and_undo(
    charts: LinkedCharts, moves: Moves, qtbot: QtBot
) -> None:
    view = charts.view
    qtbot.keyClick(view, Qt.Key.Key_End)
    qtbot.keyClick(view, Qt.Key.Key_Insert)
    [level] = charts.levels("^RUT")
    close = float(charts.stack.panes[0].contents.series[0].close[-1])
    assert level.price == close
    for key, modifier, ticks in (
        (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, 1),
        (Qt.Key.Key_Up, SHIFT, 10),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, -1),
        (Qt.Key.Key_PageUp, Qt.KeyboardModifier.NoModifier, 100),
    ):
        before = charts.levels("^RUT")[0]
        qtbot.keyClick(view, key, modifier)
        [after] = charts.levels("^RUT")
        assert after.price == pytest.approx(before.price + ticks * 0.01, abs=1e-9)
        assert moves[-1] == ("^RUT", before, after)
        assert after.id == level.id
    charts.undo_level()  # the steps in a row are one
    assert charts.levels("^RUT") == (level,)
    assert moves[-1][2] == level
    charts.choose_level()
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert charts.levels("^RUT") == ()
    charts.undo_level()
    assert charts.levels("^RUT") == (level,)


def test_that_arrows_change_the_pane_again_once_the_level_is_let_go(charts: LinkedCharts, qtbot: QtBot) -> None:
    charts.set_levels("^RUT", [Level(500.0)])
    qtbot.keyClick(charts.view, Qt.Key.Key_L)
    qtbot.keyClick(charts.view, Qt.Key.Key_Escape)
    qtbot.keyClick(charts.view, Qt.Key.Key_Down)
    assert charts.levels("^RUT")[0].price == 500.0
    qtbot.keyClick(charts.view, Qt.Key.Key_End)
    qtbot.keyClick(charts.view, Qt.Key.Key_Insert)
    assert len(charts.levels("BTC-USD")) == 1


def test_that_choosing_goes_through_all_panes_from_the_highest_price_down(charts: LinkedCharts, qtbot: QtBot) -> None:
    charts.set_levels("^RUT", [Level(500.0), Level(600.0, "the old high")])
    charts.set_levels("ETH-USD", [Level(400.0)])
    said = []
    for _ in range(4):
        qtbot.keyClick(charts.view, Qt.Key.Key_L)
        said.append(charts.view.accessibleDescription().split(". ")[0])
    close = charts.stack.panes[0].contents.series[0].close[-1]
    away = f"{100 * (1 - 600 / close):.1f} % below the last price"
    assert said[0] == f"Level 1 of 2 of Russell 2000, the old high, at 600.00, {away}"
    assert said[1].startswith("Level 2 of 2 of Russell 2000 at 500.00")
    assert said[2].startswith("Level 1 of 1 of Ether at 400.00")
    assert said[3] == said[0]


def test_that_a_moved_level_tells_its_price_in_the_axis_and_in_words(charts: LinkedCharts, qtbot: QtBot) -> None:
    pane = charts.stack.panes[0]
    charts.set_levels("^RUT", [Level(round(pane.view.price(200.0), 2))])
    qtbot.keyClick(charts.view, Qt.Key.Key_L)
    qtbot.keyClick(charts.view, Qt.Key.Key_Up, SHIFT)
    charts.grab()
    price = f"{charts.levels('^RUT')[0].price:,.2f}"
    assert price in [tag.text for tag in pane.axis.tags]
    assert f"at {price}" in charts.view.accessibleDescription()


def test_that_the_chosen_level_looks_different(charts: LinkedCharts) -> None:
    charts.set_levels("^RUT", [Level(charts.stack.panes[0].view.price(200.0))])
    plain = charts.grab().toImage()
    charts.choose_level()
    assert charts.grab().toImage() != plain


def test_that_the_menu_of_a_place_offers_that_price(charts: LinkedCharts) -> None:
    pane = charts.stack.panes[0]
    menu = charts.level_menu(QPointF(400, pane.rect.center().y()))
    charts.clear_crosshair()  # the pointer leaves the charts for the menu
    add = menu.actions()[0]
    add.trigger()
    [level] = charts.levels("^RUT")
    assert f"Add a level at {level.price:,.2f}" in add.text()
    assert float(pane.view.y(level.price)) == pytest.approx(pane.view.height / 2, abs=1)
    menu.deleteLater()


def test_that_a_price_can_be_typed(charts: LinkedCharts, moves: Moves) -> None:
    charts.set_levels("BTC-USD", [Level(210.0)])
    charts.choose_level()
    charts.type_level()
    [dialog] = charts.findChildren(QInputDialog)
    dialog.setDoubleValue(222.25)
    dialog.accept()
    assert charts.levels("BTC-USD")[0].price == 222.25
    assert moves[-1][2].price == 222.25


def test_that_there_is_nothing_to_do_without_prices_or_levels(qtbot: QtBot) -> None:
    made = LinkedCharts()
    qtbot.addWidget(made)
    for act in (made.add_level, made.choose_level, made.remove_level, made.undo_level, made.type_level):
        act()
    made.set_panes(SYMBOLS)
    made.show_snapshot(three_markets())
    made.set_compare(True)
    made.add_level()
    assert all(made.levels(symbol) == () for symbol in SYMBOLS)
    made.set_compare(False)
    made.add_level(np.nan)
    made.add_level(-5.0)
    assert all(made.levels(symbol) == () for symbol in SYMBOLS)


def test_that_levels_are_in_the_settings_and_back_after_a_restart(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_window(qtbot, tmp_path)
    level = Level(2500.0, "the old high")
    with qtbot.waitSignal(window.settings_changed) as told:
        window.charts.levels_changed.emit("^RUT", (level,))
    again = a_window(qtbot, tmp_path, settings=told.args[0])
    assert ("set_levels", "^RUT", (level,)) in again.charts.asked  # type: ignore[attr-defined]

"""One table of commands: whole, without clashes, and all of it in the menus."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from tests.support.window import a_snapshot, a_window, nothing_stored
from ui.commands import COMMANDS, make_actions
from ui.dialogs import shortcut_lines

NAMED = tuple(command for command in COMMANDS if command.text)


def test_that_no_two_commands_share_an_id_a_text_or_a_shortcut() -> None:
    for of in (
        [command.id for command in NAMED],
        [command.title for command in NAMED],
        [QKeySequence(command.shortcut).toString() for command in NAMED if command.shortcut],
    ):
        assert [value for value, count in Counter(of).items() if count > 1] == []


def test_that_every_shortcut_is_one_that_can_be_pressed() -> None:
    for command in NAMED:
        if command.shortcut:
            keys = QKeySequence(command.shortcut)
            assert keys.count() == 1, command.id
            assert keys[0].key() not in (0, 0x1FFFFFF), command.id


def test_that_every_command_says_what_it_does() -> None:
    for command in NAMED:
        assert command.tip.endswith("."), command.id


@pytest.mark.parametrize("menu", sorted({command.menu for command in NAMED}))
def test_that_access_keys_do_not_clash_within_a_menu(menu: str) -> None:
    letters = [c.text[c.text.index("&") + 1].lower() for c in NAMED if c.menu == menu and "&" in c.text]
    assert [letter for letter, count in Counter(letters).items() if count > 1] == []


def test_that_a_command_without_a_handler_is_a_mistake_that_shows(qtbot: QtBot) -> None:
    menu = QMenu()
    qtbot.addWidget(menu)
    with pytest.raises(KeyError):
        make_actions(menu, menu, {}, NAMED[:1])


def test_that_every_command_is_in_a_menu_and_in_the_help_list(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_window(qtbot, tmp_path)
    shown = {action.objectName() for menu in window.top.menus.findChildren(QMenu) for action in menu.actions()}
    assert {command.id for command in NAMED} <= shown
    lines = " ".join(detail.text for detail in shortcut_lines(window.actions_by_id))
    assert all(command.title in lines for command in NAMED)


@pytest.mark.parametrize("command", [c.id for c in NAMED if c.id not in ("quit", "full_screen")])
def test_that_every_menu_entry_can_be_triggered_with_and_without_prices(
    qtbot: QtBot, tmp_path: Path, command: str
) -> None:
    window = a_window(qtbot, tmp_path)
    action = window.actions_by_id[command]
    with qtbot.captureExceptions() as raised:
        for snapshot in (nothing_stored(()), a_snapshot()):
            window.show_snapshot(snapshot)
            action.trigger()
    assert raised == []
    assert window.isVisible()


def test_that_menus_keep_the_order_of_the_table(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_window(qtbot, tmp_path)
    tops = [action.text().replace("&", "") for action in window.top.menus.actions()]
    assert tops == ["File", "View", "Chart", "Alerts", "Evidence", "Economy", "Data", "Help"]
    for menu in window.top.menus.findChildren(QMenu):
        shown = [action.objectName() for action in menu.actions() if action.objectName()]
        assert shown == [command.id for command in NAMED if command.id in shown]

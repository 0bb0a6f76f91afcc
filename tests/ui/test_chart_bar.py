"""The buttons above the charts: each with an icon or a text, a name and a tip, and none cut off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from tests.support.window import a_snapshot, a_window
from ui.chart_bar import ChartBar, CommandButton
from ui.theme import load_theme
from ui.window import MainWindow

BUTTONS = (
    "style_line", "style_area", "style_candle", "style_ohlc", "ratio", "drawdown", "correlation", "volume", "log",
    "percent", "bands", "compare",
)  # fmt: skip


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    made = a_window(qtbot, tmp_path)
    made.show_snapshot(a_snapshot())
    return made


def on_show(bar: ChartBar) -> Iterator[QToolButton]:
    return (button for button in bar.findChildren(QToolButton) if button.isVisibleTo(bar))


@pytest.mark.parametrize("width", [700, 1024, 1280, 1600, 2400])
def test_that_nothing_is_cut_off_and_everything_is_within_reach(window: MainWindow, width: int) -> None:
    window.resize(width, 800)
    QApplication.processEvents()  # groups that give way make room with the next layout
    window.grab()
    bar = window.frame.bar
    shown = list(on_show(bar))
    for button in shown:
        area = QRect(button.mapTo(bar, QPoint()), button.size())
        assert bar.rect().contains(area), button.accessibleName()
        assert button.width() >= button.sizeHint().width(), button.accessibleName()
    direct = {button.command for button in shown if isinstance(button, CommandButton)}
    behind = {action.objectName() for action in bar.more.menu().actions()}
    assert set(BUTTONS) <= direct | behind
    assert not direct & behind


def test_that_every_button_has_a_name_a_tip_and_a_picture(window: MainWindow) -> None:
    found = {button.command: button for button in window.frame.bar.findChildren(CommandButton)}
    assert set(BUTTONS) <= set(found)
    for name in BUTTONS:
        button, action = found[name], window.actions_by_id[name]
        assert button.accessibleName() == action.text().replace("&", "")
        assert button.toolTip().startswith(button.accessibleName())
        assert not button.icon().isNull()
    pictures = {found[name].icon().pixmap(18, 18).toImage().cacheKey() for name in BUTTONS}
    assert len(pictures) == len(BUTTONS)


def test_that_a_button_does_and_shows_what_its_command_does(window: MainWindow) -> None:
    found = {button.command: button for button in window.frame.bar.findChildren(CommandButton)}
    found["drawdown"].click()
    assert window.charts.asked[-1] == ("show_measure", "drawdown", True)  # type: ignore[attr-defined]
    window.actions_by_id["style_area"].trigger()
    assert found["style_area"].isChecked()
    assert not found["style_line"].isChecked()


def test_that_the_length_of_bars_is_told_and_chosen_in_one_button(window: MainWindow) -> None:
    [button] = [each for each in window.frame.bar.findChildren(QToolButton) if "Length" in each.accessibleName()]
    assert button.accessibleName() == "Length of bars: Day"
    window.actions_by_id["period_week"].trigger()
    assert button.accessibleName() == "Length of bars: Week"
    assert len(button.menu().actions()) == 7


def test_that_icons_follow_the_theme(window: MainWindow) -> None:
    button = window.frame.bar.findChildren(CommandButton)[-1]
    dark = button.icon().pixmap(18, 18).toImage()
    window.set_theme(load_theme("light"))
    assert button.icon().pixmap(18, 18).toImage() != dark

"""The count of alerts that nobody has looked at: in the window's title and in the tray."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from data.ledger import Outcome, Receipt
from tests.support.alerts import NOW
from tests.support.window import a_window
from ui.tray import Tray
from ui.unseen import Unseen


def receipt(key: str, outcome: Outcome = "delivered") -> Receipt:
    return Receipt(key, "notification", outcome, NOW)


def test_that_each_alert_counts_once_until_it_or_the_window_is_looked_at(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    unseen = Unseen(window, window)
    heard: list[int] = []
    unseen.changed.connect(heard.append)
    for one in (receipt("a"), receipt("a"), receipt("b", "unknown"), receipt("c", "failed"), receipt("b", "clicked")):
        unseen.note(one)
    assert heard == [1, 2, 1]
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowActivate))
    assert (heard, unseen.count) == ([1, 2, 1, 0], 0)


def test_that_what_is_told_while_the_window_is_looked_at_is_seen(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_window(qtbot, tmp_path)
    unseen = Unseen(window, window)
    unseen.note(receipt("a"))
    assert unseen.count == 0


def test_that_title_and_tray_say_how_many(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_window(qtbot, tmp_path)
    tray = Tray([], lambda: NOW, window, is_host_there=lambda: False)
    for count, title, tip in ((2, "(2) Bellwether", "2 new alerts"), (1, "(1) Bellwether", "1 new alert")):
        window.show_unseen(count)
        tray.set_unseen(count)
        assert (window.windowTitle(), tray.tooltip) == (title, tip)
    window.show_unseen(0)
    tray.set_unseen(0)
    assert (window.windowTitle(), tray.tooltip) == ("Bellwether", "Bellwether")
    tray.stop()

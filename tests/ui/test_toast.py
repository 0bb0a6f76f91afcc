"""Messages over the window: one at a time, by keyboard, and never the same twice in a row."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.support.window import a_window
from ui.toast import Message, Toasts
from ui.window import MainWindow


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    return a_window(qtbot, tmp_path)


@pytest.fixture
def toasts(window: MainWindow) -> Toasts:
    return window.toasts


def test_that_messages_wait_their_turn(window: MainWindow, toasts: Toasts) -> None:
    for text in ("first", "second", "third"):
        window.toast(text)
    assert toasts.message == Message("first")
    assert toasts.waiting == 2
    assert toasts._more.text() == "2 more"
    toasts.dismiss()
    assert toasts.message == Message("second")
    toasts.dismiss()
    toasts.dismiss()
    assert toasts.message is None
    assert not toasts.isVisible()


def test_that_the_same_message_is_told_once(window: MainWindow, toasts: Toasts) -> None:
    window.toast("offline")
    window.toast("offline")
    assert toasts.waiting == 0


def test_that_the_button_acts_once_and_closes(window: MainWindow, toasts: Toasts) -> None:
    done: list[str] = []
    window.toast("removed", action="Undo", act=lambda: done.append("undone"))
    toasts.button.click()
    assert done == ["undone"]
    assert toasts.message is None


def test_that_f8_reaches_the_button_and_esc_closes(window: MainWindow, toasts: Toasts, qtbot: QtBot) -> None:
    window.toast("removed", action="Undo", act=lambda: None)
    qtbot.keyClick(window, Qt.Key.Key_F8)
    assert toasts.button.hasFocus()
    with qtbot.waitSignal(window.notice_dismissed):
        qtbot.keyClick(toasts.button, Qt.Key.Key_Escape)
    assert toasts.message is None


def test_that_a_message_leaves_by_itself_unless_it_stays(
    window: MainWindow, toasts: Toasts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toasts, "underMouse", lambda: False)
    window.toast("passing")
    assert toasts._timer.isActive()
    toasts._on_time()
    assert toasts.message is None
    window.toast("lasting", stays=True)
    assert not toasts._timer.isActive()
    assert toasts.message is not None


def test_that_a_message_whose_button_has_the_keyboard_does_not_slip_away(window: MainWindow, toasts: Toasts) -> None:
    window.toast("removed", action="Undo", act=lambda: None)
    toasts.take_focus()
    toasts._on_time()
    assert toasts.message is not None


def test_that_it_stays_inside_the_window_at_any_size(window: MainWindow, toasts: Toasts) -> None:
    window.toast("A long message that needs more than one line, since it says what happened and what can be done. " * 2)
    for width in (1400, 840):
        window.resize(width, 600)
        assert window.rect().contains(toasts.geometry())


def test_that_the_first_line_of_a_message_is_its_title(window: MainWindow, toasts: Toasts) -> None:
    window.toast("Russell 2000 broke its high\nClosed at 2,467.70 on 18 Sep 2025.", "break")
    assert toasts._title.text() == "Russell 2000 broke its high"
    assert toasts._text.text() == "Closed at 2,467.70 on 18 Sep 2025."
    toasts.dismiss()
    window.toast("One line")
    assert not toasts._title.isVisible()

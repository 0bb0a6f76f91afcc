"""Messages over the window: one at a time, by keyboard, and never the same twice in a row."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.window import a_window
from ui.toast import TURN_MS, Message, Toasts
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


def test_that_a_long_title_wraps_and_covers_no_word_of_the_body(window: MainWindow, toasts: Toasts) -> None:
    body = "Reached 2,467.70 on 18 Sep 2025, 1.02 % above the high of 2,442.74 that had stood since 15 Nov 2021. " * 2
    toasts.tell(Message("short"))
    for width in (1400, 700, 480):
        window.resize(width, 700)
        title = "Playback: Russell 2000 touched its all-time high, and in the end it was the highest of all"
        toasts.tell(Message(f"{title}\n{body}", "touch", "Open chart", lambda: None, stays=True))
        toasts.dismiss()
        toasts.tell(Message("another"))
        QApplication.processEvents()
        title_label, text = toasts._title, toasts._text
        assert title_label.geometry().bottom() < text.geometry().top()
        assert text.height() >= text.heightForWidth(text.width())
        assert title_label.height() >= title_label.heightForWidth(title_label.width())
        assert text.geometry().bottom() < toasts.button.geometry().top()
        toasts.dismiss()


def test_that_the_time_axis_and_the_status_line_stay_in_view(window: MainWindow, toasts: Toasts) -> None:
    window.toast("Russell 2000 broke its high\nClosed at 2,467.70 on 18 Sep 2025.", "break")
    assert toasts.geometry().bottom() <= window.height() - 28 - 32


def test_that_a_message_that_stays_makes_room_for_a_new_one_and_comes_back(
    window: MainWindow, toasts: Toasts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toasts, "underMouse", lambda: False)
    gone: list[Message] = []
    toasts.dismissed.connect(gone.append)
    first, second = (Message(f"{name}\nbody", stays=True) for name in ("first", "second"))
    toasts.tell(first)
    assert not toasts._timer.isActive()
    toasts.tell(second)
    assert (toasts._timer.isActive(), toasts._timer.interval()) == (True, TURN_MS)
    toasts._on_time()
    assert (toasts.message, toasts.waiting, gone) == (second, 1, [])
    assert not toasts._timer.isActive(), "both were seen: nothing changes by itself any more"
    toasts.dismiss()
    assert (toasts.message, gone) == (first, [second])


def test_that_what_can_be_done_later_closes_the_message(window: MainWindow, toasts: Toasts) -> None:
    done: list[str] = []
    toasts.tell(Message("title\nbody", stays=True, later=(("In an hour", lambda: done.append("hour")),)))
    (action,) = toasts.later.menu().actions()
    action.trigger()
    assert (done, toasts.message) == (["hour"], None)
    toasts.tell(Message("plain"))
    assert not toasts.later.isVisible()

"""The past begins shortly before a break, or on a day of one's own within what is stored."""

from __future__ import annotations

import datetime as dt

import pytest
from PySide6.QtCore import QDate
from pytestqt.qtbot import QtBot

from ui.playback_dialog import PlaybackDialog

FIRST, LAST = dt.date(2000, 1, 3), dt.date(2025, 12, 1)


@pytest.fixture
def dialog(qtbot: QtBot) -> PlaybackDialog:
    made = PlaybackDialog([dt.date(2021, 11, 2), dt.date(2025, 9, 18)], FIRST, LAST)
    qtbot.addWidget(made)
    return made


def test_that_it_begins_before_the_latest_break(qtbot: QtBot, dialog: PlaybackDialog) -> None:
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.accept()
    assert chosen.args == [dt.date(2025, 8, 19)]


def test_that_an_earlier_break_can_be_chosen(dialog: PlaybackDialog) -> None:
    dialog.event.setCurrentIndex(1)
    assert dialog.start == dt.date(2021, 10, 3)


def test_that_a_day_of_ones_own_is_kept_and_stays_within_what_is_stored(dialog: PlaybackDialog) -> None:
    dialog.day.setDate(QDate(2010, 5, 5))
    assert (dialog.event.currentText(), dialog.start) == ("A day of my own", dt.date(2010, 5, 5))
    dialog.day.setDate(QDate(1990, 1, 1))
    assert dialog.start == FIRST


def test_that_without_a_break_a_day_can_be_chosen(qtbot: QtBot) -> None:
    made = PlaybackDialog([], FIRST, LAST)
    qtbot.addWidget(made)
    assert made.event.count() == 1
    assert FIRST <= made.start <= LAST

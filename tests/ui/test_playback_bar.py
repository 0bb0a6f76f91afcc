"""The controls of a played past run, stop and hurry its clock, and say where it is."""

from __future__ import annotations

import datetime as dt

import pytest
from pytestqt.qtbot import QtBot

from data.playback import PlaybackClock
from tests.support.sources import HandClock
from ui.playback_bar import PlaybackBar

START = dt.datetime(2025, 9, 1, tzinfo=dt.UTC)
END = dt.datetime(2025, 9, 11, tzinfo=dt.UTC)


@pytest.fixture
def real() -> HandClock:
    return HandClock()


@pytest.fixture
def clock(real: HandClock) -> PlaybackClock:
    return PlaybackClock(real, START, END)


@pytest.fixture
def bar(qtbot: QtBot, clock: PlaybackClock) -> PlaybackBar:
    made = PlaybackBar(clock)
    qtbot.addWidget(made)
    return made


def test_that_it_begins_stopped_and_says_where(bar: PlaybackBar, clock: PlaybackClock) -> None:
    assert (clock.speed, bar.run.text(), bar.at.text()) == (0, "Play", "1 Sep 2025")


def test_that_it_runs_at_the_chosen_speed_and_stops(bar: PlaybackBar, clock: PlaybackClock, real: HandClock) -> None:
    bar.speed.setCurrentIndex(1)
    bar.run.click()
    assert bar.run.text() == "Stop"
    real.wait(3)
    assert clock() == START + dt.timedelta(days=3)
    bar.speed.setCurrentIndex(2)
    real.wait(1)
    bar.run.click()
    real.wait(100)
    assert clock() == START + dt.timedelta(days=8)


def test_that_a_speed_chosen_while_stopped_starts_nothing(bar: PlaybackBar, clock: PlaybackClock) -> None:
    bar.speed.setCurrentIndex(5)
    assert clock.speed == 0


def test_that_a_day_on_is_told(qtbot: QtBot, bar: PlaybackBar, clock: PlaybackClock) -> None:
    with qtbot.waitSignal(bar.moved):
        bar.step.click()
    assert (clock().date(), bar.at.text()) == (dt.date(2025, 9, 2), "2 Sep 2025")


def test_that_at_the_end_nothing_goes_on(qtbot: QtBot, bar: PlaybackBar, real: HandClock) -> None:
    bar.speed.setCurrentIndex(5)
    bar.run.click()
    real.wait(1)
    qtbot.waitUntil(lambda: bar.run.text() == "The end")
    assert not bar.run.isEnabled()
    assert not bar.step.isEnabled()
    assert bar.way.value() == 1000

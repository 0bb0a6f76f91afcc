"""The whole line, once: a loopback Yahoo, the real window, the real daemon, on the day of a break."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import main
from data.calendar import Calendars
from data.profile import Profile
from models.breakout import State
from tests.support.desktop import Desktop
from tests.support.loopback import Loopback
from tests.support.sources import HandClock
from tests.support.staged import BEFORE_CLOSE, BREAK_DAY, SETTLED, UNSETTLED, stage
from ui.application import Application

BROKE = "Russell 2000 broke its all-time high"


@pytest.fixture
def world(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    with Loopback() as loopback:
        for name, value in loopback.environment().items():
            monkeypatch.setenv(name, value)
        stage(loopback, Calendars())
        yield loopback


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    made = Profile(tmp_path / "profile")
    made.create()
    made.settings.write_text('watchlist = ["^RUT", "BTC-USD"]\npanes = ["^RUT", "BTC-USD"]\non_close = "quit"\n')
    return made


@pytest.fixture
def clock() -> HandClock:
    return HandClock(BEFORE_CLOSE)


@pytest.fixture
def launch(
    qapp: QApplication, world: Loopback, profile: Profile, clock: HandClock
) -> Iterator[Callable[[], Application]]:
    """Start the app on the profile as it stands; ended the way a user ends it."""
    running: list[Application] = []

    def start() -> Application:
        desk = main.build(profile, demo=False, seed=0, clock=clock)
        application = Application(qapp, desk, ("true",))
        running.append(application)
        application.start(hidden=False)
        return application

    yield start
    for application in running:
        if shiboken6.isValid(application):
            end(application)


def end(application: Application) -> None:
    application.quit()
    application.dispose()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def judged(qtbot: QtBot, application: Application, act: Callable[[], None]) -> None:
    with qtbot.waitSignal(application.market.judged, timeout=20_000):
        act()


def test_that_a_break_is_provisional_before_the_close_and_told_once_after_it(
    qtbot: QtBot,
    desktop: Desktop,
    world: Loopback,
    clock: HandClock,
    launch: Callable[[], Application],
) -> None:
    desktop.run("dunstctl", "close-all")
    world.now = clock.now
    application = launch()
    market = application.market
    judged(qtbot, application, lambda: None)
    view = market.snapshot.assets["^RUT"]
    assert view.live_state is State.BREAK
    assert view.state is not State.BREAK
    assert view.breaks == ()
    assert not view.bars.final[-1]

    clock.now = world.now = UNSETTLED
    judged(qtbot, application, market.refresh)
    assert market.snapshot.assets["^RUT"].breaks == (), "closed, but not settled yet"
    assert [n.summary for n in desktop.notifications()] == []

    clock.now = world.now = SETTLED
    assert application.alerting is not None
    with qtbot.waitSignal(application.alerting.delivery.recorded, timeout=20_000) as told:
        judged(qtbot, application, market.refresh)
    view = market.snapshot.assets["^RUT"]
    assert view.state is State.BREAK
    assert [event.session for event in view.breaks] == [BREAK_DAY]
    assert view.problems == ()
    assert view.held_back is None
    receipt = told.args[0]
    assert (receipt.channel, receipt.outcome) == ("notification", "delivered")
    assert [n.summary for n in desktop.notifications()] == [BROKE]
    assert "2,412.00" in desktop.notifications()[0].body

    before = application.charts.bus.range
    desktop.invoke(BROKE)
    qtbot.waitUntil(lambda: application.charts.bus.range != before, timeout=20_000)
    shown = application.charts.bus.range
    bars = view.bars
    instant = int(bars.time[np.flatnonzero(bars.session == np.datetime64(BREAK_DAY))[0]])
    assert shown.first < instant < shown.last
    assert shown.last - shown.first < before.last - before.first

    for _ in range(2):
        judged(qtbot, application, market.refresh)
    end(application)
    clock.now = world.now = SETTLED + dt.timedelta(minutes=30)
    again = launch()
    judged(qtbot, again, lambda: None)
    judged(qtbot, again, again.market.refresh)
    assert [n.summary for n in desktop.notifications()] == [BROKE]
    ((alert, receipts),) = again.desk.ledger.history()
    assert alert.transition == "break"
    assert [receipt.outcome for receipt in receipts] == ["delivered", "clicked"]

"""The course of a day in the real window: unmodified yfinance over TLS, the store, the charts, and each failure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

import main
from data.bars import BarRow, Bars
from data.calendar import Calendars
from data.profile import Profile
from models.intraday import Intraday
from tests.support import faults
from tests.support.desktop import Desktop
from tests.support.faults import Fault
from tests.support.loopback import Loopback
from tests.support.sources import HandClock, dead_address
from tests.support.staged import stage
from ui.application import Application

NOON = dt.datetime(2025, 9, 18, 16, 2, tzinfo=dt.UTC)  # two minutes into a bar of five
STEP = 300
SESSIONS = [dt.date(2025, 9, day) for day in (16, 17, 18)]


def course(now: dt.datetime, drift: float = 0.0) -> list[BarRow]:
    """Bars of five minutes until `now`, the last one in progress and `drift` above what it would be."""
    rows = []
    for number, day in enumerate(SESSIONS):
        opened = int(dt.datetime.combine(day, dt.time(13, 30), dt.UTC).timestamp())
        for bar in range(78):
            close = 2350.0 + 10 * number + bar / 10
            rows.append(BarRow(day, opened + bar * STEP, close, close + 1, close - 1, close, 100.0))
    begun = [row for row in rows if row.time <= now.timestamp()]
    last = begun[-1]
    return [*begun[:-1], last._replace(close=last.close + drift, high=last.high + drift)]


@pytest.fixture
def world(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    with Loopback() as loopback:
        for name, value in loopback.environment().items():
            monkeypatch.setenv(name, value)
        stage(loopback, Calendars())
        loopback.now = NOON
        loopback.serve("^RUT", course(NOON), name="Russell 2000", interval="5m")
        yield loopback


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    made = Profile(tmp_path / "profile")
    made.create()
    made.settings.write_text('watchlist = ["^RUT"]\npanes = ["^RUT"]\non_close = "quit"\ncross_check = false\n')
    return made


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOON)


@pytest.fixture
def launch(
    qtbot: QtBot, qapp: QApplication, world: Loopback, profile: Profile, clock: HandClock
) -> Iterator[Callable[[], Application]]:
    """Start the app on the profile as it stands, and wait until it has judged the daily prices."""
    running: list[Application] = []

    def start() -> Application:
        application = Application(qapp, main.build(profile, demo=False, seed=0, clock=clock), ("true",))
        running.append(application)
        with qtbot.waitSignal(application.market.judged, timeout=30_000):
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


def press(application: Application, period: str = "5m") -> None:
    application.window.actions_by_id[f"period_{period}"].trigger()


def choose(qtbot: QtBot, application: Application) -> None:
    """Choose bars of five minutes, and wait until the source was asked for them, whatever came of it."""
    with qtbot.waitSignal(application.intraday.changed, timeout=40_000, check_params_cb=is_answered):
        press(application)


def is_answered(intraday: Intraday) -> bool:
    return not intraday.views["^RUT"].awaited


def bars(application: Application) -> Bars:
    """The bars on show, those in view or not."""
    shown = application.charts.shown().bars
    return shown[0].bars if shown else Bars.empty()


def pane_texts(application: Application) -> str:
    """What the only pane says: its header with the badges, or the sentence in its middle."""
    (pane,) = (each for each in application.charts.stack.panes if each.contents.series)
    application.charts.view.grab()
    return " ".join((*pane.header_texts, *(badge.text for badge in pane.contents.badges), pane.contents.sentence))


def toasts(application: Application) -> list[str]:
    return [label.text() for label in application.window.toasts.findChildren(QLabel) if label.text()]


def kept(application: Application) -> Bars:
    return application.desk.parts.store.bars("^RUT", "5m").bars


def test_that_bars_of_five_minutes_are_shown_and_go_on_with_the_day(
    qtbot: QtBot, world: Loopback, clock: HandClock, launch: Callable[[], Application]
) -> None:
    application = launch()
    choose(qtbot, application)
    rows = course(NOON)
    assert bars(application).time.tolist() == [row.time for row in rows]
    assert bars(application).close.tolist() == [row.close for row in rows]
    assert not bars(application).final[-1]
    assert application.charts.preset == "5D"
    assert "stale" not in pane_texts(application)

    clock.now = world.now = NOON + dt.timedelta(seconds=30)
    world.serve("^RUT", course(clock.now, drift=3.25), name="Russell 2000", interval="5m")
    qtbot.waitUntil(lambda: bars(application).close[-1] == rows[-1].close + 3.25, timeout=20_000)
    assert kept(application).close[-1] == rows[-1].close, "a look at the bar in progress is not kept"

    clock.now = world.now = NOON + dt.timedelta(minutes=6)
    later = course(clock.now)
    world.serve("^RUT", later, name="Russell 2000", interval="5m")
    qtbot.waitUntil(lambda: len(kept(application)) == len(rows) + 1, timeout=20_000)
    qtbot.waitUntil(lambda: bars(application).close.tolist() == [row.close for row in later], timeout=20_000)
    assert kept(application).close.tolist() == [row.close for row in later]


OFFLINE = "Yahoo cannot be reached. Check the internet connection; fetching is tried again by itself."
AGAIN = "Stored prices stay as they are, and fetching"
FAULTS = [
    (faults.UNPROCESSABLE, "Yahoo has no prices of ^RUT for the days asked for. Stored prices stay as they are."),
    (faults.TOO_MANY, f"Yahoo has been asked too often and wants a pause. {AGAIN} goes on by itself."),
    (faults.EMPTY, f"Yahoo sent no prices of ^RUT. {AGAIN} is tried again by itself."),
    (faults.RESET, OFFLINE),
]
each_fault = pytest.mark.parametrize(("fault", "said"), FAULTS, ids=[fault.name for fault, _ in FAULTS])


@each_fault
def test_that_a_failure_keeps_the_bars_says_why_and_shows_their_age(
    qtbot: QtBot, world: Loopback, clock: HandClock, launch: Callable[[], Application], fault: Fault, said: str
) -> None:
    application = launch()
    choose(qtbot, application)
    before = bars(application).close.tolist()
    world.fail("^RUT", fault)
    clock.now = world.now = NOON + dt.timedelta(minutes=40)
    application.intraday.refresh()
    qtbot.waitUntil(lambda: "not updated since" in pane_texts(application), timeout=30_000)
    assert bars(application).close.tolist() == before
    assert "18 Sep 2025 16:00 UTC" in pane_texts(application), "the last bar's own time"
    assert "not updated since 18 Sep 2025 16:02 UTC" in pane_texts(application)
    assert said in toasts(application)


@each_fault
def test_that_a_failure_without_any_bars_is_said_in_the_pane(
    qtbot: QtBot, world: Loopback, launch: Callable[[], Application], fault: Fault, said: str
) -> None:
    application = launch()
    world.fail("^RUT", fault)
    with qtbot.waitSignal(application.intraday.changed, timeout=40_000, check_params_cb=is_answered):
        press(application)
        assert "Fetching the 5-minute bars of Russell 2000…" in pane_texts(application)
    assert said in pane_texts(application)
    assert said not in toasts(application), "said once, where the bars would be"
    assert len(bars(application)) == 0


def test_that_the_stored_bars_are_shown_offline_after_a_restart(
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    world: Loopback,
    clock: HandClock,
    launch: Callable[[], Application],
) -> None:
    application = launch()
    choose(qtbot, application)
    before = bars(application).close.tolist()
    end(application)

    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, dead_address())
    asked = world.count()
    clock.now = world.now = NOON + dt.timedelta(hours=3)
    again = launch()
    assert again.charts.period == "5m", "as it was left"
    qtbot.waitUntil(lambda: "not updated since" in pane_texts(again), timeout=40_000)
    assert bars(again).close.tolist() == before
    assert world.count() == asked
    assert "not updated since 18 Sep 2025 16:02 UTC" in pane_texts(again)
    assert OFFLINE in toasts(again)

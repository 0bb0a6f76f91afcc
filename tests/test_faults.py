"""The whole app against a world that fails: no stored bar is lost, the user is told, and a healthy answer clears it."""

from __future__ import annotations

import datetime as dt
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import main
from data import database
from data.calendar import Calendars
from data.profile import Profile
from data.yahoo import HOST as YAHOO
from data.yahoo import YahooSource
from tests.support import faults
from tests.support.clocked import FileClock, finished, start
from tests.support.faults import Fault
from tests.support.loopback import Loopback
from tests.support.profiles import profile_in, stored
from tests.support.sources import HandClock
from tests.support.staged import BEFORE_CLOSE, BREAK_DAY, SETTLED, stage
from ui.application import Application
from ui.status import problem_details

DAY_BEFORE = dt.datetime(2025, 9, 17, 21, tzinfo=dt.UTC)
SYMBOL = "^RUT"
Launch = Callable[[], Application]


@pytest.fixture(scope="module")
def calendars() -> Calendars:
    return Calendars()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, calendars: Calendars) -> Iterator[Loopback]:
    with Loopback() as loopback:
        for name, value in loopback.environment().items():
            monkeypatch.setenv(name, value)
        stage(loopback, calendars)
        loopback.now = SETTLED
        yield loopback


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return profile_in(tmp_path, [SYMBOL])


@pytest.fixture
def clock() -> HandClock:
    return HandClock(SETTLED)


@pytest.fixture
def launch(
    qapp: QApplication, world: Loopback, profile: Profile, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Launch]:
    """Start the app on the profile as it stands; a silent host is given up after a second instead of ten."""
    monkeypatch.setattr(YahooSource, "__init__", _impatient(YahooSource.__init__))
    running: list[Application] = []

    def start() -> Application:
        application = Application(qapp, main.build(profile, demo=False, seed=0, clock=clock), ("true",))
        running.append(application)
        application.start(hidden=False)
        return application

    yield start
    for application in running:
        if shiboken6.isValid(application):
            end(application)


def _impatient(make: Callable[..., None]) -> Callable[..., None]:
    return lambda self, *given, **named: make(self, *given, **{**named, "timeout": 1.0})


def end(application: Application) -> None:
    application.quit()
    application.dispose()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def judged(qtbot: QtBot, application: Application, act: Callable[[], object] = lambda: None) -> None:
    with qtbot.waitSignal(application.market.judged, timeout=30_000):
        act()


def told(application: Application) -> str:
    """Everything that the window says is wrong, notes of the audit included."""
    snapshot = application.market.snapshot
    details = [detail.text for detail in problem_details(snapshot)]
    return " ".join([*details, *(finding.message for finding in snapshot.assets[SYMBOL].audit.findings)])


CATALOGUE = [
    (faults.TOO_MANY, "wants a pause"),
    (faults.UNAUTHORISED, "turned the request"),
    (faults.FORBIDDEN, "turned the request"),
    (faults.NOT_FOUND, "does not know"),
    (faults.UNPROCESSABLE, "has no prices of"),
    (faults.SERVER_FAULT, "fault of its own"),
    (faults.BACK_SOON, "fault of its own"),
    (faults.HANG, "did not answer in time"),
    (faults.RESET, "cannot be reached"),
    (faults.TRUNCATED, "cannot be read"),
    (faults.CUT_SHORT, ""),
    (faults.HTML, "cannot be read"),
    (faults.EMPTY, "sent no prices"),
    (faults.NOT_AN_OBJECT, "sent no prices"),
    (faults.NO_TIMESTAMPS, ""),
    (faults.WRONG_CURRENCY, "in EUR, not in USD"),
    (faults.REPEATED_BAR, "came twice"),
]
# What is wrong with bars that are stored soundly already changes nothing: the store keeps the sound ones.
HARMLESS_LATER = [faults.NULL_CLOSE, faults.NULL_BAR, faults.MISSING_SESSION, faults.UNSORTED]
AT_FIRST = [
    (faults.NULL_CLOSE, "17 Sep 2025"),
    (faults.NULL_BAR, "17 Sep 2025"),
    (faults.MISSING_SESSION, "lacks 1 session"),
    (faults.HIGH_BELOW_CLOSE, "contradict each other"),
    (faults.HIGH_BELOW_LOW, "contradict each other"),
]


def named(case: object) -> str | None:
    return case.name if isinstance(case, Fault) else ""


@pytest.mark.parametrize(("fault", "sentence"), CATALOGUE, ids=named)
def test_that_a_fault_loses_no_bar_is_told_and_is_over_with_the_next_good_answer(
    qtbot: QtBot,
    world: Loopback,
    profile: Profile,
    launch: Launch,
    fault: Fault,
    sentence: str,
) -> None:
    application = launch()
    judged(qtbot, application)
    healthy = told(application)
    before = stored(profile, SYMBOL)
    world.fail(SYMBOL, fault)
    judged(qtbot, application, application.market.refresh)
    assert told(application) != healthy
    assert sentence in told(application)
    after = stored(profile, SYMBOL)
    assert after.session.tolist() == before.session.tolist()
    assert after.close.tolist() == before.close.tolist()
    assert application.market.snapshot.assets[SYMBOL].bars.close.tolist() == before.close.tolist()
    world.heal()
    application.desk.parts.store.set_breaker(YAHOO, None)  # the pause that a 429 brings is over
    judged(qtbot, application, application.market.refresh)
    assert told(application) == healthy


@pytest.mark.parametrize("fault", HARMLESS_LATER, ids=named)
def test_that_a_fault_in_bars_already_stored_leaves_them_as_they_are(
    qtbot: QtBot, world: Loopback, profile: Profile, launch: Launch, fault: Fault
) -> None:
    application = launch()
    judged(qtbot, application)
    healthy, before = told(application), stored(profile, SYMBOL)
    world.fail(SYMBOL, fault)
    judged(qtbot, application, application.market.refresh)
    assert stored(profile, SYMBOL).close.tolist() == before.close.tolist()
    assert told(application) == healthy


@pytest.mark.parametrize(("fault", "sentence"), AT_FIRST, ids=named)
def test_that_a_fault_in_the_first_history_is_told_forbids_a_verdict_and_heals(
    qtbot: QtBot, world: Loopback, launch: Launch, fault: Fault, sentence: str
) -> None:
    world.fail(SYMBOL, fault)
    application = launch()
    judged(qtbot, application)
    assert sentence in told(application)
    assert not application.market.snapshot.assets[SYMBOL].audit.whole
    world.heal()
    judged(qtbot, application, application.market.refresh)
    assert sentence not in told(application)
    assert application.market.snapshot.assets[SYMBOL].audit.whole


def test_that_no_network_at_the_start_is_told_and_ends(qtbot: QtBot, world: Loopback, launch: Launch) -> None:
    world.fail("*", faults.RESET)
    application = launch()
    judged(qtbot, application)
    assert "cannot be reached" in told(application)
    world.heal()
    judged(qtbot, application, application.market.refresh)
    assert "cannot be reached" not in told(application)
    assert len(application.market.snapshot.assets[SYMBOL].bars) == 401


def test_that_waking_from_sleep_catches_up_once_and_marks_its_news_late(
    qtbot: QtBot, world: Loopback, clock: HandClock, launch: Launch
) -> None:
    clock.now = world.now = BEFORE_CLOSE
    application = launch()
    judged(qtbot, application)
    rounds: list[object] = []
    application.market.judged.connect(rounds.append)
    asked = world.count("RUT")
    clock.now = world.now = BEFORE_CLOSE + dt.timedelta(hours=9)
    judged(qtbot, application, application.market._tick)
    application.market._tick()
    assert world.count("RUT") == asked + 1
    assert len(rounds) == 1
    ((alert, _receipts),) = application.desk.ledger.history()
    assert (alert.transition, alert.session, alert.late) == ("break", BREAK_DAY, True)


def test_that_a_clock_set_back_a_year_loses_nothing_and_announces_nothing(
    qtbot: QtBot, world: Loopback, profile: Profile, clock: HandClock, launch: Launch
) -> None:
    application = launch()
    judged(qtbot, application)
    before, healthy = stored(profile, SYMBOL), told(application)
    clock.now = SETTLED - dt.timedelta(days=365)
    judged(qtbot, application, application.market._tick)  # the plan lies out of reach, so another is made
    judged(qtbot, application, application.market.refresh)
    assert "please check it" in told(application)
    assert stored(profile, SYMBOL).final.tolist() == before.final.tolist()
    clock.now = SETTLED + dt.timedelta(minutes=30)
    judged(qtbot, application, application.market.refresh)
    assert told(application) == healthy
    assert application.desk.ledger.history() == ()


def test_that_a_locked_database_is_told_and_the_app_goes_on(
    qtbot: QtBot, world: Loopback, profile: Profile, clock: HandClock, launch: Launch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.store.BUSY_TIMEOUT", dt.timedelta(milliseconds=50))
    monkeypatch.setattr("data.store.Store.open", staticmethod(_hurried(main.Store.open)))
    application = launch()
    judged(qtbot, application)
    healthy = told(application)
    with closing(sqlite3.connect(profile.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        judged(qtbot, application, application.market.refresh)
        assert "keeps the database of this profile busy" in told(application)
        world.fail(SYMBOL, faults.BACK_SOON)
        judged(qtbot, application, application.market.refresh)
        assert "fault of its own" in told(application), "a fetch that fails while nothing can be written down"
        world.heal()
        other.execute("ROLLBACK")
    judged(qtbot, application, application.market.refresh)
    assert told(application) == healthy


def _hurried(open_store: Callable[..., main.Store]) -> Callable[..., main.Store]:
    return lambda path, now, timeout=None: open_store(path, now, dt.timedelta(milliseconds=50))


def test_that_a_database_that_breaks_while_the_app_runs_is_told_and_the_prices_stay_on_show(
    qtbot: QtBot, profile: Profile, launch: Launch
) -> None:
    application = launch()
    judged(qtbot, application)
    shown = application.market.snapshot.assets[SYMBOL].bars
    moved = profile.database.rename(profile.folder / "elsewhere.sqlite3")
    for _ in range(2):
        judged(qtbot, application, application.market.refresh)
    assert "cannot be written to, or its database has been removed" in told(application)
    assert application.market.snapshot.assets[SYMBOL].bars is shown
    moved.rename(profile.database)
    judged(qtbot, application, application.market.refresh)
    assert "removed" not in told(application)


def test_that_a_full_disk_is_told_and_the_app_goes_on(
    qtbot: QtBot, profile: Profile, launch: Launch, monkeypatch: pytest.MonkeyPatch
) -> None:
    main.Store.open(profile.database, SETTLED).close()
    with closing(sqlite3.connect(profile.database)) as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
    room = [pages]
    connect = database.connect

    def cramped(*given: object, **named: object) -> sqlite3.Connection:
        connection = connect(*given, **named)
        connection.execute(f"PRAGMA max_page_count = {room[0]}")
        return connection

    monkeypatch.setattr(database, "connect", cramped)
    application = launch()
    judged(qtbot, application)
    assert "The disk is full" in told(application)
    assert len(stored(profile, SYMBOL)) == 0
    end(application)
    room[0] = 1_000_000
    again = launch()
    judged(qtbot, again)
    assert "full" not in told(again)
    assert len(stored(profile, SYMBOL)) == 401


def test_that_killing_the_app_at_any_moment_leaves_the_database_whole_and_news_told_once(
    world: Loopback, profile: Profile, tmp_path: Path
) -> None:
    clock = FileClock(tmp_path / "clock")
    clock.set(BEFORE_CLOSE)
    world.now = BEFORE_CLOSE
    call = ("--profile", str(profile.folder))
    assert finished(start(clock._path, *call, "refresh"))[0] == 0
    clock.set(SETTLED)
    world.now = SETTLED
    for requests in (0, 1, 2):
        asked = world.count("RUT")
        process = start(clock._path, *call, "watch")
        wait_for(lambda before=asked, more=requests: world.count("RUT") >= before + more and profile.database.exists())
        process.kill()
        finished(process)
        with closing(sqlite3.connect(profile.database)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert len(stored(profile, SYMBOL)) >= 400
    code, _out, errors = finished(start(clock._path, *call, "status", "--refresh", "--json"))
    assert (code, "damaged" in errors) == (0, False)


def wait_for(condition: Callable[[], bool], seconds: float = 15) -> None:
    end_at = time.monotonic() + seconds
    while not condition() and time.monotonic() < end_at:
        time.sleep(0.01)


def test_that_the_simulated_market_moves_breaks_and_marks_everything_as_simulated(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    real = HandClock(SETTLED)
    desk = main.build(profile_in(tmp_path, [SYMBOL]), demo=True, seed=20260821, clock=real)
    application = Application(qapp, desk, ("true",))
    judged(qtbot, application, lambda: application.start(hidden=False))
    for _session in range(12):
        real.now += dt.timedelta(seconds=30)  # a session of the simulated market
        judged(qtbot, application, application.market.refresh)
    history = desk.ledger.history()
    assert application.market.snapshot.world == "simulated"
    assert {"break"} <= {alert.transition for alert, _ in history}
    assert all(alert.title.startswith("Simulated:") for alert, _ in history)
    assert len({alert.key for alert, _ in history}) == len(history)
    end(application)

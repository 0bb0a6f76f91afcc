"""`watch` and `doctor` on a desktop: told by the real daemon, and once in total beside an open window."""

from __future__ import annotations

import datetime as dt
import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import main
from data.calendar import Calendars
from data.ledger import Ledger
from data.profile import Profile
from data.store import Store, StoreError
from tests.support.clocked import FileClock, finished, start
from tests.support.desktop import Desktop, until
from tests.support.loopback import Loopback
from tests.support.profiles import profile_in, stored
from tests.support.staged import BEFORE_CLOSE, SETTLED, stage
from ui.application import Application

BROKE = "Russell 2000 broke its all-time high"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    with Loopback() as loopback:
        for name, value in loopback.environment().items():
            monkeypatch.setenv(name, value)
        stage(loopback, Calendars())
        loopback.now = BEFORE_CLOSE
        yield loopback


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return profile_in(tmp_path, ["^RUT"])


@pytest.fixture
def clock(tmp_path: Path) -> FileClock:
    made = FileClock(tmp_path / "clock")
    made.set(BEFORE_CLOSE)
    return made


@pytest.fixture
def watch(
    desktop: Desktop, world: Loopback, profile: Profile, clock: FileClock
) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Start `watch` as a process of its own, and wait until it has seen the day before the break."""
    started: list[subprocess.Popen[str]] = []

    def begin() -> subprocess.Popen[str]:
        started.append(start(clock._path, "--profile", str(profile.folder), "watch"))
        until(lambda: is_armed(profile), "the first verdict")
        return started[-1]

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
            finished(process)


def is_armed(profile: Profile) -> bool:
    try:
        return len(stored(profile, "^RUT")) > 0 and ledger_of(profile, lambda ledger: armed(ledger))
    except StoreError:
        return False


def armed(ledger: Ledger) -> bool:
    return ledger.judged_through("all-time high", "^RUT") is not None


def ledger_of(profile: Profile, ask: Callable[[Ledger], object]) -> object:
    store = Store.open(profile.database, SETTLED)
    try:
        return ask(Ledger(store))
    finally:
        store.close()


def last_judged(ledger: Ledger) -> dt.datetime:
    return ledger.evaluations("all-time high", "^RUT")[0].at


def outcomes(profile: Profile) -> list[tuple[str, list[str]]]:
    history = ledger_of(profile, lambda ledger: ledger.history())
    return [(alert.transition, [receipt.outcome for receipt in receipts]) for alert, receipts in history]


def test_that_watch_tells_a_break_through_the_desktop_once_and_not_again_after_a_restart(
    desktop: Desktop, world: Loopback, profile: Profile, clock: FileClock, watch: Callable[[], subprocess.Popen[str]]
) -> None:
    process = watch()
    world.now = SETTLED
    clock.set(SETTLED)
    until(lambda: [n.summary for n in desktop.notifications()] == [BROKE], "the notification", 40)
    until(lambda: outcomes(profile) == [("break", ["delivered"])], "the receipt")
    process.send_signal(signal.SIGTERM)
    code, out, errors = finished(process, 3)
    assert (code, out) == (0, ""), errors
    world.now = SETTLED + dt.timedelta(minutes=30)
    clock.set(world.now)
    again = watch()
    until(lambda: ledger_of(profile, last_judged) == world.now, "the verdict of the second run")
    again.send_signal(signal.SIGTERM)
    assert finished(again, 3)[0] == 0
    assert [n.summary for n in desktop.notifications()] == [BROKE]


def test_that_the_window_and_watch_together_tell_a_break_once(
    qtbot: QtBot,
    qapp: QApplication,
    desktop: Desktop,
    world: Loopback,
    profile: Profile,
    clock: FileClock,
    watch: Callable[[], subprocess.Popen[str]],
) -> None:
    process = watch()
    application = Application(qapp, main.build(profile, demo=False, seed=0, clock=clock), ("true",))
    with qtbot.waitSignal(application.market.judged, timeout=20_000):
        application.start(hidden=False)
    asked = world.count("RUT")
    world.now = SETTLED
    clock.set(SETTLED)
    # The window's own timer and that of `watch` come round within 15 s, in whatever order.
    qtbot.waitUntil(lambda: outcomes(profile) == [("break", ["delivered"])], timeout=40_000)
    qtbot.waitUntil(lambda: world.count("RUT") >= asked + 2, timeout=40_000)
    with qtbot.waitSignal(application.market.judged, timeout=20_000):
        application.market.refresh()
    assert [n.summary for n in desktop.notifications()] == [BROKE]
    process.send_signal(signal.SIGTERM)
    assert finished(process, 3)[0] == 0
    application.quit()
    application.dispose()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not shiboken6.isValid(application)
    assert outcomes(profile) == [("break", ["delivered"])]


def test_that_doctor_proves_screen_tray_and_notifications(desktop: Desktop, profile: Profile, clock: FileClock) -> None:
    code, out, errors = finished(start(clock._path, "--profile", str(profile.folder), "doctor", "--json"))
    checks = {check["name"]: check for check in json.loads(out)}
    assert [checks[name]["verdict"] for name in ("screen", "tray", "notifications")] == ["ok", "ok", "ok"]
    assert "1600×1000" in checks["screen"]["finding"]
    assert [n.summary for n in desktop.notifications()] == ["Bellwether can reach you"]
    assert code == 1, "nothing is stored yet"
    assert errors.startswith("Something is to be mended")

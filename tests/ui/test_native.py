"""Notifications of Windows and macOS, over a stand-in for the system: what is claimed of them, and no more."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from data.ledger import Alert, Receipt
from tests.support.alerts import NOW, an_alert
from ui import native
from ui.native import NO_NOTIFIER, NativeNotifications, service_for


def clock() -> dt.datetime:
    return NOW


class FakeNotifier:
    """Takes a notification and calls back what the test names."""

    def __init__(self, *calls: str, error: Exception | None = None, hangs: bool = False) -> None:
        self.calls = calls
        self.error = error
        self.hangs = hangs
        self.sent: list[tuple[str, str]] = []

    async def send(self, title: str, message: str, **callbacks: Callable[[], Any]) -> str:
        self.sent.append((title, message))
        if self.hangs:
            await asyncio.sleep(3600)
        if self.error is not None:
            raise self.error
        for call in self.calls:
            callbacks[call]()
        return "an id, which proves nothing"


@pytest.fixture
def build(qtbot: QtBot) -> Iterator[Callable[..., NativeNotifications]]:
    built: list[NativeNotifications] = []

    def make(make_notifier: Callable[[], FakeNotifier], *, proves: bool = False) -> NativeNotifications:
        channel = NativeNotifications(clock, proves=proves, make=make_notifier)
        built.append(channel)
        with qtbot.waitSignal(channel.availability_changed):
            channel.start()
        return channel

    yield make
    for channel in built:
        channel.stop()


def deliver(qtbot: QtBot, channel: NativeNotifications, alert: Alert) -> Receipt:
    with qtbot.waitSignal(channel.reported) as signal:
        channel.deliver(alert)
    return signal.args[0]


@pytest.mark.parametrize(
    ("platform", "service"), [("linux", "bus"), ("freebsd14", "bus"), ("win32", "native"), ("darwin", "native")]
)
def test_that_each_platform_has_its_service(platform: str, service: str) -> None:
    assert service_for(platform) == service


@pytest.mark.parametrize(
    ("calls", "proves", "outcome"),
    [
        (("on_dispatched",), True, "delivered"),
        (("on_dispatched",), False, "unknown"),
        ((), True, "failed"),
        ((), False, "failed"),
    ],
)
def test_that_an_id_alone_proves_nothing(
    qtbot: QtBot, build: Callable[..., NativeNotifications], calls: tuple[str, ...], proves: bool, outcome: str
) -> None:
    notifier = FakeNotifier(*calls)
    assert deliver(qtbot, build(lambda: notifier, proves=proves), an_alert()).outcome == outcome
    assert notifier.sent == [(an_alert().title, an_alert().body)]


def test_that_a_click_comes_back_with_the_alert(qtbot: QtBot, build: Callable[..., NativeNotifications]) -> None:
    channel = build(lambda: FakeNotifier("on_dispatched", "on_clicked"))
    with qtbot.waitSignal(channel.activated) as activated:
        channel.deliver(an_alert())
    assert activated.args == [an_alert()]


def test_that_an_error_of_the_system_is_a_failure(qtbot: QtBot, build: Callable[..., NativeNotifications]) -> None:
    receipt = deliver(qtbot, build(lambda: FakeNotifier(error=OSError("no"))), an_alert())
    assert (receipt.outcome, receipt.detail) == ("failed", "no")


def test_that_a_system_which_never_answers_leaves_the_outcome_unknown(
    qtbot: QtBot, build: Callable[..., NativeNotifications], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native, "ANSWER_SECONDS", 0.01)
    assert deliver(qtbot, build(lambda: FakeNotifier(hangs=True)), an_alert()).outcome == "unknown"


def test_that_a_missing_library_is_said_and_not_tried_again(
    qtbot: QtBot, build: Callable[..., NativeNotifications]
) -> None:
    def missing() -> FakeNotifier:
        raise ImportError("desktop_notifier")

    channel = build(missing)
    assert deliver(qtbot, channel, an_alert()).outcome == "failed"
    assert not channel.available()
    assert channel.problem == NO_NOTIFIER

"""Notification daemons that can do little, refuse, stay silent or die over a notification."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from data.ledger import Receipt
from tests.support.alerts import NOW, an_alert
from tests.support.desktop import NOTIFICATIONS, Desktop, Program, until
from ui.notifications import DesktopNotifications

Meet = Callable[..., tuple[DesktopNotifications, Program]]


def clock() -> dt.datetime:
    return NOW


@pytest.fixture
def meet(qtbot: QtBot, another_desktop: Callable[..., Desktop], launch: Callable[..., Program]) -> Iterator[Meet]:
    """Let a channel meet a daemon of the named manner."""
    channels: list[DesktopNotifications] = []

    def start(manner: str, answer_ms: int = 3000) -> tuple[DesktopNotifications, Program]:
        bus = another_desktop(screen=False, notify=False, tray=False)
        daemon = launch(bus, "-m", "tests.support.plain_daemon", manner)
        until(lambda: bus.owns(NOTIFICATIONS), "the daemon")
        channels.append(DesktopNotifications(bus.address, clock, answer_ms=answer_ms))
        channels[-1].start()
        qtbot.waitUntil(channels[-1].available)
        return channels[-1], daemon

    yield start
    for channel in channels:
        channel.stop()


def deliver(qtbot: QtBot, channel: DesktopNotifications) -> Receipt:
    with qtbot.waitSignal(channel.reported) as signal:
        channel.deliver(an_alert(title="A & B", body="1 < 2"))
    return signal.args[0]


def test_that_a_daemon_without_capabilities_gets_everything_in_the_title_unescaped(qtbot: QtBot, meet: Meet) -> None:
    channel, daemon = meet("plain")
    assert deliver(qtbot, channel).outcome == "delivered"
    assert channel.capabilities == frozenset()
    assert [json.loads(line) for line in daemon.lines()] == [{"summary": "A & B – 1 < 2", "body": "", "actions": []}]


def test_that_a_refusal_is_a_failure_with_its_reason(qtbot: QtBot, meet: Meet) -> None:
    channel, _ = meet("refuses")
    receipt = deliver(qtbot, channel)
    assert receipt.outcome == "failed"
    assert "too many" in receipt.detail


def test_that_silence_is_bounded_and_proves_nothing(qtbot: QtBot, meet: Meet) -> None:
    channel, _ = meet("silent", 50)
    assert deliver(qtbot, channel).outcome == "unknown"


def test_that_an_answer_after_the_bound_still_counts_as_delivered(qtbot: QtBot, meet: Meet) -> None:
    channel, _ = meet("slow", 50)
    receipts: list[Receipt] = []
    channel.reported.connect(receipts.append)
    deliver(qtbot, channel)
    channel.deliver(an_alert("near", symbol="BTC-USD"))
    qtbot.waitUntil(lambda: len(receipts) == 3)
    assert [receipt.outcome for receipt in receipts] == ["unknown", "delivered", "delivered"]


def test_that_a_daemon_which_dies_over_a_notification_leaves_it_unknown(qtbot: QtBot, meet: Meet) -> None:
    channel, _ = meet("dies")
    assert deliver(qtbot, channel).outcome == "unknown"
    qtbot.waitUntil(lambda: not channel.available())

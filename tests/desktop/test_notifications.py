"""Notifications against a real daemon on a private bus: what arrives there, and what comes back from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from data.ledger import Alert, Receipt
from tests.support.alerts import NOW, an_alert
from tests.support.desktop import Desktop
from ui.notifications import NO_BUS, NO_SERVICE, DesktopNotifications


class Listener:
    """Keeps what a channel says, in order."""

    def __init__(self, channel: DesktopNotifications) -> None:
        self.receipts: list[Receipt] = []
        self.activated: list[Alert] = []
        self.availability: list[bool] = []
        channel.reported.connect(self.receipts.append)
        channel.activated.connect(self.activated.append)
        channel.availability_changed.connect(self.availability.append)

    def outcomes(self) -> list[str]:
        return [receipt.outcome for receipt in self.receipts]


def clock() -> dt.datetime:
    return NOW


@pytest.fixture
def channel(qtbot: QtBot, desktop: Desktop) -> Iterator[DesktopNotifications]:
    channel = DesktopNotifications(desktop.address, clock)
    channel.start()
    qtbot.waitUntil(channel.available)
    yield channel
    channel.stop()
    channel.deleteLater()


@pytest.fixture
def listener(channel: DesktopNotifications) -> Listener:
    return Listener(channel)


def deliver(qtbot: QtBot, channel: DesktopNotifications, alert: Alert) -> Receipt:
    with qtbot.waitSignal(channel.reported) as signal:
        channel.deliver(alert)
    return signal.args[0]


def test_that_an_alert_arrives_once_word_for_word_and_the_receipt_says_so(
    qtbot: QtBot, desktop: Desktop, channel: DesktopNotifications
) -> None:
    alert = an_alert(title="Russell 2000 broke its all-time high")
    receipt = deliver(qtbot, channel, alert)
    shown = desktop.history()
    assert [(entry["summary"], entry["body"], entry["appname"]) for entry in shown] == [
        (alert.title, alert.body, "Bellwether")
    ]
    assert replace(receipt, detail="") == Receipt(alert.key, "notification", "delivered", NOW)
    assert receipt.detail == f"accepted as notification {shown[0]['id']}"


def test_that_a_body_full_of_markup_characters_is_shown_as_it_was_written(
    qtbot: QtBot, desktop: Desktop, channel: DesktopNotifications
) -> None:
    alert = an_alert(title="A & B <i>", body='AT&T <b>rose</b> & fell; 1 < 2 > 0 &amp; "so" it\'s')
    deliver(qtbot, channel, alert)
    shown = desktop.history()[0]
    assert shown["summary"] == alert.title
    assert shown["message"].endswith(
        'AT&amp;T &lt;b&gt;rose&lt;/b&gt; &amp; fell; 1 &lt; 2 &gt; 0 &amp;amp; "so" it\'s'
    )


@pytest.mark.parametrize("action", ["default", "open-chart"])
def test_that_a_click_asks_for_the_alert_and_is_kept_as_a_receipt(
    qtbot: QtBot, desktop: Desktop, channel: DesktopNotifications, listener: Listener, action: str
) -> None:
    alert = an_alert(title=f"clicked by {action}")
    deliver(qtbot, channel, alert)
    desktop.invoke(alert.title, action)
    qtbot.waitUntil(lambda: bool(listener.activated))
    assert listener.activated == [alert]
    assert listener.outcomes() == ["delivered", "clicked"]


def test_that_a_newer_alert_of_the_same_symbol_replaces_the_open_one(
    qtbot: QtBot, desktop: Desktop, channel: DesktopNotifications
) -> None:
    deliver(qtbot, channel, an_alert("near"))
    deliver(qtbot, channel, an_alert("near", symbol="BTC-USD"))
    deliver(qtbot, channel, an_alert("break"))
    near, other, broke = desktop.notifications()
    assert (broke.id, broke.replaces) == (near.id, near.id)
    assert other.id != near.id
    assert desktop.displayed() == 2


def test_that_a_dismissed_notification_is_told_and_replaced_no_more(
    qtbot: QtBot, desktop: Desktop, channel: DesktopNotifications, listener: Listener
) -> None:
    deliver(qtbot, channel, an_alert("near"))
    desktop.run("dunstctl", "close-all")
    qtbot.waitUntil(lambda: "dismissed" in listener.outcomes())
    deliver(qtbot, channel, an_alert("break"))
    assert desktop.notifications()[-1].replaces == 0
    assert desktop.displayed() == 1


def test_that_only_a_break_in_time_is_urgent(qtbot: QtBot, desktop: Desktop, channel: DesktopNotifications) -> None:
    for alert in (an_alert("break"), an_alert("near"), an_alert("break", late=True)):
        deliver(qtbot, channel, alert)
    assert [n.urgency for n in desktop.notifications()] == [2, 1, 1]


def test_that_a_daemon_which_dies_and_comes_back_is_used_again(
    qtbot: QtBot, desktop: Desktop, channel: DesktopNotifications, listener: Listener
) -> None:
    deliver(qtbot, channel, an_alert("near"))
    desktop.stop_notifications()
    qtbot.waitUntil(lambda: not channel.available())
    assert channel.problem == NO_SERVICE
    assert deliver(qtbot, channel, an_alert("touch")).outcome == "failed"
    desktop.start_notifications()
    qtbot.waitUntil(channel.available)
    assert channel.problem is None
    receipt = deliver(qtbot, channel, an_alert("break"))
    assert receipt.outcome == "delivered"
    assert desktop.notifications()[-1].replaces == 0
    assert listener.availability == [False, True]
    assert [entry["summary"] for entry in desktop.history()] == [an_alert("break").title]


def test_that_a_bus_without_a_daemon_is_told_until_one_appears(
    qtbot: QtBot, another_desktop: Callable[..., Desktop]
) -> None:
    bare = another_desktop(notify=False, tray=False)
    channel = DesktopNotifications(bare.address, clock)
    channel.start()
    qtbot.waitUntil(lambda: channel.problem == NO_SERVICE)
    assert not channel.available()
    assert deliver(qtbot, channel, an_alert()).outcome == "failed"
    bare.start_notifications()
    qtbot.waitUntil(channel.available)
    assert deliver(qtbot, channel, an_alert()).outcome == "delivered"
    channel.stop()


def test_that_a_bus_which_goes_away_is_found_again(qtbot: QtBot, another_desktop: Callable[..., Desktop]) -> None:
    world = another_desktop(tray=False)
    channel = DesktopNotifications(world.address, clock, retry_ms=50)
    listener = Listener(channel)
    channel.start()
    qtbot.waitUntil(channel.available)
    world.stop("bus")
    qtbot.waitUntil(lambda: not channel.available())
    assert channel.problem == NO_BUS
    assert deliver(qtbot, channel, an_alert("near")).outcome == "failed"
    world.stop("dunst")
    world.start_bus()
    world.start_notifications()
    qtbot.waitUntil(channel.available)
    assert deliver(qtbot, channel, an_alert()).outcome == "delivered"
    assert listener.availability == [True, False, True]
    channel.stop()


@pytest.mark.parametrize("address", [None, "unix:path=/nobody/listens/here", "tcp:host=localhost,port=1", "nonsense"])
def test_that_no_bus_at_all_is_said_in_a_sentence(qtbot: QtBot, address: str | None) -> None:
    channel = DesktopNotifications(address, clock)
    channel.start()
    assert not channel.available()
    assert channel.problem == NO_BUS
    assert deliver(qtbot, channel, an_alert()).outcome == "failed"
    channel.stop()


def test_that_snooze_and_why_are_offered_and_reach_whoever_answers(qtbot: QtBot) -> None:
    channel = DesktopNotifications(None, lambda: NOW)
    channel.accept(an_alert(), 7)
    with qtbot.waitSignal(channel.snoozed) as snoozed:
        channel._on_action([7, "snooze"])
    assert snoozed.args == [an_alert(), NOW + dt.timedelta(hours=1)]
    with qtbot.waitSignal(channel.asked_why) as asked:
        channel._on_action([7, "why"])
    assert asked.args == [an_alert()]

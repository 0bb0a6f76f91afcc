"""Alerts inside the window: only while it can be seen, and never lost behind one another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from data.ledger import Alert, Receipt
from tests.support.alerts import NOW, an_alert
from ui.digest import message
from ui.theme import load_theme
from ui.toast import Toasts
from ui.toast_channel import ToastChannel


def clock() -> dt.datetime:
    return NOW


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QWidget]:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    return window


@pytest.fixture
def toasts(window: QWidget) -> Toasts:
    return Toasts(load_theme("dark"), window)


@pytest.fixture
def channel(window: QWidget, toasts: Toasts) -> ToastChannel:
    return ToastChannel(toasts, window, clock)


def heard(channel: ToastChannel) -> tuple[list[Receipt], list[Alert]]:
    receipts: list[Receipt] = []
    activated: list[Alert] = []
    channel.reported.connect(receipts.append)
    channel.activated.connect(activated.append)
    return receipts, activated


def test_that_a_hidden_window_tells_nothing_and_says_so(channel: ToastChannel) -> None:
    receipts, _ = heard(channel)
    assert not channel.available()
    channel.deliver(an_alert())
    assert [receipt.outcome for receipt in receipts] == ["failed"]


def test_that_showing_and_hiding_the_window_is_told(window: QWidget, channel: ToastChannel) -> None:
    told: list[bool] = []
    channel.availability_changed.connect(told.append)
    window.show()
    window.hide()
    assert told == [True, False]


def test_that_an_alert_is_shown_and_stays_until_it_is_closed(
    qtbot: QtBot, window: QWidget, toasts: Toasts, channel: ToastChannel
) -> None:
    receipts, _ = heard(channel)
    window.show()
    channel.deliver(an_alert())
    assert toasts.message is not None
    assert toasts.message.stays
    assert toasts.message.text == f"{an_alert().title}\n{an_alert().body}"
    toasts.dismiss()
    qtbot.waitUntil(lambda: [receipt.outcome for receipt in receipts] == ["delivered", "dismissed"])


def test_that_its_button_asks_for_the_chart(
    qapp: QApplication, window: QWidget, toasts: Toasts, channel: ToastChannel
) -> None:
    receipts, activated = heard(channel)
    window.show()
    channel.deliver(an_alert())
    toasts.button.click()
    assert activated == [an_alert()]
    qapp.processEvents()
    assert [receipt.outcome for receipt in receipts] == ["delivered", "clicked"]


def choose(toasts: Toasts, words: str) -> None:
    next(action for action in toasts.later.menu().actions() if action.text() == words).trigger()


@pytest.mark.parametrize(("words", "hours"), [("Remind me in 1 hour", 1), ("Remind me tomorrow, 08:00", None)])
def test_that_an_alert_can_be_put_off(
    window: QWidget, toasts: Toasts, channel: ToastChannel, words: str, hours: int | None
) -> None:
    put_off: list[tuple[Alert, dt.datetime]] = []
    channel.snoozed.connect(lambda alert, until: put_off.append((alert, until)))
    window.show()
    channel.deliver(an_alert())
    choose(toasts, words)
    ((alert, until),) = put_off
    assert alert == an_alert()
    assert until == NOW + dt.timedelta(hours=hours) if hours else until.astimezone().hour == 8
    assert toasts.message is None


def test_that_its_rule_can_be_muted_and_asked_why(window: QWidget, toasts: Toasts, channel: ToastChannel) -> None:
    muted: list[tuple[str, dt.datetime]] = []
    asked: list[Alert] = []
    channel.rule_muted.connect(lambda rule, until: muted.append((rule, until)))
    channel.asked_why.connect(asked.append)
    window.show()
    for words in ("Mute this rule until tomorrow, 08:00", "Why?"):
        channel.deliver(an_alert())
        choose(toasts, words)
    assert [(rule, until > NOW) for rule, until in muted] == [(an_alert().rule, True)]
    assert asked == [an_alert()]


def test_that_a_digest_is_of_no_rule_that_could_be_muted(
    window: QWidget, toasts: Toasts, channel: ToastChannel
) -> None:
    window.show()
    channel.deliver(message([an_alert("near", late=True), an_alert("touch", late=True)]))
    assert [action.text()[:6] for action in toasts.later.menu().actions()] == ["Remind", "Remind"]

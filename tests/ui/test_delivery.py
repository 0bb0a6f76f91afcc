"""Delivery over the real ledger: once, on the channel that works, whatever fails in between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from data.database import StoreError
from data.ledger import Alert, Judgement, Ledger, Outcome, Receipt
from data.store import Store
from models.jobs import Jobs
from tests.support.alerts import NOW, an_alert
from ui.delivery import LEASE, Delivery


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


class FakeChannel(QObject):
    """A channel that answers as told: with an outcome, or with None not at all."""

    reported = Signal(object)
    activated = Signal(object)
    availability_changed = Signal(bool)

    def __init__(self, name: str, answer: Outcome | None = "delivered", *, in_window: bool = False) -> None:
        super().__init__()
        self.name = name
        self.in_window = in_window
        self.answer = answer
        self.is_open = True
        self.shown: list[Alert] = []

    def available(self) -> bool:
        return self.is_open

    def deliver(self, alert: Alert) -> None:
        self.shown.append(alert)
        if self.answer is not None:
            self.report(alert, self.answer)

    def report(self, alert: Alert, outcome: Outcome) -> None:
        self.reported.emit(Receipt(alert.key, self.name, outcome, NOW))

    def set_open(self, is_open: bool) -> None:
        self.is_open = is_open
        self.availability_changed.emit(is_open)


class FailingLedger:
    """A ledger whose named methods fail as long as they are listed."""

    def __init__(self, ledger: Ledger, *failing: str) -> None:
        self.ledger = ledger
        self.failing = set(failing)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: object) -> object:
            if name in self.failing:
                raise StoreError("locked")
            return getattr(self.ledger, name)(*arguments)

        return call


def at_once(work: Callable[..., Any], done: Callable[[Any], None]) -> None:
    done(work(lambda: False))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    store = Store.open(tmp_path / "bellwether.sqlite3", NOW)
    yield Ledger(store)
    store.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def build(qtbot: QtBot, ledger: Ledger, clock: Clock) -> Iterator[Callable[..., Delivery]]:
    built: list[Delivery] = []

    def make(*channels: FakeChannel, owner: str = "window", using: object = ledger, **times: int) -> Delivery:
        built.append(Delivery(channels, using, at_once, clock, owner, **times))
        return built[-1]

    yield make
    for delivery in built:
        delivery.stop()


def commit(ledger: Ledger, *alerts: Alert) -> None:
    for alert in alerts:
        ledger.commit(Judgement(alert.rule, alert.symbol, alert.session, alert.transition, at=NOW), [alert])


def receipts(ledger: Ledger) -> dict[str, list[tuple[str, str]]]:
    return {alert.key: [(r.channel, r.outcome) for r in kept] for alert, kept in ledger.history()}


def days(count: int) -> list[dt.date]:
    return [dt.date(2025, 9, 1) + dt.timedelta(days=day) for day in range(count)]


def test_that_an_alert_is_told_once_however_often_delivery_is_asked(
    ledger: Ledger, build: Callable[..., Delivery]
) -> None:
    channel = FakeChannel("notification")
    delivery = build(channel)
    commit(ledger, an_alert())
    for _ in range(3):
        delivery.deliver_waiting()
    build(channel, owner="after a restart").deliver_waiting()
    assert channel.shown == [an_alert()]
    assert receipts(ledger) == {an_alert().key: [("notification", "delivered")]}


def test_that_a_channel_which_fails_hands_over_to_the_next(ledger: Ledger, build: Callable[..., Delivery]) -> None:
    broken, tray, toast = FakeChannel("notification", "failed"), FakeChannel("tray"), FakeChannel("toast")
    commit(ledger, an_alert())
    build(broken, tray, toast).deliver_waiting()
    assert (len(broken.shown), len(tray.shown), len(toast.shown)) == (1, 1, 0)
    assert receipts(ledger)[an_alert().key] == [("notification", "failed"), ("tray", "delivered")]


def test_that_a_channel_which_is_not_there_is_not_tried(ledger: Ledger, build: Callable[..., Delivery]) -> None:
    absent, toast = FakeChannel("notification"), FakeChannel("toast", in_window=True)
    absent.is_open = False
    commit(ledger, an_alert())
    build(absent, toast).deliver_waiting()
    assert not absent.shown
    assert toast.shown == [an_alert()]


def test_that_silence_counts_as_unknown_and_only_the_window_says_it_again(
    qtbot: QtBot, ledger: Ledger, build: Callable[..., Delivery]
) -> None:
    silent, tray = FakeChannel("notification", None), FakeChannel("tray")
    toast = FakeChannel("toast", in_window=True)
    commit(ledger, an_alert())
    build(silent, tray, toast, answer_ms=1).deliver_waiting()
    qtbot.waitUntil(lambda: bool(toast.shown))
    assert not tray.shown
    assert receipts(ledger)[an_alert().key] == [("notification", "unknown"), ("toast", "delivered")]


def test_that_an_answer_which_comes_too_late_is_still_kept(
    qtbot: QtBot, ledger: Ledger, build: Callable[..., Delivery]
) -> None:
    slow = FakeChannel("notification", None)
    commit(ledger, an_alert())
    build(slow, answer_ms=1).deliver_waiting()
    qtbot.waitUntil(lambda: receipts(ledger)[an_alert().key] == [("notification", "unknown")])
    slow.report(an_alert(), "delivered")
    assert receipts(ledger)[an_alert().key] == [("notification", "unknown"), ("notification", "delivered")]


def test_that_what_nobody_could_tell_waits_until_a_channel_appears(
    ledger: Ledger, build: Callable[..., Delivery]
) -> None:
    channel = FakeChannel("notification", "failed")
    delivery = build(channel)
    commit(ledger, an_alert())
    delivery.deliver_waiting()
    assert ledger.waiting() == (an_alert(),)
    channel.set_open(False)
    delivery.deliver_waiting()
    assert len(channel.shown) == 1
    channel.answer = "delivered"
    channel.set_open(True)
    assert len(channel.shown) == 2
    assert ledger.waiting() == ()


def test_that_several_late_alerts_come_as_one_digest_whose_receipt_covers_each(
    ledger: Ledger, build: Callable[..., Delivery]
) -> None:
    channel = FakeChannel("notification")
    late = [an_alert("near", session=day, late=True) for day in days(3)]
    commit(ledger, *late, an_alert("break"))
    build(channel).deliver_waiting()
    digest, timely = channel.shown
    assert timely == an_alert("break")
    assert digest.title == "3 alerts from while Bellwether was not watching"
    assert [line.split(":")[0] for line in digest.body.splitlines()] == ["3 Sep 2025", "2 Sep 2025", "1 Sep 2025"]
    assert all(line.endswith("(late)") for line in digest.body.splitlines())
    assert all(kept == [("notification", "delivered")] for kept in receipts(ledger).values())
    channel.report(digest, "clicked")
    assert all(("notification", "clicked") in receipts(ledger)[alert.key] for alert in late)


def test_that_one_late_alert_says_that_it_is_late(ledger: Ledger, build: Callable[..., Delivery]) -> None:
    channel = FakeChannel("notification")
    commit(ledger, an_alert(late=True))
    build(channel).deliver_waiting()
    (shown,) = channel.shown
    assert shown.title == f"Late: {an_alert().title}"
    assert shown.key == an_alert().key


@pytest.mark.parametrize(("count", "messages"), [(5, 5), (6, 1), (30, 1)])
def test_that_more_than_five_alerts_come_as_one_digest(
    ledger: Ledger, build: Callable[..., Delivery], count: int, messages: int
) -> None:
    channel = FakeChannel("notification")
    commit(ledger, *(an_alert("near", session=day) for day in days(count - 1)), an_alert("break", symbol="BTC-USD"))
    build(channel).deliver_waiting()
    assert len(channel.shown) == messages
    assert ledger.waiting() == ()
    assert len(channel.shown[-1].body.splitlines()) <= 9
    assert (channel.shown[-1].symbol, channel.shown[-1].transition) == ("BTC-USD", "break")


def test_that_two_processes_never_tell_the_same_alert(ledger: Ledger, build: Callable[..., Delivery]) -> None:
    busy, other = FakeChannel("notification", None), FakeChannel("notification")
    toast = FakeChannel("toast", in_window=True)
    commit(ledger, an_alert())
    build(busy, owner="window").deliver_waiting()
    build(other, toast, owner="watch").deliver_waiting()
    assert len(busy.shown) == 1
    assert not other.shown
    assert not toast.shown


def test_that_a_digest_leaves_out_what_another_process_tells(ledger: Ledger, build: Callable[..., Delivery]) -> None:
    late = [an_alert("near", session=day, late=True) for day in days(3)]
    commit(ledger, *late)
    assert ledger.claim(late[0].key, "notification", "watch", NOW, LEASE)
    channel = FakeChannel("notification")
    build(channel).deliver_waiting()
    (digest,) = channel.shown
    assert digest.title.startswith("2 alerts")
    assert ledger.waiting() == (late[0],)


def test_that_what_a_dead_process_had_begun_becomes_unknown_and_is_not_told_again(
    ledger: Ledger, build: Callable[..., Delivery], clock: Clock
) -> None:
    commit(ledger, an_alert())
    assert ledger.claim(an_alert().key, "notification", "killed", NOW, LEASE)
    channel = FakeChannel("notification")
    delivery = build(channel)
    delivery.deliver_waiting()
    assert ledger.waiting() == (an_alert(),)
    clock.now = NOW + LEASE + dt.timedelta(seconds=1)
    delivery.deliver_waiting()
    assert not channel.shown
    assert receipts(ledger)[an_alert().key] == [("notification", "unknown")]


def test_that_mute_holds_alerts_back_until_it_ends(
    ledger: Ledger, build: Callable[..., Delivery], clock: Clock
) -> None:
    channel = FakeChannel("notification")
    delivery = build(channel)
    delivery.mute(NOW + dt.timedelta(hours=1))
    commit(ledger, an_alert("near"))
    delivery.deliver_waiting()
    assert not channel.shown
    clock.now = NOW + dt.timedelta(hours=1)
    delivery.deliver_waiting()
    assert channel.shown == [an_alert("near")]
    assert delivery.muted_until is None


def test_that_unmuting_tells_what_waited(ledger: Ledger, build: Callable[..., Delivery]) -> None:
    channel = FakeChannel("notification")
    delivery = build(channel)
    delivery.mute(NOW + dt.timedelta(hours=1))
    commit(ledger, an_alert())
    delivery.mute(None)
    assert channel.shown == [an_alert()]


def test_that_mute_ends_by_itself(qtbot: QtBot, ledger: Ledger, build: Callable[..., Delivery], clock: Clock) -> None:
    channel = FakeChannel("notification")
    delivery = build(channel)
    commit(ledger, an_alert())
    told: list[dt.datetime | None] = []
    delivery.mute_changed.connect(told.append)
    until = NOW + dt.timedelta(milliseconds=1)
    delivery.mute(until)
    clock.now = NOW + dt.timedelta(seconds=1)
    qtbot.waitUntil(lambda: bool(channel.shown))
    assert told == [until, None]


@pytest.mark.parametrize("failing", ["waiting", "claim", "abandoned"])
def test_that_nothing_is_told_while_the_ledger_cannot_be_asked(
    qtbot: QtBot, ledger: Ledger, build: Callable[..., Delivery], failing: str
) -> None:
    channel, using = FakeChannel("notification"), FailingLedger(ledger, failing)
    delivery = build(channel, using=using, retry_ms=1)
    commit(ledger, an_alert())
    with qtbot.waitSignal(delivery.troubled) as trouble:
        delivery.deliver_waiting()
    assert trouble.args[0] == StoreError("locked").message
    assert not channel.shown
    using.failing.clear()
    qtbot.waitUntil(lambda: bool(channel.shown))


def test_that_a_receipt_which_could_not_be_kept_is_kept_later_and_nothing_told_twice(
    qtbot: QtBot, ledger: Ledger, build: Callable[..., Delivery], clock: Clock
) -> None:
    channel, using = FakeChannel("notification"), FailingLedger(ledger, "record")
    delivery = build(channel, using=using, retry_ms=1)
    commit(ledger, an_alert())
    delivery.deliver_waiting()
    clock.now = NOW + 2 * LEASE
    delivery.deliver_waiting()
    using.failing.clear()
    qtbot.waitUntil(lambda: ledger.waiting() == ())
    assert len(channel.shown) == 1
    assert receipts(ledger)[an_alert().key] == [("notification", "delivered")]


def test_that_an_alert_committed_during_a_round_is_told_in_the_next(
    ledger: Ledger, build: Callable[..., Delivery]
) -> None:
    channel = FakeChannel("notification", None)
    delivery = build(channel)
    commit(ledger, an_alert("near"))
    delivery.deliver_waiting()
    commit(ledger, an_alert("break"))
    delivery.deliver_waiting()
    assert channel.shown == [an_alert("near")]
    channel.report(an_alert("near"), "delivered")
    assert channel.shown == [an_alert("near"), an_alert("break")]


def test_that_the_ledger_is_never_asked_on_the_gui_thread(qtbot: QtBot, ledger: Ledger, clock: Clock) -> None:
    jobs, channel = Jobs(threads=1), FakeChannel("notification")
    delivery = Delivery([channel], ledger, jobs.run, clock, "window")
    commit(ledger, an_alert())
    with qtbot.waitSignal(delivery.recorded) as recorded:
        delivery.deliver_waiting()
        assert not channel.shown
    assert recorded.args[0].outcome == "delivered"
    delivery.stop()
    assert jobs.stop()


def test_that_a_click_reaches_the_window_with_the_alert(
    qtbot: QtBot, ledger: Ledger, build: Callable[..., Delivery]
) -> None:
    channel = FakeChannel("notification")
    delivery = build(channel)
    with qtbot.waitSignal(delivery.activated) as activated:
        channel.activated.emit(an_alert())
    assert activated.args == [an_alert()]


def test_that_somebody_who_wants_no_notifications_is_told_in_the_window_only(
    ledger: Ledger, build: Callable[..., Delivery]
) -> None:
    channel, toast = FakeChannel("notification"), FakeChannel("toast", in_window=True)
    delivery = build(channel, toast)
    delivery.keep_to_window(True)
    commit(ledger, an_alert("near"))
    delivery.deliver_waiting()
    assert (channel.shown, toast.shown) == ([], [an_alert("near")])
    commit(ledger, an_alert("break"))
    delivery.keep_to_window(False)
    assert channel.shown == [an_alert("break")]

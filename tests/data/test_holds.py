"""Mutes, snoozes and what forwarders owe: kept in the profile, so that a restart forgets none of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.holds import HERE, HoldBook
from data.ledger import Alert, Judgement, Ledger, Receipt
from data.mailbox import Mailbox, channel_of, delist
from data.store import Store
from tests.support.alerts import NOW, an_alert

HOUR = dt.timedelta(hours=1)
PHONE = channel_of("Phone")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "bellwether.sqlite3", NOW)
    yield opened
    opened.close()


def commit(store: Store, *alerts: Alert) -> None:
    for alert in alerts:
        Ledger(store).commit(Judgement(alert.rule, alert.symbol, alert.session, alert.transition, at=NOW), [alert])


def mailbox(store: Store, now: dt.datetime = NOW, name: str = "Phone") -> Mailbox:
    return Mailbox(store, Ledger(store), name, lambda: now)


def test_that_mutes_of_all_and_of_one_rule_outlast_a_restart_and_end_in_time(store: Store) -> None:
    HoldBook(store).mute(NOW + HOUR)
    HoldBook(store).mute_rule("all-time high", NOW + 2 * HOUR)
    held = HoldBook(store).read(NOW)
    assert (held.muted_until, held.until(an_alert())) == (NOW + HOUR, NOW + 2 * HOUR)
    assert HoldBook(store).read(NOW + HOUR).muted_until is None
    HoldBook(store).mute_rule("all-time high", None)
    assert HoldBook(store).read(NOW + HOUR).until(an_alert()) is None


def test_that_a_snooze_asked_for_twice_gives_one_reminder_that_only_this_computer_tells(store: Store) -> None:
    mailbox(store).waiting()
    for _ in range(2):
        reminder = HoldBook(store).snooze(an_alert(), NOW + HOUR, NOW)
    assert Ledger(store).waiting() == (reminder,)
    assert (reminder.title, reminder.channels) == (f"Reminder: {an_alert().title}", (HERE,))
    assert HoldBook(store).read(NOW).until(reminder) == NOW + HOUR
    assert mailbox(store).waiting() == ()


def test_that_a_forwarder_owes_what_came_after_it_was_set_up_each_once(store: Store) -> None:
    commit(store, an_alert("near"))
    assert mailbox(store, NOW + HOUR).waiting() == ()
    later = Alert("later", "rule", "^RUT", NOW.date(), "break", "Title", "Body", NOW + 2 * HOUR)
    commit(store, later)
    assert mailbox(store, NOW + 2 * HOUR).waiting() == (later,)
    Ledger(store).record(Receipt("later", PHONE, "delivered", NOW + 2 * HOUR))
    assert mailbox(store, NOW + 2 * HOUR).waiting() == ()
    assert later in Ledger(store).waiting(), "the desktop tells it all the same"
    delist(store, ())
    assert mailbox(store, NOW + 3 * HOUR).waiting() == ()


def test_that_a_failed_forward_waits_for_the_pause_that_was_asked_for_also_after_a_restart(store: Store) -> None:
    mailbox(store).waiting()
    commit(store, an_alert())
    Ledger(store).record(Receipt(an_alert().key, PHONE, "failed", NOW, retry_at=NOW + HOUR))
    assert mailbox(store).next_attempt() == NOW + HOUR
    assert mailbox(store, NOW + HOUR - dt.timedelta(seconds=1)).waiting() == ()
    assert mailbox(store, NOW + HOUR).waiting() == (an_alert(),)


def test_that_two_processes_forward_an_alert_once_per_forwarder(store: Store) -> None:
    commit(store, an_alert())
    claims = [
        Ledger(store).claim(an_alert().key, channel, owner, NOW, HOUR)
        for channel in (PHONE, channel_of("Mail"), "notification")
        for owner in ("window", "watch")
    ]
    assert claims == [True, False] * 3

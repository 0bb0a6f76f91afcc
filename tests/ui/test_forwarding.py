"""Forwarding from the ledger to a real service on this machine: once each, with patience, and as the rule says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from models.quiet import Policy, QuietHours
from tests.support.alerts import NOW, an_alert
from tests.support.forwarded import Profile
from tests.support.receiver import Receiver
from ui.forward_channel import NO_ADDRESS

PHONE = Policy(forwarders=("Phone",))
BOTH = Policy(forwarders=("Phone", "Mail"))


@pytest.fixture
def profile(qtbot: QtBot, tmp_path: Path) -> Iterator[Profile]:
    parent = QObject()
    made = Profile(tmp_path, parent)
    yield made
    made.end()
    parent.deleteLater()


@pytest.fixture
def service() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def to(service: Receiver, topic: str = "topic") -> str:
    return f"json://{service.place}/{topic}"


def test_that_each_forwarder_is_given_each_alert_once_whoever_asks_how_often(
    profile: Profile, service: Receiver
) -> None:
    addresses = {"Phone": to(service, "phone"), "Mail": to(service, "mail")}
    window = profile.begin(BOTH, addresses)
    watch = profile.begin(BOTH, addresses)
    profile.commit(an_alert("touch"), an_alert("break"))
    for run in (window, watch, window, watch):
        run.deliver_waiting()
    window.stop()
    profile.restart(BOTH, addresses).deliver_waiting()
    assert sorted(path for path, _ in service.seen) == ["/mail", "/mail", "/phone", "/phone"]
    assert len(profile.ledger.waiting()) == 2, "this computer still has to tell them"


def test_that_what_was_before_a_forwarder_is_no_news_to_it(profile: Profile, service: Receiver) -> None:
    profile.commit(an_alert("touch"))
    profile.pass_time(minutes=1)
    run = profile.begin(PHONE, {"Phone": to(service)})
    profile.commit(replace(an_alert("break"), created_at=profile.clock()))
    run.deliver_waiting()
    assert [body for _, body in service.seen if "break" in body] == [body for _, body in service.seen]
    assert len(service.seen) == 1


def test_that_a_failed_forward_is_tried_again_when_the_service_wants_it_even_after_a_restart(
    profile: Profile, service: Receiver
) -> None:
    service.status, service.headers = 429, {"Retry-After": "300"}
    run = profile.begin(PHONE, {"Phone": to(service)})
    profile.commit(an_alert())
    run.deliver_waiting()
    service.status, service.headers = 200, {}
    profile.pass_time(seconds=299)
    run = profile.restart(PHONE, {"Phone": to(service)})
    run.deliver_waiting()
    assert len(service.seen) == 1
    profile.pass_time(seconds=1)
    run.deliver_waiting()
    run.deliver_waiting()
    assert len(service.seen) == 2
    assert profile.receipts() == [("break", "forward:Phone", "failed"), ("break", "forward:Phone", "delivered")]
    assert profile.told == ["“Phone” has asked for fewer messages. Alerts are tried again when it allows."]


def test_that_pauses_grow_while_a_service_is_down_and_it_is_told_once(profile: Profile, service: Receiver) -> None:
    service.status = 503
    run = profile.begin(PHONE, {"Phone": to(service)})
    profile.commit(an_alert())
    asked = []
    for _ in range(40):
        run.deliver_waiting()
        asked.append(len(service.seen))
        profile.pass_time(seconds=30)
    assert [look for look, count in enumerate(asked) if look and count > asked[look - 1]] == [1, 3, 7, 15, 31]
    assert len(profile.told) == 1


def test_that_one_forwarder_that_is_down_keeps_no_other_waiting(profile: Profile, service: Receiver) -> None:
    with Receiver(500) as broken:
        run = profile.begin(BOTH, {"Phone": to(broken), "Mail": to(service)})
        profile.commit(an_alert())
        run.deliver_waiting()
        assert (len(broken.seen), len(service.seen)) == (1, 1)


def test_that_silence_is_kept_as_unknown_and_not_sent_twice(
    profile: Profile, service: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.status = 0
    run = profile.begin(PHONE, {"Phone": to(service)})
    monkeypatch.setattr(run._forwarders, "_timeout", 0.3)
    profile.commit(an_alert())
    run.deliver_waiting()
    profile.pass_time(days=1)
    run.deliver_waiting()
    assert profile.receipts() == [("break", "forward:Phone", "unknown")]
    assert len(service.seen) == 1


def test_that_quiet_hours_let_only_the_urgent_through_and_the_rest_afterwards(
    profile: Profile, service: Receiver
) -> None:
    quiet = Policy(QuietHours(dt.time(20), dt.time(7), dt.UTC), ("Phone",))
    assert quiet.quiet is not None
    assert quiet.quiet.until(NOW) is not None
    run = profile.begin(quiet, {"Phone": to(service)})
    profile.commit(an_alert("near"), replace(an_alert("break"), urgent=True))
    run.deliver_waiting()
    assert len(service.seen) == 1
    assert "break" in service.seen[0][1]
    profile.clock.now = dt.datetime(2025, 9, 19, 7, tzinfo=dt.UTC)
    run.deliver_waiting()
    assert len(service.seen) == 2


def test_that_a_rule_for_other_channels_is_not_forwarded(profile: Profile, service: Receiver) -> None:
    run = profile.begin(PHONE, {"Phone": to(service)})
    profile.commit(
        replace(an_alert("near"), channels=("desktop",)),
        replace(an_alert("touch"), channels=("Mail",)),
        replace(an_alert("break"), channels=("desktop", "Phone")),
    )
    run.deliver_waiting()
    assert profile.receipts() == [("break", "forward:Phone", "delivered")]


def test_that_a_missing_address_is_asked_for_and_what_waits_goes_out_once_it_is_there(
    profile: Profile, service: Receiver
) -> None:
    run = profile.begin(PHONE, {})
    profile.commit(an_alert())
    run.deliver_waiting()
    assert profile.told == [NO_ADDRESS.format(name="Phone")]
    profile.pass_time(minutes=1)
    profile.restart(PHONE, {"Phone": to(service)}).deliver_waiting()
    assert len(service.seen) == 1


def test_that_a_forwarder_switched_off_sends_nothing_and_begins_anew(profile: Profile, service: Receiver) -> None:
    run = profile.begin(PHONE, {"Phone": to(service)})
    run.change(Policy())
    profile.commit(an_alert())
    run.deliver_waiting()
    profile.pass_time(minutes=1)
    run.change(PHONE)
    run.deliver_waiting()
    assert service.seen == []

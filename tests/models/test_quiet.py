"""Quiet hours: by the wall clock, over midnight, through changes of the clock, and passed by what is urgent."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from data.holds import HERE, Holds
from models.quiet import QuietHours, is_for_here, release
from tests.support.alerts import NOW, an_alert

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(dt.time(22), dt.time(7), BERLIN)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2025-09-18T21:59", None),
        ("2025-09-18T22:00", "2025-09-19T07:00"),
        ("2025-09-19T06:59", "2025-09-19T07:00"),
        ("2025-09-19T07:00", None),
        ("2025-10-25T23:00", "2025-10-26T07:00"),  # the clocks go back in this night
        ("2026-03-28T23:00", "2026-03-29T07:00"),  # and forward in this one
    ],
)
def test_that_quiet_hours_follow_the_wall_clock(now: str, end: str | None) -> None:
    assert NIGHT.until(at(now)) == (at(end) if end else None)


def test_that_the_same_time_twice_means_no_quiet_hours() -> None:
    assert QuietHours(dt.time(7), dt.time(7), BERLIN).until(at("2025-09-18T07:00")) is None


def test_that_only_urgent_alerts_pass_quiet_hours_and_none_passes_a_mute() -> None:
    now, calm = at("2025-09-18T23:00"), an_alert("near")
    urgent = replace(an_alert(), urgent=True)
    told = release([calm, urgent], Holds(), NIGHT, now)
    assert (told.alerts, told.next_at) == ((urgent,), at("2025-09-19T07:00"))
    muted = Holds(muted_until=now + dt.timedelta(hours=1))
    assert release([urgent], muted, NIGHT, now).alerts == ()


def test_that_an_alert_for_forwarders_alone_is_told_here_when_none_of_them_is_on_duty() -> None:
    alert = replace(an_alert(), channels=("Phone",), created_at=NOW)
    assert not is_for_here(alert, ("Phone",))
    assert is_for_here(alert, ("Mail",))
    assert is_for_here(replace(alert, channels=("Phone", HERE)), ("Phone",))

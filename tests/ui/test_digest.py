"""What is told together: nothing is left out, nothing told twice, and a digest leads to what weighs most."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from data.holds import Holds
from data.ledger import Alert
from models.quiet import QuietHours, release, was_held
from tests.support.alerts import NOW, an_alert
from ui.digest import LINES, MOST_AT_ONCE, message, parcels

ALERTS = st.lists(
    st.builds(
        an_alert,
        st.sampled_from(["near", "touch", "break", "confirmed", "failed", "withdrawn", "cannot tell"]),
        symbol=st.sampled_from(["^RUT", "BTC-USD"]),
        session=st.dates(dt.date(2025, 1, 1), dt.date(2025, 12, 31)),
        late=st.booleans(),
    ),
    unique_by=lambda alert: alert.key,
    max_size=40,
)


@given(ALERTS)
def test_that_every_alert_is_in_exactly_one_parcel(waiting: list[Alert]) -> None:
    told = [alert for parcel in parcels(waiting) for alert in parcel]
    assert sorted(alert.key for alert in told) == sorted(alert.key for alert in waiting)
    assert len(parcels(waiting)) <= MOST_AT_ONCE


@given(ALERTS.filter(bool))
def test_that_a_message_stands_for_its_parcel(waiting: list[Alert]) -> None:
    shown = message(waiting)
    assert len(shown.body.splitlines()) <= LINES + 1
    assert any((shown.symbol, shown.session, shown.transition) == (a.symbol, a.session, a.transition) for a in waiting)
    if len(waiting) > 1:
        assert shown.key not in {alert.key for alert in waiting}
        assert shown.late == all(alert.late for alert in waiting)


def test_that_a_long_digest_says_how_many_more_there_are() -> None:
    many = [an_alert("near", session=dt.date(2025, 9, 1) + dt.timedelta(days=day)) for day in range(30)]
    assert message(many).body.splitlines()[-1] == f"… and {30 - LINES} more in the list of alerts."


def test_that_nothing_waiting_makes_nothing() -> None:
    assert parcels([]) == ()


def test_that_what_quiet_hours_held_comes_together_and_says_so() -> None:
    quiet = QuietHours(dt.time(20), dt.time(7), dt.UTC)
    kept = [an_alert("near"), an_alert("touch"), replace(an_alert("break"), urgent=True)]
    at_night = release(kept, Holds(), quiet, NOW)
    assert [alert.transition for alert in at_night.alerts] == ["break"]
    assert not was_held(at_night.alerts[0])
    morning = at_night.next_at
    assert morning is not None
    released = release(kept[:2], Holds(), quiet, morning).alerts
    fresh = replace(an_alert("failed"), created_at=morning)
    held, prompt = parcels([*released, *release([fresh], Holds(), quiet, morning).alerts])
    assert message(held).title == "2 alerts held while quiet"
    assert prompt == (fresh,)
    assert message(released[:1]).body == f"{an_alert('near').body}\nHeld while quiet."

"""When the next refresh is due, also after sleep and with a clock that was set back."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from models.schedule import Schedule

NOON = dt.datetime(2025, 9, 18, 12, tzinfo=dt.UTC)
QUARTER = dt.timedelta(minutes=15)


def test_that_nothing_is_due_before_the_first_plan() -> None:
    assert not Schedule(QUARTER).due(NOON)


def test_that_a_bar_that_settles_sooner_brings_the_refresh_forward() -> None:
    schedule = Schedule(QUARTER)
    assert schedule.plan(NOON, NOON + dt.timedelta(minutes=5)) == NOON + dt.timedelta(minutes=5)


def test_that_a_bar_that_settles_later_does_not_put_it_off() -> None:
    schedule = Schedule(QUARTER)
    assert schedule.plan(NOON, NOON + dt.timedelta(hours=5)) == NOON + QUARTER


def test_that_a_settlement_already_past_is_not_waited_for() -> None:
    schedule = Schedule(QUARTER)
    assert schedule.plan(NOON, NOON - dt.timedelta(seconds=1)) == NOON + QUARTER


def test_that_waking_from_sleep_makes_it_due_at_once() -> None:
    schedule = Schedule(QUARTER)
    schedule.plan(NOON, None)
    assert schedule.due(NOON + dt.timedelta(hours=9))


def test_that_a_clock_set_back_by_a_day_makes_it_due_at_once() -> None:
    schedule = Schedule(QUARTER)
    schedule.plan(NOON, None)
    assert schedule.due(NOON - dt.timedelta(days=1))


@given(st.integers(-(10**6), 10**6), st.none() | st.integers(-(10**6), 10**6))
def test_that_no_clock_can_keep_a_refresh_from_coming(now: int, settles: int | None) -> None:
    schedule = Schedule(QUARTER)
    settle = None if settles is None else NOON + dt.timedelta(seconds=settles)
    schedule.plan(NOON, settle)
    after = NOON + dt.timedelta(seconds=now)
    assert schedule.due(after) or dt.timedelta(0) < schedule.next_at - after <= QUARTER

"""What is news, what is not, and what it says."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.calendar import Calendars
from models.announcer import newsworthy
from models.audit import Audit, Finding
from models.breakout import State, Transition
from models.derive import Definitions
from models.rules.evidence import Evidence
from models.rules.judge import ALL_TIME_HIGH, Standing, Verdict
from models.rules.judge import judge as judge_rule
from models.rules.judge import withdrawals as withdrawals_of
from models.snapshot import AssetView
from tests.support.views import SHORT, bars_of, view_of

#         0    1    2   3   4   5   6   7   8   9
CLOSES = [100, 101, 90, 90, 90, 90, 90, 99, 101.5, 102]
LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
EVENING = dt.datetime(2020, 1, 17, 21, 30, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def calendars() -> Calendars:
    return Calendars()


def _evidence(view: AssetView, calendars: Calendars) -> Evidence:
    return Evidence({view.asset.symbol: view}, calendars, Definitions(states=SHORT))


def judge(view: AssetView, standing: Standing, calendars: Calendars, now: dt.datetime) -> Verdict | None:
    """Judge the built-in rule."""
    return judge_rule(ALL_TIME_HIGH, standing, _evidence(view, calendars), now)


def _step(before: State, after: State, day: int = 1) -> Transition:
    return Transition(dt.date(2020, 1, day), before, after, 100.0, 100.0, day)


def test_that_an_unchecked_history_is_not_judged(calendars: Calendars) -> None:
    view = view_of(bars_of(CLOSES), audit=Audit(calendar_checked=False))
    assert judge(view, Standing(LONG_AGO, None), calendars, EVENING) is None


def test_that_no_bars_are_not_judged(calendars: Calendars) -> None:
    assert judge(view_of(bars_of([])), Standing(LONG_AGO, None), calendars, EVENING) is None


def test_that_what_closed_before_the_rule_was_armed_is_history_and_not_news(calendars: Calendars) -> None:
    verdict = judge(view_of(bars_of(CLOSES)), Standing(EVENING, None), calendars, EVENING)
    assert verdict.alerts == ()
    assert verdict.judgement.through == dt.date(2020, 1, 17)


def test_that_each_session_after_arming_is_told_once(calendars: Calendars) -> None:
    view = view_of(bars_of(CLOSES))
    first = judge(view, Standing(LONG_AGO, None), calendars, EVENING)
    assert [alert.transition for alert in first.alerts] == ["near", "break"]
    again = judge(view, Standing(LONG_AGO, first.judgement.through), calendars, EVENING)
    assert again.alerts == ()


def test_that_a_bar_in_progress_is_never_news(calendars: Calendars) -> None:
    view = view_of(bars_of(CLOSES[:9], final=False))
    assert [alert.transition for alert in judge(view, Standing(LONG_AGO, None), calendars, EVENING).alerts] == ["near"]


def test_that_a_history_with_a_hole_says_it_cannot_tell_and_says_so_once(calendars: Calendars) -> None:
    hole = Audit((Finding("missing", "blocking", "The session of 16 Jan 2020 is missing."),))
    view = view_of(bars_of(CLOSES), audit=hole)
    standing = Standing(LONG_AGO, dt.date(2020, 1, 14))
    one, two = (judge(view, standing, calendars, EVENING + dt.timedelta(hours=hour)) for hour in (0, 5))
    assert [alert.transition for alert in one.alerts] == ["cannot tell"]
    assert one.alerts[0].key == two.alerts[0].key
    assert "16 Jan 2020" in one.alerts[0].body
    assert one.judgement.through == dt.date(2020, 1, 14), "what could not be judged must be judged later"


def test_that_a_confirmation_waits_for_the_second_source(calendars: Calendars) -> None:
    closes = [*CLOSES[:8], 101.5, 106]
    view = view_of(bars_of(closes), held_back="IWM says otherwise.")
    assert view.state is State.CONFIRMED
    held = judge(view, Standing(LONG_AGO, None), calendars, EVENING)
    assert [alert.transition for alert in held.alerts] == ["near", "break"]
    agreed = judge(view_of(bars_of(closes)), Standing(LONG_AGO, held.judgement.through), calendars, EVENING)
    assert [alert.transition for alert in agreed.alerts] == ["confirmed"]


def test_that_news_of_a_session_long_settled_is_marked_late(calendars: Calendars) -> None:
    view = view_of(bars_of(CLOSES))
    standing = Standing(LONG_AGO, dt.date(2020, 1, 15))
    on_time = judge(view, standing, calendars, dt.datetime(2020, 1, 16, 21, 25, tzinfo=dt.UTC))
    late = judge(view, standing, calendars, dt.datetime(2020, 1, 17, 9, tzinfo=dt.UTC))
    assert [alert.late for alert in on_time.alerts] == [False]
    assert [alert.late for alert in late.alerts] == [True]


def test_that_a_break_names_its_close_its_level_and_how_long_that_had_stood(calendars: Calendars) -> None:
    alert = judge(view_of(bars_of(CLOSES)), Standing(LONG_AGO, None), calendars, EVENING).alerts[-1]
    assert alert.title == "Russell 2000 broke its all-time high"
    assert alert.body == (
        "Closed at 101.50 on 16 Jan 2020, 0.50 % above the high of 101.00 that had stood since 7 Jan 2020 "
        "(6 sessions). Settled bar, Test."
    )


def test_that_a_withdrawn_break_is_told_by_its_day(calendars: Calendars) -> None:
    evidence = _evidence(view_of(bars_of(CLOSES)), calendars)
    (alert,) = withdrawals_of(ALL_TIME_HIGH, evidence, [dt.date(2020, 1, 16)], EVENING)
    assert alert.transition == "withdrawn"
    assert "16 Jan 2020" in alert.title


def test_that_hovering_around_the_high_is_told_once() -> None:
    path = [_step(State.BELOW, State.NEAR), _step(State.NEAR, State.TOUCH)]
    path += [_step(State.TOUCH, State.NEAR), _step(State.NEAR, State.TOUCH), _step(State.TOUCH, State.ABOVE)] * 9
    assert [step.after for step in newsworthy(path)] == [State.NEAR, State.TOUCH]


def test_that_a_touch_after_a_fall_is_news_again() -> None:
    path = [_step(State.NEAR, State.TOUCH), _step(State.TOUCH, State.BELOW), _step(State.BELOW, State.TOUCH)]
    assert [step.after for step in newsworthy(path)] == [State.TOUCH, State.TOUCH]


@given(st.lists(st.sampled_from([State.BELOW, State.NEAR, State.TOUCH, State.ABOVE, State.BREAK, State.FAILED])))
def test_that_no_break_and_no_failure_is_ever_left_out(states: list[State]) -> None:
    path = [_step(before, after) for before, after in itertools.pairwise(states) if before is not after]
    loud = (State.BREAK, State.FAILED)
    told = [step.after for step in newsworthy(path) if step.after in loud]
    assert told == [step.after for step in path if step.after in loud]


def test_that_a_history_that_never_could_be_judged_is_not_complained_of(calendars: Calendars) -> None:
    hole = Audit((Finding("missing", "blocking", "The session of 16 Jan 2020 is missing."),))
    view = view_of(bars_of(CLOSES), audit=hole)
    assert judge(view, Standing(LONG_AGO, None, told=False), calendars, EVENING).alerts == ()

"""Live rules: at the touch, once, and nothing of the noise around a level."""

import datetime as dt
import random
from collections.abc import Iterable

import pytest

from data.calendar import Calendars
from models.audit import Audit, Finding
from models.breakout import State
from models.derive import Definitions
from models.rules.evidence import Evidence
from models.rules.live import Held, LivePrice, LiveState, LiveVerdict, as_text, from_text, judge_live
from models.rules.rule import AtHigh, Condition, Crosses, Rule, Subject
from tests.support.views import SHORT, bars_of, view_of

RUT = Subject("^RUT")
CLOSES = [100, 101, 90, 90, 90, 90, 90, 99]
THURSDAY = dt.date(2020, 1, 16)
NOON = dt.datetime(2020, 1, 16, 17, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
HOLE = Audit((Finding("missing", "blocking", "The session of 15 Jan 2020 is missing."),))


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return evidence_of()


def evidence_of(audit: Audit | None = None) -> Evidence:
    return Evidence({"^RUT": view_of(bars_of(CLOSES), audit=audit)}, Calendars(), Definitions(states=SHORT))


def rule_of(condition: Condition, **changes: object) -> Rule:
    return Rule(key="r", name="My rule", condition=condition, scope="live", **changes)


def price(value: float, high: float | None = None, day: dt.date = THURSDAY, at: dt.datetime = NOON) -> LivePrice:
    return LivePrice(day, value, value if high is None else high, value, at)


def looks(
    rule: Rule, prices: Iterable[LivePrice], evidence: Evidence, state: LiveState | None = None
) -> list[LiveVerdict]:
    found, now, state = [], NOON, state or LiveState()
    for one in prices:
        found.append(judge_live(rule, state, {"^RUT": one}, evidence, now))
        state, now = from_text(as_text(found[-1].state)), now + SECOND
    return found


def told(found: list[LiveVerdict]) -> list[str]:
    return [alert.key for verdict in found for alert in verdict.alerts]


def test_that_ten_thousand_ticks_of_noise_around_a_level_are_told_once(evidence: Evidence) -> None:
    chance = random.Random(20260821)
    noise = [price(100 + chance.uniform(-0.9, 0.9)) for _ in range(10_000)]
    found = looks(rule_of(Crosses(RUT, "above", 100)), [price(98.5), *noise, price(98)], evidence)
    assert told(found) == ["r|^RUT|2020-01-16|live fired 1"]
    assert found[-1].state.rearmed == 1


def test_that_a_second_genuine_crossing_in_a_session_is_news_of_its_own(evidence: Evidence) -> None:
    found = looks(rule_of(Crosses(RUT, "above", 100)), map(price, [99, 101, 98, 101, 99.5, 101]), evidence)
    assert told(found) == ["r|^RUT|2020-01-16|live fired 1", "r|^RUT|2020-01-16|live fired 2"]


def test_that_the_first_look_only_learns_how_things_stand(evidence: Evidence) -> None:
    assert told(looks(rule_of(Crosses(RUT, "above", 100)), map(price, [101, 102, 103]), evidence)) == []


def test_that_a_touch_between_two_looks_is_told_by_the_sessions_high(evidence: Evidence) -> None:
    found = looks(
        rule_of(AtHigh(RUT, (State.TOUCH,))), [price(99), price(99.5, high=101), price(99, high=101)], evidence
    )
    assert told(found) == ["r|^RUT|2020-01-16|live touch 1"]


def test_that_a_live_alert_says_that_it_is_live_and_never_confirmed(evidence: Evidence) -> None:
    alert = looks(rule_of(AtHigh(RUT, (State.TOUCH,))), map(price, [99, 106]), evidence)[-1].alerts[0]
    assert alert.title == "Live: Russell 2000 touches its all-time high"
    assert "in progress" in alert.body
    assert "confirmed" not in alert.title + alert.body
    assert alert.transition == "touch"


def test_that_the_cooldown_and_the_last_day_keep_it_silent(evidence: Evidence) -> None:
    level, ticks = Crosses(RUT, "above", 100), [99, 101, 98, 101]
    assert len(told(looks(rule_of(level, cooldown=dt.timedelta(hours=1)), map(price, ticks), evidence))) == 1
    assert told(looks(rule_of(level, expires=dt.date(2020, 1, 15)), map(price, ticks), evidence)) == []


def test_that_the_bar_of_a_settled_session_is_no_longer_looked_at(evidence: Evidence) -> None:
    wednesday = dt.date(2020, 1, 15)
    found = looks(rule_of(Crosses(RUT, "above", 100)), [price(99, day=wednesday), price(101, day=wednesday)], evidence)
    assert told(found) == []


def test_that_a_history_with_a_hole_is_complained_of_once() -> None:
    rule = rule_of(Crosses(RUT, "above", 100))
    able = looks(rule, [price(99)], evidence_of())[-1].state
    found = looks(rule, map(price, [99, 101, 99]), evidence_of(HOLE), able)
    assert told(found) == ["r|^RUT|2020-01-16|live cannot tell"]
    assert told(looks(rule, [price(101)], evidence_of(), found[-1].state)) == ["r|^RUT|2020-01-16|live fired 1"]


@pytest.mark.parametrize("text", [None, "", "{", "[]", "5", '{"held": 3}', '{"session": "never"}'])
def test_that_a_damaged_memory_is_that_of_a_rule_that_never_looked(text: str | None) -> None:
    assert from_text(text) == LiveState()


def test_that_a_memory_comes_back_as_it_was() -> None:
    state = LiveState((Held(True, 101.5), Held()), True, THURSDAY, 2, 1, NOON, able=False)
    assert from_text(as_text(state)) == state

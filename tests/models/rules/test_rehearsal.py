"""A rule over history: it speaks when the judge would, and each break it tells of is told with its end."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from data.calendar import SETTLE_DELAY, Calendars
from data.catalog import asset_for
from models.breakout import State
from models.highs import Highs
from models.rules.evidence import Evidence
from models.rules.rehearsal import rehearse
from models.rules.rule import AllOf, AtHigh, Crosses, Drawdown, InRegime, Rule, Subject
from tests.support.shared_data import shared
from tests.support.views import bars_of, view_of

RUSSELL = Subject("^RUT")
CONFIRMED = Rule(key="c", name="Confirmed", condition=AtHigh(RUSSELL, (State.CONFIRMED,), sessions_below=63))


@pytest.fixture(scope="module")
def calendars() -> Calendars:
    return Calendars()


def evidence(calendars: Calendars, closes: list[float]) -> Evidence:
    return Evidence({"^RUT": view_of(bars_of(closes))}, calendars)


def rule(condition: object, **frame: object) -> Rule:
    return Rule(key="k", name="n", condition=condition, **frame)


def test_that_a_crossing_is_told_with_price_level_and_when_it_would_have_come(calendars: Calendars) -> None:
    result = rehearse(rule(Crosses(RUSSELL, "above", 100.0)), evidence(calendars, [90, 95, 101, 102, 98, 103]))
    assert [(one.transition, one.price, one.level) for one in result.firings] == [
        ("fired", 101.0, 100.0),
        ("fired", 103.0, 100.0),
    ]
    assert result.worst_lateness == SETTLE_DELAY
    assert result.share_failed is None
    assert result.days_to_failure == ()


def test_that_since_leaves_out_what_came_before(calendars: Calendars) -> None:
    known = evidence(calendars, [90, 95, 101, 102, 98, 103])
    every = rehearse(rule(Crosses(RUSSELL, "above", 100.0)), known)
    later = rehearse(rule(Crosses(RUSSELL, "above", 100.0)), known, every.firings[1].session)
    assert later.firings == every.firings[1:]
    assert later.first == every.firings[1].session


def test_that_a_break_that_fell_back_is_told_as_failed(calendars: Calendars) -> None:
    calm = [100.0] + [80.0] * 300
    result = rehearse(
        rule(AtHigh(RUSSELL, (State.BREAK, State.CONFIRMED, State.FAILED))),
        evidence(calendars, [*calm, 101.0, 101.0, 90.0] + [80.0] * 70 + [106.0] * 40 + [80.0] * 70 + [107.0]),
    )
    assert [one.transition for one in result.firings] == ["break", "failed", "confirmed", "break"]
    assert [one.outcome for one in result.firings] == ["failed", "failed", "confirmed", "running"]
    assert [spell.sessions for spell in result.spells] == [2, None, None]
    assert result.share_failed == 0.5
    assert len(result.days_to_failure) == 1


def test_that_what_makes_it_less_certain_is_said(calendars: Calendars) -> None:
    both = AllOf((Drawdown(RUSSELL, 0.1), InRegime("flat")))
    result = rehearse(rule(both), evidence(calendars, [100, 80, 100]))
    assert result.firings == ()
    assert any("liquidity" in problem for problem in result.problems)
    live = rehearse(rule(Drawdown(RUSSELL, 0.1), scope="live"), evidence(calendars, [100, 99, 80]))
    assert any("settled bars" in problem for problem in live.problems)
    assert len(live.firings) == 1


def test_that_confirmed_breaks_of_the_real_index_are_those_of_breakouts(calendars: Calendars) -> None:
    from data.files import read_prices
    from models.breakout import BreakRule, breaks
    from models.highs import running_highs

    now = dt.datetime(2026, 11, 20, 22, tzinfo=dt.UTC)
    bars = read_prices(shared("data/market/RUT_1d_yahoo.csv"), asset_for("^RUT"), calendars, now).bars.settled()
    result = rehearse(CONFIRMED, Evidence({"^RUT": view_of(bars)}, calendars))
    highs = running_highs(bars, 0.01)
    events = breaks(highs, BreakRule(sessions_below=63)).events
    assert [spell.session for spell in result.spells] == [event.session for event in events]
    place = {day: at for at, day in enumerate(highs.session.astype(object).tolist())}
    for spell in result.spells:
        after = highs.price[place[spell.session] : place[spell.session] + 22]
        below = np.flatnonzero(after < spell.level * 0.98)
        assert (spell.outcome == "failed") == bool(len(below))
        assert spell.sessions == (int(below[0]) if len(below) else None)
    told = {one.spell.session for one in result.firings if one.spell}
    assert told == {spell.session for spell in result.spells if spell.confirmed_on}
    assert isinstance(result.last, dt.date)
    ended = [spell for spell in result.spells if spell.confirmed_on and spell.outcome != "running"]
    fell = [spell for spell in ended if min(_closes_after(highs, place[spell.session])) < spell.level * 0.98]
    assert result.share_failed == pytest.approx(len(fell) / len(ended))
    assert all(spell.failed_on > spell.confirmed_on for spell in fell), "confirmed first, and failed all the same"
    assert 0 < len(fell) < len(ended)


def _closes_after(highs: Highs, place: int) -> list[float]:
    """Return the closes of a break and of the 21 sessions after it."""
    return highs.price[place : place + 22].tolist()


@pytest.mark.parametrize(
    ("after", "outcome", "confirmed"),
    [
        ([101.0, 101.0, 97.9], "failed", True),  # confirmed by the third close, and fallen back
        ([97.9], "failed", False),
        ([99.0, 99.0], "over", False),
        ([101.0, 101.0], "confirmed", True),
    ],
)
def test_that_a_break_failed_if_it_fell_back_within_21_sessions_confirmed_or_not(
    calendars: Calendars, after: list[float], outcome: str, confirmed: bool
) -> None:
    closes = [100.0, *[90.0] * 300, 101.0, *after]
    calm = [99.0 if outcome == "over" else 100.5] * 22
    result = rehearse(rule(AtHigh(RUSSELL, (State.BREAK,))), evidence(calendars, [*closes, *calm]))
    (spell,) = result.spells
    assert (spell.outcome, spell.confirmed_on is not None) == (outcome, confirmed)
    assert result.share_failed == (1.0 if outcome == "failed" else 0.0)


def test_that_a_close_far_below_after_21_sessions_is_no_failure_of_the_break(calendars: Calendars) -> None:
    closes = [100.0, *[90.0] * 300, *[101.0] * 22, 60.0]
    (spell,) = rehearse(rule(AtHigh(RUSSELL, (State.BREAK,))), evidence(calendars, closes)).spells
    assert spell.outcome == "confirmed"
    (spell,) = rehearse(rule(AtHigh(RUSSELL, (State.BREAK,))), evidence(calendars, [*closes[:-2], 60.0])).spells
    assert (spell.outcome, spell.sessions) == ("failed", 21)

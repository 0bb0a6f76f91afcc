"""Conditions over whole histories: nothing of the future, and fast enough to rehearse many."""

from __future__ import annotations

import datetime as dt
import random

import numpy as np
import pytest

from data.bars import Bars
from data.calendar import Calendars
from data.catalog import BITCOIN, ETHER, RUSSELL_2000
from models.derive import Definitions
from models.rules.evidence import Evidence, LiquidityHistory, series_of
from models.rules.explain import explain
from models.rules.firing import Candidate, candidates, firings
from models.rules.judge import ALL_TIME_HIGH, Standing, judge
from models.rules.rule import AllOf, AnyOf, AtHigh, Condition, Crosses, Drawdown, Extreme, InRegime, Move, Rule, Subject
from models.rules.signals import HOLDS, UNKNOWN, signals
from tests.support.histories import history
from tests.support.views import SHORT, bars_of, view_of

RUT, COIN, RATIO = Subject("^RUT"), Subject("BTC-USD"), Subject("ETH-USD", "BTC-USD")
CLOSES = [100, 101, 90, 90, 90, 90, 90, 99, 101.5, 102]
LATER = dt.datetime(2020, 3, 1, tzinfo=dt.UTC)
CONDITIONS: tuple[Condition, ...] = (
    AtHigh(RUT),
    AtHigh(RUT, buffer=0.01, basis="high"),
    AtHigh(RATIO),
    Extreme(RATIO, 5),
    AllOf((Move(RUT, -0.03, 4), AnyOf((Drawdown(COIN, 0.05), Crosses(COIN, "above", 100))))),
    AllOf((AtHigh(COIN), Crosses(RUT, "below", 0.02, "percent", dt.date(2020, 1, 10)))),
    AllOf((Extreme(RUT, 3, "low"), InRegime("expanding"))),
)


@pytest.fixture(scope="module")
def calendars() -> Calendars:
    return Calendars()


def rule_of(condition: Condition, **changes: object) -> Rule:
    return Rule(key="r", name="My rule", condition=condition, **changes)


def walk(chance: random.Random, count: int) -> list[float]:
    return (100 * np.exp(np.cumsum([chance.gauss(0.002, 0.02) for _ in range(count)]))).round(2).tolist()


def evidence_of(rut: Bars, coin: Bars, ether: Bars, calendars: Calendars, regimes: LiquidityHistory) -> Evidence:
    views = {
        "^RUT": view_of(rut, RUSSELL_2000),
        "BTC-USD": view_of(coin, BITCOIN),
        "ETH-USD": view_of(ether, ETHER),
    }
    return Evidence(views, calendars, Definitions(states=SHORT), regimes)


def said(rule: Rule, evidence: Evidence, through: int) -> list[tuple[Candidate, ...] | bytes]:
    """Return all that was said and known by an instant."""
    found = signals(rule, evidence)
    known = found.closes <= through
    spoken = tuple(one for one in candidates(rule, found) if one.closes.timestamp() <= through)
    return [spoken, found.truth[known].tobytes()]


@pytest.mark.parametrize("seed", range(60))
def test_that_no_earlier_verdict_knows_anything_of_the_future(seed: int, calendars: Calendars) -> None:
    chance = random.Random(seed)
    walks = [walk(chance, 40) for _ in range(3)]
    days = np.datetime64("2020-01-06").astype("datetime64[s]").astype(np.int64) + np.arange(8) * 5 * 86_400
    regimes = LiquidityHistory(days, tuple(chance.choice(["expanding", "flat"]) for _ in days))  # type: ignore[arg-type]
    whole = evidence_of(
        bars_of(walks[0][:28]), *(history(one, first="2020-01-06") for one in walks[1:]), calendars, regimes
    )
    now = int(series_of(RUT, whole).closes[chance.randrange(6, 26)])

    def changed(bars: Bars, asset_calendar: str) -> Bars:
        past = calendars.closes(asset_calendar, bars.session) <= now
        if chance.random() < 0.5:
            return bars[past]
        close = np.where(past, bars.close, bars.close * chance.choice([0.5, 1.5]))
        return Bars(bars.time, bars.session, close, close, close, close, bars.volume, bars.final)

    rut, coin, ether = (changed(view.bars, view.asset.calendar) for view in whole.views.values())
    later = regimes.known_at > now + 1200
    cut = LiquidityHistory(regimes.known_at[~later], regimes.regimes[: int((~later).sum())])
    other = evidence_of(rut, coin, ether, calendars, cut)
    for condition in CONDITIONS:
        rule = rule_of(condition, cooldown=dt.timedelta(days=chance.choice([0, 3])))
        assert said(rule, whole, now) == said(rule, other, now), condition


def test_that_a_coin_counts_only_as_far_as_its_day_had_ended(calendars: Calendars) -> None:
    rut = bars_of([100] * 5)
    coin = history([90, 90, 90, 110, 110, 110], first="2020-01-06")
    condition = AllOf((Crosses(RUT, "above", 50), Crosses(COIN, "above", 100)))
    evidence = evidence_of(rut, coin, coin, calendars, LiquidityHistory(np.empty(0, np.int64), ()))
    (fired,) = firings(rule_of(condition), signals(rule_of(condition), evidence))
    assert fired.session == dt.date(2020, 1, 10), "the coin's day of 9 January ends after New York's"


def test_that_a_symbol_nobody_watches_is_named_and_not_judged(calendars: Calendars) -> None:
    rule = rule_of(AllOf((AtHigh(RUT), Crosses(Subject("SOL-USD"), "above", 100))))
    evidence = Evidence({"^RUT": view_of(bars_of(CLOSES))}, calendars, Definitions(states=SHORT))
    verdict = judge(rule, Standing(LATER, dt.date(2020, 1, 10)), evidence, LATER)
    assert verdict is not None
    assert [alert.transition for alert in verdict.alerts] == ["cannot tell"]
    assert "Solana" in verdict.alerts[0].body
    assert verdict.judgement.through == dt.date(2020, 1, 10)


def test_that_missing_liquidity_data_are_a_reason_not_to_tell(calendars: Calendars) -> None:
    rule = rule_of(AllOf((AtHigh(RUT), InRegime("expanding"))))
    evidence = Evidence({"^RUT": view_of(bars_of(CLOSES))}, calendars, Definitions(states=SHORT))
    verdict = judge(rule, Standing(LATER, dt.date(2020, 1, 10)), evidence, LATER)
    assert verdict is not None
    assert verdict.judgement.verdict == "cannot tell"
    assert "iquidity" in verdict.alerts[0].body


def test_that_a_breaks_alert_carries_what_the_board_says(calendars: Calendars) -> None:
    evidence = Evidence({"^RUT": view_of(bars_of(CLOSES))}, calendars, Definitions(states=SHORT))
    standing = Standing(dt.datetime(2000, 1, 1, tzinfo=dt.UTC), None)
    verdict = judge(ALL_TIME_HIGH, standing, evidence, LATER, lambda _, breaks: f"Broken on {breaks[-1].session}.")
    assert verdict is not None
    assert [alert.body.endswith("Broken on 2020-01-16.") for alert in verdict.alerts] == [False, True]


@pytest.mark.parametrize(
    ("session", "reason"),
    [(6, "does not hold"), (8, "told"), (9, "not armed again"), (11, "no session")],
)
def test_that_every_day_can_be_asked_why(session: int, reason: str, calendars: Calendars) -> None:
    rule = rule_of(Crosses(RUT, "above", 95))
    days = [*view_of(bars_of(CLOSES)).bars.session.astype(object), dt.date(2020, 1, 18), dt.date(2020, 1, 19)]
    evidence = Evidence({"^RUT": view_of(bars_of(CLOSES))}, calendars, Definitions(states=SHORT))
    found = explain(rule, evidence, days[session if session != 8 else 7])
    assert found.reason == reason, found.sentence
    assert found.sentence
    assert reason == "no session" or found.clauses[0].level == 95


def test_that_a_day_before_the_rule_was_armed_says_so(calendars: Calendars) -> None:
    evidence = Evidence({"^RUT": view_of(bars_of(CLOSES))}, calendars, Definitions(states=SHORT))
    rule = rule_of(Crosses(RUT, "above", 95))
    found = explain(rule, evidence, dt.date(2020, 1, 15), Standing(LATER, None))
    assert (found.reason, found.told) == ("not armed yet", False)


def test_that_a_rule_on_liquidity_cannot_be_told_from_figures_that_are_too_old(calendars: Calendars) -> None:
    rut = bars_of(CLOSES)
    known = np.array(["2020-01-01", "2020-01-09"], "datetime64[s]").astype(np.int64)
    condition = AllOf((Crosses(RUT, "above", 50), InRegime("expanding")))
    fresh, old = (
        evidence_of(rut, rut, rut, calendars, LiquidityHistory(known[:count], ("expanding", None)[:count]))
        for count in (1, 2)
    )
    rule = rule_of(condition)
    assert HOLDS in signals(rule, fresh).truth[-1:]
    assert UNKNOWN in signals(rule, old).truth[-1:]
    verdict = judge(rule, Standing(LATER, dt.date(2020, 1, 8)), old, LATER)
    assert verdict is not None
    assert [alert.transition for alert in verdict.alerts] == ["cannot tell"]
    assert "too old" in verdict.alerts[0].body

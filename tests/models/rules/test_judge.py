"""Rules against a slow reading of the definitions, through everything that time does to data."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from data.bars import Bars
from data.calendar import Calendars
from data.catalog import BITCOIN, RUSSELL_2000, Asset
from models.audit import Audit, Finding
from models.breakout import State, StateParameters
from models.derive import Definitions
from models.rules.evidence import Evidence
from models.rules.judge import Standing, judge
from models.rules.rule import (
    AllOf,
    AnyOf,
    AtHigh,
    Condition,
    Crosses,
    Drawdown,
    Extreme,
    Move,
    Rule,
    Subject,
    WithinHigh,
)
from models.snapshot import AssetView
from tests.models.rules.reference import (
    BETWEEN,
    CONFIRM_MARGIN,
    FAIL,
    HOUR,
    LEAST,
    SPELL,
    Memory,
    Row,
    Spec,
    parts_of,
    slow_judge,
)
from tests.support.views import view_of

NUMBERS = StateParameters(
    near_in=0.03,
    near_out=0.03 + BETWEEN / 1000,
    confirm_closes=3,
    confirm_margin=CONFIRM_MARGIN / 1000,
    fail_margin=FAIL / 1000,
    spell_sessions=SPELL,
    sessions_below=3,
    least_history=LEAST,
)
MONDAY = dt.date(2020, 1, 6)
EPOCH = dt.date(1970, 1, 1)
ASSETS = {"^RUT": RUSSELL_2000, "BTC-USD": BITCOIN}
TOLD = ("near", "touch", "break", "confirmed", "failed")
HOLE = Audit((Finding("missing", "blocking", "A session is missing."),))
HISTORIES = 2_000


@pytest.fixture(scope="module")
def calendars() -> Calendars:
    return Calendars()


def closed_at(symbol: str, day: int) -> int:
    """New York closes at 21:00 UTC in winter, a coin's day at its end."""
    return day * 86_400 + (21 if symbol == "^RUT" else 24) * HOUR


def walk(chance: random.Random, symbol: str, days: int) -> list[Row]:
    """A price that wanders in whole steps, with a session missing here and there."""
    first, price, rows = (MONDAY - EPOCH).days, 100, []
    for day in range(first, first + days):
        price = max(50, price + chance.choice([-6, -3, -2, -1, 0, 0, 1, 1, 2, 3, 5]))
        weekend = (EPOCH + dt.timedelta(days=day)).weekday() > 4
        if (symbol != "^RUT" or not weekend) and chance.random() > 0.04:
            rows.append(Row(day, closed_at(symbol, day), price))
    return rows


def leaf_of(chance: random.Random, who: str) -> Spec:
    kind = chance.choice(["above", "below", "within", "drawdown", "highest", "lowest", "move", *["states"] * 4])
    if kind in ("above", "below"):
        return kind, who, chance.randint(92, 112)
    if kind in ("within", "drawdown"):
        return kind, who, chance.choice([10, 30, 50, 100])
    if kind in ("highest", "lowest"):
        return kind, who, chance.randint(2, 8)
    if kind == "move":
        return kind, who, chance.choice([-80, -30, 20, 50]), chance.randint(1, 5)
    states = tuple(chance.sample(TOLD, chance.randint(1, 5)))
    return (
        "states",
        who,
        states,
        chance.randint(1, 5),
        chance.choice([20, 30]),
        chance.randint(1, 3),
        chance.choice([0, 0, 10, 30]),
    )


def spec_of(chance: random.Random) -> Spec:
    leaves = [leaf_of(chance, chance.choice(["^RUT", "^RUT", "BTC-USD"])) for _ in range(chance.choice([1, 1, 2, 3]))]
    if len(leaves) == 1:
        return leaves[0]
    if len(leaves) == 3 and chance.random() < 0.5:
        return ("all", leaves[0], ("any", leaves[1], leaves[2]))
    return (chance.choice(["all", "any"]), *leaves)


def condition_of(spec: Spec) -> Condition:
    kind = spec[0]
    if kind in ("all", "any"):
        parts = tuple(condition_of(part) for part in spec[1:])
        return AllOf(parts) if kind == "all" else AnyOf(parts)
    who = Subject(spec[1])
    if kind in ("above", "below"):
        return Crosses(who, kind, spec[2])
    if kind == "within":
        return WithinHigh(who, spec[2] / 1000)
    if kind == "drawdown":
        return Drawdown(who, spec[2] / 1000)
    if kind in ("highest", "lowest"):
        return Extreme(who, spec[2], "high" if kind == "highest" else "low")
    if kind == "move":
        return Move(who, spec[2] / 1000, spec[3])
    states = tuple(State(name) for name in spec[2])
    return AtHigh(who, states, spec[3], spec[4] / 1000, spec[5], spec[6] / 1000)


def bars_from(rows: list[Row]) -> Bars:
    price = np.array([row.price for row in rows], np.float64)
    session = np.array([row.session for row in rows], "datetime64[D]")
    time = session.astype("datetime64[s]").astype(np.int64)
    return Bars(
        time, session, price.copy(), price.copy(), price.copy(), price, np.ones(len(rows)), np.ones(len(rows), np.bool_)
    )


def view_from(rows: list[Row], asset: Asset, **changes: Any) -> AssetView:
    return view_of(bars_from(rows), asset, parameters=NUMBERS, **changes)


def moment(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


class World:
    """One history as it happens to one rule: bars come, late or revised, the clock jumps, the computer sleeps."""

    def __init__(self, seed: int, calendars: Calendars) -> None:
        self.chance = random.Random(seed)
        self.calendars = calendars
        self.data = {symbol: walk(self.chance, symbol, 32) for symbol in ASSETS}
        self.true_now = closed_at("^RUT", (MONDAY - EPOCH).days) + self.chance.choice([3, 8, 15]) * 86_400
        self.told: set[str] = set()
        self.memory = Memory(self.true_now - self.chance.choice([0, 2, 20]) * 86_400, None, None)
        self.standing = Standing(moment(self.memory.armed), None, told=False)
        self.write_rule()

    def write_rule(self) -> None:
        chance = self.chance
        self.spec = spec_of(chance)
        self.rearm = chance.choice([0, 10, 30])
        self.cooldown = chance.choice([0, 0, 2, 5]) * 86_400
        self.expires = chance.choice([None, None, None, MONDAY + dt.timedelta(days=chance.randint(5, 30))])
        self.rule = Rule(
            key="r",
            name="R",
            condition=condition_of(self.spec),
            rearm=self.rearm / 1000,
            cooldown=dt.timedelta(seconds=self.cooldown),
            expires=self.expires,
        )

    def live_on(self) -> None:
        """Let some time pass, and perhaps something odd happen."""
        chance = self.chance
        self.true_now += chance.choice([1, 1, 1, 2, 3, 9]) * 86_400 + chance.choice([0, 600, 5 * HOUR])
        if chance.random() < 0.15:
            rows = self.data[chance.choice(list(ASSETS))]
            place = chance.randrange(len(rows))
            rows[place] = rows[place]._replace(price=max(50, rows[place].price + chance.choice([-4, -2, 2, 4])))
        if chance.random() < 0.08:
            self.write_rule()
            self.memory = self.memory._replace(armed=self.true_now)
            self.standing = replace(self.standing, armed_at=moment(self.true_now))

    def look(self) -> tuple[set[tuple[int, str, bool]], set[tuple[int, str, bool]]]:
        """Judge twice, by the app and slowly; return what each tells that was not told before."""
        chance = self.chance
        clock = self.true_now + chance.choice([0, 0, 0, 0, -3, 2]) * 86_400
        settled = {
            symbol: [row for row in rows if row.closed + 1200 <= self.true_now] for symbol, rows in self.data.items()
        }
        broken = chance.choice([None] * 8 + ["^RUT", "BTC-USD"])
        held = chance.random() < 0.1
        views = {
            symbol: view_from(
                rows,
                ASSETS[symbol],
                audit=HOLE if symbol == broken else None,
                held_back="The second source disagrees." if held and symbol == "^RUT" else None,
            )
            for symbol, rows in settled.items()
        }
        evidence = Evidence(views, self.calendars, Definitions(states=NUMBERS))
        verdict = judge(self.rule, self.standing, evidence, moment(clock))
        assert verdict is not None
        leaves = parts_of(self.spec)
        if broken in {leaf[1] for leaf in leaves}:
            assert verdict.judgement.verdict == "cannot tell"
            assert len(verdict.alerts) == int(self.standing.told)
            before = self.standing.judged_through
            self.standing = verdict.standing if before is not None else self.standing
            return set(), set()
        keeps = held and any(leaf[0] == "states" and leaf[1] == "^RUT" and "confirmed" in leaf[2] for leaf in leaves)
        ends = None if self.expires is None else ((self.expires - EPOCH).days + 1) * 86_400
        slow, self.memory = slow_judge(
            self.spec, settled, self.memory, clock, rearm=self.rearm, cooldown=self.cooldown, ends=ends, held_back=keeps
        )
        self.standing = verdict.standing
        fast = {((one.session - EPOCH).days, one.transition, one.late) for one in verdict.alerts}
        return fast, set(slow)


@pytest.mark.parametrize("part", range(4))
def test_that_the_same_transitions_are_told_as_by_a_slow_reading(part: int, calendars: Calendars) -> None:
    told = 0
    for seed in range(part * HISTORIES // 4, (part + 1) * HISTORIES // 4):
        world = World(seed, calendars)
        for step in range(5):
            fast, slow = world.look()
            assert fast == slow, f"history {seed}, look {step}: {world.rule}"
            told += len(fast)
            world.live_on()
    assert told > HISTORIES / 8, "histories in which nothing happens prove nothing"

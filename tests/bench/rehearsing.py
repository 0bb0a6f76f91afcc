"""How long a hundred different rules take over 39 years of sessions, beside one plain pass over the bars for each.

The plain pass is what can be had for the least: the running high of all closes and which of them are new ones, in
numpy.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from data.bars import Bars, Sessions
from data.calendar import Calendars
from data.catalog import asset_for
from data.store import Stored
from models.breakout import State
from models.derive import Definitions, derive
from models.rules.evidence import Evidence
from models.rules.rehearsal import rehearse
from models.rules.rule import AllOf, AtHigh, Condition, Crosses, Drawdown, Extreme, Move, Rule, Subject, WithinHigh
from tests.bench.made_up import walk
from tests.bench.report import options, say, tell

FIRST = dt.date(1987, 9, 10)
YEARS = 39
RULES = 100
NOW = dt.datetime(2026, 11, 20, 22, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Row:
    """Times in milliseconds, medians of the repeats; `ratio` is that of all rules to as many plain passes."""

    rules: int
    bars: int
    all_ms: float
    one_ms: float
    plain_ms: float
    ratio_to_one_pass: float
    ratio: float
    firings: int


def market(calendars: Calendars) -> Evidence:
    """Return two assets with simulated prices on the real sessions of 39 years."""
    views = {}
    for seed, symbol in enumerate(("^RUT", "BTC-USD")):
        asset = asset_for(symbol)
        last = FIRST.replace(year=FIRST.year + YEARS)
        sessions = calendars.sessions(asset.calendar, FIRST, last)
        views[symbol] = derive(asset, Stored(_bars(sessions, seed)), calendars=None, now=NOW, definitions=Definitions())
    return Evidence(views, calendars)


def _bars(sessions: Sessions, seed: int) -> Bars:
    begins = sessions.astype("datetime64[s]").astype(np.int64)
    drifted = walk(len(sessions), seed)
    grown = np.exp(np.linspace(0, 3, len(sessions)))
    columns = {name: getattr(drifted, name) * grown for name in ("open", "high", "low", "close")}
    return replace(drifted, time=begins, session=sessions.astype("datetime64[D]"), **columns)


def rules() -> list[Rule]:
    """Return a hundred rules of every kind, no two alike."""
    index, coin = Subject("^RUT"), Subject("BTC-USD")
    ratio = Subject("BTC-USD", over="^RUT")
    made: list[Condition] = []
    for step in range(RULES // 10):
        broken = AtHigh(index, (State.BREAK, State.CONFIRMED, State.FAILED), sessions_below=21 + 7 * step)
        made += [
            broken,
            AtHigh(index, (State.CONFIRMED,), sessions_below=63, confirm=1 + step),
            AtHigh(index, near=0.01 * (step + 1)),
            Crosses(index, "above", 2000.0 + 500 * step),
            WithinHigh(coin, 0.01 * (step + 1)),
            Extreme(index, 20 * (step + 1)),
            Extreme(ratio, 25 * (step + 1), "low"),
            Move(coin, -0.02 * (step + 1), 5),
            Drawdown(index, 0.03 * (step + 1)),
            AllOf((broken, Move(coin, 0.01 * (step + 1), 20))),
        ]
    return [Rule(key=f"r{number}", name=f"Rule {number}", condition=each) for number, each in enumerate(made)]


def main() -> None:
    """Measure, and tell."""
    chosen = options(__doc__)
    repeats = 1 if chosen.quick else 7
    evidence, made = market(Calendars()), rules()
    bars = evidence.views["^RUT"].bars
    say(f"{len(made)} rules, {len(bars):,} sessions")
    firings = sum(len(rehearse(rule, evidence).firings) for rule in made)
    every = _median(lambda: [rehearse(rule, evidence) for rule in made], repeats)
    plain = _median(lambda: [_plain(bars) for _ in range(100)], max(3, repeats)) / 100
    row = Row(
        len(made), len(bars), every, every / len(made), plain, every / plain, every / (plain * len(made)), firings
    )  # fmt: skip
    tell(f"Rehearsing {len(made)} rules over {YEARS} years", [row], chosen.json)


def _plain(bars: Bars) -> int:
    highest = np.maximum.accumulate(bars.close)
    return int(np.count_nonzero(bars.close[1:] > highest[:-1]))


def _median(work: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return float(np.median(times))


if __name__ == "__main__":
    main()

"""How long the full event study takes, and 150 definitions tried together, beside the loops one would write in pandas.

The study: three followers, five horizons, four values of N, exact placebos, intervals and average paths; made-up prices
on weekdays and days.  The loops do its shares, base rates and exact placebos alone, with no interval and no path.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from data.bars import Bars
from data.catalog import asset_for
from models.breakout import BreakRule, breaks
from models.evidence.alignment import Series, forward
from models.evidence.event_study import HORIZONS, Terms, baselines, event_study
from models.evidence.paths import courses
from models.evidence.specification import all_rules, specification_curve
from models.highs import running_highs
from tests.bench.report import options, say, tell
from tests.support.studied import coin, stock, walk

DEFINITIONS = (21, 63, 126, 252)


@dataclass(frozen=True)
class Row:
    """Times in milliseconds: the first run, the median of the others, the pandas loops, and how many times longer."""

    what: str
    first_ms: float
    median_ms: float
    loops_ms: float
    ratio: float
    goal_ms: float


def market() -> tuple[Bars, Series, list[Series]]:
    """Return 39 years of a leader, its bars, and three followers that came later."""
    leader = stock(walk(1, 9_686, drift=0.0003, step=0.012), "1987-09-10")
    close = leader.close
    bars = Bars(leader.ends, leader.session, close, close, close, close, close * 0, np.ones(len(close), np.bool_))
    begins = (("BTC-USD", "2014-09-17"), ("ETH-USD", "2015-08-08"), ("SOL-USD", "2020-04-10"))
    end = leader.session[-1]
    return bars, leader, [
        coin(walk(seed, int((end - np.datetime64(first)).astype(int)), step=0.04), first, asset_for(symbol))
        for seed, (symbol, first) in enumerate(begins, start=2)
    ]  # fmt: skip


def study(bars: Bars, leader: Series, followers: Sequence[Series]) -> None:
    """Do it all, for every definition of a break."""
    terms, highs = Terms(), running_highs(bars, 0.01)
    bases = baselines(leader, followers, terms)
    ways = [courses(leader, follower) for follower in followers]
    for least in DEFINITIONS:
        events = [event.session for event in breaks(highs, BreakRule(sessions_below=least)).events]
        event_study(leader, events, followers, terms, bases, known_courses=ways)


def loops(bars: Bars, leader: Series, followers: Sequence[Series], definitions: Sequence[int] = DEFINITIONS) -> None:
    """Do the obvious with pandas: shares, base rates, and a loop over all shifts."""
    import pandas as pd

    highs = running_highs(bars, 0.01)
    for follower in followers:
        price = pd.Series(follower.close, index=pd.DatetimeIndex(follower.session.astype("datetime64[ns]")))
        days = pd.DatetimeIndex(leader.session.astype("datetime64[ns]"))
        for horizon in HORIZONS:
            later = price.reindex(days + pd.Timedelta(days=horizon)).to_numpy()
            gained = pd.Series(np.log(later / price.reindex(days).to_numpy()), index=days).dropna()
            for least in definitions:
                found = breaks(highs, BreakRule(sessions_below=least)).events
                events = pd.DatetimeIndex([event.session for event in found])
                at = np.flatnonzero(gained.index.isin(events))
                means = [gained.iloc[(at + shift) % len(gained)].mean() for shift in range(len(gained))]
                _ = (gained > 0).mean(), (gained.iloc[at] > 0).mean(), np.mean(np.array(means) >= means[0])


def curve(bars: Bars, leader: Series, follower: Series) -> None:
    """Try 150 definitions at once, over 90 days."""
    specification_curve(bars, 0.01, forward(leader, follower, 90), all_rules())


def main() -> None:
    """Measure, and tell."""
    chosen = options(__doc__)
    repeats = 3 if chosen.quick else 15
    bars, leader, followers = market()
    say(f"{len(leader):,} sessions, {len(followers)} followers")
    # The loops take minutes; a quick run does one follower and one definition of them, and multiplies.
    part = (followers[:1], DEFINITIONS[:1]) if chosen.quick else (followers, DEFINITIONS)
    scale = len(followers) * len(DEFINITIONS) / (len(part[0]) * len(part[1]))
    slow = scale * _times(lambda: loops(bars, leader, *part), 1)[0]
    rows = [
        _row("full event study", _times(lambda: study(bars, leader, followers), repeats), slow, 300),
        # One definition over one horizon of one follower, 150 times.
        _row(
            "150 definitions",
            _times(lambda: curve(bars, leader, followers[0]), repeats),
            slow * 150 / (len(followers) * len(DEFINITIONS) * len(HORIZONS)),
            3000,
        ),
    ]
    tell("Studying what followed breaks", rows, chosen.json)


def _row(what: str, times: Sequence[float], slow: float, goal: float) -> Row:
    usual = float(np.median(times[1:]))
    return Row(what, times[0], usual, slow, slow / usual, goal)


def _times(work: Callable[[], object], repeats: int) -> list[float]:
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return times


if __name__ == "__main__":
    main()

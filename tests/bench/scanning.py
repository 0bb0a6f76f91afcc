"""How long a scan of 10 leaders, 20 followers, 4 values of N and 5 horizons takes, beside the loops of pandas.

Made-up prices on weekdays and days.  The loops do shares, base rates and exact placebos alone, for a sample of the
pairs, and their time is multiplied up to all of them: so "loops" is an estimate, not a measurement.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from models.lab.asking import History, Inputs
from models.lab.executing import Executor, Here, Processes, cores
from models.lab.scan import ScanRequest
from tests.bench.report import options, say, tell
from tests.bench.studying import loops
from tests.support.scanned import names_of, world

LEADERS, FOLLOWERS, SESSIONS, FIRST = 10, 20, 9_686, "1987-09-10"
COINS_FROM = np.datetime64("2014-09-17")
GOAL_SECONDS = 60.0


@dataclass(frozen=True)
class Row:
    """Seconds: the first run, the median of the others, the estimate of the loops, and how many times longer it is."""

    where: str
    pairs: int
    answers: int
    first_s: float
    median_s: float
    loops_s: float
    ratio: float
    goal_s: float


def made_up(leaders: int, followers: int) -> Inputs:
    """Return 37 years of leaders, and followers that came later."""
    whole = world(leaders, followers, SESSIONS, FIRST)
    return Inputs({symbol: _later(history) for symbol, history in whole.histories.items()}, whole.now)


def _later(history: History) -> History:
    if not history.series.round_the_clock:
        return history
    kept = history.series.session >= COINS_FROM
    return History(history.bars[kept], history.series[kept])


def request(inputs: Inputs) -> ScanRequest:
    """Return the question: every leader, every coin, the usual values of N and horizons."""
    leaders, coins = names_of(inputs)
    return ScanRequest(leaders, coins)


def scan(where: Executor, inputs: Inputs) -> int:
    """Scan, and return how many answers there are."""
    return len(request(inputs).perform_on(where, inputs, lambda _done, _doing: None).scan.rows)


def slowly(inputs: Inputs, pairs: int) -> float:
    """Return how long the loops take over so many pairs, one leader's."""
    leaders, coins = names_of(inputs)
    leader = inputs.histories[leaders[0]]
    followers = [inputs.histories[symbol].series for symbol in coins[:pairs]]
    return _seconds(lambda: loops(leader.bars, leader.series, followers))


def main() -> None:
    """Measure, and tell."""
    chosen = options(__doc__)
    leaders, followers = (3, 6) if chosen.quick else (LEADERS, FOLLOWERS)
    inputs = made_up(leaders, followers)
    sample = 1 if chosen.quick else 3
    pairs = leaders * followers
    say(f"{pairs} pairs of {SESSIONS:,} sessions; loops over {sample} of them, multiplied by {pairs / sample:.0f}")
    slow = slowly(inputs, sample) * pairs / sample
    places: tuple[tuple[str, Executor], ...] = (("this process", Here()), (f"{cores()} processes", Processes()))
    rows = [_row(name, where, inputs, slow, 2 if chosen.quick else 6) for name, where in places]
    tell("Scanning (the time of the loops is estimated from a sample)", rows, chosen.json)


def _row(name: str, where: Executor, inputs: Inputs, slow: float, runs: int) -> Row:
    answers: list[int] = []
    times = [_seconds(lambda: answers.append(scan(where, inputs))) for _ in range(runs)]
    usual = float(np.median(times[1:]))
    leaders, coins = names_of(inputs)
    return Row(name, len(leaders) * len(coins), answers[0], times[0], usual, slow, slow / usual, GOAL_SECONDS)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()

"""How long the lead-lag study takes, beside the loop one would write in pandas for its room of chance alone.

Made-up prices: 600 weeks and 2,900 sessions.  The study does everything: 2,000 resamples, slopes, tests both ways and
the rolling correlation.  The loop only draws blocks and correlates shifted columns, for part of the resamples.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from data.bars import Floats
from data.catalog import asset_for
from models.evidence.alignment import Series
from models.evidence.lead_lag import WIDEST_LAG, Frequency, daily, lead_lag, weekly
from models.evidence.resampling import DRAWS
from tests.bench.report import options, say, tell
from tests.support.studied import coin, stock, walk


@dataclass(frozen=True)
class Row:
    """Times in milliseconds: the first run, the median of the others, the pandas loop, and how many times longer."""

    what: str
    first_ms: float
    median_ms: float
    loops_ms: float
    ratio: float


def market() -> tuple[Series, Series]:
    """Return eleven and a half years of a leader's sessions and a follower's days."""
    leader = stock(walk(1, 2_990, drift=0.0003, step=0.012), "2014-09-17")
    days = int((leader.session[-1] - leader.session[0]).astype(int)) + 1
    return leader, coin(walk(2, days, step=0.04), "2014-09-17", asset_for("BTC-USD"))


def loop(one: Floats, other: Floats, draws: int, block: int = 2) -> Floats:
    """Return the largest |r| of each resample, written plainly: block after block, shift after shift."""
    import pandas as pd

    generator = np.random.default_rng(1)
    largest = []
    for _ in range(draws):
        columns = []
        for returns in (one, other):
            rows: list[int] = []
            while len(rows) < len(returns):
                start, length = int(generator.integers(len(returns))), int(generator.geometric(1 / block))
                rows.extend((start + step) % len(returns) for step in range(length))
            columns.append(pd.Series(returns[rows[: len(returns)]]))
        leads = range(-WIDEST_LAG, WIDEST_LAG + 1)
        largest.append(max(abs(columns[0].shift(k).corr(columns[1])) for k in leads))
    return np.array(largest)


def measured(frequency: Frequency, repeats: int, part: int) -> Row:
    """Return the times of one length of return; the loop does `part` of the resamples and is multiplied."""
    leader, follower = market()
    common = weekly(leader, follower) if frequency == "weekly" else daily(leader, follower)
    one, other = common.leader_return[1:], common.follower_return[1:]
    times = [_time(lambda: lead_lag(leader, follower, frequency)) for _ in range(repeats + 1)]
    slow = _time(lambda: loop(one, other, part)) * DRAWS / part
    usual = float(np.median(times[1:]))
    return Row(f"{frequency}, {len(one):,} returns", times[0], usual, slow, slow / usual)


def main() -> None:
    """Measure, and tell."""
    chosen = options(__doc__)
    repeats, part = (2, 20) if chosen.quick else (7, 200)
    say(f"{DRAWS:,} resamples; the loop does {part} of them")
    rows = [measured("weekly", repeats, part), measured("daily", repeats, part)]
    tell("Studying leads and lags", rows, chosen.json)


def _time(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()

"""How long the weekly forecasts of a coin take, beside the loop one would write with scikit-learn.

Seven walks forward as a page asks for them: two coins over 30, 90, 180 and 365 days, less one.  The loop gives the same
probabilities (to the tolerance of its solver), one fit a week from nothing, and neither scores nor bands.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from models.evidence.fridays import grid
from models.evidence.probability import forecasts, walk_forward
from tests.bench.report import options, say, tell
from tests.support.forecast import Market, market, plain_forecasts

RUNS = ((1, 30), (1, 90), (1, 180), (1, 365), (2, 30), (2, 90), (2, 180))


@dataclass(frozen=True)
class Row:
    """Times in milliseconds: the first run, the median of the others, the loop, and how many times as long as it."""

    what: str
    first_ms: float
    median_ms: float
    loops_ms: float
    ratio: float
    goal_ms: float
    largest_difference: float


def main() -> None:
    """Measure, and tell."""
    chosen = options(__doc__)
    repeats, runs = (3, RUNS[:2]) if chosen.quick else (10, RUNS)
    markets = {seed: market(seed, 4200) for seed in (1, 2)}
    say(f"{len(runs)} walks forward over {len(markets[1][0]):,} days")
    plain, slow = _once(lambda: [plain_forecasts(grid(*markets[seed], horizon), horizon) for seed, horizon in runs])
    ours = [forecasts(grid(*markets[seed], horizon), horizon)[2][:, :3] for seed, horizon in runs]
    apart = max(float(np.abs(one - other).max()) for one, other in zip(ours, plain, strict=True))
    scale = len(RUNS) / len(runs)
    rows = [
        _row("forecasts alone", lambda: _forecast(markets, runs), repeats, slow, scale, apart),
        _row("with scores and bands", lambda: _walk(markets, runs), repeats, slow, scale, apart),
    ]
    tell("Forecasting week by week", rows, chosen.json)


def _forecast(markets: dict[int, Market], runs: tuple[tuple[int, int], ...]) -> None:
    for seed, horizon in runs:
        forecasts(grid(*markets[seed], horizon), horizon)


def _walk(markets: dict[int, Market], runs: tuple[tuple[int, int], ...]) -> None:
    for seed, horizon in runs:
        walk_forward(*markets[seed], horizon)


def _row(what: str, work: Callable[[], None], repeats: int, slow: float, scale: float, apart: float) -> Row:
    times = [scale * _once(work)[1] for _ in range(repeats)]
    usual = float(np.median(times[1:]))
    return Row(what, times[0], usual, scale * slow, usual / (scale * slow), 10_000, apart)


def _once(work: Callable[[], object]) -> tuple[list[np.ndarray], float]:
    began = time.perf_counter()
    result = work()
    return result, 1000 * (time.perf_counter() - began)  # type: ignore[return-value]


if __name__ == "__main__":
    main()

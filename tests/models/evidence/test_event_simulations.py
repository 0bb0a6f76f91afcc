"""The placebos and intervals of the event study where the truth is known: size, power and coverage, with seeds."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

import numpy as np
import pytest

from data.bars import Floats
from models.evidence.alignment import Rows, forward
from models.evidence.event_study import block_length
from models.evidence.intervals import Interval, binomial, jeffreys, wilson
from models.evidence.placebo import era_matched, shift
from models.evidence.resampling import percentile_interval, stationary_means
from tests.support.studied import coin, stock, walk

STEP = 0.03
Choose = Callable[[np.random.Generator, int], Rows]


def returns_of(generator: np.random.Generator, n: int, memory: float) -> Floats:
    """Daily log returns, each with a part of the one before."""
    noise = STEP * generator.standard_normal(n + 50)
    for i in range(1, len(noise)):
        noise[i] += memory * noise[i - 1]
    return noise[50:]


def clustered(generator: np.random.Generator, n: int) -> Rows:
    """Four times three events within eight sessions, as breaks of a high come."""
    starts = generator.choice(n - 9, 4, replace=False)
    return np.unique(np.concatenate([start + generator.choice(8, 3, replace=False) for start in starts]))


def spaced(generator: np.random.Generator, n: int) -> Rows:
    """Eight events that lie thirty sessions or more apart."""
    return np.sort(generator.integers(0, n - 210, 8)) + 30 * np.arange(8)


def sizes(choose: Choose, horizon: int, memory: float, rounds: int) -> dict[str, float]:
    """How often each placebo finds something at 5 % where the events mean nothing."""
    found: dict[str, list[bool]] = {"upper": [], "lower": [], "hits": [], "era": []}
    for seed in range(rounds):
        generator = np.random.default_rng(seed)
        follower = coin((100 * np.exp(np.cumsum(returns_of(generator, 760, memory)))).tolist())
        known = forward(stock(walk(seed, 500)), follower, horizon)
        events = choose(generator, len(known.base))
        tails = shift(known.log, events)
        found["upper"].append(tails.upper < 0.05)
        found["lower"].append(tails.lower < 0.05)
        found["hits"].append(shift(known.hit[known.base].astype(np.float64), events).upper < 0.05)
        found["era"].append(era_matched(known, events).upper < 0.05)
    return {name: float(np.mean(told)) for name, told in found.items()}


@pytest.mark.parametrize("memory", [0.0, 0.5], ids=["random walk", "with memory"])
@pytest.mark.parametrize("horizon", [7, 30])
@pytest.mark.parametrize("choose", [clustered, spaced])
def test_that_shifting_finds_nothing_in_nothing_about_as_often_as_it_says(
    choose: Choose, horizon: int, memory: float
) -> None:
    size = sizes(choose, horizon, memory, 800)
    assert 0.025 <= size["upper"] <= 0.08
    assert 0.025 <= size["lower"] <= 0.08
    assert size["hits"] <= 0.05  # shares take few values, so that many shifts tie and count against the events


@pytest.mark.parametrize("horizon", [7, 30])
def test_that_eras_find_nothing_in_events_that_lie_apart_at_most_as_often_as_they_say(horizon: int) -> None:
    assert sizes(spaced, horizon, 0.0, 800)["era"] <= 0.05


def test_that_eras_find_too_much_in_events_whose_horizons_overlap() -> None:
    """Eras take hits for independent, which those of overlapping horizons are not: why shifting is what decides."""
    size = sizes(clustered, 30, 0.0, 800)
    assert 0.06 <= size["era"] <= 0.15
    assert size["upper"] <= 0.08


@pytest.mark.parametrize("memory", [0.0, 0.5])
def test_that_both_placebos_find_a_planted_effect_the_more_often_the_larger_it_is(memory: float) -> None:
    power = {gain: powers(gain, memory, 250) for gain in (0.0, 0.012, 0.03)}
    for which in (0, 1):
        small, some, much = (power[gain][which] for gain in (0.0, 0.012, 0.03))
        assert small <= 0.08
        assert small + 0.1 < some < much
    assert power[0.03][0] >= 0.8
    assert power[0.03][1] >= 0.6


def powers(gain: float, memory: float, rounds: int) -> tuple[float, float]:
    """How often each placebo finds a rise of so much a day during the week after each event."""
    found = np.zeros(2)
    for seed in range(rounds):
        generator = np.random.default_rng(seed)
        leader, returns = stock(walk(seed, 500)), returns_of(generator, 760, memory)
        events = spaced(generator, 480)
        for day in (leader.session[events] - leader.session[0]).astype(np.int64).tolist():
            returns[day + 1 : day + 8] += gain
        known = forward(leader, coin((100 * np.exp(np.cumsum(returns))).tolist()), 7)
        found += shift(known.log, events).upper < 0.05, era_matched(known, events).upper < 0.05
    upper, era = (found / rounds).tolist()
    return upper, era


@pytest.mark.parametrize("interval", [wilson, jeffreys])
@pytest.mark.parametrize("n", [8, 20, 60])
def test_that_intervals_of_a_share_cover_it_in_95_of_100_cases_on_average(
    interval: Callable[[int, int], Interval], n: int
) -> None:
    """Exactly, from every number of hits and its probability; one share alone may be covered a little less often."""
    intervals = [interval(hits, n) for hits in range(n + 1)]
    covered = []
    for share in np.linspace(0.02, 0.98, 193).tolist():
        chances = binomial(n, share).tolist()
        covered.append(sum(c for c, i in zip(chances, intervals, strict=True) if i.low <= share <= i.high))
    assert 0.94 <= float(np.mean(covered)) <= 0.97
    assert min(covered) >= 0.83


@pytest.mark.parametrize("drift", [0.0, 0.003])
@pytest.mark.parametrize("horizon", [7, 30])
def test_that_the_interval_of_a_base_rate_covers_the_true_one(drift: float, horizon: int) -> None:
    truth = NormalDist().cdf(drift * horizon / (STEP * math.sqrt(horizon)))
    covered = 0
    for seed in range(250):
        known = forward(stock(walk(seed, 1200)), coin(walk(5000 + seed, 1800, drift)), horizon)
        hits = known.hit[known.base].astype(np.float64)
        low, high = percentile_interval(stationary_means(hits, block_length(known, hits), 300, seed))
        covered += low <= truth <= high
    assert 0.89 <= covered / 250 <= 0.985


def test_that_an_interval_that_took_overlapping_days_for_independent_would_not_cover() -> None:
    """What the blocks are for: without them what is called 95 % would be about a third."""
    covered = 0
    for seed in range(150):
        known = forward(stock(walk(seed, 1200)), coin(walk(5000 + seed, 1800)), 30)
        hits = known.hit[known.base]
        covered += wilson(int(hits.sum()), len(hits)).low <= 0.5 <= wilson(int(hits.sum()), len(hits)).high
    assert 0.2 <= covered / 150 <= 0.5

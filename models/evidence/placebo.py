"""Was it the event?  Three ways to let chance try: all shifts of the events, their own eras, and random dates."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from data.bars import Floats
from models.evidence.alignment import Forward, Rows
from models.evidence.resampling import AS_LARGE, DRAWS, SEED, circular_means, share_as_large

ERA_DAYS = 182  # days on either side of an event that count as its era


@dataclass(frozen=True, slots=True)
class Tails:
    """How often chance does at least as well (`upper`) and at least as badly (`lower`), the events counted too."""

    upper: float
    lower: float


@dataclass(frozen=True, slots=True)
class RandomDates:
    """The same number of sessions drawn at random: how often they do as well, and the middle 95 % of their means."""

    draws: int
    seed: int
    returns: Tails
    hits: Tails
    low: float
    high: float


def shift(series: Floats, positions: Rows) -> Tails:
    """Return the exact p values of the mean at the positions among all circular shifts of them (no seed)."""
    means = circular_means(series, positions)
    return Tails(share_as_large(means), share_as_large(-means))


def era_rates(known: Forward, positions: Rows, era_days: int = ERA_DAYS) -> Floats:
    """Return the share of hits among the base sessions within `era_days` of each event."""
    days, hits = known.days, known.hit[known.base]
    sums = np.concatenate(([0], np.cumsum(hits)))
    low = np.searchsorted(days, days[positions] - era_days, side="left")
    high = np.searchsorted(days, days[positions] + era_days, side="right")
    rates: Floats = (sums[high] - sums[low]) / (high - low)
    return rates


def poisson_binomial(shares: Floats) -> Floats:
    """Return the probability of 0, 1 ... n hits in n tries of which each has its own share."""
    chances = np.ones(1)
    for share in shares.tolist():
        chances = np.convolve(chances, [1 - share, share])
    return chances


def era_matched(known: Forward, positions: Rows, era_days: int = ERA_DAYS) -> Tails:
    """Return the chance of so many hits, or so few, had each event only the share of its own era ("Placebo 2")."""
    chances = poisson_binomial(era_rates(known, positions, era_days))
    hits = int(known.hit[known.base][positions].sum())
    return Tails(min(1.0, math.fsum(chances[hits:])), min(1.0, math.fsum(chances[: hits + 1])))


def random_dates(known: Forward, n: int, observed: Rows, draws: int = DRAWS, seed: int = SEED) -> RandomDates:
    """Return how n sessions drawn at random without regard to each other compare with the events.

    A control, and a generous one: random dates lie further apart than breaks do, so their means spread less.
    """
    generator = np.random.default_rng(seed)
    logs, hits = known.log, known.hit[known.base].astype(np.float64)
    drawn = np.array([generator.choice(len(logs), n, replace=False) for _ in range(draws)])
    means, shares = logs[drawn].mean(axis=1), hits[drawn].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return RandomDates(
        draws=draws,
        seed=seed,
        returns=_drawn(means, float(logs[observed].mean())),
        hits=_drawn(shares, float(hits[observed].mean())),
        low=float(low),
        high=float(high),
    )


def _drawn(values: Floats, seen: float) -> Tails:
    """Return p values of a sample of chance, which can never be nothing."""
    count = len(values) + 1
    upper = (1 + np.count_nonzero(values >= seen - AS_LARGE)) / count
    return Tails(float(upper), float(1 + np.count_nonzero(values <= seen + AS_LARGE)) / count)

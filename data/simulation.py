"""Random prices of the simulated world: regimes, daily moves, the way within a session.  Pure functions of a seed."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from data.bars import Flags, Floats

FIRST = dt.date(2014, 1, 20)

STEPS = 48  # moves within one session
_BLOCK = 64  # sessions whose moves come from one generator, so that any session can be drawn alone
_YEAR = 252


@dataclass(frozen=True, slots=True)
class Character:
    """How an asset behaves: first price and session, share in the market's move, and (drift, spread) of both regimes.

    Drift and spread are of daily log returns; `gap` is the share of a day's move that happens before the open.
    """

    price: float
    calm: tuple[float, float]
    wild: tuple[float, float]
    beta: float = 0.0
    gap: float = 0.0
    listed: dt.date = FIRST


MARKET = Character(1150.0, (0.0007, 0.009), (-0.0010, 0.017), gap=0.3)
COIN = Character(1.0, (0.0018, 0.024), (-0.0024, 0.044), beta=0.8)
SHARE = Character(100.0, (0.0002, 0.010), (-0.0002, 0.016), beta=0.9, gap=0.3)
CHARACTERS = {
    "BTC-USD": Character(430.0, (0.0018, 0.020), (-0.0022, 0.038), beta=0.7, listed=dt.date(2014, 9, 17)),
    "ETH-USD": Character(12.0, (0.0020, 0.026), (-0.0026, 0.046), beta=0.9, listed=dt.date(2015, 8, 8)),
    "SOL-USD": Character(2.5, (0.0024, 0.034), (-0.0030, 0.058), beta=1.0, listed=dt.date(2020, 4, 10)),
    "XRP-USD": Character(0.02, (0.0016, 0.028), (-0.0024, 0.052), beta=0.8, listed=dt.date(2014, 9, 17)),
    "ADA-USD": Character(0.03, (0.0018, 0.030), (-0.0026, 0.052), beta=0.9, listed=dt.date(2017, 10, 1)),
    "LINK-USD": Character(0.2, (0.0020, 0.031), (-0.0026, 0.052), beta=0.9, listed=dt.date(2017, 9, 20)),
    "^GSPC": Character(1840.0, (0.0003, 0.004), (0.0000, 0.007), beta=0.7, gap=0.3),
    "^NDX": Character(3600.0, (0.0004, 0.006), (0.0000, 0.010), beta=0.8, gap=0.3),
}


@dataclass(frozen=True, slots=True, eq=False)
class LogPath:
    """Session by session: logarithms of the prices at open and close, and the spread of the moves in between."""

    opened: Floats
    closed: Floats
    spread: Floats

    def moved(self, by: float, first: int) -> LogPath:
        """The path from row `first` on, at another level."""
        return LogPath(self.opened[first:] + by, self.closed[first:] + by, self.spread[first:])


def key_of(symbol: str) -> int:
    """Return the number that, beside the seed, all of a symbol's chance comes from."""
    return zlib.crc32(symbol.encode())


def log_path(seed: int, key: int, character: Character, count: int, market: Floats | None = None) -> LogPath:
    """Draw `count` sessions; a longer path begins with the shorter one."""
    wild = _regimes(np.random.default_rng([seed, key, 1]).random(count))
    drift = np.where(wild, character.wild[0], character.calm[0])
    spread = np.where(wild, character.wild[1], character.calm[1])
    moves = drift + spread * np.random.default_rng([seed, key, 2]).standard_normal(count)
    if market is not None:
        moves += character.beta * market
    closed = np.cumsum(moves)
    return LogPath(closed - (1 - character.gap) * moves, closed, spread)


def _regimes(chances: Floats) -> Flags:
    """A calm spell ends with 1 % a day, a wild one with 3 %."""

    def step(wild: bool, chance: float) -> bool:
        return chance > 0.03 if wild else chance < 0.01

    return np.fromiter(accumulate(chances.tolist(), step, initial=False), np.bool_, len(chances) + 1)[1:]


def bridged(way: Floats, opened: Floats, closed: Floats, spread: Floats) -> Floats:
    """Return log prices at every step from open to close, a row for each session: Brownian bridges over `way`."""
    time = np.linspace(0.0, 1.0, STEPS + 1)
    walk = np.concatenate((np.zeros((len(way), 1)), np.cumsum(way, axis=1)), axis=1) / np.sqrt(STEPS)
    bridge = walk - walk[:, -1:] * time
    traces: Floats = opened[:, None] + (closed - opened)[:, None] * time + spread[:, None] * bridge
    return traces


def noise(seed: int, key: int, first: int, last: int) -> Floats:
    """Return standard normal steps for the sessions from `first` up to `last`, the same whatever else is asked for."""
    blocks = range(first // _BLOCK, -(-last // _BLOCK))
    drawn = [np.random.default_rng([seed, key, 3, block]).standard_normal((_BLOCK, STEPS)) for block in blocks]
    if not drawn:
        return np.empty((0, STEPS))
    offset = first - blocks[0] * _BLOCK
    return np.concatenate(drawn)[offset : offset + last - first]


def as_far_as(trace: Floats, passed: float) -> Floats:
    """Return the trace up to the share of the session that has passed, the rest of it at the price of that moment."""
    last = len(trace) - 1
    place = passed * last
    steps = np.arange(last + 1, dtype=np.float64)
    price = np.interp(place, steps, trace)
    return np.where(steps <= place, trace, price)


def worth_watching(seed: int, before: int) -> int:
    """Return the first row of the market's past at which the next days bring a touch, a break and its confirmation.

    `before` rows of history lie behind it, and the high they hold has stood for more than 63 sessions.
    """
    way = noise(seed, key_of("^RUT"), before, before + 1)
    years = 40
    while True:
        past = log_path(seed, key_of("^RUT"), MARKET, years * _YEAR)
        for row in _breaks_about_to_happen(past.closed, before):
            day = slice(row, row + 1)
            touch = bridged(way, past.opened[day], past.closed[day], past.spread[day]).max()
            if touch > past.closed[row - before : row].max():
                return row
        years *= 2


def _breaks_about_to_happen(closed: Floats, before: int) -> Iterator[int]:
    """Yield the rows after which four closes tell the story; distances are log returns from the high so far."""
    for row in range(before, len(closed) - 4):
        high_at = row - before + int(np.argmax(closed[row - before : row]))
        high = closed[high_at]
        near = high - 0.03 < closed[row - 1] < high - 0.004 and row - high_at > 70
        touching = high - 0.012 < closed[row] < high
        breaking = high < closed[row + 1] < high + 0.025
        if near and touching and breaking and closed[row + 1 : row + 4].min() > high + 0.001:
            yield row

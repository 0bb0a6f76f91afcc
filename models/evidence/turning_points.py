"""Peaks and troughs of a series, and the day on which each could first be known.

Two ways (section 4 of the definitions): the filter of Lunde & Timmermann (2004, J. Business & Economic Statistics 22),
which needs a fall or rise of a size, and the rules of Bry & Boschan (1971) as simplified by Harding & Pagan (2002, J.
Monetary Economics 49) and set for share prices by Pagan & Sossounov (2003, J. Applied Econometrics 18), which need
durations.  Both date in hindsight: `known` is the row at which a point could be told.  By size that is the row in which
the threshold was passed, for good; by duration a later row can still take a point back, which `in_real_time` counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from data.bars import Floats

States = np.ndarray[tuple[int], np.dtype[np.int8]]


@dataclass(frozen=True, slots=True)
class Turn:
    """A turning point: the row it lies in, and the row in which it could first be known."""

    row: int
    peak: bool
    known: int


@dataclass(frozen=True, slots=True)
class Durations:
    """The rules of Bry and Boschan, all in periods: window, ends, shortest phase and cycle.

    A change of the level (in logarithms) of `steep` or more excuses a phase that is too short.
    """

    window: int
    ends: int
    phase: int
    cycle: int
    steep: float = float("inf")


@dataclass(frozen=True, slots=True)
class Dated:
    """Turns as they came to be known, and how many others the same rules told on the way and then took back."""

    turns: tuple[Turn, ...]
    withdrawn: int


QUARTERLY = Durations(window=2, ends=2, phase=2, cycle=5)
MONTHLY_OUTPUT = Durations(window=5, ends=6, phase=5, cycle=15)
MONTHLY_SHARES = Durations(window=8, ends=6, phase=4, cycle=16, steep=float(np.log(1.2)))


def by_threshold(price: Floats, rise: float, fall: float) -> tuple[Turn, ...]:
    """Return the turns of positive prices: a fall by more than `fall` from the top ends a bull market, and so on.

    Fractions.  The first phase is that whose threshold is first hit while both extremes are followed from row 0.
    """
    found: list[Turn] = []
    top = bottom = 0
    bull: bool | None = None
    for row, now in enumerate(price.tolist()):
        top = row if now > price[top] else top
        bottom = row if now < price[bottom] else bottom
        if bull is not False and (price[top] - now) / price[top] > fall:
            found.append(Turn(top, peak=True, known=row))
            bull, bottom = False, row
        elif bull is not True and (now - price[bottom]) / price[bottom] > rise:
            found.append(Turn(bottom, peak=False, known=row))
            bull, top = True, row
    return tuple(found)


def by_duration(level: Floats, rules: Durations) -> tuple[Turn, ...]:
    """Return the turns of a level (a logarithm) that last.

    `known` is the earliest row that its window and the end of the series allow; see `in_real_time` for the true one.
    """
    points = _alternating(_candidates(level, rules.window), level)
    while True:
        before = points
        points = [turn for turn in points if rules.ends <= turn[0] < len(level) - rules.ends]
        points = _alternating(_without_weak_ends(_alternating(points, level), level), level)
        points = _long_cycles(points, level, rules.cycle)
        points = _long_phases(points, level, rules)
        if points == before:
            wait = max(rules.window, rules.ends)
            return tuple(Turn(row, peak, row + wait) for row, peak in points)


def in_real_time(level: Floats, rules: Durations) -> Dated:
    """Return the turns by duration, each `known` from the row on at which it was found and never taken back.

    The rules are applied to the series up to each row, as somebody would have done who knew no more.
    """
    since: dict[Point, int] = {}
    told: set[Point] = set()
    for row in range(len(level)):
        found = [(turn.row, turn.peak) for turn in by_duration(level[: row + 1], rules)]
        since = {point: since.get(point, row) for point in found}
        told.update(found)
    turns = tuple(Turn(row, peak, known) for (row, peak), known in since.items())
    return Dated(turns, len(told) - len(turns))


def states(turns: tuple[Turn, ...], n: int) -> States:
    """Return 1 from the row after a trough up to the next peak, 0 elsewhere; all 1 or 0 before the first turn."""
    found = np.zeros(n, np.int8)
    if not turns:
        return found
    found[: turns[0].row + 1] = turns[0].peak
    for turn, following in pairwise(turns):
        found[turn.row + 1 : following.row + 1] = not turn.peak
    found[turns[-1].row + 1 :] = not turns[-1].peak
    return found


Point = tuple[int, bool]


def _candidates(level: Floats, window: int) -> list[Point]:
    """Rows higher (lower) than all of the window before, and no lower (higher) than all of that after."""
    end = len(level) - window
    if end <= window:
        return []
    now = level[window:end]
    top = bottom = np.ones(len(now), np.bool_)
    for away in range(1, window + 1):
        before, after = level[window - away : end - away], level[window + away : end + away]
        top = top & (now > before) & (now >= after)
        bottom = bottom & (now < before) & (now <= after)
    return [(row, bool(top[row - window])) for row in (np.flatnonzero(top | bottom) + window).tolist()]


def _alternating(points: list[Point], level: Floats) -> list[Point]:
    """Keep the more extreme of neighbours of one kind, the later of equals, and no trough not below its peak."""
    kept: list[Point] = []
    for row, peak in points:
        if kept and kept[-1][1] == peak:
            other = level[kept[-1][0]]
            if (level[row] >= other) if peak else (level[row] <= other):
                kept[-1] = (row, peak)
        else:
            kept.append((row, peak))
    for at, (one, following) in enumerate(pairwise(kept)):
        high, low = (one, following) if one[1] else (following, one)
        if level[low[0]] >= level[high[0]]:
            return _alternating(kept[:at] + kept[at + 2 :], level)
    return kept


def _without_weak_ends(points: list[Point], level: Floats) -> list[Point]:
    """Drop a first or last point that the stretch beyond it outdoes."""
    kept = list(points)
    if kept and _outdone(kept[0], level[: kept[0][0]], level):
        kept = kept[1:]
    if kept and _outdone(kept[-1], level[kept[-1][0] + 1 :], level):
        kept = kept[:-1]
    return kept


def _outdone(point: Point, beyond: Floats, level: Floats) -> bool:
    row, peak = point
    if not len(beyond):
        return False
    return bool(beyond.max() > level[row]) if peak else bool(beyond.min() < level[row])


def _long_cycles(points: list[Point], level: Floats, shortest: int) -> list[Point]:
    """Of two peaks, or troughs, closer than a cycle drop the less extreme, from left to right."""
    at = 0
    while at + 2 < len(points):
        (row, peak), (later, _) = points[at], points[at + 2]
        if later - row >= shortest:
            at += 1
            continue
        first_is_better = level[row] > level[later] if peak else level[row] < level[later]
        dropped = at + 2 if first_is_better else at
        points = _alternating(points[:dropped] + points[dropped + 1 :], level)
        at = 0
    return points


def _long_phases(points: list[Point], level: Floats, rules: Durations) -> list[Point]:
    """Drop the later point of a phase that is too short, unless it is steep."""
    at = 0
    while at + 1 < len(points):
        (row, _), (later, _) = points[at], points[at + 1]
        if later - row >= rules.phase or abs(level[later] - level[row]) >= rules.steep:
            at += 1
            continue
        points = _alternating(points[: at + 1] + points[at + 2 :], level)
        at = 0
    return points

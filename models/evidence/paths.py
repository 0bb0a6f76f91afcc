"""The way the price took after each event, their mean, and how unusual that is among all shifts of the events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.bars import Floats
from models.evidence.alignment import STALE_DAYS, Rows, Series, entries
from models.evidence.resampling import share_as_large

BEFORE = 30
AFTER = 365

_STILL = 1e-12  # a spread that is rounding, as of the entry itself, where every path is at nothing


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One event's path: ln P(entry + offset) - ln P(entry), NaN where there is no price or not yet one."""

    session: dt.date
    values: Floats
    complete: bool


@dataclass(frozen=True, slots=True, eq=False)
class AveragePath:
    """All ways after the events, and mean and median of the complete ones.

    `offsets` are calendar days from the entry.  `low` and `high` hold the middle 95 % of the mean paths of all shifts
    of the events, day by day; `p` is the share of shifts whose mean path strays as far from the shifts' own mean on any
    day, in standard deviations, so that one may look at the whole path at once.  `sessions` is how many days could be
    shifted to.  Where no way is complete, everything but the ways is missing (None).
    """

    offsets: npt.NDArray[np.int64]
    ways: tuple[Way, ...]
    n: int
    sessions: int
    mean: Floats | None
    median: Floats | None
    low: Floats | None
    high: Floats | None
    p: float | None


def average_path(
    leader: Series, events: Rows, follower: Series, before: int = BEFORE, after: int = AFTER
) -> AveragePath:
    """Return the paths of the follower around the leader's rows `events` (section 2, "Average path").

    On days without a close the last one counts, for a week at most.  The leader's sessions should be the sample's.
    """
    offsets = np.arange(-before, after + 1)
    entry = entries(leader, follower)
    matrix = _paths(follower, entry, offsets)
    base = np.flatnonzero(np.isfinite(matrix).all(axis=0))
    at = np.flatnonzero(np.isin(base, events))
    ways = tuple(
        Way(leader.session[row].astype(object), matrix[:, row].copy(), bool(np.isin(row, base)))
        for row in events.tolist()
        if entry[row] >= 0
    )
    if len(at) == 0:
        return AveragePath(offsets, ways, 0, len(base), None, None, None, None, None)
    kept = matrix[:, base]
    means = _shifted(kept, at)
    low, high = _middle(means)
    return AveragePath(
        offsets=offsets,
        ways=ways,
        n=len(at),
        sessions=len(base),
        mean=means[:, 0].copy(),
        median=np.median(kept[:, at], axis=1),
        low=low,
        high=high,
        p=_simultaneous(means),
    )


def _paths(follower: Series, entry: Rows, offsets: npt.NDArray[np.int64]) -> Floats:
    """Return one column per session of the leader, one row per offset."""
    before, after = -int(offsets[0]), int(offsets[-1])
    if len(follower) == 0:
        return np.full((len(offsets), len(entry)), np.nan)
    day = (follower.session - follower.session[0]).astype(np.int64)
    dense = np.full(before + int(day[-1]) + 1 + after, np.nan)
    every = np.arange(int(day[-1]) + 1)
    row = np.searchsorted(day, every, side="right") - 1
    dense[before : before + len(every)] = np.where(every - day[row] <= STALE_DAYS, np.log(follower.close)[row], np.nan)
    window = np.lib.stride_tricks.sliding_window_view(dense, len(every))
    columns = day[np.maximum(entry, 0)]
    matrix: Floats = window[:, columns] - window[before, columns]
    matrix[:, entry < 0] = np.nan
    return matrix


def _shifted(kept: Floats, at: Rows) -> Floats:
    """Return the mean path of the events in column 0, and of their shift by s in column s."""
    t = kept.shape[1]
    twice = np.concatenate((kept, kept), axis=1)
    total = np.zeros_like(kept)
    for start in at.tolist():
        total += twice[:, start : start + t]
    total /= len(at)
    return total


def _middle(means: Floats) -> tuple[Floats, Floats]:
    """Return the 2.5th and 97.5th percentile of each row, between order statistics as numpy's default has it.

    In single precision, which sorts twice as fast and is a thousand times finer than a pixel.
    """
    ordered = np.sort(means.astype(np.float32), axis=1)
    last = means.shape[1] - 1
    ends = []
    for place in (0.025 * last, 0.975 * last):
        below, above = ordered[:, int(place)].astype(np.float64), ordered[:, min(int(place) + 1, last)]
        ends.append(below + (place - int(place)) * (above - below))
    return ends[0], ends[1]


def _simultaneous(means: Floats) -> float:
    """Return the share of shifts whose greatest deviation is at least that of the events themselves."""
    middle = means.mean(axis=1, keepdims=True)
    deviation = means - middle
    spread = np.sqrt(np.einsum("ij,ij->i", deviation, deviation) / means.shape[1])[:, None]
    moves = spread[:, 0] > _STILL
    if not bool(moves.any()):
        return 1.0
    np.divide(deviation, spread, out=deviation, where=spread > _STILL)
    deviation[~moves] = 0
    greatest = np.maximum(deviation.max(axis=0), -deviation.min(axis=0))
    return share_as_large(greatest)


def chosen(leader: Series, sessions: Sequence[dt.date]) -> Rows:
    """Return the leader's rows of these sessions; those it has not are left out."""
    wanted = np.array(sorted(set(sessions)), "datetime64[D]")
    return np.flatnonzero(np.isin(leader.session, wanted))

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

_GRAINS = 65_535
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


@dataclass(frozen=True, slots=True, eq=False)
class Courses:
    """What the follower did around every session of the leader, which serves any choice of events.

    One row of `matrix` per offset, one column per leader's row in `rows`, those that can be entered; `base` are the
    columns that are complete, `kept` those alone.
    """

    leader: Series
    offsets: npt.NDArray[np.int64]
    rows: Rows
    matrix: Floats
    base: Rows
    kept: Floats


def courses(leader: Series, follower: Series, before: int = BEFORE, after: int = AFTER) -> Courses:
    """Return the paths of the follower around each of the leader's sessions, which should be the sample's.

    On days without a close the last one counts, for a week at most.
    """
    offsets = np.arange(-before, after + 1)
    entry = entries(leader, follower)
    rows = np.flatnonzero(entry >= 0)
    matrix = _paths(follower, entry[rows], offsets)
    base = np.flatnonzero(np.isfinite(matrix).all(axis=0))
    return Courses(leader, offsets, rows, matrix, base, matrix[:, base])


def average_path(
    leader: Series, events: Rows, follower: Series, before: int = BEFORE, after: int = AFTER
) -> AveragePath:
    """Return the paths of the follower around the leader's rows `events` (section 2, "Average path")."""
    return averaged(courses(leader, follower, before, after), events)


def averaged(known: Courses, events: Rows) -> AveragePath:
    """Return the average path of the events among all courses."""
    rows, base, offsets = known.rows, known.base, known.offsets
    columns = np.flatnonzero(np.isin(rows, events))
    complete = np.isin(columns, base).tolist()
    ways = tuple(
        Way(known.leader.session[rows[column]].astype(object), known.matrix[:, column].copy(), whole)
        for column, whole in zip(columns.tolist(), complete, strict=True)
    )
    at = np.flatnonzero(np.isin(base, columns))
    if len(at) == 0:
        return AveragePath(offsets, ways, 0, len(base), None, None, None, None, None)
    means = _shifted(known.kept, at)
    low, high = _middle(means)
    return AveragePath(
        offsets=offsets,
        ways=ways,
        n=len(at),
        sessions=len(base),
        mean=means[:, 0].copy(),
        median=np.median(known.kept[:, at], axis=1),
        low=low,
        high=high,
        p=share_as_large(_greatest(means)),
    )


def _paths(follower: Series, entry: Rows, offsets: npt.NDArray[np.int64]) -> Floats:
    """Return one column per entry, one row per offset."""
    before, after = -int(offsets[0]), int(offsets[-1])
    if len(entry) == 0:
        return np.full((len(offsets), 0), np.nan)
    day = (follower.session - follower.session[0]).astype(np.int64)
    dense = np.full(before + int(day[-1]) + 1 + after, np.nan)
    every = np.arange(int(day[-1]) + 1)
    row = np.searchsorted(day, every, side="right") - 1
    dense[before : before + len(every)] = np.where(every - day[row] <= STALE_DAYS, np.log(follower.close)[row], np.nan)
    columns = day[entry]
    matrix: Floats = np.empty((len(offsets), len(entry)))
    for place in range(len(offsets)):
        np.take(dense[place:], columns, out=matrix[place])
    matrix -= matrix[before].copy()
    return matrix


def _shifted(kept: Floats, at: Rows) -> Floats:
    """Return the mean path of the events in column 0, and of their shift by s in column s."""
    t = kept.shape[1]
    total = np.zeros_like(kept)
    for start in at.tolist():
        total[:, : t - start] += kept[:, start:]
        total[:, t - start :] += kept[:, :start]
    total /= len(at)
    return total


def _middle(means: Floats) -> tuple[Floats, Floats]:
    """Return the 2.5th and 97.5th percentile of each row, between order statistics as numpy's default has it.

    To a 65,535th of the row's range, a hundred times finer than a pixel: whole numbers that small are sorted by their
    digits, in a fifth of the time.
    """
    least = means.min(axis=1)
    grain = (means.max(axis=1) - least) / _GRAINS
    scaled = means - least[:, None]
    scaled /= np.where(grain > 0, grain, 1.0)[:, None]
    ordered = np.rint(scaled, out=scaled).astype(np.uint16)
    ordered.sort(axis=1, kind="stable")
    last = means.shape[1] - 1
    ends = []
    for place in (0.025 * last, 0.975 * last):
        below, above = ordered[:, int(place)].astype(np.float64), ordered[:, min(int(place) + 1, last)]
        ends.append(least + grain * (below + (place - int(place)) * (above - below)))
    return ends[0], ends[1]


def _greatest(means: Floats) -> Floats:
    """Return each shift's greatest deviation from the mean of all shifts, in their standard deviations."""
    deviation = means - means.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.einsum("ij,ij->i", deviation, deviation) / means.shape[1])
    deviation /= np.where(spread > _STILL, spread, np.inf)[:, None]
    greatest: Floats = np.maximum(deviation.max(axis=0), -deviation.min(axis=0))
    return greatest


def chosen(leader: Series, sessions: Sequence[dt.date]) -> Rows:
    """Return the leader's rows of these sessions; those it has not are left out."""
    wanted = np.array(sorted(set(sessions)), "datetime64[D]")
    return np.flatnonzero(np.isin(leader.session, wanted))

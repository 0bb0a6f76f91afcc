"""Leads and lags within regimes of the economy, each over the follower's returns of that regime alone."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.bars import Floats, Sessions

LEADS = 8
LEAST = 30  # returns of a regime below which nothing is said of it
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of a regime, both days included; stretches of one name belong together."""

    name: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class Within:
    """What went together in one regime, over `n` returns of the follower; without figures where they are too few.

    `r` is the correlation in the same period, `low` and `high` by Fisher's z.  Of the eight leads `lead` is the one
    with the largest |r|, `lead_r`; `p` is the chance that the largest of eight unrelated ones is as large (Šidák).
    """

    name: str
    n: int
    r: float | None = None
    low: float | None = None
    high: float | None = None
    lead: int | None = None
    lead_r: float | None = None
    p: float | None = None


def by_regime(end: Sessions, leader: Floats, follower: Floats, stretches: Sequence[Stretch]) -> tuple[Within, ...]:
    """Return each regime's figures, in the order in which the names first come.

    A return belongs to the regime at its end; the leader's returns before it count whatever the regime was then.
    """
    return tuple(
        _within(name, leader, np.where(_covered(end, [one for one in stretches if one.name == name]), follower, np.nan))
        for name in dict.fromkeys(one.name for one in stretches)
    )


def _covered(end: Sessions, stretches: Sequence[Stretch]) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    inside = np.zeros(len(end), np.bool_)
    for one in stretches:
        inside |= (end >= np.datetime64(one.first)) & (end <= np.datetime64(one.last))
    return inside


def _within(name: str, leader: Floats, follower: Floats) -> Within:
    found = [_correlation(leader[: len(leader) - k], follower[k:]) for k in range(LEADS + 1)]
    n = found[0][1]
    if min(count for _, count in found) < LEAST or not all(math.isfinite(r) for r, _ in found):
        return Within(name, n)
    half, z = _Z / math.sqrt(n - 3), math.atanh(found[0][0])
    lead = max(range(1, LEADS + 1), key=lambda k: abs(found[k][0]))
    r, pairs = found[lead]
    alone = math.erfc(abs(math.atanh(r)) * math.sqrt((pairs - 3) / 2))
    return Within(name, n, found[0][0], math.tanh(z - half), math.tanh(z + half), lead, r, 1 - (1 - alone) ** LEADS)


def _correlation(one: Floats, other: Floats) -> tuple[float, int]:
    """Return r, held just inside -1 and 1, and the number of whole pairs."""
    whole = np.isfinite(one) & np.isfinite(other)
    n = int(whole.sum())
    if n < LEAST or float(np.ptp(one[whole])) == 0 or float(np.ptp(other[whole])) == 0:
        return math.nan, n
    r = float(np.corrcoef(one[whole], other[whole])[0, 1])
    return min(max(r, -0.999999), 0.999999), n

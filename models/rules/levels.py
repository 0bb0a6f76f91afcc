"""The level that a price must reach for a condition to hold, bar by bar, from the bars before it alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch

import numpy as np

from data.bars import Flags, Floats
from models.breakout import EXACT
from models.rules.evidence import Series
from models.rules.rule import Crosses, Drawdown, Extreme, Leaf, Move, Side, WithinHigh


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """The level of each bar, and of the bar that is yet to come as the last entry; NaN where there is none yet.

    `strict` when the price has to be beyond the level and not merely at it.
    """

    side: Side
    level: Floats
    strict: bool = False

    def reached(self, price: Floats | float) -> Flags:
        """Whether the prices (one per level) are at their levels or beyond."""
        return reached(self.side, price, self.level[: np.size(price)], strict=self.strict)

    def left(self, price: Floats | float, rearm: float) -> Flags:
        """Whether the prices are back from their levels by the margin."""
        return left(self.side, price, self.level[: np.size(price)], rearm)


def reached(side: Side, price: Floats | float, level: Floats | float, *, strict: bool = False) -> Flags:
    """Whether prices are at their levels or beyond; never where there is no level."""
    with np.errstate(invalid="ignore"):
        if strict:
            return np.asarray(price > level if side == "above" else price < level)
        at = level * (1 - EXACT) if side == "above" else level * (1 + EXACT)
        return np.asarray(price >= at if side == "above" else price <= at)


def left(side: Side, price: Floats | float, level: Floats | float, rearm: float) -> Flags:
    """Whether prices are back from their levels by a margin (a fraction of the level)."""
    if side == "above":
        return np.asarray(price <= level * (1 - rearm) * (1 + EXACT))
    return np.asarray(price >= level * (1 + rearm) * (1 - EXACT))


@singledispatch
def levels_of(leaf: Leaf, _series: Series) -> Levels:
    """Return the levels of a condition that a price alone decides; `TypeError` for any other.

    The level of a bar follows from the bars before it alone.
    """
    raise TypeError(f"no condition on a price: {leaf!r}")


@levels_of.register
def _(leaf: Crosses, series: Series) -> Levels:
    if leaf.unit == "price":
        return Levels(leaf.side, np.full(len(series) + 1, leaf.level))
    level = np.full(len(series) + 1, np.nan)
    if leaf.since is not None:
        start = int(np.searchsorted(series.session, np.datetime64(leaf.since), side="right"))
        has_come = len(series) > 0 and series.session[-1] >= np.datetime64(leaf.since)
        if start > 0 and has_come:
            level[start:] = series.price[start - 1] * (1 + leaf.level)
    return Levels(leaf.side, level)


@levels_of.register
def _(leaf: WithinHigh, series: Series) -> Levels:
    return Levels("above", highest_before(series) * (1 - leaf.distance))


@levels_of.register
def _(leaf: Drawdown, series: Series) -> Levels:
    return Levels("below", highest_before(series) * (1 - leaf.depth))


@levels_of.register
def _(leaf: Extreme, series: Series) -> Levels:
    if leaf.extremum == "high":
        return Levels("above", _extreme_before(series.price, leaf.sessions - 1), strict=True)
    return Levels("below", -_extreme_before(-series.price, leaf.sessions - 1), strict=True)


@levels_of.register
def _(leaf: Move, series: Series) -> Levels:
    if leaf.change > 0:
        return Levels("above", -_extreme_before(-series.price, leaf.sessions) * (1 + leaf.change))
    return Levels("below", _extreme_before(series.price, leaf.sessions) * (1 + leaf.change))


def highest_before(series: Series) -> Floats:
    """Return the highest close before each bar, and before the one to come; NaN before the first."""
    best: Floats = np.concatenate(([np.nan], np.maximum.accumulate(series.price)))
    return best


def _extreme_before(values: Floats, width: int) -> Floats:
    """Return the greatest of the `width` values before each place, and before the next; NaN where there are fewer.

    Windows are put together from ones of half their width, so a long one costs little more than a short one.
    """
    found = np.full(len(values) + 1, np.nan)
    if width < 1 or len(values) < width:
        return found
    widest, span = values, 1
    while span * 2 <= width:
        widest = np.maximum(widest[:-span], widest[span:])
        span *= 2
    count = len(values) - width + 1
    found[width:] = np.maximum(widest[:count], widest[width - span : width - span + count])
    return found

"""Lines with more points than pixels: what can be seen of them, and no more."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from data.bars import Floats

_DENSE = 4  # points in a column of pixels before any is left out


def runs(x: Floats, y: Floats) -> list[tuple[Floats, Floats]]:
    """Return the stretches of a line without its gaps (values that are not finite)."""
    whole = np.isfinite(y)
    if not whole.any():
        return []
    edges = np.flatnonzero(np.diff(whole.astype(np.int8))) + 1
    bounds = [0, *edges.tolist(), len(y)]
    return [(x[a:b], y[a:b]) for a, b in pairwise(bounds) if whole[a]]


def thinned(x: Floats, y: Floats, columns: int) -> tuple[Floats, Floats]:
    """Return the first, lowest, highest and last point of each of so many columns; x rises, y is finite.

    A line with few points, or whose x does not rise, is returned as it is.
    """
    if len(x) <= _DENSE * columns or np.any(np.diff(x) < 0):
        return x, y
    column = np.minimum(((x - x[0]) / (x[-1] - x[0]) * columns).astype(np.int64), columns - 1)
    first = np.flatnonzero(np.diff(column, prepend=-1))
    last = np.append(first[1:], len(x)) - 1
    rank = np.lexsort((y, column))  # within each column from the lowest to the highest
    kept = np.unique(np.concatenate((first, last, rank[first], rank[last])))
    return x[kept], y[kept]


def stepped(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the corners of a line that keeps each value until the next."""
    return np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1]

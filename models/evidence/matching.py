"""How alike two stretches of a price are: z-normalised Euclidean distance, of one stretch to all of a history at once.

Section 7 of the definitions, after Mueen's MASS: all sliding products come from one Fourier transform.
"""

from __future__ import annotations

import numpy as np

from data.bars import Flags, Floats

# Running sums lose the spread of a stretch that hardly moves in a history that moves far: below this share of the
# history's own mean square, spread and product are worked out anew, from the stretch alone.
_QUIET = 1e-6
_ROUNDING = 8 * float(np.finfo(np.float64).eps)


def correlations(query: Floats, history: Floats) -> Floats:
    """Return the correlation of the query with each stretch of its length, in order of their starts.

    NaN for a stretch that never changes.  ValueError for a query that never changes, or is longer than the history.
    """
    m = len(query)
    if len(history) < m:
        raise ValueError(f"a history of {len(history)} holds no stretch of {m}")
    if _never_changes(query):
        raise ValueError("a query that never changes looks like nothing")
    sought = query - query.mean()
    sought = sought / sought.std()
    level = history - history.mean()
    products = _sliding_products(sought, level)
    variance = _sliding_variance(level, m)
    for start in np.flatnonzero(variance <= _QUIET * float((level**2).mean())).tolist():
        stretch = level[start : start + m]
        products[start] = sought @ stretch
        variance[start] = 0.0 if _never_changes(history[start : start + m]) else stretch.var()
    with np.errstate(divide="ignore", invalid="ignore"):
        r: Floats = np.where(variance > 0, products / (m * np.sqrt(variance)), np.nan)
    return np.clip(r, -1.0, 1.0)


def distances(query: Floats, history: Floats) -> Floats:
    """Return the distance of the query from each stretch of its length: D with r = 1 - D^2/(2m).

    A stretch that never changes has no shape; it is sqrt(m) away, as in stumpy.  Raises as `correlations`.
    """
    return distances_of(correlations(query, history), len(query), shapeless=float(np.sqrt(len(query))))


def distances_of(r: Floats, m: int, shapeless: float = np.inf) -> Floats:
    """Return the distances behind correlations of stretches of m; `shapeless` where there is no correlation."""
    away: Floats = np.where(np.isnan(r), shapeless, np.sqrt(2 * m * (1 - r)))
    return away


def candidates(n: int, m: int, horizon: int, before: int) -> Flags:
    """Return which starts among n bars are allowed: over before bar `before`, and with the whole horizon known."""
    last = np.arange(n - m + 1) + m - 1
    allowed: Flags = (last < before) & (last + horizon <= n - 1)
    return allowed


def nearest(away: Floats, allowed: Flags, count: int, zone: int) -> list[int]:
    """Return the starts of the nearest allowed stretches, nearest first, none within `zone` of one before."""
    left = np.where(allowed, away, np.inf)
    found: list[int] = []
    while len(found) < count and len(left):
        start = int(np.argmin(left))
        if not np.isfinite(left[start]):
            break
        found.append(start)
        left[max(0, start - zone) : start + zone + 1] = np.inf
    return found


def _never_changes(stretch: Floats) -> bool:
    return float(np.ptp(stretch)) <= _ROUNDING * float(np.abs(stretch).max())


def _sliding_products(sought: Floats, level: Floats) -> Floats:
    size = 1 << (len(level) - 1).bit_length()  # what runs round the end spoils only the first m - 1, which are cut off
    spectrum = np.fft.rfft(level, size) * np.fft.rfft(sought[::-1], size)
    products: Floats = np.fft.irfft(spectrum, size)[len(sought) - 1 : len(level)]
    return products


def _sliding_variance(level: Floats, m: int) -> Floats:
    sums, squares = (np.concatenate(([0.0], np.cumsum(each))) for each in (level, level**2))
    variance: Floats = (squares[m:] - squares[:-m]) / m - ((sums[m:] - sums[:-m]) / m) ** 2
    return variance

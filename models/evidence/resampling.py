"""Resampling of series that depend on their own past: stationary bootstrap, block length, circular shifts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from data.bars import Floats

SEED = 20260821
DRAWS = 2000

# Far below any effect, far above float noise: a shift that gives the same events the same mean must count as equal.
AS_LARGE = 1e-12

_CHUNK = 4_000_000  # numbers held at a time while blocks are drawn

Rows = npt.NDArray[np.intp]


def stationary_rows(n: int, block: float, draws: int, seed: int) -> Iterator[Rows]:
    """Yield the rows of each resample of n observations (Politis & Romano 1994), mean block length `block`.

    A block starts anywhere, runs on round the end, and ends with chance 1/block after each row.  The random numbers
    are drawn as arch's StationaryBootstrap draws them, so that the same seed gives the same resamples.
    """
    if n < 1 or block < 1:
        raise ValueError(f"no blocks of {block} can be drawn from {n} rows")
    generator = np.random.default_rng(seed)
    place = np.arange(n)
    for _ in range(draws):
        starts = generator.integers(n, size=n)
        begins = generator.random(n) <= 1 / block
        begins[0] = True
        latest = np.maximum.accumulate(np.where(begins, place, 0))
        yield (starts[latest] + place - latest) % n


def stationary_bootstrap(
    statistic: Callable[[Rows], float], n: int, block: float, draws: int = DRAWS, seed: int = SEED
) -> Floats:
    """Return the statistic of each resample; it is given the rows that were drawn."""
    return np.array([statistic(rows) for rows in stationary_rows(n, block, draws, seed)])


def stationary_means(series: Floats, block: float, draws: int = DRAWS, seed: int = SEED) -> Floats:
    """Return the mean of each stationary resample of the series.

    The same law as `stationary_rows`, with random numbers of its own: whole blocks are drawn, and their sums are read
    off the running sum of the series, which costs n/block numbers per resample and not n.
    """
    n = len(series)
    if n < 1 or block < 1:
        raise ValueError(f"no blocks of {block} can be drawn from {n} rows")
    sums = np.concatenate(([0.0], np.cumsum(np.concatenate((series, series)))))
    generator = np.random.default_rng(seed)
    wide = math.ceil(n / block + 4 * math.sqrt(n / block) + 4)  # nearly always enough blocks to fill n
    step = max(1, _CHUNK // wide)
    means = [_block_means(sums, n, block, min(step, draws - done), wide, generator) for done in range(0, draws, step)]
    return np.concatenate(means)


def _block_means(sums: Floats, n: int, block: float, draws: int, wide: int, generator: np.random.Generator) -> Floats:
    ends = np.cumsum(_lengths(n, block, (draws, wide), generator), axis=1)
    while bool((ends[:, -1] < n).any()):
        more = _lengths(n, block, (draws, wide // 4 + 1), generator)
        ends = np.concatenate((ends, ends[:, -1:] + np.cumsum(more, axis=1)), axis=1)
    np.minimum(ends, n, out=ends)
    starts = generator.integers(n, size=ends.shape)
    stops = starts + ends
    stops[:, 1:] -= ends[:, :-1]
    means: Floats = (sums.take(stops) - sums.take(starts)).sum(axis=1) / n
    return means


def _lengths(n: int, block: float, shape: tuple[int, int], generator: np.random.Generator) -> Rows:
    """Draw lengths of blocks, at most n: an exponential time, rounded up, is a geometric number."""
    if block == 1:
        return np.ones(shape, np.intp)
    lengths = np.ceil(generator.standard_exponential(shape) / -math.log1p(-1 / block))
    return np.clip(lengths, 1, n).astype(np.intp)


def percentile_interval(values: Floats, level: float = 0.95) -> tuple[float, float]:
    """Return the percentiles of the resampled values that leave (1 - level)/2 on either side."""
    tail = (1 - level) / 2 * 100
    low, high = np.percentile(values, [tail, 100 - tail])
    return float(low), float(high)


def optimal_block_length(series: Floats) -> tuple[float, float]:
    """Return the best mean block of the stationary and length of the circular bootstrap of the series' mean.

    Politis & White (2004) with the correction of Patton, Politis & White (2009), and arch's choices for what they leave
    open.  A series that never changes has no such length: 1 and 1.
    """
    n = len(series)
    centred = series - series.mean()
    if n < 8 or float(np.abs(centred).max()) < AS_LARGE:
        return 1.0, 1.0
    lags = math.ceil(math.sqrt(n)) + max(5, int(math.log10(n)))
    lags = min(lags, n - 2)
    products = np.array([centred[lag:] @ centred[: n - lag] for lag in range(lags + 1)])
    m = _bandwidth(centred, products, lags)
    covariance = products / n
    k = np.arange(1, m + 1)
    weight = np.where(k / m <= 0.5, 1.0, 2 * (1 - k / m))  # the flat-top window
    slope = float((2 * weight * k * covariance[1 : m + 1]).sum())
    long_run = float(covariance[0] + (2 * weight * covariance[1 : m + 1]).sum())
    longest = math.ceil(min(3 * math.sqrt(n), n / 3))
    if long_run == 0:
        return float(longest), float(longest)
    stationary = (slope**2 / long_run**2 * n) ** (1 / 3)
    circular = (1.5 * slope**2 / long_run**2 * n) ** (1 / 3)
    return min(stationary, longest), min(circular, longest)


def _bandwidth(centred: Floats, products: Floats, lags: int) -> int:
    """Return twice the first lag after which so many autocorrelations in a row are insignificant."""
    n = len(centred)
    run = max(5, int(math.log10(n)))
    squares = np.concatenate(([0.0], np.cumsum(centred**2)))
    dropped = np.arange(1, lags + 2)  # of the products of lag i, i + 1 squares are left out at one end and the other
    scale = np.sqrt((squares[-1] - squares[dropped]) * squares[n - dropped])
    with np.errstate(divide="ignore", invalid="ignore"):
        small = np.abs(products) / scale < 2 * math.sqrt(math.log10(n) / n)
    for lag in range(run, lags + 1):
        if bool(small[lag - run : lag].all()):
            return min(2 * max(lag - run, 1), lags)
    return lags


def circular_means(series: Floats, positions: Rows) -> Floats:
    """Return the mean of the series at the positions, for each shift of them all by 0, 1 ... T - 1 round the end.

    The first entry belongs to the positions as they are.  All spacing between them and all dependence within the
    series is kept (section 2 of the definitions, "Placebo 1").
    """
    if len(positions) == 0:
        raise ValueError("there is no mean of nothing")
    twice = np.concatenate((series, series))
    total = np.zeros(len(series))
    for start in positions.tolist():
        total += twice[start : start + len(series)]
    return total / len(positions)


def share_as_large(values: Floats) -> float:
    """Return the share of the shifts whose value is at least that of the unshifted one, which itself counts."""
    return float(np.count_nonzero(values >= values[0] - AS_LARGE)) / len(values)

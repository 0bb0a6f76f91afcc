"""Is there a cycle of four years in a price?  A wave fitted to it, beside waves fitted to random walks.

Section 4 of the definitions: monthly log prices on a trend, a cosine and a sine of one period.  A random walk shows
such waves too, so the share that is explained counts only against the same regression on random walks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from data.bars import Floats
from models.evidence.refusals import RefusedError
from models.evidence.resampling import SEED

PERIOD = 48
PERIODS = tuple(range(24, 73))
DRAWS = 4000
LEAST_MONTHS = 60
_AGE = 19  # months that ln(t + 19) takes bitcoin to have had a price before the first month

Trend = Literal["linear", "logarithmic"]


@dataclass(frozen=True, slots=True, eq=False)
class Wave:
    """The fit of one period with one kind of trend, beside chance.

    `share` of the detrended variance is explained; `p_walk` is how often a random walk with drift gives as much,
    `p_inertia` how often an AR(1) does.  `best` is the period of 24 to 72 months that explains most, `p_best` how often
    the best of a random walk does as well.  `spectrum` is the share by period and `walk_95` the 95 % quantile of each
    by chance, `inertia_95` that of an AR(1), `best_95` that of the best period of a random walk; `p_best_inertia` is
    how often the best of an AR(1) does as well.  `detrended` and `fitted` are by month.
    """

    trend: Trend
    months: int
    cycles: float
    share: float
    p_walk: float
    p_inertia: float
    best: int
    best_share: float
    p_best: float
    spectrum: Floats
    walk_95: Floats
    detrended: Floats
    fitted: Floats
    draws: int
    seed: int
    best_95: float
    inertia_95: Floats
    p_best_inertia: float


def four_year(level: Floats, trend: Trend, draws: int = DRAWS, seed: int = SEED) -> Wave:
    """Return the test on monthly log prices; raises `RefusedError` for fewer than 60 months or a constant."""
    n = len(level)
    if n < LEAST_MONTHS:
        raise RefusedError(f"{n} months are too few to look for a cycle of four years; {LEAST_MONTHS} are needed.")
    changes = np.diff(level)
    if float(np.ptp(changes)) == 0:
        raise RefusedError("The price never changes its pace, so there is no cycle to look for.")
    base = _trend(n, trend)
    waves = [_wave(n, period, base) for period in PERIODS]
    at = PERIODS.index(PERIOD)
    rest = _detrended(level[:, None], base)
    spectrum = shares(rest, waves)[:, 0]
    generator = np.random.default_rng(seed)
    walks = np.cumsum(generator.choice(changes, size=(n, draws)), axis=0)
    by_chance = shares(_detrended(walks, base), waves)
    inert = shares(_detrended(_inertia(rest[:, 0], draws, generator), base), waves)
    wave = waves[at]
    return Wave(
        trend=trend,
        months=n,
        cycles=n / PERIOD,
        share=float(spectrum[at]),
        p_walk=_p(by_chance[at], spectrum[at]),
        p_inertia=_p(inert[at], spectrum[at]),
        best=PERIODS[int(np.argmax(spectrum))],
        best_share=float(spectrum.max()),
        p_best=_p(by_chance.max(axis=0), spectrum.max()),
        spectrum=spectrum,
        walk_95=np.quantile(by_chance, 0.95, axis=1),
        detrended=rest[:, 0],
        fitted=wave @ (wave.T @ rest[:, 0]),
        draws=draws,
        seed=seed,
        best_95=float(np.quantile(by_chance.max(axis=0), 0.95)),
        inertia_95=np.quantile(inert, 0.95, axis=1),
        p_best_inertia=_p(inert.max(axis=0), spectrum.max()),
    )


def shares(detrended: Floats, waves: list[Floats]) -> Floats:
    """Return the share of the variance that each wave explains: a row a period, a column a series."""
    whole = (detrended**2).sum(axis=0)
    return np.array([((wave.T @ detrended) ** 2).sum(axis=0) / whole for wave in waves])


def _trend(n: int, kind: Trend) -> Floats:
    """Return an orthonormal basis of a constant and the trend."""
    months = np.arange(n, dtype=np.float64)
    slope = months if kind == "linear" else np.log(months + _AGE)
    basis: Floats = np.linalg.qr(np.column_stack((np.ones(n), slope)))[0]
    return basis


def _wave(n: int, period: int, trend: Floats) -> Floats:
    """Return an orthonormal basis of what cosine and sine of the period add to the trend."""
    angle = 2 * np.pi * np.arange(n) / period
    basis: Floats = np.linalg.qr(_detrended(np.column_stack((np.cos(angle), np.sin(angle))), trend))[0]
    return basis


def _detrended(levels: Floats, trend: Floats) -> Floats:
    rest: Floats = levels - trend @ (trend.T @ levels)
    return rest


def _inertia(rest: Floats, draws: int, generator: np.random.Generator) -> Floats:
    """Return AR(1) series like the detrended one, from its own resampled surprises, after a run-in."""
    n = len(rest)
    phi = float(np.clip(rest[1:] @ rest[:-1] / (rest[:-1] @ rest[:-1]), -0.999, 0.999))
    surprises = rest[1:] - phi * rest[:-1]
    drawn = generator.choice(surprises - surprises.mean(), size=(2 * n, draws))
    for row in range(1, 2 * n):
        drawn[row] += phi * drawn[row - 1]
    return drawn[n:]


def _p(by_chance: Floats, found: float) -> float:
    return (1 + int(np.count_nonzero(by_chance >= found))) / (len(by_chance) + 1)

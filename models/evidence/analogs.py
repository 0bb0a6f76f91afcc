"""When did a price last look like this?  The nearest stretches of a history, and how near a random history comes.

Section 7 of the definitions.  Distances are Euclidean between z-normalised stretches of log prices (Mueen's MASS, by
FFT), so they know no scale: a rise of 5 % and one of 500 % can look alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.bars import Flags, Floats, Sessions
from models.evidence.alignment import Series
from models.evidence.refusals import RefusedError, called, sentence_case
from models.evidence.resampling import SEED, stationary_rows

MATCHES = 5
NEIGHBOURS = 20
DRAWS = 400
BLOCK = 20.0  # bars, of the resampled histories
_FIRST_YEARS = 3
_STEP_DAYS = 30
_FLAT = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """One stretch of the history: its first and last session, distance, correlation, and what came after (log).

    `course` is the log price against that at its end, from its start until the horizon is over.
    """

    first: Sessions
    last: Sessions
    distance: float
    r: float
    ahead: float
    course: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """Forecasts from the nearest stretches, made at `n` past dates with what was known, beside the plain base rate.

    Both are Brier scores, lower is better; `apart` says how many of the horizons do not overlap.
    """

    n: int
    apart: float
    nearest: float
    climatology: float


@dataclass(frozen=True, slots=True, eq=False)
class Analogs:
    """The study: `m` and `horizon` in bars of the history; `p` is the share of random histories with as near a match.

    `base_rate` is how often the price was higher after any of the `candidates`; `null` are the nearest distances of the
    random histories.
    """

    query: str
    history: str
    m: int
    horizon: int
    matches: tuple[Match, ...]
    hits: int
    candidates: int
    base_rate: float
    median_distance: float
    p: float
    null: Floats
    draws: int
    seed: int
    course: Floats
    walk: Walk | None
    sentence: str


def distances(query: Floats, history: Floats) -> Floats:
    """Return the distance of the query from each stretch of its length in the history, in order of their starts.

    A stretch that never changes is sqrt(2 m) away, as one without any correlation.  ValueError for a flat query.
    """
    m = len(query)
    level = history - history.mean()
    sought = query - query.mean()
    if float(sought.std()) < _FLAT:
        raise ValueError("a query that never changes looks like nothing")
    size = len(level) + m
    products = np.fft.irfft(np.fft.rfft(level, size) * np.fft.rfft(sought[::-1], size), size)[m - 1 : len(level)]
    sums, squares = (np.concatenate(([0.0], np.cumsum(each))) for each in (level, level**2))
    mean = (sums[m:] - sums[:-m]) / m
    variance = np.maximum((squares[m:] - squares[:-m]) / m - mean**2, 0.0)
    deviation = np.sqrt(variance)
    flat = deviation < _FLAT
    r = products / (m * np.where(flat, 1.0, deviation) * sought.std())
    r = np.where(flat, 0.0, np.clip(r, -1.0, 1.0))
    away: Floats = np.sqrt(2 * m * (1 - r))
    return away


def nearest(away: Floats, allowed: Flags, count: int, apart: int) -> list[int]:
    """Return the starts of the nearest allowed stretches, each at least `apart` from the ones before."""
    left = np.where(allowed, away, np.inf)
    found: list[int] = []
    while len(found) < count and len(left):
        start = int(np.argmin(left))
        if not np.isfinite(left[start]):
            break
        found.append(start)
        left[max(0, start - apart + 1) : start + apart] = np.inf
    return found


def analogs(query: Series, history: Series, m: int, horizon: int, draws: int = DRAWS, seed: int = SEED) -> Analogs:
    """Return the stretches of the history most like the last `m` bars of the query; raises `RefusedError`."""
    level = np.log(history.close)
    sought = np.log(query.close[-m:])
    _refuse(query, history, m, horizon, sought)
    own = query.asset.symbol == history.asset.symbol
    allowed = candidates(len(level), m, horizon, own)
    away = distances(sought, level)
    starts = nearest(away, allowed, MATCHES, max(1, m // 2))
    matches = tuple(_match(history, level, away, start, m, horizon) for start in starts)
    ends = np.flatnonzero(allowed) + m - 1
    rate = float((level[ends + horizon] > level[ends]).mean())
    past = level[:-m] if own else level  # or a random history could hold the query itself
    null = random_nearest(sought, past, allowed[: len(past) - m + 1], draws, seed)
    p = (1 + int(np.count_nonzero(null <= away[starts[0]]))) / (draws + 1)
    hits = sum(match.ahead > 0 for match in matches)
    return Analogs(
        query=query.asset.symbol, history=history.asset.symbol, m=m, horizon=horizon, matches=matches, hits=hits,
        candidates=len(ends), base_rate=rate, median_distance=float(np.median(away[allowed])), p=p, null=null,
        draws=draws, seed=seed, course=sought - sought[-1],
        walk=walk_forward(history, level, m, horizon) if own else None,
        sentence=_sentence(query, history, matches, hits, len(ends), rate, p, horizon),
    )  # fmt: skip


def candidates(n: int, m: int, horizon: int, own: bool) -> Flags:
    """Return which starts are allowed: the horizon after the stretch is over, and it does not overlap the query."""
    start = np.arange(n - m + 1)
    allowed: Flags = start + m - 1 + horizon <= n - 1
    return allowed & (start + m <= n - m) if own else allowed


def random_nearest(sought: Floats, level: Floats, allowed: Flags, draws: int, seed: int) -> Floats:
    """Return the nearest distance in each history rebuilt from blocks of the returns, the query being kept."""
    returns = np.diff(level)
    found = [
        float(distances(sought, np.concatenate(([0.0], np.cumsum(returns[rows]))))[allowed].min())
        for rows in stationary_rows(len(returns), BLOCK, draws, seed)
    ]
    return np.array(found)


def walk_forward(history: Series, level: Floats, m: int, horizon: int) -> Walk | None:
    """Return how forecasts from the nearest 20 stretches would have scored, or None for too short a history."""
    day = history.session.astype(np.int64)
    begun = np.searchsorted(day, day[0] + _FIRST_YEARS * 365)
    grid = np.arange(day[min(begun, len(day) - 1)], day[-1], _STEP_DAYS)
    rows = np.unique(np.searchsorted(day, grid))
    scores = []
    for now in rows[(rows >= 2 * m + horizon) & (rows + horizon < len(level))].tolist():
        known = level[: now + 1]
        allowed = candidates(len(known), m, horizon, own=True)
        if not allowed.any() or float(np.ptp(known[-m:])) < _FLAT:
            continue
        rose = np.flatnonzero(allowed) + m - 1
        base = float((np.count_nonzero(known[rose + horizon] > known[rose]) + 0.5) / (len(rose) + 1))
        starts = np.array(nearest(distances(known[-m:], known), allowed, NEIGHBOURS, max(1, m // 2)))
        ends = starts + m - 1
        forecast = float((np.count_nonzero(known[ends + horizon] > known[ends]) + 0.5) / (len(ends) + 1))
        came = float(level[now + horizon] > level[now])
        scores.append(((forecast - came) ** 2, (base - came) ** 2))
    if not scores:
        return None
    means = np.mean(scores, axis=0)
    spanned = float(rows[-1] - rows[0]) if len(rows) > 1 else 0.0
    return Walk(len(scores), max(1.0, spanned / horizon), float(means[0]), float(means[1]))


def _match(history: Series, level: Floats, away: Floats, start: int, m: int, horizon: int) -> Match:
    end = start + m - 1
    return Match(
        first=history.session[start],
        last=history.session[end],
        distance=float(away[start]),
        r=float(1 - away[start] ** 2 / (2 * m)),
        ahead=float(level[end + horizon] - level[end]),
        course=level[start : end + horizon + 1] - level[end],
    )


def _refuse(query: Series, history: Series, m: int, horizon: int, sought: npt.NDArray[np.float64]) -> None:
    if len(query) < m:
        raise RefusedError(
            f"{sentence_case(called(query.asset))} has only {len(query)} bars, fewer than the {m} asked."
        )
    if float(sought.std()) < _FLAT:
        raise RefusedError(
            f"The price of {called(query.asset)} never changes in this stretch, so it looks like nothing."
        )
    least = (3 if query.asset.symbol == history.asset.symbol else 2) * m + horizon
    if len(history) < least:
        raise RefusedError(
            f"{sentence_case(called(history.asset))} has only {len(history)} bars; {least} are needed to find a stretch"
            f" of {m} and see {horizon} more."
        )


def _sentence(
    query: Series, history: Series, matches: tuple[Match, ...], hits: int, n: int, rate: float, p: float, horizon: int
) -> str:
    return (
        f"A random history contains a match this good in {p:.0%} of cases. After the {len(matches)} stretches of"
        f" {called(history.asset)} most like {called(query.asset)} now, the price was higher {horizon} bars later in"
        f" {hits}; after any of {n:,} stretches it was in {rate:.0%}."
    )

"""When did a price last look like this?  The nearest stretches of a history, and how near a random history comes.

Section 7 of the definitions.  Distances are those of `matching`: they know no scale, so that a rise of 5 % and one of
500 % can look alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from data.bars import Flags, Floats, Sessions
from models.dates import date_text
from models.evidence.alignment import Series
from models.evidence.analog_forecasts import Walk, walk_forward
from models.evidence.matching import candidates, correlations, distances_of, nearest
from models.evidence.refusals import RefusedError, called, sentence_case
from models.evidence.resampling import SEED, stationary_rows
from models.evidence.words import percent

MATCHES = 5
DRAWS = 400
BLOCK_DAYS = 20
BLOCK_WEEKS = 4  # the same length of time
_SHORTEST = 10  # bars that can have a shape
_RARE = 0.05
_STEPS = 20  # in which progress is told

Told = Callable[[float], None]
"""Takes how much of the random histories is done, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked: stretches of `m` bars and `horizon` bars after them; `unit` is what a bar is called.

    `block` is the mean block of the random histories, in bars.
    """

    m: int
    horizon: int
    unit: str = "days"
    block: float = BLOCK_DAYS
    draws: int = DRAWS
    seed: int = SEED


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """One stretch of the history: its first and last session, distance, correlation, and what came after (log).

    `within` is its own log return.  `course` is the log price against that at its end, from its start until the horizon
    is over.
    """

    first: Sessions
    last: Sessions
    distance: float
    r: float
    within: float
    ahead: float
    course: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Analogs:
    """The study: `p` is the share of random histories with as near a match, `null` the nearest distance of each.

    `course` is the query's log price against its last, `first` and `last` its sessions.  `base_rate` is how often the
    price was higher after any of the `candidates`, `base_median` the median log return after them; about `apart` of
    those do not overlap.  `days` and `level` are the history that was searched (log prices), `sources` whose prices
    they are.
    """

    query: str
    history: str
    first: Sessions
    last: Sessions
    terms: Terms
    matches: tuple[Match, ...]
    hits: int
    candidates: int
    apart: int
    base_rate: float
    base_median: float
    median_distance: float
    p: float
    null: Floats
    course: Floats
    days: Sessions
    level: Floats
    walk: Walk | None
    sources: tuple[str, ...]
    sentence: str

    @property
    def spread(self) -> tuple[float, float, float] | None:
        """Return the lowest, middle and highest log return after the matches; None unless all five are there."""
        if len(self.matches) < MATCHES:
            return None
        ahead = sorted(match.ahead for match in self.matches)
        return ahead[0], ahead[MATCHES // 2], ahead[-1]


def analogs(query: Series, history: Series, terms: Terms, told: Told = lambda _done: None) -> Analogs:
    """Return the stretches of the history most like the last bars of the query; raises `RefusedError`."""
    m, horizon = terms.m, terms.horizon
    _refuse_query(query, m)
    sought, level = np.log(query.close[-m:]), np.log(history.close)
    before = int(np.searchsorted(history.session, query.session[-m]))
    allowed = candidates(len(level), m, horizon, before)
    _refuse_history(query, history, terms, before, int(np.count_nonzero(allowed)))
    r = correlations(sought, level)
    away = distances_of(r, m)
    allowed &= np.isfinite(away)
    if not allowed.any():
        raise RefusedError(f"The price of {called(history.asset)} never changes, so there is no shape to compare.")
    starts = nearest(away, allowed, MATCHES, m // 2)
    matches = tuple(_match(history, level, float(r[start]), start, terms) for start in starts)
    ends = np.flatnonzero(allowed) + m - 1
    later = level[ends + horizon] - level[ends]
    null = random_nearest(sought, level[:before], allowed[: before - m + 1], terms, told)
    p = (1 + int(np.count_nonzero(null <= away[starts[0]]))) / (terms.draws + 1)
    sources = tuple(dict.fromkeys(_source(series, terms.unit) for series in (query, history)))
    found = Analogs(
        query=query.asset.symbol, history=history.asset.symbol, first=query.session[-m], last=query.session[-1],
        terms=terms, matches=matches, hits=sum(match.ahead > 0 for match in matches), candidates=len(ends),
        apart=max(1, len(ends) // horizon), base_rate=float((later > 0).mean()), base_median=float(np.median(later)),
        median_distance=float(np.median(away[allowed])), p=p, null=null, course=sought - sought[-1],
        days=history.session, level=level, walk=walk_forward(query, history, m, horizon, terms.seed), sources=sources,
        sentence="",
    )  # fmt: skip
    return _with_sentence(found, query, history)


def random_nearest(
    sought: Floats, past: Floats, allowed: Flags, terms: Terms, told: Told = lambda _done: None
) -> Floats:
    """Return the nearest distance in each history rebuilt from blocks of the returns; the query stays as it is.

    The past ends where the query begins, or a random history could hold pieces of the query itself.
    """
    returns = np.diff(past)
    found = np.empty(terms.draws)
    step = max(1, terms.draws // _STEPS)
    for draw, rows in enumerate(stationary_rows(len(returns), terms.block, terms.draws, terms.seed)):
        rebuilt = np.concatenate(([0.0], np.cumsum(returns[rows])))
        found[draw] = distances_of(correlations(sought, rebuilt), len(sought))[allowed].min()
        if draw % step == 0:
            told(draw / terms.draws)
    return found


def _match(history: Series, level: Floats, r: float, start: int, terms: Terms) -> Match:
    end = start + terms.m - 1
    return Match(
        first=history.session[start],
        last=history.session[end],
        distance=float(distances_of(np.array([r]), terms.m)[0]),
        r=r,
        within=float(level[end] - level[start]),
        ahead=float(level[end + terms.horizon] - level[end]),
        course=level[start : end + terms.horizon + 1] - level[end],
    )


def _refuse_query(query: Series, m: int) -> None:
    name = called(query.asset)
    if m < _SHORTEST:
        raise RefusedError(f"{m} bars have no shape that could be compared; {_SHORTEST} are the least.")
    if len(query) < m:
        raise RefusedError(f"{sentence_case(name)} has only {len(query)} bars, fewer than the {m} asked.")
    if float(np.ptp(query.close[-m:])) == 0:
        raise RefusedError(f"The price of {name} never changes in its last {m} bars, so it looks like nothing.")


def _refuse_history(query: Series, history: Series, terms: Terms, before: int, places: int) -> None:
    if places >= terms.m:
        return
    begun = date_text(query.session[-terms.m].astype(object))
    raise RefusedError(
        f"{sentence_case(called(history.asset))} has {before:,} {terms.unit} before {begun}, when the stretch that is"
        f" asked about begins. With {terms.m} to compare and {terms.horizon} to see what followed, that leaves"
        f" {places} places to look at, fewer than the {terms.m} that are needed."
    )


def _source(series: Series, unit: str) -> str:
    whose = f"{series.source}, " if series.source else ""
    span = f"{date_text(series.first)} to {date_text(series.last)}"
    return f"{series.asset.symbol}: {whose}{span}, {len(series):,} {unit}"


def _with_sentence(found: Analogs, query: Series, history: Series) -> Analogs:
    terms, n = found.terms, len(found.matches)
    usual = "the likeness is nothing rare" if found.p >= _RARE else "that is rare, but tells nothing of what comes next"
    return replace(
        found,
        sentence=(
            f"A random history contains a match this good in {percent(found.p)} of cases; {usual}. After the {n}"
            f" stretches of {called(history.asset)} most like the {terms.m} {terms.unit} of {called(query.asset)} up to"
            f" {date_text(query.last)}, the price was higher {terms.horizon} {terms.unit} later in {found.hits} of {n};"
            f" after any of {found.candidates:,} stretches, about {found.apart} of which do not overlap, it was in"
            f" {percent(found.base_rate)}."
        ),
    )

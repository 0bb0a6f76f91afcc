"""What followed breaks of a high: shares and returns beside their base rates, with n and every uncertainty.

Section 2 of the definitions.  The base rates of a sample do not depend on the events, so they are worked out once
(`baselines`) and serve every definition of a break (`event_study`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import numpy.typing as npt

from data.bars import Floats
from models.evidence.alignment import STEP, Forward, Outcome, Rows, Series, Status, entries, forward
from models.evidence.intervals import (
    Interval,
    bayes_factor,
    bayes_factor_uniform,
    binomial_test,
    jeffreys,
    posterior,
    power,
    refused_up_to,
    wilson,
)
from models.evidence.multiplicity import Correction, adjusted
from models.evidence.paths import AveragePath, Courses, averaged, chosen, courses
from models.evidence.placebo import Tails, era_matched, shift
from models.evidence.refusals import LEAST_EVENTS, fault_of_follower, fault_of_horizon, too_few
from models.evidence.resampling import DRAWS, SEED, optimal_block_length, percentile_interval, stationary_means

HORIZONS = (7, 30, 90, 180, 365)
CLAIMED = 0.65

_SESSIONS_PER_DAY = 252 / 365


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked: horizons in calendar days, the outcome, the claimed share, and how chance is tried.

    `first` and `last` bound the sessions that count, events and base alike; `prior` is the user's own probability of
    the claim; `step` the rise of outcomes B, C and D.
    """

    horizons: tuple[int, ...] = HORIZONS
    outcome: Outcome = "A"
    claimed: float = CLAIMED
    prior: float | None = None
    correction: Correction = "holm"
    first: dt.date | None = None
    last: dt.date | None = None
    step: float = STEP
    draws: int = DRAWS
    seed: int = SEED


@dataclass(frozen=True, slots=True)
class BaseRate:
    """How often the outcome came on any day: of `sessions` days from `first` to `last`, over which they span.

    `interval` is the middle 95 % of stationary resamples with mean block `block` (sessions); `windows` how many
    horizons fit side by side into the sample, which is what there is of independent evidence.
    """

    sessions: int
    rate: float
    interval: Interval
    block: float
    first: dt.date
    last: dt.date
    windows: float
    mean: float
    median: float
    mean_log: float


@dataclass(frozen=True, slots=True)
class Claim:
    """The hits against a claimed share: exact two-sided p, Bayes factors, and what so few events could show at all.

    `power` is how often the test would refuse the claim if the base rate were the truth; it does so below the claim
    at `refused_up_to` hits or fewer (None: at no number).
    """

    share: float
    p: float
    factor_base: float
    factor_uniform: float
    power: float
    refused_up_to: int | None
    posterior: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of one follower and horizon; returns are fractions, `mean_log` of log returns.

    `p` is the exact placebo of the outcome in question: of mean log returns for outcome A, of hits for the others.
    `adjusted` are the same tails, adjusted for all questions that were asked at once.
    """

    share: float
    wilson: Interval
    jeffreys: Interval
    mean: float
    median: float
    mean_log: float
    shift_returns: Tails
    shift_hits: Tails
    era: Tails
    p: Tails
    adjusted: Tails
    claim: Claim


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One event: when it was entered and left, at what prices, and what came of it (a fraction; None: not known)."""

    session: dt.date
    status: Status
    entered: dt.date | None
    entry: float | None
    left: dt.date | None
    exit: float | None
    simple: float | None
    hit: bool | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One follower over one horizon.

    `n` events count, of which `hits` had the outcome; `nonoverlapping` of them lie a horizon or more apart; others are
    censored (the end is still to come), undecided (outcome D) or lack a price.  `refusal` says why there are neither
    hits nor figures.
    """

    symbol: str
    horizon: int
    outcome: Outcome
    n: int
    hits: int | None
    nonoverlapping: int
    censored: int
    undecided: int
    no_price: int
    occurrences: tuple[Occurrence, ...]
    base: BaseRate | None
    figures: Figures | None
    refusal: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """What followed every session over one horizon, and how often that was good; or why nothing can be said."""

    known: Forward
    rate: BaseRate | None
    refusal: str | None


@dataclass(frozen=True, slots=True, eq=False)
class EventStudy:
    """The whole study of one leader and one definition of an event; `cells` by follower, then horizon.

    `paths` are by follower, in the same order; `family` is how many questions the p values are adjusted for.
    """

    leader: Series
    followers: tuple[Series, ...]
    terms: Terms
    events: tuple[dt.date, ...]
    cells: tuple[Cell, ...]
    paths: tuple[AveragePath, ...]
    family: int

    def cell(self, symbol: str, horizon: int) -> Cell:
        """Return the cell of a follower and horizon; KeyError when it was not asked for."""
        for found in self.cells:
            if (found.symbol, found.horizon) == (symbol, horizon):
                return found
        raise KeyError((symbol, horizon))


def sample(leader: Series, terms: Terms) -> Series:
    """Return the leader's sessions that the terms let count."""
    first = np.datetime64(terms.first or dt.date.min, "D")
    last = np.datetime64(terms.last or dt.date.max, "D")
    return leader[(leader.session >= first) & (leader.session <= last)]


def baselines(leader: Series, followers: Sequence[Series], terms: Terms) -> tuple[Baseline, ...]:
    """Return what followed any session, by follower, then horizon."""
    days = sample(leader, terms)
    found = []
    for follower in followers:
        fault = fault_of_follower(days, follower, entries(days, follower))
        for horizon in terms.horizons:
            known = forward(days, follower, horizon, terms.outcome, terms.step)
            refusal = fault or fault_of_horizon(known)
            found.append(Baseline(known, None if refusal else _base_rate(known, terms), refusal))
    return tuple(found)


def event_study(
    leader: Series,
    events: Sequence[dt.date],
    followers: Sequence[Series],
    terms: Terms,
    bases: Sequence[Baseline] | None = None,
    with_paths: bool = True,
    known_courses: Sequence[Courses] | None = None,
) -> EventStudy:
    """Return what followed the events, which are sessions of the leader; those outside the sample are left out.

    `bases` and `known_courses` are those of the same leader's sample, followers and terms, where they are known
    already, as when several definitions of a break are tried.
    """
    days = sample(leader, terms)
    rows = chosen(days, events)
    known = baselines(leader, followers, terms) if bases is None else bases
    cells = _adjusted([_cell(base, rows, terms) for base in known], terms.correction)
    paths: tuple[AveragePath, ...] = ()
    if with_paths:
        ways = known_courses or [courses(days, follower) for follower in followers]
        paths = tuple(averaged(way, rows) for way in ways)
    return EventStudy(
        leader=leader,
        followers=tuple(followers),
        terms=terms,
        events=tuple(days.session[rows].astype(object).tolist()),
        cells=cells,
        paths=paths,
        family=sum(cell.figures is not None for cell in cells),
    )


def nonoverlapping(days: npt.NDArray[np.int64], horizon: int) -> int:
    """Return how many of the days (ascending day numbers) one gets by always taking the next a horizon later."""
    count, free = 0, -(2**62)
    for day in days.tolist():
        if day >= free:
            count, free = count + 1, day + horizon
    return count


def block_length(known: Forward, hits: Floats) -> float:
    """Return the mean block for resampling overlapping returns: twice the horizon, in sessions, at the very least."""
    per_day = 1.0 if known.leader.round_the_clock else _SESSIONS_PER_DAY
    return max(5.0, 2 * known.horizon * per_day, optimal_block_length(hits)[0])


def _base_rate(known: Forward, terms: Terms) -> BaseRate:
    hits = known.hit[known.base].astype(np.float64)
    simple = known.simple[known.base]
    block = block_length(known, hits)
    days = known.days
    return BaseRate(
        sessions=len(hits),
        rate=float(hits.mean()),
        interval=Interval(*percentile_interval(stationary_means(hits, block, terms.draws, terms.seed))),
        block=block,
        first=_date(known.leader.session[known.base[0]]),
        last=_date(known.leader.session[known.base[-1]]),
        windows=(int(days[-1] - days[0]) + known.horizon) / known.horizon,
        mean=float(simple.mean()),
        median=float(np.median(simple)),
        mean_log=float(known.log.mean()),
    )


def _cell(base: Baseline, rows: Rows, terms: Terms) -> Cell:
    known = base.known
    positions = np.flatnonzero(np.isin(known.base, rows))
    status = known.status[rows]
    n = len(positions)
    refusal = base.refusal or (too_few(known, n) if n < LEAST_EVENTS else None)
    figures = None if refusal or base.rate is None else _figures(known, positions, base.rate, terms)
    return Cell(
        symbol=known.follower.asset.symbol,
        horizon=known.horizon,
        outcome=known.outcome,
        n=n,
        hits=None if refusal else int(known.hit[known.base[positions]].sum()),
        nonoverlapping=nonoverlapping(known.days[positions], known.horizon),
        censored=int((status == Status.CENSORED).sum()),
        undecided=int((status == Status.UNDECIDED).sum()),
        no_price=int((status == Status.NO_PRICE).sum()),
        occurrences=tuple(_occurrence(known, row) for row in rows.tolist()),
        base=base.rate,
        figures=figures,
        refusal=refusal,
    )


def _figures(known: Forward, positions: Rows, base: BaseRate, terms: Terms) -> Figures:
    n, hits = len(positions), int(known.hit[known.base[positions]].sum())
    returns = shift(known.log, positions)
    by_hits = shift(known.hit[known.base].astype(np.float64), positions)
    simple = known.simple[known.base[positions]]
    asked = returns if known.outcome == "A" else by_hits
    return Figures(
        share=hits / n,
        wilson=wilson(hits, n),
        jeffreys=jeffreys(hits, n),
        mean=float(simple.mean()),
        median=float(np.median(simple)),
        mean_log=float(known.log[positions].mean()),
        shift_returns=returns,
        shift_hits=by_hits,
        era=era_matched(known, positions),
        p=asked,
        adjusted=asked,
        claim=against(hits, n, base.rate, terms.claimed, terms.prior),
    )


def against(hits: int, n: int, base: float, claimed: float, prior: float | None = None) -> Claim:
    """Return how the hits stand to a claimed share, 0 < claimed < 1."""
    factor = bayes_factor(hits, n, claimed, base)
    return Claim(
        share=claimed,
        p=binomial_test(hits, n, claimed),
        factor_base=factor,
        factor_uniform=bayes_factor_uniform(hits, n, claimed),
        power=power(n, claimed, base),
        refused_up_to=refused_up_to(n, claimed),
        posterior=None if prior is None else posterior(prior, factor),
    )


def _adjusted(cells: Sequence[Cell], correction: Correction) -> tuple[Cell, ...]:
    """Return the cells with their p values adjusted for all of them."""
    told = [cell.figures for cell in cells if cell.figures is not None]
    upper = iter(adjusted([figures.p.upper for figures in told], correction).tolist())
    lower = iter(adjusted([figures.p.lower for figures in told], correction).tolist())
    return tuple(
        cell
        if cell.figures is None
        else replace(cell, figures=replace(cell.figures, adjusted=Tails(next(upper), next(lower))))
        for cell in cells
    )


def _occurrence(known: Forward, row: int) -> Occurrence:
    entry, left, status = int(known.entry[row]), int(known.exit[row]), Status(int(known.status[row]))
    follower = known.follower
    return Occurrence(
        session=_date(known.leader.session[row]),
        status=status,
        entered=_date(follower.session[entry]) if entry >= 0 else None,
        entry=float(follower.close[entry]) if entry >= 0 else None,
        left=_date(follower.session[left]) if left >= 0 else None,
        exit=float(follower.close[left]) if left >= 0 else None,
        simple=float(known.simple[row]) if left >= 0 else None,
        hit=bool(known.hit[row]) if status is Status.COUNTED else None,
    )


def _date(session: np.datetime64) -> dt.date:
    return cast("dt.date", session.astype(object))

"""The figures behind a verdict as typed values, for JSON: never parsed back out of the words of a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from models.breakout import BreakRule
from models.evidence.concordance import Concordance
from models.evidence.event_study import BaseRate, Cell, Terms
from models.evidence.four_year import Wave
from models.evidence.intervals import Interval
from models.evidence.liquidity import LiquidityStudy
from models.evidence.placebo import Tails
from models.evidence.verdict import Verdict


@dataclass(frozen=True, slots=True)
class CellFigures:
    """One follower, horizon and outcome after one definition of an event.

    `definition` names that of the event, `sample` which sample this is, `first` and `last` its window: the sessions
    of the base, or without one the bounds that were asked for.  Shares and rates are fractions; `p` and `adjusted` have
    both tails.  `verdict` is None for a figure that is shown beside the one that is judged.
    """

    definition: str
    sample: str
    follower: str
    outcome: str
    step: float
    horizon: int
    first: dt.date | None
    last: dt.date | None
    n: int
    n_nonoverlap: int
    n_censored: int
    hits: int | None
    share: float | None
    interval: Interval | None
    base_rate: float | None
    p: Tails | None
    adjusted: Tails | None
    claimed: float
    p_claimed: float | None
    bayes_factor: float | None
    power: float | None
    draws: int
    seed: int
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class ConcordanceFigures:
    """Months in the same phase, as in `Concordance`; `follower` is the market."""

    definition: str
    follower: str
    n: int
    share: float
    expected: float
    rho: float
    p: float
    changes: tuple[int, int]


@dataclass(frozen=True, slots=True)
class WaveFigures:
    """A wave of 48 months with one trend, as in `Wave`; p values are shares of random walks."""

    definition: str
    trend: str
    months: int
    cycles: float
    share: float
    p: float
    best: int
    draws: int
    seed: int


@dataclass(frozen=True, slots=True)
class SlopeFigures:
    """Log returns over `weeks` on the growth of net liquidity; p values as in `Prediction`."""

    definition: str
    follower: str
    weeks: int
    first: dt.date
    last: dt.date
    n: int
    n_nonoverlap: int
    slope: float
    p: float
    shift_p: float
    adjusted: float


Figure: TypeAlias = CellFigures | ConcordanceFigures | WaveFigures | SlopeFigures


def break_definition(rule: BreakRule) -> str:
    """Return the id of a definition of a break, such as "break:close:N63:D0:b0:k1"."""
    return f"break:{rule.basis}:N{rule.sessions_below}:D{rule.depth:g}:b{rule.buffer:g}:k{rule.confirm}"


def cell_figures(definition: str, sample: str, cell: Cell, terms: Terms, verdict: Verdict | None = None) -> CellFigures:
    """Return the figures of a cell."""
    found, base = cell.figures, cell.base
    claim = found.claim if found else None
    return CellFigures(
        definition, sample, cell.symbol, cell.outcome, terms.step, cell.horizon, *_window(base, terms),
        cell.n, cell.nonoverlapping, cell.censored, cell.hits,
        found.share if found else None,
        found.wilson if found else None,
        base.rate if base else None,
        found.p if found else None,
        found.adjusted if found else None,
        terms.claimed,
        claim.p if claim else None,
        claim.factor_uniform if claim else None,
        claim.power if claim else None,
        terms.draws, terms.seed, verdict,
    )  # fmt: skip


def concordance_figures(follower: str, found: Concordance) -> ConcordanceFigures:
    """Return the figures of going together."""
    return ConcordanceFigures(
        "recessions against falling markets", follower, found.n, found.share, found.expected, found.rho, found.p,
        found.changes,
    )  # fmt: skip


def wave_figures(found: Sequence[Wave]) -> tuple[WaveFigures, ...]:
    """Return the figures of waves, one a trend."""
    return tuple(
        WaveFigures(
            "wave:48 months", wave.trend, wave.months, wave.cycles, wave.share, wave.p_walk, wave.best, wave.draws,
            wave.seed,
        )
        for wave in found
    )  # fmt: skip


def slope_figures(found: LiquidityStudy) -> tuple[SlopeFigures, ...]:
    """Return the figures of the regressions that could be run, one a horizon."""
    return tuple(
        SlopeFigures(
            "net liquidity:growth over 13 weeks", found.symbol, one.weeks, found.first, found.last, one.slope.n,
            one.n_apart, one.slope.value, one.slope.p, one.shift_p, one.adjusted,
        )
        for one in found.predictions
        if one.slope is not None
    )  # fmt: skip


def _window(base: BaseRate | None, terms: Terms) -> tuple[dt.date | None, dt.date | None]:
    return (terms.first, terms.last) if base is None else (base.first, base.last)

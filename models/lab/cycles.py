"""The question whether two assets turn together, with the business cycle, and every four years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from models.lab.asking import Inputs, RefusedError, Report

if TYPE_CHECKING:
    from data.bars import Floats, Sessions
    from models.evidence.alignment import Series
    from models.evidence.concordance import Concordance
    from models.evidence.four_year import Wave
    from models.evidence.turning_points import States, Turn

Said = TypeVar("Said")

HALVINGS = (dt.date(2012, 11, 28), dt.date(2016, 7, 9), dt.date(2020, 5, 11), dt.date(2024, 4, 20))
# Months of recession as the NBER dated them, from the month after a peak through the trough; as FRED's USREC.
RECESSIONS = (
    ("1980-02", "1980-07"), ("1981-08", "1982-11"), ("1990-08", "1991-03"), ("2001-04", "2001-11"),
    ("2008-01", "2009-06"), ("2020-03", "2020-04"),
)  # fmt: skip
RECESSIONS_UNTIL = "2024-12"  # months later than this may still be dated otherwise


@dataclass(frozen=True, slots=True, eq=False)
class Phases:
    """One asset's `turns` by falls and rises of a size on daily closes; `state` (1 rising) is at each month's end."""

    symbol: str
    session: Sessions
    close: Floats
    turns: tuple[Turn, ...]
    rise: float
    fall: float
    month: Sessions
    state: States
    level: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Cycles:
    """Turns of both, how far they go together, each with recessions, and waves of four years in the follower.

    A part that nothing can be said of is a sentence in its place.
    """

    leader: Phases
    follower: Phases
    together: Concordance | str
    with_economy: Concordance | str
    waves: tuple[Wave, ...] | str
    sentence: str


@dataclass(frozen=True, slots=True)
class CyclesRequest:
    """Asks for the cycles of two assets."""

    leader: str
    follower: str

    @property
    def symbols(self) -> tuple[str, ...]:
        """Both assets."""
        return self.leader, self.follower

    def perform(self, inputs: Inputs, report: Report) -> Cycles:
        """Work it out; raises `RefusedError` where not even turning points can be found."""
        report(0.0, "Looking for peaks and troughs …")
        leader, follower = (_phases(inputs.histories[symbol].series) for symbol in self.symbols)
        together = _said(lambda: _concordance(leader.month, leader.state, follower))
        beside = with_economy(inputs.histories[self.follower].series)
        report(0.4, "Comparing a four-year wave with random walks …")
        found = waves(inputs.histories[self.follower].series)
        return Cycles(leader, follower, together, beside, found, _sentence(self, together, beside, found))


def with_economy(series: Series) -> Concordance | str:
    """Return how a market's phases coincide with those of the economy, or why nothing can be said."""
    months, economy = _economy()
    return _said(lambda: _concordance(months, economy, _phases(series)))


def waves(series: Series) -> tuple[Wave, ...] | str:
    """Return the waves of four years with both trends, or why nothing can be said."""
    from models.evidence.four_year import four_year

    return _said(lambda: (four_year(_phases(series).level, "linear"), four_year(_phases(series).level, "logarithmic")))


def _phases(series: Series) -> Phases:
    from models.evidence.turning_points import by_threshold, states

    crypto = series.round_the_clock
    rise, fall = (0.5, 0.4) if crypto else (0.2, 0.2)
    if len(series) < 2:
        raise RefusedError(f"There are too few prices of {series.asset.name} to find peaks and troughs in.")
    turns = by_threshold(series.close, rise, fall)
    month = series.session.astype("datetime64[M]")
    ends = np.flatnonzero(month[1:] != month[:-1])  # the last month is under way
    return Phases(
        series.asset.symbol, series.session, series.close, turns, rise, fall,
        month[ends].astype("datetime64[D]"), states(turns, len(series))[ends], np.log(series.close[ends]),
    )  # fmt: skip


def _economy() -> tuple[Sessions, States]:
    months = np.arange(np.datetime64(RECESSIONS[0][0], "M"), np.datetime64(RECESSIONS_UNTIL, "M") + 1)
    state = np.ones(len(months), np.int8)
    for first, last in RECESSIONS:
        state[(months >= np.datetime64(first)) & (months <= np.datetime64(last))] = 0
    return months.astype("datetime64[D]"), state


def _concordance(months: Sessions, state: States, follower: Phases) -> Concordance:
    from models.evidence.concordance import concordance

    _, rows, others = np.intersect1d(months, follower.month, return_indices=True)
    return concordance(state[rows], follower.state[others])


def _said(work: Callable[[], Said]) -> Said | str:
    try:
        return work()
    except RefusedError as refused:
        return str(refused)


def _sentence(
    asked: CyclesRequest, together: Concordance | str, beside: Concordance | str, found: tuple[Wave, ...] | str
) -> str:
    parts = [_together_text(f"{asked.leader} and {asked.follower}", together)]
    parts.append(_together_text(f"The economy and {asked.follower}", beside))
    if isinstance(found, str):
        return " ".join((*parts, found))
    wave = max(found, key=lambda one: one.p_walk)
    does = "stands out from" if wave.p_walk < 0.05 else "does not stand out from"
    parts.append(
        f"A wave of four years explains {min(one.share for one in found):.0%} to"
        f" {max(one.share for one in found):.0%} of what the trend leaves of {asked.follower}, over {wave.cycles:.1f}"
        f" such cycles; that {does} random walks, {wave.p_walk:.0%} of which show as much."
    )
    return " ".join(parts)


def _together_text(names: str, found: Concordance | str) -> str:
    from models.evidence.concordance import LEAST_CHANGES

    if isinstance(found, str):
        return found
    changes = min(found.changes)
    few = "" if changes >= LEAST_CHANGES else f" With {changes} changes of phase no t can be given."
    return (
        f"{names} were in the same phase in {found.share:.0%} of {found.n} months, where phases without any link would"
        f" give {found.expected:.0%}; {found.p:.0%} of all shifts against each other agree as well.{few}"
    )

"""The question whether two assets turn together, with the business cycle, and every four years."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np

from models.evidence.words import percent
from models.lab.asking import Inputs, RefusedError, Report
from models.lab.business_cycle import economy

if TYPE_CHECKING:
    from data.bars import Floats, Sessions
    from models.evidence.alignment import Rows, Series
    from models.evidence.concordance import Concordance
    from models.evidence.four_year import Wave
    from models.evidence.turning_points import States, Turn

Said = TypeVar("Said")

Method = Literal["size", "duration"]
"""How turns are found: by falls and rises of a size on daily closes, or by how long phases last on monthly ones."""

COIN = 0.5, 0.4  # the rise and the fall that turn a market
SHARES = 0.2, 0.2
_RARE = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Phases:
    """One asset's `turns`, as rows of its daily closes; `state` (1 rising) and log `level` are at each month's end.

    `rise` and `fall` are the fractions that turn it, None by duration; `withdrawn` are the turns that were told in real
    time and taken back later.
    """

    symbol: str
    source: str
    method: Method
    session: Sessions
    close: Floats
    turns: tuple[Turn, ...]
    withdrawn: int
    rise: float | None
    fall: float | None
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
    method: Method = "size"

    @property
    def symbols(self) -> tuple[str, ...]:
        """Both assets."""
        return self.leader, self.follower

    def perform(self, inputs: Inputs, report: Report) -> Cycles:
        """Work it out; raises `RefusedError` where not even turning points can be found."""
        if self.leader == self.follower:
            raise RefusedError("An asset always turns together with itself. Choose two different ones.")
        series = [inputs.histories[symbol].series for symbol in self.symbols]
        report(0.0, "Looking for peaks and troughs …")
        leader, follower = (phases_of(one, self.method) for one in series)
        report(0.2, "Comparing phases with shifted ones …")
        together = _said(lambda: _concordance(leader.month, leader.state, follower))
        beside = with_economy(series[1], self.method)
        report(0.4, "Comparing a four-year wave with random walks …")
        found = waves(series[1])
        return Cycles(leader, follower, together, beside, found, _sentence(self, together, beside, found))


def with_economy(series: Series, method: Method = "size") -> Concordance | str:
    """Return how a market's phases coincide with those of the economy, or why nothing can be said."""
    return _said(lambda: _concordance(*economy(), phases_of(series, method)))


def waves(series: Series) -> tuple[Wave, ...] | str:
    """Return the waves of four years with both trends, or why nothing can be said."""

    def fitted() -> tuple[Wave, ...]:
        from models.evidence.four_year import four_year

        month, row = _month_ends(series)
        _refuse_holes(month, series.asset.name)
        level = np.log(series.close[row])
        return four_year(level, "linear"), four_year(level, "logarithmic")

    return _said(fitted)


def phases_of(series: Series, method: Method) -> Phases:
    """Return the turns of one asset, and its phase at the end of each month that is over.  Raises `RefusedError`."""
    from models.evidence.turning_points import by_threshold, states

    if len(series) < 2:
        raise RefusedError(f"There are too few prices of {series.asset.name} to find peaks and troughs in.")
    month, ends = _month_ends(series)
    level = np.log(series.close[ends])
    rise: float | None = None
    fall: float | None = None
    withdrawn = 0
    if method == "size":
        rise, fall = COIN if series.round_the_clock else SHARES
        turns = by_threshold(series.close, rise, fall)
        state = states(turns, len(series))[ends]
    else:
        _refuse_holes(month, series.asset.name)
        turns, withdrawn, state = _lasting(level, ends)
    return Phases(
        series.asset.symbol, series.source, method, series.session, series.close, turns, withdrawn, rise, fall, month,
        state, level,
    )  # fmt: skip


def _lasting(level: Floats, ends: Rows) -> tuple[tuple[Turn, ...], int, States]:
    """Return the turns of monthly levels by duration as rows of the days, how many were taken back, and the phases."""
    from models.evidence.turning_points import MONTHLY_SHARES, Turn, in_real_time, states

    dated = in_real_time(level, MONTHLY_SHARES)
    turns = tuple(Turn(int(ends[turn.row]), turn.peak, int(ends[turn.known])) for turn in dated.turns)
    return turns, dated.withdrawn, states(dated.turns, len(level))


def _month_ends(series: Series) -> tuple[Sessions, Rows]:
    """Return the first day of each month that is over, and the row of its last close; the last is under way."""
    month = series.session.astype("datetime64[M]")
    ends = np.flatnonzero(month[1:] != month[:-1])
    return month[ends].astype("datetime64[D]"), ends


def _refuse_holes(month: Sessions, name: str) -> None:
    """Raise `RefusedError` where a whole month is missing: what lies on both sides of it cannot be put together."""
    holes = np.flatnonzero(np.diff(month.astype("datetime64[M]")).astype(np.int64) > 1)
    if len(holes):
        after = month[holes[0]].astype(object)
        raise RefusedError(
            f"{name} has no prices for at least a month after {after:%B %Y}, so months cannot be compared."
        )


def _concordance(months: Sessions, state: States, follower: Phases) -> Concordance:
    from models.evidence.concordance import concordance

    common, rows, others = np.intersect1d(months, follower.month, return_indices=True)
    _refuse_holes(common, follower.symbol)
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
    parts.append(_together_text(f"The US economy and {asked.follower}", beside))
    parts.append(found if isinstance(found, str) else _wave_text(asked.follower, found))
    return " ".join(parts)


def _wave_text(symbol: str, found: tuple[Wave, ...]) -> str:
    low, high = (pick(one.share for one in found) for pick in (min, max))
    wave = max(found, key=lambda one: one.p_walk)
    best = max(found, key=lambda one: one.p_best)
    does = "stands out from" if wave.p_walk < _RARE else "does not stand out from"
    return (
        f"A wave of four years explains {_range(low, high)} of what a trend leaves of {symbol}, over {wave.cycles:.1f}"
        f" such cycles; that {does} random walks, {percent(wave.p_walk)} of which show as much. Of all periods from"
        f" 24 to 72 months {best.best} explain most, and {percent(best.p_best)} of random walks have one as good."
    )


def _range(low: float, high: float) -> str:
    return percent(high) if percent(low) == percent(high) else f"{percent(low).removesuffix(' %')} to {percent(high)}"


def _together_text(names: str, found: Concordance | str) -> str:
    from models.evidence.concordance import LEAST_CHANGES

    if isinstance(found, str):
        return f"{names}: {found}"
    changes = min(found.changes)
    few = "" if changes >= LEAST_CHANGES else f" With {changes} changes of phase in one of them no t can be given."
    return (
        f"{names} were in the same phase in {percent(found.share)} of {found.n} months, where phases without any link"
        f" would give {percent(found.expected)}; {percent(found.p)} of all shifts against each other agree as"
        f" well.{few}"
    )

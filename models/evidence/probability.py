"""How likely is a rise?  Forecasts made week by week with what was known, and whether any beats the base rate.

Section 6 of the definitions.  Nothing more complex is tried: there are some twenty separate outcomes in all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.bars import Floats, Sessions
from data.forecasts import Kept
from models.evidence import ridge
from models.evidence.alignment import Series
from models.evidence.event_study import nonoverlapping
from models.evidence.fridays import Grid, grid
from models.evidence.intervals import Interval, wilson_of
from models.evidence.refusals import RefusedError, called
from models.evidence.reliability import Calibration, calibration
from models.evidence.resampling import SEED
from models.evidence.scores import CLAIMED, Score, score

MODELS = ("climatology", "state", "ridge", "claimed", "coin")
COIN = 0.5
EMBARGO = 7
FIRST_WEEKS = 156
PRIOR = 10.0  # outcomes that the state model borrows from the base rate
STATES = 4
_DRAWN = 3  # the models whose calibration says anything: the others always say the same

Report = Callable[[float, str], None]
DOING = "Making each Friday's forecast anew, with what was known then …"
SCORING = "Holding the forecasts to what came …"


@dataclass(frozen=True, slots=True, eq=False)
class Forecasts:
    """The walk forward: `made` Fridays, p by model (a column each, as `MODELS`), and what came (NaN: not yet).

    `trained` is on how many Fridays.  `scores` are by model, of forecasts whose outcome is known, and `calibrations`
    those of the first three; `headline` is the base rate of all known Fridays with its interval from the `apart` ones
    that do not overlap; `latest` are all models' forecasts of the last Friday.  `ledger` are the live forecasts,
    `revised` the Fridays of those whose prices have changed since they were scored; `ledger_fault` says why none was
    kept now, or is empty.
    """

    symbol: str
    leader: str
    horizon: int
    step: float
    made: Sessions
    p: Floats
    outcome: Floats
    trained: Floats
    scores: tuple[Score, ...]
    calibrations: tuple[Calibration, ...]
    headline: float
    interval: Interval
    apart: int
    latest: Floats
    seed: int
    sentence: str
    sources: tuple[str, ...] = ()
    ledger: tuple[Kept, ...] = ()
    revised: tuple[dt.date, ...] = ()
    ledger_fault: str = ""


def walk_forward(
    target: Series, leader: Series, breaks: Sequence[np.datetime64], distance: Floats, horizon: int,
    report: Report = lambda _done, _doing: None, seed: int = SEED, step: float = 0.0,
) -> Forecasts:  # fmt: skip
    """Return all forecasts and their scores; raises `RefusedError` where there are fewer than three years to learn."""
    refuse(target, leader, horizon)
    weeks = grid(target, leader, breaks, distance, horizon, step)
    known = weeks.known
    if int(known.sum()) < FIRST_WEEKS + 2 * horizon // 7:
        raise RefusedError(
            f"There are {int(known.sum())} Fridays of {called(target.asset)} with a known outcome after {horizon} days:"
            " too few to learn from three years and test on the rest."
        )
    rows, trained, table = forecasts(weeks, horizon, report)
    report(0.5, SCORING)
    outcome = weeks.outcome[rows]
    told, lags = np.isfinite(outcome), -(-horizon // 7)
    if float(np.ptp(outcome[told])) == 0:
        raise RefusedError(
            f"All {int(told.sum())} forecasts of {called(target.asset)} after {horizon} days came out alike, so none"
            " can be told from another."
        )
    scores = tuple(
        score(name, table[told, column], table[told, 0], outcome[told], lags, seed)
        for column, name in enumerate(MODELS)
    )
    report(0.8, SCORING)
    calibrations = tuple(calibration(table[told, column], outcome[told], lags, seed=seed) for column in range(_DRAWN))
    apart, share = nonoverlapping(weeks.days[known], horizon), float(weeks.outcome[known].mean())
    return Forecasts(
        symbol=target.asset.symbol, leader=leader.asset.symbol, horizon=horizon, step=step, made=weeks.friday[rows],
        p=table, outcome=outcome, trained=trained.astype(np.float64), scores=scores, calibrations=calibrations,
        headline=share, interval=wilson_of(share, apart), apart=apart, latest=table[-1], seed=seed,
        sentence=_sentence(target, horizon, step, share, apart, scores),
        sources=tuple(dict.fromkeys(one.source for one in (target, leader) if one.source)),
    )  # fmt: skip


def forecasts(
    weeks: Grid, horizon: int, report: Report = lambda _done, _doing: None, only_last: bool = False
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Floats]:
    """Return the rows for which there are three years to learn from, on how many Fridays, and p by model.

    Learnt from are Fridays whose outcome was over a week before: they are the first so many of all known ones.
    `only_last` makes the forecast of the newest Friday alone.
    """
    over = weeks.days[weeks.known] + horizon + EMBARGO
    learned = np.searchsorted(over, weeks.days, side="right")
    rows = np.flatnonzero(learned >= FIRST_WEEKS)
    if only_last:
        rows = rows[rows == len(learned) - 1]
    table = np.full((len(rows), len(MODELS)), (0.0, 0.0, 0.0, CLAIMED, COIN))
    outcome, features = weeks.outcome[weeks.known], weeks.features[weeks.known]
    table[:, 0], table[:, 1] = _counted(weeks, rows, learned[rows], 7 / horizon)
    start = None
    for place, (row, n) in enumerate(zip(rows.tolist(), learned[rows].tolist(), strict=True)):
        if float(np.ptp(outcome[:n])) == 0:
            table[place, 2] = table[place, 0]
            continue
        mean, spread = features[:n].mean(axis=0), features[:n].std(axis=0)
        spread[spread == 0] = 1.0
        start = ridge.fit((features[:n] - mean) / spread, outcome[:n], 7 / horizon, start)
        table[place, 2] = ridge.predict(start, (weeks.features[row] - mean) / spread)
        if place % 20 == 0:
            report(0.5 * place / len(rows), DOING)
    return rows, learned[rows], table


def _counted(
    weeks: Grid, rows: npt.NDArray[np.intp], n: npt.NDArray[np.intp], weight: float
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return the base rate and that of Fridays alike, by counts that run along: an outcome weighs `weight`."""
    outcome = weeks.outcome[weeks.known]
    alike = weeks.state[weeks.known][:, None] == np.arange(STATES)
    hits = np.concatenate((np.zeros((1, STATES)), np.cumsum(alike * outcome[:, None], axis=0)))
    tries = np.concatenate((np.zeros((1, STATES)), np.cumsum(alike, axis=0)))
    base = (hits[n].sum(axis=1) * weight + 0.5) / (n * weight + 1)
    state = weeks.state[rows]
    mixed = (hits[n, state] * weight + PRIOR * base) / (tries[n, state] * weight + PRIOR)
    return base, mixed


def refuse(target: Series, leader: Series, horizon: int) -> None:
    """Raise `RefusedError` where no forecast can be made whatever the prices are."""
    name = called(target.asset)
    if not target.round_the_clock:
        raise RefusedError(f"Forecasts are made at the UTC close of Fridays, and {name} has no price then.")
    if horizon < 1 or len(target) <= horizon:
        raise RefusedError(f"{horizon} days are longer than the history of {name}.")
    if len(leader) == 0:
        raise RefusedError(f"There are no settled prices of {called(leader.asset)}, so nothing can be said.")
    if float(np.ptp(target.close)) == 0:
        raise RefusedError(f"The price of {name} never changes in this sample, so there is no rise to foretell.")


def _sentence(
    target: Series, horizon: int, step: float, share: float, apart: int, scores: Sequence[Score]
) -> str:  # fmt: skip
    rose = f"at least {step:.0%} higher" if step > 0 else "higher"
    text = (
        f"{horizon} days after a Friday {called(target.asset)} was {rose} in {share:.0%} of cases; {apart} of these"
        " stretches do not overlap, and that is all the evidence there is."
    )
    told = [
        f"The {found.model} model {'has' if found.beats else 'has not'} beaten the base rate out of sample"
        f" (skill {found.skill:+.2f})."
        for found in scores[1:_DRAWN]
    ]
    return " ".join((text, *told)).replace("%", " %")

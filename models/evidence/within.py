"""What followed events within each regime, as it was known at the time, beside any day of the same regime."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.evidence.alignment import Outcome, Series, forward
from models.evidence.event_study import nonoverlapping
from models.evidence.liquidity import RegimeSplit, by_regime
from models.evidence.refusals import RefusedError, called
from models.evidence.words import percent
from models.macro.regimes import Regimes

FEWEST = 3  # events of which a share is told


@dataclass(frozen=True, slots=True)
class Split:
    """One horizon in calendar days: what came in each regime, and of how many events the stretches do not overlap."""

    horizon: int
    regimes: tuple[RegimeSplit, ...]
    apart: int


@dataclass(frozen=True, slots=True)
class Within:
    """Events of a leader split by the regime that was known at the end of their session; dates are the sample's."""

    leader: str
    follower: str
    regimes: str
    outcome: Outcome
    events: int
    splits: tuple[Split, ...]
    first: dt.date
    last: dt.date
    sentence: str


def within(
    leader: Series,
    events: Sequence[dt.date],
    follower: Series,
    regimes: Regimes,
    horizons: Sequence[int],
    outcome: Outcome = "A",
) -> Within:
    """Return what followed the events by regime; raises `RefusedError` with fewer than three events or no regime."""
    if len(regimes) == 0:
        raise RefusedError(
            "The figures that date these regimes are not stored. Switch on FRED in the settings, or run"
            " 'macro --refresh' after that."
        )
    if len(events) < FEWEST:
        raise RefusedError(f"{called(leader.asset).capitalize()} has {len(events)} breaks; {FEWEST} are the least.")
    days = np.array(events, "datetime64[D]")
    splits = tuple(_split(leader, follower, horizon, outcome, days, regimes) for horizon in horizons)
    if not any(one.n for split in splits for one in split.regimes):
        raise RefusedError(
            f"No break of {called(leader.asset)} has prices of {called(follower.asset)} after it and a regime that was"
            " known by then."
        )
    return Within(
        leader.asset.symbol, follower.asset.symbol, regimes.title, outcome, len(events), splits, leader.first,
        leader.last, _sentence(splits, called(follower.asset), regimes.title),
    )  # fmt: skip


def _split(
    leader: Series, follower: Series, horizon: int, outcome: Outcome, days: np.ndarray, regimes: Regimes
) -> Split:
    after = forward(leader, follower, horizon, outcome)
    counted = np.intersect1d(after.leader.session[after.base], days)
    return Split(horizon, by_regime(after, days, regimes), nonoverlapping(counted.astype(np.int64), horizon))


def _sentence(splits: Sequence[Split], follower: str, title: str) -> str:
    split = next((one for one in splits if one.horizon == 90), splits[0])
    told = [
        f"in times of “{one.kind}” after {one.hits} of {one.n} (any such day: {percent(one.base_rate)})"
        for one in split.regimes
        if one.n >= FEWEST and one.base_rate is not None
    ]
    few = [f"{one.n} in “{one.kind}”" for one in split.regimes if 0 < one.n < FEWEST]
    said = f"Split by the {title.lower()} as it was known then, {split.horizon} days after a break"
    said += f" the outcome came for {follower} " + ", ".join(told) + "." if told else " no regime has three breaks."
    if few:
        said += f" Too few to tell a share: {', '.join(few)}."
    return said + " The breaks are split further here, so each share is less certain than that of all of them."

"""Searching until something fits: whether the best of many definitions of a break beats the luck of trying so many.

Section 2 of the definitions, "Rule searches": Hansen's test of superior predictive ability (2005) and the stepwise test
of Romano and Wolf (2005), as the package arch has them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from data.bars import Bars, Floats
from models.breakout import BreakRule, breaks
from models.evidence.alignment import Rows, Series, entries, exits
from models.evidence.paths import chosen
from models.evidence.refusals import LEAST_EVENTS, RefusedError, called, fault_of_follower
from models.evidence.resampling import SEED, optimal_block_length
from models.highs import running_highs

REPS = 1000
SIZE = 0.05

_STILL = 1e-12  # a spread that is rounding
_HOPELESS = -1e6  # standard deviations a day that a rule which can never be the best gains


@dataclass(frozen=True, slots=True)
class SearchedRule:
    """One rule of the search: `n` breaks held, on `days` of the follower's bars in all.

    `gain` is the mean log return a day on those days beyond that of any day; None where it is never held, always held,
    or has fewer than three breaks, so that it takes no part.  `stands` says whether it beats chance although the best
    of so many was looked for (stepwise, at the size of the search).
    """

    rule: BreakRule
    n: int
    days: int
    gain: float | None
    stands: bool


@dataclass(frozen=True, slots=True)
class RuleSearch:
    """A search among rules over one horizon, `tried` of which take part.

    `p_consistent` is how often chance alone would make the best rule look this good; `p_lower` and `p_upper` bound it,
    by leaving out all poor rules or none.  `sessions` of the follower count, resampled in blocks of `block` on average,
    `reps` times from `seed`.
    """

    leader: str
    follower: str
    horizon: int
    rules: tuple[SearchedRule, ...]
    tried: int
    best: BreakRule
    p_lower: float
    p_consistent: float
    p_upper: float
    sessions: int
    block: int
    size: float
    reps: int
    seed: int


def rule_events(leader: Series, bars: Bars, tick: float, rules: Sequence[BreakRule]) -> dict[BreakRule, Rows]:
    """Return the leader's rows of the breaks that each rule finds; `bars` are its settled ones."""
    highs = {basis: running_highs(bars, tick, basis) for basis in {rule.basis for rule in rules}}
    return {rule: chosen(leader, [event.session for event in breaks(highs[rule.basis], rule).events]) for rule in rules}


def rule_search(
    leader: Series,
    follower: Series,
    events: Mapping[BreakRule, Rows],
    horizon: int,
    reps: int = REPS,
    seed: int = SEED,
    size: float = SIZE,
) -> RuleSearch:
    """Return whether the best of the rules is more than the luck of having tried so many.

    Each rule holds the follower from the close at which a break could be acted upon until `horizon` calendar days
    later.  What it gains on a day is the log return less that of the average day, where it holds; all rules are
    measured on the same days, and in their own standard deviations.  Raises `RefusedError`.
    """
    if horizon < 1:
        raise ValueError(f"a horizon of {horizon} days lies not ahead")
    entry = entries(leader, follower)
    if fault := fault_of_follower(leader, follower, entry):
        raise RefusedError(fault)
    left = exits(follower, entry, horizon)
    start = int(entry[entry >= 0].min())
    returns = np.diff(np.log(follower.close[start:]))
    if len(returns) < 2 or int((follower.session[-1] - follower.session[start]).astype(np.int64)) < horizon:
        raise RefusedError(
            f"{horizon} days are longer than the history of {called(follower.asset)} beside {called(leader.asset)},"
            " so no rule can be tried on it."
        )
    holdings = {rule: _held(rows, entry - start, left - start, len(returns)) for rule, rows in events.items()}
    taking = [rule for rule, (n, held) in holdings.items() if n >= LEAST_EVENTS and 0 < held.sum() < len(held)]
    if not taking:
        raise RefusedError(
            f"No rule has three breaks of {called(leader.asset)} that {called(follower.asset)} can be held after for"
            f" {horizon} days, so there is nothing to compare."
        )
    beyond = returns - returns.mean()
    if float(beyond.std()) < _STILL:
        raise RefusedError(
            f"The price of {called(follower.asset)} grows by the same every day, so no day beats another."
        )
    gains = np.column_stack([np.where(holdings[rule][1], beyond, 0.0) for rule in taking])
    block = _block(follower, horizon, beyond)
    p_values, standing = _compared(gains / gains.std(axis=0), block, reps, seed, size)
    stands = {taking[place] for place in standing}
    means = dict(zip(taking, (gains.mean(axis=0) / gains.std(axis=0)).tolist(), strict=True))
    return RuleSearch(
        leader=leader.asset.symbol,
        follower=follower.asset.symbol,
        horizon=horizon,
        rules=tuple(_told(rule, *holdings[rule], beyond, rule in means, rule in stands) for rule in events),
        tried=len(taking),
        best=max(taking, key=lambda rule: means[rule]),
        p_lower=p_values[0],
        p_consistent=p_values[1],
        p_upper=p_values[2],
        sessions=len(returns),
        block=block,
        size=size,
        reps=reps,
        seed=seed,
    )


def _held(rows: Rows, entry: Rows, left: Rows, days: int) -> tuple[int, Floats]:
    """Return how many breaks are held to the end, and on which of the follower's returns, the first being row 1's."""
    whole = [row for row in rows.tolist() if entry[row] >= 0 and left[row] > entry[row]]
    held = np.zeros(days)
    for row in whole:
        held[entry[row] : left[row]] = 1.0
    return len(whole), held


def _block(follower: Series, horizon: int, beyond: Floats) -> int:
    """Return the mean block: a holding, or what the returns themselves ask for, in the follower's bars."""
    per_day = 1.0 if follower.round_the_clock else 252 / 365
    longest = max(1, len(beyond) // 3)
    return min(longest, max(5, math.ceil(horizon * per_day), math.ceil(optimal_block_length(beyond)[0])))


def _compared(
    scaled: Floats, block: int, reps: int, seed: int, size: float
) -> tuple[tuple[float, float, float], list[int]]:
    """Return arch's three p values, and the places of the rules that stand.

    arch 8 weighs no rule by its spread, whatever `studentize` says, so the gains come scaled.  Its stepwise test fails
    where every rule stands; so a last one that never can is put beside them, and taken out for the p values.
    """
    from arch.bootstrap import StepM

    guarded = np.column_stack((scaled, np.full(len(scaled), _HOPELESS)))
    stepwise = StepM(np.zeros(len(scaled)), -guarded, size=size, block_size=block, reps=reps, seed=seed)
    stepwise.compute()
    stepwise.spa.subset(np.arange(guarded.shape[1]) < scaled.shape[1])
    stepwise.spa.compute()
    lower, consistent, upper = (float(p) for p in stepwise.spa.pvalues)
    return (lower, consistent, upper), [int(str(place)) for place in stepwise.superior_models]


def _told(rule: BreakRule, n: int, held: Floats, beyond: Floats, takes_part: bool, stands: bool) -> SearchedRule:
    gain = float(beyond[held > 0].mean()) if takes_part else None
    return SearchedRule(rule, n, int(held.sum()), gain, stands)

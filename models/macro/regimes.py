"""Regimes of the balance sheet, of the policy rate and of the economy, dated by the rules of section 5.

EXPANDING says what the balance sheet does, not why: the purchases since December 2025 are reserve management to the
Federal Reserve, and no easing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np

from data.bars import Floats, Seconds, Sessions
from data.macro_store import Recorded
from models.macro.liquidity import growth
from models.rules.evidence import LiquidityHistory
from models.rules.rule import Liquidity

Kind = Literal["expanding", "shrinking", "flat", "hiking", "easing", "hold", "recession", "growth"]

ENTERS, LEAVES = 0.01, 0.0025
CONFIRMED_AFTER = 4  # weeks in a row that propose a change before it counts
RATE_DAYS = 182
GOOD_FOR_DAYS = 15  # after a Wednesday: the next is out a week and a day later, and may be a few days late


@dataclass(frozen=True, slots=True)
class Phase:
    """One stretch of a regime: dates of the series, both included; `known_at` (UTC) is when its begin was known."""

    kind: Kind
    first: dt.date
    last: dt.date
    known_at: dt.datetime


@dataclass(frozen=True, slots=True, eq=False)
class Regimes:
    """The regime at each date of a series, oldest first, and from when on (UTC epoch seconds) that was known."""

    title: str
    date: Sessions
    kind: tuple[Kind, ...]
    known_at: Seconds

    def __len__(self) -> int:
        return len(self.date)

    def phases(self) -> tuple[Phase, ...]:
        """Return the stretches of one regime each, for bands and tables."""
        begins = _changes(self.kind)
        ends = [row - 1 for row in begins[1:]] + [len(self) - 1]
        return tuple(
            Phase(
                self.kind[begin],
                self.date[begin].astype(object),
                self.date[end].astype(object),
                dt.datetime.fromtimestamp(int(self.known_at[begin]), dt.UTC),
            )
            for begin, end in zip(begins, ends if begins else [], strict=True)
        )

    def at(self, instants: Seconds) -> tuple[Kind | None, ...]:
        """Return the regime that was known at each instant (UTC epoch seconds), None before the first."""
        known = np.maximum.accumulate(self.known_at) if len(self) else self.known_at
        rows = np.searchsorted(known, instants, side="right") - 1
        return tuple(self.kind[row] if row >= 0 else None for row in rows.tolist())


def balance_regimes(title: str, date: Sessions, value: Floats, known_at: Seconds) -> Regimes:
    """Return EXPANDING, SHRINKING or FLAT of a weekly balance sheet, by its change over 13 weeks.

    EXPANDING is entered at +1 % and left below +0.25 %, SHRINKING the other way round; a change counts in the fourth
    week in a row that proposes it.  Nothing is said of weeks before the first change over 13 weeks.
    """
    change = growth(date, value)
    begun = int(np.flatnonzero(np.isfinite(change))[0]) if bool(np.isfinite(change).any()) else len(date)
    kinds: list[Kind] = []
    state: Kind = "flat"
    proposed, weeks = state, 0
    for figure in change[begun:].tolist():
        wanted = _proposal(state, figure)
        weeks = weeks + 1 if wanted == proposed else 1
        proposed = wanted
        if wanted != state and weeks >= CONFIRMED_AFTER:
            state = wanted
        kinds.append(state)
    return Regimes(title, date[begun:], tuple(kinds), known_at[begun:])


def _proposal(state: Kind, figure: float) -> Kind:
    if np.isnan(figure):
        return state
    if (state == "expanding" and figure >= LEAVES) or (state == "shrinking" and figure <= -LEAVES):
        return state
    if figure >= ENTERS:
        return "expanding"
    return "shrinking" if figure <= -ENTERS else "flat"


def securities_regimes(treasuries: Recorded, mortgages: Recorded) -> Regimes:
    """Return the regimes of policy: of the securities that the Federal Reserve holds."""
    ours, theirs = treasuries.first(), mortgages.first()
    date, mine, other = np.intersect1d(ours.date, theirs.date, assume_unique=True, return_indices=True)
    known = np.maximum(ours.known_at[mine], theirs.known_at[other])
    return balance_regimes("Securities held", date, ours.value[mine] + theirs.value[other], known)


def total_regimes(balance: Recorded) -> Regimes:
    """Return the regimes of the whole balance sheet, loans to banks included: spring 2023 looks like an expansion."""
    once = balance.first()
    return balance_regimes("Whole balance sheet", once.date, once.value, once.known_at)


def rate_regimes(target: Recorded) -> Regimes:
    """Return HIKING, EASING or HOLD: the upper bound of the policy rate against that of 182 days before."""
    once = target.first()
    row = np.searchsorted(once.date, once.date - np.timedelta64(RATE_DAYS, "D"), side="right") - 1
    spoken = row >= 0
    step = np.round(once.value - once.value[np.maximum(row, 0)], 6)[spoken] if len(once) else np.zeros(0)
    words: tuple[Kind, ...] = ("hold", "hiking", "easing")
    kinds = tuple(words[int(sign)] for sign in np.sign(step))
    return Regimes("Policy rate", once.date[spoken], kinds, once.known_at[spoken])


def recession_regimes(flags: Recorded) -> Regimes:
    """Return recessions as the NBER dated them, each month known only once it was announced."""
    last = np.ones(len(flags), np.bool_)
    last[:-1] = flags.date[1:] != flags.date[:-1]
    final = flags[last]
    kinds: tuple[Kind, ...] = tuple("recession" if value > 0 else "growth" for value in final.value)
    return Regimes("Recession", final.date, kinds, final.known_at)


def liquidity_history(regimes: Regimes) -> LiquidityHistory:
    """Return the changes of a balance sheet's regime as rules are judged on them.

    `GOOD_FOR_DAYS` after the last Wednesday nothing is known any more: an old figure is no figure.
    """
    if len(regimes) == 0:
        return LiquidityHistory(np.zeros(0, np.int64), ())
    known = np.maximum.accumulate(regimes.known_at)
    changes = _changes(regimes.kind)
    told = tuple(cast("Liquidity", regimes.kind[row]) for row in changes)
    over = (regimes.date[-1] + GOOD_FOR_DAYS).astype("datetime64[s]").astype(np.int64)
    return LiquidityHistory(np.append(known[changes], max(over, known[-1])), (*told, None))


def _changes(kinds: Sequence[Kind]) -> list[int]:
    others = (None, *kinds)
    return [row for row, (kind, before) in enumerate(zip(kinds, others, strict=False)) if kind != before]

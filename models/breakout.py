"""Breaks of the all-time high: the events, and the state a market is in against its high."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from models.highs import Basis, Highs

# Far finer than a tick, far coarser than float noise: 97 against a high of 100 is exactly 3 % below it.
EXACT = 1e-9


class State(StrEnum):
    """Where a market stands against its closing all-time high, on its last settled bar."""

    WARMUP = "warmup"
    BELOW = "below"
    NEAR = "near"
    TOUCH = "touch"
    BREAK = "break"
    CONFIRMED = "confirmed"
    ABOVE = "above"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class BreakRule:
    """What counts as a break of the high.

    At least `sessions_below` sessions below it and `depth` below it at the worst (a fraction, 0.1 for 10 %), a
    `buffer` above the frozen high (a fraction), held for `confirm` closes in a row (1: at once), judged on closes or
    on intraday highs.
    """

    sessions_below: int = 63
    depth: float = 0.0
    buffer: float = 0.0
    confirm: int = 1
    basis: Basis = "close"


@dataclass(frozen=True, slots=True)
class Break:
    """One break of the high: the bar that made it, the high it broke and how long that had stood.

    `session`, `close` and `row` (the bar's place in the history) are those of the bar that the rule names: the first
    one above the level, or the k-th where the rule asks for k closes; `close` is the price on the rule's own basis.
    `prior_high` is the level, frozen where there is a buffer.  `sessions_below` counts the valid bars strictly
    between the high and the first bar above it, `calendar_days` the days between the two; `depth` is the worst
    fall below the high in between, a negative fraction.
    """

    session: dt.date
    close: float
    prior_high: float
    prior_high_session: dt.date
    sessions_below: int
    calendar_days: int
    depth: float
    basis: Basis
    row: int


@dataclass(frozen=True, slots=True)
class StateParameters:
    """The state machine's numbers, named as in the definitions: fractions, sessions, closes."""

    near_in: float = 0.03
    near_out: float = 0.05
    confirm_closes: int = 3
    confirm_margin: float = 0.03
    fail_margin: float = 0.02
    spell_sessions: int = 21
    sessions_below: int = 63
    least_history: int = 252


@dataclass(frozen=True, slots=True)
class Transition:
    """A change of state between two settled bars.

    `level` is the high that the state speaks of: the frozen one of a running break, else the prior high.
    """

    session: dt.date
    before: State
    after: State
    close: float
    level: float
    row: int


@dataclass(frozen=True, slots=True)
class Breaks:
    """What a rule finds in a history, oldest first.

    `cancelled` are breaks that fell back to their level before they had closed above it often enough, dated at the
    bar that broke; a last break that still lacks closes is in neither list.
    """

    events: tuple[Break, ...] = ()
    cancelled: tuple[Break, ...] = ()


class _Raw(NamedTuple):
    """A first bar above a level, as entries of the running highs: the bar, the high, and the level itself."""

    at: int
    high: int
    level: float


def breaks(highs: Highs, rule: BreakRule) -> Breaks:
    """Return the breaks of the high that the rule finds; pass the highs of settled bars only.

    Source: section 1 of the definitions, "Breakout event", "Buffer", "Confirm" and "Intraday variant".  A
    break that was too shallow for the rule is none, and a new wait begins.  `ValueError` when the rule and the
    highs speak of different prices.
    """
    if highs.basis != rule.basis:
        raise ValueError(f"a rule on the {rule.basis} cannot judge highs of the {highs.basis}")
    events: list[Break] = []
    cancelled: list[Break] = []
    for raw in _first_bars_above(highs, rule):
        found = _event(highs, raw, raw.at)
        if found.depth > -rule.depth + EXACT:
            continue
        held = highs.price[raw.at : raw.at + rule.confirm] > raw.level
        if not held.all():
            cancelled.append(found)
        elif len(held) == rule.confirm:
            events.append(_event(highs, raw, raw.at + rule.confirm - 1))
    return Breaks(tuple(events), tuple(cancelled))


def levels_broken(highs: Highs, rule: BreakRule) -> Iterator[tuple[int, float]]:
    """Yield each first bar above a level and its buffer, as an entry of `highs`, and that level, oldest first.

    The rule's `depth` and `confirm` are not asked for.
    """
    return ((raw.at, raw.level) for raw in _first_bars_above(highs, rule))


def difference(before: Sequence[Break], after: Sequence[Break]) -> tuple[tuple[Break, ...], tuple[Break, ...]]:
    """Return which breaks a revised history has (added) and no longer has (withdrawn), each oldest first.

    A break is the same one as long as its session and basis are, whatever happened to its numbers.
    """
    old = {(event.session, event.basis) for event in before}
    new = {(event.session, event.basis) for event in after}
    added = tuple(event for event in after if (event.session, event.basis) not in old)
    withdrawn = tuple(event for event in before if (event.session, event.basis) not in new)
    return added, withdrawn


def _first_bars_above(highs: Highs, rule: BreakRule) -> Iterator[_Raw]:
    """Yield each first bar above level and buffer.

    The level is frozen when the sessions below first reach the rule's number; the bar above it ends the wait, and
    the next wait starts after it.
    """
    ready = np.flatnonzero((highs.below >= rule.sessions_below) & np.isfinite(highs.prior))
    after = 0
    while (place := int(np.searchsorted(ready, after))) < len(ready):
        armed = int(ready[place])
        level = float(highs.prior[armed])
        above = highs.price[armed:] > level * (1 + rule.buffer) * (1 + EXACT)
        if not above.any():
            return
        at = armed + int(np.argmax(above))
        yield _Raw(at, int(highs.high_row[armed]), level)
        after = at + 1


def _event(highs: Highs, raw: _Raw, named: int) -> Break:
    """Return the break, dated at the entry that the rule names."""
    high_session: dt.date = highs.session[raw.high].astype(object)
    first_session: dt.date = highs.session[raw.at].astype(object)
    return Break(
        session=highs.session[named].astype(object),
        close=float(highs.price[named]),
        prior_high=raw.level,
        prior_high_session=high_session,
        sessions_below=raw.at - raw.high - 1,
        calendar_days=(first_session - high_session).days,
        depth=float(highs.price[raw.high : raw.at + 1].min()) / raw.level - 1,
        basis=highs.basis,
        row=int(highs.row[named]),
    )

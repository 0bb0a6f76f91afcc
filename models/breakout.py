"""Breaks of the all-time high: the events, and the state a market is in against its high."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from models.highs import Basis


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

    `depth` is the worst fall below the high in between, negative; `row` the bar's place in the history.
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

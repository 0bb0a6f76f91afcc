"""A rule: what a user wants to be told of, when it counts, and how often it may speak.  Frozen values only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from models.breakout import State
from models.highs import Basis

Scope = Literal["close", "live"]
Side = Literal["above", "below"]
Extremum = Literal["high", "low"]
Unit = Literal["price", "percent"]
Liquidity = Literal["expanding", "flat", "shrinking"]

TOLD_STATES = (State.NEAR, State.TOUCH, State.BREAK, State.CONFIRMED, State.FAILED)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a condition looks at: the price of `symbol`, or its ratio to the price of `over`."""

    symbol: str
    over: str | None = None


@dataclass(frozen=True, slots=True)
class AtHigh:
    """The subject enters one of `states` against its all-time high; each entry is news of its own.

    None for a number means the one in the settings.  `buffer` and `near` are fractions, `confirm` closes in a row.
    """

    subject: Subject
    states: tuple[State, ...] = TOLD_STATES
    sessions_below: int | None = None
    near: float | None = None
    confirm: int | None = None
    buffer: float = 0.0
    basis: Basis = "close"


@dataclass(frozen=True, slots=True)
class Crosses:
    """The price goes above or below a level: a price, or a fraction more or less than the close of session `since`."""

    subject: Subject
    side: Side
    level: float
    unit: Unit = "price"
    since: dt.date | None = None


@dataclass(frozen=True, slots=True)
class WithinHigh:
    """The price comes to within `distance` (a fraction, 0.03 for 3 %) of its all-time high."""

    subject: Subject
    distance: float


@dataclass(frozen=True, slots=True)
class Extreme:
    """The close is the highest or lowest of the last `sessions` sessions, its own included; a tie is no new one."""

    subject: Subject
    sessions: int
    extremum: Extremum = "high"


@dataclass(frozen=True, slots=True)
class Move:
    """The price has changed by at least `change` (a fraction, negative for a fall) within `sessions` sessions.

    A rise is measured from the lowest of the closes of so many sessions before, a fall from the highest.
    """

    subject: Subject
    change: float
    sessions: int = 1


@dataclass(frozen=True, slots=True)
class Drawdown:
    """The price is at least `depth` (a positive fraction) below its all-time high."""

    subject: Subject
    depth: float


@dataclass(frozen=True, slots=True)
class InRegime:
    """Liquidity is expanding, flat or shrinking, as far as was known at the time."""

    regime: Liquidity


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of the conditions holds."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the conditions holds."""

    conditions: tuple[Condition, ...]


Leaf: TypeAlias = AtHigh | Crosses | WithinHigh | Extreme | Move | Drawdown | InRegime
Condition: TypeAlias = Leaf | AllOf | AnyOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing to be told of.

    `key` names the rule for ever, in the ledger and in files; `name` is the user's own.  Scope "close" judges settled
    bars, "live" the price of the bar in progress, which can never confirm anything.  After it has spoken a rule is
    silent until its condition has ceased to hold, by a margin of `rearm` (a fraction of the price or level), and
    until `cooldown` is over.  It expires with the end of the day `expires` (UTC).  No `channels` means all that are
    there.  An urgent rule is told in quiet hours too.
    """

    key: str
    name: str
    condition: Condition
    scope: Scope = "close"
    rearm: float = 0.01
    cooldown: dt.timedelta = field(default=dt.timedelta(0))
    expires: dt.date | None = None
    channels: tuple[str, ...] = ()
    urgent: bool = False
    enabled: bool = True
    note: str = ""


def subjects(condition: Condition) -> tuple[Subject, ...]:
    """Return what the condition looks at, in its order, each once; the first one leads: its sessions are judged."""
    if isinstance(condition, AllOf | AnyOf):
        found = [subject for part in condition.conditions for subject in subjects(part)]
        return tuple(dict.fromkeys(found))
    return () if isinstance(condition, InRegime) else (condition.subject,)


def symbols(condition: Condition) -> tuple[str, ...]:
    """Return the symbols whose bars are needed to judge the condition, each once, the leading one first."""
    named = [name for subject in subjects(condition) for name in (subject.symbol, subject.over) if name]
    return tuple(dict.fromkeys(named))

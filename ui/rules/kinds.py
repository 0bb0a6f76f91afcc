"""The kinds of conditions that the editor offers: their words, their inputs, and what they begin with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from models.breakout import State
from models.rules.rule import (
    TOLD_STATES,
    AtHigh,
    Crosses,
    Drawdown,
    Extreme,
    InRegime,
    Leaf,
    Move,
    Subject,
    WithinHigh,
)
from ui.rules.inputs import Make, choice, count, percent, price, session, states

LONG_AGO = 2520  # sessions, ten years


@dataclass(frozen=True, slots=True)
class Field:
    """One number or choice of a condition: the attribute it is kept in, the words before it, and its input."""

    name: str
    words: str
    make: Make


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of condition: what the list calls it, its inputs, and how one begins on a subject.

    `fixed` are attributes that make this kind and have no input.
    """

    words: str
    leaf: type[Any]
    inputs: tuple[Field, ...]
    begin: Callable[[Subject, float, dt.date], Leaf]
    fixed: tuple[tuple[str, object], ...] = ()

    @property
    def has_subject(self) -> bool:
        """Whether the condition is about an asset."""
        return any(field.name == "subject" for field in fields(self.leaf))

    def describes(self, leaf: Leaf) -> bool:
        """Whether a condition is of this kind."""
        return type(leaf) is self.leaf and all(getattr(leaf, name) == value for name, value in self.fixed)


_SIDES = (("rises above", "above"), ("falls below", "below"))

KINDS: tuple[Kind, ...] = (
    Kind(
        "against its all-time high is",
        AtHigh,
        (
            Field("states", "Tell of", states(TOLD_STATES)),
            Field("sessions_below", "After at least", count(0, LONG_AGO, "sessions below", optional=True)),
            Field("confirm", "Confirmed by", count(1, 60, "closes", optional=True)),
            Field("near", "Near within", percent(0.1, 50, optional=True)),
            Field("buffer", "Above it by at least", percent(0, 50)),
            Field("basis", "Judged on", choice((("closes", "close"), ("intraday highs", "high")))),
        ),
        lambda subject, _price, _day: AtHigh(subject, (State.BREAK,)),
    ),
    Kind(
        "crosses a price",
        Crosses,
        (Field("side", "When it", choice(_SIDES)), Field("level", "The level", price())),
        lambda subject, price, _day: Crosses(subject, "above", price),
        (("unit", "price"),),
    ),
    Kind(
        "gains or loses since a day",
        Crosses,
        (
            Field("side", "When the change", choice(_SIDES)),
            Field("level", "The change", percent(-99.9, 100_000)),
            Field("since", "Since the close of", session()),
        ),
        lambda subject, _price, day: Crosses(subject, "above", 0.1, "percent", day),
        (("unit", "percent"),),
    ),
    Kind(
        "comes close to its high",
        WithinHigh,
        (Field("distance", "Within", percent(0, 99)),),
        lambda subject, _price, _day: WithinHigh(subject, 0.03),
    ),
    Kind(
        "is at an extreme of sessions",
        Extreme,
        (
            Field("extremum", "At the", choice((("highest close", "high"), ("lowest close", "low")))),
            Field("sessions", "Of the last", count(2, LONG_AGO, "sessions")),
        ),
        lambda subject, _price, _day: Extreme(subject, 252),
    ),
    Kind(
        "moves within sessions",
        Move,
        (
            Field("change", "By at least", percent(-99.9, 1000)),
            Field("sessions", "Within", count(1, LONG_AGO, "sessions")),
        ),
        lambda subject, _price, _day: Move(subject, -0.1, 5),
    ),
    Kind(
        "is far below its high",
        Drawdown,
        (Field("depth", "By at least", percent(0.1, 99.9)),),
        lambda subject, _price, _day: Drawdown(subject, 0.1),
    ),
    Kind(
        "Liquidity is",
        InRegime,
        (
            Field(
                "regime", "As far as known", choice(tuple((word, word) for word in ("expanding", "flat", "shrinking")))
            ),
        ),
        lambda _subject, _price, _day: InRegime("expanding"),
    ),
)


def kind_of(leaf: Leaf) -> Kind:
    """Return the kind that a condition is of."""
    return next(kind for kind in KINDS if kind.describes(leaf))

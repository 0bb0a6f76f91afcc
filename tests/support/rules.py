"""Rules drawn by hypothesis: every shape of condition that can be judged, with everything that can be set."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from models.breakout import State
from models.rules.faults import faults
from models.rules.rule import (
    AllOf,
    AnyOf,
    AtHigh,
    Condition,
    Crosses,
    Drawdown,
    Extreme,
    InRegime,
    Move,
    Rule,
    Subject,
    WithinHigh,
    subjects,
)

SYMBOLS = st.sampled_from(["^RUT", "BTC-USD", "ETH-USD", "AAPL", "SAP.DE", "^FTSE", "FTSE", "FTSE-USD", 'O"D\\D', "Ä"])
STATES = st.sampled_from([state for state in State if state is not State.WARMUP])
LINES = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=20)


def numbers(least: float, most: float) -> st.SearchStrategy[float]:
    """Round numbers, as people choose them, and any other."""
    whole = st.integers(int(least * 1000) + 1, int(most * 1000) - 1).map(lambda count: count / 1000)
    return whole | st.floats(least, most, exclude_min=True, exclude_max=True)


@st.composite
def subjects_of(draw: st.DrawFn) -> Subject:
    symbol, over = draw(st.lists(SYMBOLS, min_size=2, max_size=2, unique=True))
    return Subject(symbol, draw(st.none() | st.just(over)))


@st.composite
def at_highs(draw: st.DrawFn) -> AtHigh:
    subject = draw(subjects_of())
    return AtHigh(
        subject,
        states=tuple(draw(st.lists(STATES, min_size=1, max_size=5, unique=True))),
        sessions_below=draw(st.none() | st.integers(0, 2520)),
        near=draw(st.none() | numbers(0, 0.5)),
        confirm=draw(st.none() | st.integers(1, 60)),
        buffer=draw(st.just(0.0) | numbers(0, 0.5)),
        basis=draw(st.sampled_from(["close", "high"])) if subject.over is None else "close",
    )


@st.composite
def crossings(draw: st.DrawFn) -> Crosses:
    subject, side = draw(subjects_of()), draw(st.sampled_from(["above", "below"]))
    if draw(st.booleans()):
        return Crosses(subject, side, draw(numbers(0, 1e6)))
    since = draw(st.dates(dt.date(1987, 1, 1), dt.date(2030, 1, 1)))
    return Crosses(subject, side, draw(numbers(-0.999, 100)), "percent", since)


PRICED: st.SearchStrategy[Condition] = st.one_of(
    at_highs(),
    crossings(),
    st.builds(WithinHigh, subjects_of(), numbers(0, 1)),
    st.builds(Extreme, subjects_of(), st.integers(2, 5000), st.sampled_from(["high", "low"])),
    st.builds(Move, subjects_of(), numbers(-1, 100).filter(bool), st.integers(1, 2520)),
    st.builds(Drawdown, subjects_of(), numbers(0, 1)),
)
LEAVES = PRICED | st.builds(InRegime, st.sampled_from(["expanding", "flat", "shrinking"]))


def _groups(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, min_size=1, max_size=3).map(tuple)
    return st.builds(AllOf, several) | st.builds(AnyOf, several)


CONDITIONS = (PRICED | st.recursive(LEAVES, _groups, max_leaves=6)).filter(lambda condition: bool(subjects(condition)))
LIVE = st.one_of(
    crossings(),
    st.builds(WithinHigh, subjects_of(), numbers(0, 1)),
    st.builds(AtHigh, subjects_of(), st.just((State.TOUCH,))),
)


@st.composite
def _frames(draw: st.DrawFn) -> Rule:
    scope = draw(st.sampled_from(["close", "close", "live"]))
    return Rule(
        key=draw(LINES.filter(lambda text: "|" not in text)),
        name=draw(LINES),
        condition=draw(CONDITIONS if scope == "close" else LIVE),
        scope=scope,
        rearm=draw(st.just(0.01) | st.just(0.0) | numbers(0, 0.5)),
        cooldown=draw(st.just(dt.timedelta(0)) | st.timedeltas(dt.timedelta(0), dt.timedelta(days=3650))),
        expires=draw(st.none() | st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1))),
        channels=tuple(draw(st.lists(LINES, max_size=3, unique=True))),
        urgent=draw(st.booleans()),
        enabled=draw(st.booleans()),
        note=draw(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.sampled_from(" \n\t"))),
    )


def rules() -> st.SearchStrategy[Rule]:
    """Any rule without faults."""
    return _frames().filter(lambda rule: not faults(rule))

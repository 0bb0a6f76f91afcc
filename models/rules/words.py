"""A rule in plain words: one sentence that says what it tells, when it is judged, and when it speaks again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch

from data.catalog import CATALOG, asset_for
from models.breakout import State, StateParameters
from models.dates import date_text
from models.rules.figures import counted, duration_text, grouped, percent_text
from models.rules.rule import (
    AllOf,
    AnyOf,
    AtHigh,
    Condition,
    Crosses,
    Drawdown,
    Extreme,
    InRegime,
    Leaf,
    Move,
    Rule,
    Subject,
    WithinHigh,
)

_KNOWN = frozenset(asset.symbol for asset in CATALOG)
_SCOPES = {"close": "at the close", "live": "live, while the session is in progress"}
_LIQUIDITY = {"expanding": "is expanding", "flat": "is flat", "shrinking": "is shrinking"}
_USUAL = StateParameters()


def rule_words(rule: Rule, usual: StateParameters = _USUAL) -> str:
    """Return the whole rule as one sentence; `usual` are the numbers in force where the rule names none."""
    parts = [f"When {condition_words(rule.condition, usual)}, {_SCOPES[rule.scope]}", _silence(rule)]
    if rule.expires is not None:
        parts.append(f"until the end of {date_text(rule.expires)} (UTC)")
    if rule.channels:
        parts.append(f"told by {_listed(rule.channels, 'and')} alone")
    if rule.urgent:
        parts.append("told in quiet hours too")
    if not rule.enabled:
        parts.append("switched off at present")
    return f"{'; '.join(parts)}."


def condition_words(condition: Condition, usual: StateParameters = _USUAL) -> str:
    """Return a condition as a clause that follows "when"."""
    condition = _merged(condition)
    if not isinstance(condition, AllOf | AnyOf):
        return leaf_words(condition, usual)
    joint = "and" if isinstance(condition, AllOf) else "or"
    clauses = [
        f"({condition_words(part, usual)})" if isinstance(part, AllOf | AnyOf) else leaf_words(part, usual)
        for part in condition.conditions
    ]
    opening = {"and": ("both ", "each of these holds: "), "or": ("either ", "any of these holds: ")}[joint]
    if len(clauses) <= 2:
        return opening[0] + f", {joint} ".join(clauses)
    return f"{opening[1]}{'; '.join(clauses[:-1])}; {joint} {clauses[-1]}"


def subject_words(subject: Subject) -> str:
    """Return what a condition looks at by its name: "the Russell 2000", "the ratio of Bitcoin to the Russell 2000"."""
    name = asset_words(subject.symbol)
    return name if subject.over is None else f"the ratio of {name} to {asset_words(subject.over)}"


def asset_words(symbol: str) -> str:
    """Return an asset by its name, or by its ticker and what that stands for: "Bitcoin", "the share AAPL"."""
    asset = asset_for(symbol)
    if symbol in _KNOWN:
        return f"the {asset.name}" if asset.kind in ("index", "fund") else asset.name
    kinds = {"index": "the index", "fund": "the fund", "equity": "the share", "crypto": "the coin"}
    return f"{kinds[asset.kind]} {asset.name}"


def leaf_words(leaf: Leaf, usual: StateParameters = _USUAL) -> str:
    """Return one condition as a clause."""
    return _high_words(leaf, usual) if isinstance(leaf, AtHigh) else _price_words(leaf)


def _high_words(leaf: AtHigh, usual: StateParameters) -> str:
    high = "all-time high" if leaf.basis == "close" else "intraday all-time high"
    states = [state for state in State if state in leaf.states]
    does = [_state_words(leaf, state, f"its {high}" if state is states[0] else "it", usual) for state in states]
    beside = [text for text, told in _unsaid(leaf) if not told]
    aside = f"; here {_listed(beside, 'and')}" if beside else ""
    return f"{subject_words(leaf.subject)} {_listed(does, 'or')}{aside}"


@singledispatch
def _price_words(leaf: Leaf) -> str:
    raise TypeError(f"no condition: {leaf!r}")


@_price_words.register
def _(leaf: Crosses) -> str:
    level = grouped(leaf.level)
    if leaf.unit == "percent":
        share, day = percent_text(abs(leaf.level)), date_text(leaf.since) if leaf.since else "an unnamed session"
        level = f"the level {share} % {'below' if leaf.level < 0 else 'above'} its close of {day}"
    return f"{subject_words(leaf.subject)} goes {leaf.side} {level}"


@_price_words.register
def _(leaf: WithinHigh) -> str:
    return f"{subject_words(leaf.subject)} comes to within {percent_text(leaf.distance)} % of its all-time high"


@_price_words.register
def _(leaf: Extreme) -> str:
    end = "highest" if leaf.extremum == "high" else "lowest"
    return f"{subject_words(leaf.subject)} is at its {end} of the last {counted(leaf.sessions, 'session')}"


@_price_words.register
def _(leaf: Move) -> str:
    does, share = "rises" if leaf.change > 0 else "falls", percent_text(abs(leaf.change))
    return f"{subject_words(leaf.subject)} {does} by {share} % or more within {counted(leaf.sessions, 'session')}"


@_price_words.register
def _(leaf: Drawdown) -> str:
    return f"{subject_words(leaf.subject)} is {percent_text(leaf.depth)} % or more below its all-time high"


@_price_words.register
def _(leaf: InRegime) -> str:
    return f"liquidity {_LIQUIDITY[leaf.regime]}, as far as was known by then"


def _state_words(leaf: AtHigh, state: State, high: str, usual: StateParameters) -> str:
    near = percent_text(usual.near_in if leaf.near is None else leaf.near)
    below = counted(usual.sessions_below if leaf.sessions_below is None else leaf.sessions_below, "session")
    closes = counted(usual.confirm_closes if leaf.confirm is None else leaf.confirm, "close")
    margin = percent_text(usual.confirm_margin)
    said = {
        State.BELOW: f"falls well below {high}",
        State.NEAR: f"comes near {high} (to {_or_usual(leaf.near)}{near} % below it)",
        State.TOUCH: f"touches {high} (without a close above it)",
        State.BREAK: f"breaks {high} (after at least {_or_usual(leaf.sessions_below)}{below} below it)",
        State.CONFIRMED: f"confirms a break of {high} "
        f"(by {_or_usual(leaf.confirm)}{closes} in a row above it, or by one {margin} % above it)",
        State.FAILED: f"fails after a break of {high} (by a close {percent_text(usual.fail_margin)} % below it)",
        State.ABOVE: f"rises above {high} (without the long wait that makes it a break)",
        State.WARMUP: f"has too short a history to know {high}",
    }
    return said[state]


def _unsaid(leaf: AtHigh) -> Iterator[tuple[str, bool]]:
    """Yield each number that the rule names itself, and whether its states say it already."""
    states = set(leaf.states)
    if leaf.near is not None:
        yield f"near means {percent_text(leaf.near)} % or less below it", State.NEAR in states
    if leaf.sessions_below is not None:
        below = counted(leaf.sessions_below, "session")
        yield f"a break needs at least {below} below the high", State.BREAK in states
    if leaf.confirm is not None:
        yield f"a break is confirmed by {counted(leaf.confirm, 'close')} in a row", State.CONFIRMED in states
    if leaf.buffer:
        yield f"a break needs a close more than {percent_text(leaf.buffer)} % above the high", False


def _or_usual(number: float | None) -> str:
    return "the usual " if number is None else ""


def _silence(rule: Rule) -> str:
    margin = f" by a margin of {percent_text(rule.rearm)} %" if rule.rearm else ""
    waits = f", and for at least {duration_text(rule.cooldown)}" if rule.cooldown else ""
    return f"then silent until that no longer holds{margin}{waits}"


def _merged(condition: Condition) -> Condition:
    """Return the condition without groups of one and without groups inside groups of their own kind."""
    if not isinstance(condition, AllOf | AnyOf):
        return condition
    parts: list[Condition] = []
    for part in map(_merged, condition.conditions):
        same = isinstance(part, AllOf | AnyOf) and type(part) is type(condition)
        parts.extend(part.conditions if same and isinstance(part, AllOf | AnyOf) else (part,))
    return parts[0] if len(parts) == 1 else type(condition)(tuple(parts))


def _listed(items: tuple[str, ...] | list[str], joint: str) -> str:
    return f" {joint} ".join(filter(None, (", ".join(items[:-1]), items[-1])))

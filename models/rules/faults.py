"""What is wrong with a rule, in sentences for the user: the same for an editor, a file and the book."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from functools import singledispatch

from models.breakout import State
from models.rules.rule import (
    TOLD_STATES,
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
    subjects,
)

LONGEST_KEY = 80
LONGEST_NAME = 120
LONGEST_NOTE = 2000
LONGEST_SYMBOL = 32
MOST_SESSIONS = 2520
MOST_PARTS = 50
DEEPEST = 8
LONGEST_COOLDOWN = dt.timedelta(days=3650)
LIVE_STATES = frozenset({State.TOUCH})


def faults(rule: Rule) -> tuple[str, ...]:
    """Return what keeps a rule from being judged, as sentences; none for a good one."""
    return tuple(dict.fromkeys((*_of_frame(rule), *_of_tree(rule.condition), *_of_live(rule))))


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Yield the conditions that look at something themselves, in their order."""
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.conditions:
            yield from leaves(part)
    else:
        yield condition


def _of_frame(rule: Rule) -> Iterator[str]:
    if not _is_line(rule.key, LONGEST_KEY) or "|" in rule.key:
        yield f"The key must be one line of 1 to {LONGEST_KEY} characters without “|”."
    if not _is_line(rule.name, LONGEST_NAME):
        yield f"The name must be one line of 1 to {LONGEST_NAME} characters."
    if rule.scope not in ("close", "live"):
        yield "The scope must be “close” or “live”."
    if not 0 <= rule.rearm <= 0.5:
        yield "The distance at which the rule is armed again must be from 0 to 50 %."
    if not dt.timedelta(0) <= rule.cooldown <= LONGEST_COOLDOWN:
        yield f"The cooldown must be from 0 to {LONGEST_COOLDOWN.days:,} days."
    if not all(_is_line(channel, LONGEST_NAME) for channel in rule.channels):
        yield "Each channel must be one line of text."
    if len(set(rule.channels)) < len(rule.channels):
        yield "Each channel can be named only once."
    if len(rule.note) > LONGEST_NOTE or not rule.note.replace("\n", "").replace("\t", "").isprintable():
        yield f"The note must be text of at most {LONGEST_NOTE:,} characters."


def _of_tree(condition: Condition) -> Iterator[str]:
    if _depth(condition) > DEEPEST:
        yield f"Conditions can be nested at most {DEEPEST} deep."
        return
    parts = list(leaves(condition))
    if _has_empty(condition):
        yield "“All of” and “any of” need at least one condition each."
    if len(parts) > MOST_PARTS:
        yield f"A rule can have at most {MOST_PARTS} conditions."
    if parts and not subjects(condition):
        yield "At least one condition must look at the price of an asset, whose sessions are then judged."
    elif parts and not any(map(_is_news, parts)):
        yield "This could never be told: the states “below” and “above” are no news, only conditions beside others."
    for part in parts:
        if not isinstance(part, InRegime):
            yield from _of_subject(part.subject)
        yield from _of_leaf(part)


def _is_news(leaf: Leaf) -> bool:
    if isinstance(leaf, AtHigh):
        return not leaf.states or bool(set(leaf.states) & set(TOLD_STATES))
    return not isinstance(leaf, InRegime)


def _of_live(rule: Rule) -> Iterator[str]:
    if rule.scope != "live":
        return
    for part in leaves(rule.condition):
        if isinstance(part, AtHigh) and not set(part.states) <= LIVE_STATES:
            yield "A live rule can only tell a touch of the all-time high; breaks are judged at the close."


def _of_subject(subject: Subject) -> Iterator[str]:
    for symbol in filter(lambda name: name is not None, (subject.symbol, subject.over)):
        if not _is_line(str(symbol), LONGEST_SYMBOL) or " " in str(symbol) or "|" in str(symbol):
            yield f"“{symbol}” is no symbol: it must have 1 to {LONGEST_SYMBOL} characters without spaces."
    if subject.over == subject.symbol:
        yield f"The ratio of {subject.symbol} to itself is always 1."


@singledispatch
def _of_leaf(leaf: Leaf) -> Iterator[str]:
    """Yield what is wrong with the numbers of one condition."""
    raise TypeError(f"no condition: {leaf!r}")


@_of_leaf.register
def _(leaf: AtHigh) -> Iterator[str]:
    if not leaf.states or State.WARMUP in leaf.states:
        yield "An all-time high condition needs at least one state, and “warmup” is none."
    if len(set(leaf.states)) < len(leaf.states):
        yield "Each state can be named only once."
    if leaf.sessions_below is not None and not 0 <= leaf.sessions_below <= MOST_SESSIONS:
        yield f"The sessions below the high must be from 0 to {MOST_SESSIONS:,}."
    if leaf.near is not None and not 0 < leaf.near <= 0.5:
        yield "Near the high means more than 0 and at most 50 % below it."
    if leaf.confirm is not None and not 1 <= leaf.confirm <= 60:
        yield "The closes that confirm a break must be from 1 to 60."
    if not 0 <= leaf.buffer <= 0.5:
        yield "The buffer above the high must be from 0 to 50 %."
    if leaf.basis not in ("close", "high"):
        yield "The basis must be “close” or “high”."
    elif leaf.basis == "high" and leaf.subject.over is not None:
        yield "A ratio has no intraday high: its basis must be “close”."


@_of_leaf.register
def _(leaf: Crosses) -> Iterator[str]:
    if leaf.side not in ("above", "below"):
        yield "The side must be “above” or “below”."
    if leaf.unit == "price":
        if not (math.isfinite(leaf.level) and leaf.level > 0):
            yield "A level must be a price above 0."
        if leaf.since is not None:
            yield "A level that is a price needs no session to count from."
    else:
        if not -1 < leaf.level <= 100:
            yield "A level in percent must be above -100 and at most 10,000 %."
        if leaf.since is None:
            yield "A level in percent needs the session whose close it counts from."


@_of_leaf.register
def _(leaf: WithinHigh) -> Iterator[str]:
    if not 0 < leaf.distance < 1:
        yield "The distance to the high must be more than 0 and less than 100 %."


@_of_leaf.register
def _(leaf: Extreme) -> Iterator[str]:
    if leaf.extremum not in ("high", "low"):
        yield "The extreme must be “high” or “low”."
    if not 2 <= leaf.sessions <= 4 * MOST_SESSIONS:
        yield f"An extreme must be that of 2 to {4 * MOST_SESSIONS:,} sessions."


@_of_leaf.register
def _(leaf: Move) -> Iterator[str]:
    if not -1 < leaf.change <= 100 or leaf.change == 0:
        yield "A move must be above -100 and at most 10,000 %, and not 0."
    if not 1 <= leaf.sessions <= MOST_SESSIONS:
        yield f"A move must be one within 1 to {MOST_SESSIONS:,} sessions."


@_of_leaf.register
def _(leaf: Drawdown) -> Iterator[str]:
    if not 0 < leaf.depth < 1:
        yield "The depth below the high must be more than 0 and less than 100 %."


@_of_leaf.register
def _(leaf: InRegime) -> Iterator[str]:
    if leaf.regime not in ("expanding", "flat", "shrinking"):
        yield "Liquidity can be “expanding”, “flat” or “shrinking”."


def _is_line(text: str, longest: int) -> bool:
    return 0 < len(text) <= longest and text.isprintable() and text == text.strip()


def _depth(condition: Condition) -> int:
    if isinstance(condition, AllOf | AnyOf):
        return 1 + max(map(_depth, condition.conditions), default=0)
    return 1


def _has_empty(condition: Condition) -> bool:
    if isinstance(condition, AllOf | AnyOf):
        return not condition.conditions or any(map(_has_empty, condition.conditions))
    return False

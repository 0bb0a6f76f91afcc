"""What an alert says: titles and bodies, with the numbers, the session and the source.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from models.breakout import Break, BreakRule, State, breaks
from models.dates import date_text
from models.highs import running_highs
from models.rules.evidence import Evidence, Series, series_of
from models.rules.rule import (
    AtHigh,
    Crosses,
    Drawdown,
    Extreme,
    InRegime,
    Move,
    Rule,
    Subject,
    WithinHigh,
)
from models.rules.signals import HOLDS, News, Reading, Signals, parameters_of

# One sentence on what followed earlier breaks of this kind, "" where there is nothing to say.  It is given the prices
# of the subject and its breaks, oldest first; the last of them is the one that is told.
Board = Callable[[Series, Sequence[Break]], str]

PriceLeaf: TypeAlias = Crosses | WithinHigh | Extreme | Move | Drawdown

_ENTERED = {
    State.NEAR: "is near its all-time high",
    State.TOUCH: "touched its all-time high",
    State.BREAK: "broke its all-time high",
    State.CONFIRMED: "confirmed the break of its all-time high",
    State.FAILED: "fell back below the high it had broken",
}
_STANDS = {
    State.WARMUP: "has too short a history yet",
    State.BELOW: "is below its all-time high",
    State.NEAR: "is near its all-time high",
    State.TOUCH: "is at its all-time high",
    State.BREAK: "has broken its all-time high",
    State.CONFIRMED: "has confirmed the break of its all-time high",
    State.ABOVE: "makes new all-time highs",
    State.FAILED: "has fallen back below the high it had broken",
}


def name_of(subject: Subject, evidence: Evidence) -> str:
    """Return the subject's name: "Bitcoin", or "Ether in Bitcoin" for a ratio."""
    name = evidence.views[subject.symbol].asset.name
    return name if subject.over is None else f"{name} in {evidence.views[subject.over].asset.name}"


def source_of(subject: Subject, evidence: Evidence) -> str:
    """Return where the subject's prices come from, each source once."""
    symbols = [symbol for symbol in (subject.symbol, subject.over) if symbol is not None]
    return ", ".join(dict.fromkeys(evidence.views[symbol].source for symbol in symbols))


def price_text(price: float, subject: Subject, evidence: Evidence) -> str:
    """Return a price of the subject with its asset's decimals; a ratio has six digits that count."""
    if subject.over is None:
        return f"{price:,.{evidence.views[subject.symbol].asset.decimals}f}"
    digits = max(0, 5 - int(np.floor(np.log10(price)))) if price > 0 else 2
    return f"{price:,.{digits}f}"


def percent(fraction: float) -> str:
    """Return a fraction as "3 %" or "0.25 %", without a sign."""
    return f"{abs(fraction) * 100:,.2f}".rstrip("0").rstrip(".") + " %"


def title(rule: Rule, evidence: Evidence, news: News | None) -> str:
    """Return an alert's title: what happened to what; the rule's own name where several conditions met."""
    if news is not None:
        return f"{name_of(news.leaf.subject, evidence)} {_ENTERED.get(news.step.after, _STANDS[news.step.after])}"
    leaf = rule.condition
    if isinstance(leaf, PriceLeaf):
        return f"{name_of(leaf.subject, evidence)} {happened(leaf, evidence)}"
    return rule.name


def body(
    rule: Rule, evidence: Evidence, found: Signals, place: int, news: News | None, board: Board | None = None
) -> str:
    """Return an alert's text: what was measured, on which session, from which source, and the user's own note."""
    holding = [one for one in found.readings.values() if one.truth[place] == HOLDS]
    sentences = []
    if news is not None:
        sentences.append(_entry(news, evidence))
        holding = [one for one in holding if one.leaf != news.leaf]
    sentences += [stands(one, place, evidence) for one in holding]
    sentences.append(f"Settled bar, {source_of(found.series.subject, evidence)}.")
    if news is not None and board is not None:
        sentences.append(_followed(news, evidence, board))
    sentences.append(rule.note.strip())
    return " ".join(sentence for sentence in sentences if sentence)


def happened(leaf: PriceLeaf, evidence: Evidence, *, live: bool = False) -> str:
    """Return what a price did when the condition came to hold, without its subject: "closed above 2,300.00"."""
    verb = "is" if live else "closed"
    match leaf:
        case Crosses():
            return f"{verb} {leaf.side} {_crossed(leaf, evidence)}"
        case WithinHigh():
            return f"{verb} within {percent(leaf.distance)} of its all-time high"
        case Extreme():
            return _extreme(leaf, live=live)
        case Move():
            return _moved(leaf, live=live)
        case Drawdown():
            return f"{verb} {percent(leaf.depth)} or more below its all-time high"


def _crossed(leaf: Crosses, evidence: Evidence) -> str:
    if leaf.unit == "price" or leaf.since is None:
        return price_text(leaf.level, leaf.subject, evidence)
    side = "more" if leaf.level >= 0 else "less"
    return f"{percent(leaf.level)} {side} than its close of {date_text(leaf.since)}"


def _extreme(leaf: Extreme, *, live: bool) -> str:
    if not live:
        return f"closed at its {'highest' if leaf.extremum == 'high' else 'lowest'} in {leaf.sessions:,} sessions"
    beyond = "above the highest" if leaf.extremum == "high" else "below the lowest"
    return f"is {beyond} close of {leaf.sessions - 1:,} sessions"


def _moved(leaf: Move, *, live: bool) -> str:
    rising = leaf.change > 0
    verb = ("has risen" if rising else "has fallen") if live else ("rose" if rising else "fell")
    within = "one session" if leaf.sessions == 1 else f"{leaf.sessions:,} sessions"
    return f"{verb} {percent(leaf.change)} or more within {within}"


def stands(reading: Reading, place: int, evidence: Evidence) -> str:
    """Return one sentence on what a condition sees on a session of the leading subject, whether it holds or not."""
    leaf, track, row = reading.leaf, reading.track, int(reading.row[place])
    if isinstance(leaf, InRegime):
        regime = None if row < 0 or evidence.liquidity is None else evidence.liquidity.regimes[row]
        if regime is None:
            return "What liquidity did was not known."
        return f"Liquidity was {regime}, as known since {_day(track.session[row])}."
    name = name_of(leaf.subject, evidence)
    if row < 0:
        return f"There was no settled price of {name} yet."
    price = price_text(float(track.price[row]), leaf.subject, evidence)
    told = f"{name} closed at {price} on {_day(track.session[row])}"
    if isinstance(leaf, AtHigh):
        told = told if leaf.basis == "close" else f"{name} reached {price} on {_day(track.session[row])}"
        state = track.path.states[row] if track.path is not None else State.WARMUP
        return f"{told}; it {_STANDS[state]}{_against(float(track.level[row]), leaf.subject, evidence)}."
    level = float(track.level[row])
    if not np.isfinite(level):
        return f"{told}; there was too little before it to compare it with."
    return f"{told}; the level is {price_text(level, leaf.subject, evidence)}."


def break_rule(leaf: AtHigh, evidence: Evidence) -> BreakRule:
    """Return what counts as a break for a condition, each named by its first bar above the level."""
    needed = parameters_of(leaf, evidence.definitions).sessions_below
    return BreakRule(sessions_below=needed, buffer=leaf.buffer, basis=leaf.basis)


def breaks_of(leaf: AtHigh, series: Series, evidence: Evidence) -> tuple[Break, ...]:
    """Return the breaks of the high that a condition on it sees, oldest first."""
    highs = series.highs
    if leaf.basis == "high":
        highs = running_highs(series.bars, evidence.views[leaf.subject.symbol].asset.tick, "high")
    return breaks(highs, break_rule(leaf, evidence)).events


def break_of(news: News, evidence: Evidence) -> Break | None:
    """Return the break that a state was entered with, None where it was none."""
    found = breaks_of(news.leaf, series_of(news.leaf.subject, evidence), evidence)
    return next((event for event in found if event.session == news.step.session), None)


def _followed(news: News, evidence: Evidence, board: Board) -> str:
    series = series_of(news.leaf.subject, evidence)
    through = [event for event in breaks_of(news.leaf, series, evidence) if event.session <= news.step.session]
    is_break = bool(through) and through[-1].session == news.step.session
    return board(series, through) if is_break else ""


def _entry(news: News, evidence: Evidence) -> str:
    leaf, step = news.leaf, news.step
    price, level = (price_text(value, leaf.subject, evidence) for value in (step.close, step.level))
    above = f"{step.close / step.level - 1:.2%}".replace("%", " %").removeprefix("-")
    side = "above" if step.close >= step.level else "below"
    what, high = ("Closed at", "high") if leaf.basis == "close" else ("Reached", "intraday high")
    where = f"{what} {price} on {date_text(step.session)}, {above} {side} the {high} of {level}"
    broken = break_of(news, evidence)
    if broken is not None:
        where += f" that had stood since {date_text(broken.prior_high_session)} ({broken.sessions_below:,} sessions)"
    return f"{where}."


def _against(level: float, subject: Subject, evidence: Evidence) -> str:
    return f" of {price_text(level, subject, evidence)}" if np.isfinite(level) else ""


def _day(session: np.datetime64) -> str:
    day: dt.date = session.astype(object)
    return date_text(day)

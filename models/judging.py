"""The rules' verdicts on record: judged, committed, and only then told.  Runs in a worker, knows no Qt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from data.ledger import Alert, Judgement, Ledger
from data.rulebook import Rulebook
from models.breakout import BreakRule
from models.rules.evidence import Evidence, series_of
from models.rules.judge import CANNOT_TELL, Standing, judge, obstacle_of, withdrawals
from models.rules.keeping import KeptRule
from models.rules.live import LivePrice, as_text, from_text, is_over, judge_live, prices_in_progress
from models.rules.rule import AtHigh, Rule, symbols
from models.rules.telling import Board, break_rule, breaks_of
from models.snapshot import World

OLDEST_PRICE = dt.timedelta(minutes=2)  # what is older is not what is traded now, and no live rule is judged by it
_LOOKS = 3


def judge_all(
    rules: Sequence[KeptRule],
    evidence: Evidence,
    ledger: Ledger,
    book: Rulebook,
    now: dt.datetime,
    world: World = "real",
    board: Board | None = None,
) -> tuple[Alert, ...]:
    """Judge each rule that is switched on and commit verdicts and alerts; returns the alerts that are new.

    Live rules look at the bars in progress that the views hold.  Raises `StoreError`.  Alerts of a simulated world say
    so in their titles, wherever they are shown.
    """
    told: list[Alert] = []
    for kept in rules:
        if not kept.rule.enabled or not symbols(kept.rule.condition):
            continue
        if kept.rule.scope == "live":
            told += _look(kept, prices_in_progress(evidence, now), evidence, ledger, book, now, world)
        else:
            told += _judge_one(kept, evidence, ledger, now, world, board)
    return tuple(told)


def look_at_all(
    rules: Sequence[KeptRule],
    prices: Mapping[str, LivePrice],
    evidence: Evidence,
    ledger: Ledger,
    book: Rulebook,
    now: dt.datetime,
    world: World = "real",
) -> tuple[Alert, ...]:
    """Judge the live rules that look at one of the prices, as `judge_all` does, between two refreshes.

    A rule that was edited or removed since it was read is left alone.
    """
    running = prices_in_progress(evidence, now)
    running |= {
        symbol: price
        for symbol, price in prices.items()
        if symbol in evidence.views
        and not is_over(price, symbol, evidence)
        and not _is_newer(running.get(symbol), price)
    }
    told: list[Alert] = []
    for kept in live_rules(rules):
        entry = None if prices.keys().isdisjoint(symbols(kept.rule.condition)) else book.entry(kept.rule.key)
        if entry is not None and entry.revision == kept.revision:
            told += _look(kept, running, evidence, ledger, book, now, world)
    return tuple(told)


def live_rules(rules: Sequence[KeptRule]) -> tuple[KeptRule, ...]:
    """Return the rules that are judged on the bar in progress: switched on, and looking at some asset's price."""
    switched_on = (each for each in rules if each.rule.enabled and each.rule.scope == "live")
    return tuple(each for each in switched_on if symbols(each.rule.condition))


def _judge_one(
    kept: KeptRule, evidence: Evidence, ledger: Ledger, now: dt.datetime, world: World, board: Board | None
) -> tuple[Alert, ...]:
    rule = kept.rule
    verdict = judge(rule, standing_of(kept, ledger), evidence, now, board)
    if verdict is None:
        return ()
    new = ledger.commit(verdict.judgement, _marked(verdict.alerts, world))
    if verdict.judgement.verdict == CANNOT_TELL:
        return new
    return new + _tell_withdrawn(rule, evidence, ledger, verdict.judgement, now, world)


def _look(
    kept: KeptRule,
    prices: Mapping[str, LivePrice],
    evidence: Evidence,
    ledger: Ledger,
    book: Rulebook,
    now: dt.datetime,
    world: World,
) -> tuple[Alert, ...]:
    """Judge a live rule: told is committed before remembered, and the key keeps it from being told twice.

    Where somebody else (the window beside `watch`) looked meanwhile, it is looked at again from what they remember.
    """
    key = kept.rule.key
    if world == "real" and _is_old(kept.rule, prices, now) and obstacle_of(kept.rule, evidence) is None:
        return ()
    text = book.memory(key)
    new: tuple[Alert, ...] = ()
    for _ in range(_LOOKS):
        before = from_text(text)
        verdict = judge_live(kept.rule, before, prices, evidence, now)
        if verdict.judgement is not None:
            new += ledger.commit(verdict.judgement, _marked(verdict.alerts, world))
        if verdict.state == before or book.exchange(key, kept.revision, text, as_text(verdict.state), now):
            break
        text, before_that = book.memory(key), text
        if text == before_that:  # edited or removed: its new text begins anew
            break
    return new


def _is_newer(held: LivePrice | None, price: LivePrice) -> bool:
    return held is not None and held.at > price.at


def _is_old(rule: Rule, prices: Mapping[str, LivePrice], now: dt.datetime) -> bool:
    """Whether a price of a bar in progress is too old, or from a clock set back since, to be judged by."""
    ages = [now - prices[symbol].at for symbol in symbols(rule.condition) if symbol in prices]
    return any(not -OLDEST_PRICE <= age <= OLDEST_PRICE for age in ages)


def standing_of(kept: KeptRule, ledger: Ledger) -> Standing:
    """Return what is on record for the rule.  Raises `StoreError`."""
    key, symbol = kept.rule.key, symbols(kept.rule.condition)[0]
    through = ledger.judged_through(key, symbol)
    fired = ledger.last_told(key, symbol)
    if through is None:
        return Standing(kept.armed_at, None, told=False, fired=fired)
    told = any(one.verdict != CANNOT_TELL for one in ledger.evaluations(key, symbol, through))
    return Standing(kept.armed_at, through, told, fired)


def _tell_withdrawn(
    rule: Rule, evidence: Evidence, ledger: Ledger, judgement: Judgement, now: dt.datetime, world: World
) -> tuple[Alert, ...]:
    leaf = rule.condition
    if not isinstance(leaf, AtHigh):
        return ()
    sessions = [event.session for event in breaks_of(leaf, series_of(leaf.subject, evidence), evidence)]
    told: list[Alert] = []

    def tell(withdrawn: Sequence[dt.date]) -> Sequence[Alert]:
        told.extend(_marked(withdrawals(rule, evidence, withdrawn, now), world))
        return told

    ledger.note_breaks(judgement.symbol, _noted_as(rule, leaf, evidence), sessions, now, tell)
    return tuple(told)


def _noted_as(rule: Rule, leaf: AtHigh, evidence: Evidence) -> str:
    """Return the name that breaks are noted under: those of other numbers are no revision of the prices."""
    asked = break_rule(leaf, evidence)
    if asked == BreakRule():
        return rule.key
    return f"{rule.key}|{asked.sessions_below}|{asked.buffer:g}|{asked.basis}"


def _marked(alerts: tuple[Alert, ...], world: World) -> tuple[Alert, ...]:
    if world == "real":
        return alerts
    return tuple(replace(alert, title=f"{world.capitalize()}: {alert.title}", late=False) for alert in alerts)

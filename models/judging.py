"""The rules' verdicts on record: judged, committed, and only then told.  Runs in a worker, knows no Qt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from data.ledger import Alert, Judgement, Ledger
from models.breakout import BreakRule
from models.rules.evidence import Evidence, series_of
from models.rules.judge import CANNOT_TELL, Standing, judge, withdrawals
from models.rules.rule import AtHigh, Rule, symbols
from models.rules.telling import Board, break_rule, breaks_of
from models.snapshot import World


def judge_all(
    rules: Sequence[Rule],
    evidence: Evidence,
    ledger: Ledger,
    now: dt.datetime,
    world: World = "real",
    board: Board | None = None,
) -> tuple[Alert, ...]:
    """Judge each rule that is switched on and commit verdicts and alerts; returns the alerts that are new.

    Raises `StoreError`.  Alerts of a simulated world say so in their titles, wherever they are shown.
    """
    judged = [rule for rule in rules if rule.enabled and rule.scope == "close" and symbols(rule.condition)]
    return tuple(alert for rule in judged for alert in _judge_one(rule, evidence, ledger, now, world, board))


def _judge_one(
    rule: Rule, evidence: Evidence, ledger: Ledger, now: dt.datetime, world: World, board: Board | None
) -> tuple[Alert, ...]:
    verdict = judge(rule, standing_of(rule, ledger, now), evidence, now, board)
    if verdict is None:
        return ()
    new = ledger.commit(verdict.judgement, _marked(verdict.alerts, world))
    if verdict.judgement.verdict == CANNOT_TELL:
        return new
    return new + _tell_withdrawn(rule, evidence, ledger, verdict.judgement, now, world)


def standing_of(rule: Rule, ledger: Ledger, now: dt.datetime) -> Standing:
    """Return what is on record for the rule; one that is new is armed at `now`.  Raises `StoreError`."""
    symbol = symbols(rule.condition)[0]
    armed_at = ledger.armed_at(rule.key, symbol, now)
    through = ledger.judged_through(rule.key, symbol)
    fired = ledger.last_told(rule.key, symbol)
    if through is None:
        return Standing(armed_at, None, told=False, fired=fired)
    told = any(one.verdict != CANNOT_TELL for one in ledger.evaluations(rule.key, symbol, through))
    return Standing(armed_at, through, told, fired)


def _tell_withdrawn(
    rule: Rule, evidence: Evidence, ledger: Ledger, judgement: Judgement, now: dt.datetime, world: World
) -> tuple[Alert, ...]:
    leaf = rule.condition
    if not isinstance(leaf, AtHigh):
        return ()
    sessions = [event.session for event in breaks_of(leaf, series_of(leaf.subject, evidence), evidence)]
    _added, withdrawn = ledger.note_breaks(judgement.symbol, _noted_as(rule, leaf, evidence), sessions, now)
    if not withdrawn:
        return ()
    return ledger.commit(judgement, _marked(withdrawals(rule, evidence, withdrawn, now), world))


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

"""The announcer's verdicts on record: judged, committed, and only then told.  Runs in a worker, knows no Qt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from data.calendar import Calendars
from data.ledger import Alert, Judgement, Ledger
from models.announcer import CANNOT_TELL, RULE, Standing, judge, withdrawals
from models.snapshot import AssetView, World


def judge_all(
    views: Sequence[AssetView], ledger: Ledger, calendars: Calendars, now: dt.datetime, world: World = "real"
) -> tuple[Alert, ...]:
    """Judge each asset and commit verdicts and alerts; returns the alerts that are new.  Raises `StoreError`.

    Alerts of a simulated world say so in their titles, wherever they are shown.
    """
    return tuple(alert for view in views for alert in _judge_one(view, ledger, calendars, now, world))


def _judge_one(
    view: AssetView, ledger: Ledger, calendars: Calendars, now: dt.datetime, world: World
) -> tuple[Alert, ...]:
    symbol = view.asset.symbol
    verdict = judge(view, _standing(ledger, symbol, now), calendars, now)
    if verdict is None:
        return ()
    new = ledger.commit(verdict.judgement, _marked(verdict.alerts, world))
    return new + _tell_withdrawn(view, ledger, verdict.judgement, now, world) if view.audit.whole else new


def _standing(ledger: Ledger, symbol: str, now: dt.datetime) -> Standing:
    armed_at = ledger.armed_at(RULE, symbol, now)
    through = ledger.judged_through(RULE, symbol)
    if through is None:
        return Standing(armed_at, None, told=False)
    told = any(judgement.verdict != CANNOT_TELL for judgement in ledger.evaluations(RULE, symbol, through))
    return Standing(armed_at, through, told)


def _tell_withdrawn(
    view: AssetView, ledger: Ledger, judgement: Judgement, now: dt.datetime, world: World
) -> tuple[Alert, ...]:
    sessions = [event.session for event in view.breaks]
    _added, withdrawn = ledger.note_breaks(view.asset.symbol, RULE, sessions, now)
    return ledger.commit(judgement, _marked(withdrawals(view, withdrawn, now), world)) if withdrawn else ()


def _marked(alerts: tuple[Alert, ...], world: World) -> tuple[Alert, ...]:
    if world == "real":
        return alerts
    return tuple(replace(alert, title=f"Simulated: {alert.title}", late=False) for alert in alerts)

"""The announcer's verdicts on record: judged, committed, and only then told.  Runs in a worker, knows no Qt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from data.calendar import Calendars
from data.ledger import Alert, Judgement, Ledger
from models.announcer import RULE, Standing, judge, withdrawals
from models.snapshot import AssetView


def judge_all(views: Sequence[AssetView], ledger: Ledger, calendars: Calendars, now: dt.datetime) -> tuple[Alert, ...]:
    """Judge each asset and commit verdicts and alerts; returns the alerts that are new.  Raises `StoreError`."""
    return tuple(alert for view in views for alert in _judge_one(view, ledger, calendars, now))


def _judge_one(view: AssetView, ledger: Ledger, calendars: Calendars, now: dt.datetime) -> tuple[Alert, ...]:
    symbol = view.asset.symbol
    standing = Standing(ledger.armed_at(RULE, symbol, now), ledger.judged_through(RULE, symbol))
    verdict = judge(view, standing, calendars, now)
    if verdict is None:
        return ()
    new = ledger.commit(verdict.judgement, verdict.alerts)
    return new + _tell_withdrawn(view, ledger, verdict.judgement, now) if view.audit.whole else new


def _tell_withdrawn(view: AssetView, ledger: Ledger, judgement: Judgement, now: dt.datetime) -> tuple[Alert, ...]:
    sessions = [event.session for event in view.breaks]
    _added, withdrawn = ledger.note_breaks(view.asset.symbol, RULE, sessions, now)
    return ledger.commit(judgement, withdrawals(view, withdrawn, now)) if withdrawn else ()

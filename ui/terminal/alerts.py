"""`alerts`: everything that was told, and what became of it."""

from __future__ import annotations

import argparse
import csv
import json
import sys

from data.ledger import Alert, Receipt
from models.dates import date_text
from models.desk import Desk
from ui.terminal.table import table

_ALL = 1_000_000
_CSV = ("key", "rule", "symbol", "session", "transition", "title", "body", "created_at", "late", "outcome", "channel")

Told = tuple[Alert, tuple[Receipt, ...]]


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Print the alerts that the filters let through, newest first."""
    told = [one for one in desk.ledger.history(_ALL) if _wanted(one, options)]
    if options.json:
        print(json.dumps([as_json(one) for one in told], indent=2))
    elif options.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(_CSV)
        writer.writerows(_row(one) for one in told)
    else:
        rows = [
            (date_text(alert.session), alert.symbol, alert.transition, _outcome(receipts), alert.title)
            for alert, receipts in told
        ]
        print(table(("session", "symbol", "what", "outcome", "title"), rows))
        print(f"{len(told):,} alert{'' if len(told) == 1 else 's'}")
    return 0


def as_json(told: Told) -> dict[str, object]:
    """Return the stable keys of `alerts --json`."""
    alert, receipts = told
    return {
        "key": alert.key,
        "rule": alert.rule,
        "symbol": alert.symbol,
        "session": alert.session.isoformat(),
        "transition": alert.transition,
        "title": alert.title,
        "body": alert.body,
        "created_at": alert.created_at.isoformat(),
        "late": alert.late,
        "outcome": _outcome(receipts),
        "receipts": [
            {"channel": one.channel, "outcome": one.outcome, "at": one.at.isoformat(), "detail": one.detail}
            for one in receipts
        ],
    }


def _wanted(told: Told, options: argparse.Namespace) -> bool:
    alert, receipts = told
    return (
        options.rule in (None, alert.rule)
        and options.symbol in (None, alert.symbol)
        and (options.since is None or alert.session >= options.since)
        and options.outcome in (None, _outcome(receipts))
    )


def _outcome(receipts: tuple[Receipt, ...]) -> str:
    """Return the last word on an alert; "waiting" as long as no channel has reported."""
    return receipts[-1].outcome if receipts else "waiting"


def _row(told: Told) -> tuple[object, ...]:
    alert, receipts = told
    channel = receipts[-1].channel if receipts else ""
    return (
        alert.key, alert.rule, alert.symbol, alert.session.isoformat(), alert.transition, alert.title, alert.body,
        alert.created_at.isoformat(), str(alert.late).lower(), _outcome(receipts), channel,
    )  # fmt: skip

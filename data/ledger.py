"""Alerts as they are kept: what was judged, what was said, and whether it arrived."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["delivered", "unknown", "failed", "clicked", "dismissed"]


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to tell the user, exactly once.

    `key` names it for ever (rule, symbol, session, transition); `transition` is the state that was entered ("near",
    "touch", "break", "confirmed", "failed") or "withdrawn" or "cannot tell".  `late` is True for news of a session that
    closed while nobody judged.  Times are UTC.
    """

    key: str
    rule: str
    symbol: str
    session: dt.date
    transition: str
    title: str
    body: str
    created_at: dt.datetime
    late: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an alert on one channel ("notification", "tray", "toast", "terminal")."""

    key: str
    channel: str
    outcome: Outcome
    at: dt.datetime
    detail: str = ""

"""Alerts for tests, each valid, told apart by what the test names."""

from __future__ import annotations

import datetime as dt

from data.ledger import Alert

SESSION = dt.date(2025, 9, 18)
NOW = dt.datetime(2025, 9, 18, 20, 25, tzinfo=dt.UTC)


def an_alert(
    transition: str = "break",
    *,
    symbol: str = "^RUT",
    session: dt.date = SESSION,
    title: str = "",
    body: str = "Closed at 2,467.70 on 18 Sep 2025, 1.02 % above the high of 2,442.74.",
    late: bool = False,
) -> Alert:
    """Return an alert of the all-time high rule."""
    return Alert(
        key=f"all-time high|{symbol}|{session}|{transition}",
        rule="all-time high",
        symbol=symbol,
        session=session,
        transition=transition,
        title=title or f"{symbol}: {transition} on {session}",
        body=body,
        created_at=NOW,
        late=late,
    )

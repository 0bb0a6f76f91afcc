"""What is told together: many waiting alerts, or several late ones, become one message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from data.ledger import Alert
from models.quiet import was_held

MOST_AT_ONCE = 5
LINES = 8
DIGEST = "digest"
_WEIGHT = {"break": 5, "confirmed": 4, "failed": 3, "withdrawn": 3, "touch": 2, "near": 1}


def parcels(waiting: Sequence[Alert], most: int = MOST_AT_ONCE) -> tuple[tuple[Alert, ...], ...]:
    """Return what is to be told in one go each: everything when it is more than `most`, else all late ones together.

    Those that quiet hours have held are told together too.
    """
    if len(waiting) > most:
        return (tuple(waiting),)
    late = tuple(alert for alert in waiting if alert.late)
    held = tuple(alert for alert in waiting if was_held(alert) and not alert.late)
    prompt = tuple((alert,) for alert in waiting if not alert.late and not was_held(alert))
    return tuple(parcel for parcel in (late, held) if parcel) + prompt


def message(parcel: Sequence[Alert]) -> Alert:
    """Return the alert that is shown for a parcel: itself, marked when late, or a digest of them all.

    A digest takes symbol, session and transition from its weightiest alert, so that a click opens the chart there.
    """
    if len(parcel) > 1:
        return _digest(parcel)
    (alert,) = parcel
    if not alert.late:
        return alert
    return replace(alert, title=f"Late: {alert.title}", body=f"{alert.body}\nBellwether was not watching at the time.")


def in_doubt(alert: Alert) -> Alert:
    """Return an alert as it is said once more inside the window when nobody knows whether it was shown."""
    body = f"{alert.body}\nBellwether ended before it knew whether this had been shown."
    return replace(alert, title=f"Perhaps shown before: {alert.title}", body=body)


def _digest(parcel: Sequence[Alert]) -> Alert:
    ordered = sorted(parcel, key=lambda alert: alert.session, reverse=True)
    chief = max(ordered, key=lambda alert: (_WEIGHT.get(alert.transition, 0), alert.session))
    lines = [f"{_day(alert)}: {alert.title}{' (late)' if alert.late else ''}" for alert in ordered[:LINES]]
    if len(ordered) > LINES:
        lines.append(f"… and {len(ordered) - LINES} more in the list of alerts.")
    late = all(alert.late for alert in parcel)
    title = f"{len(parcel)} alerts"
    if late:
        title += " from while Bellwether was not watching"
    elif all(map(was_held, parcel)):
        title += " held while quiet"
    key = f"digest|{len(parcel)}|{parcel[0].key}"
    return replace(chief, key=key, rule=DIGEST, title=title, body="\n".join(lines), late=late)


def _day(alert: Alert) -> str:
    return f"{alert.session.day} {alert.session:%b %Y}"

"""An alert in the terms of the desktop's notification service (Desktop Notifications Specification 1.2)."""

from __future__ import annotations

import html

from jeepney import DBusAddress, Message

from data.ledger import Alert
from ui.session_bus import method_call

NAME = "org.freedesktop.Notifications"
DAEMON = DBusAddress("/org/freedesktop/Notifications", bus_name=NAME, interface=NAME)
SNOOZE, WHY = "snooze", "why"
ACTIONS = ("default", "Open chart", "open-chart", "Open chart", SNOOZE, "Snooze for 1 hour", WHY, "Why?")
_CRITICAL, _NORMAL = 2, 1
_URGENT = frozenset({"break", "confirmed"})


def subject(alert: Alert) -> str:
    """What a notification is about: a newer one about the same replaces it."""
    return f"{alert.rule}/{alert.symbol}"


def notify_call(alert: Alert, capabilities: frozenset[str] | None, replaces: int, icon: str) -> Message:
    """Return the Notify call for an alert, fit for what the daemon says it can do (None: it was not asked yet).

    `replaces` is the id of the notification whose place it takes, 0 for none.
    """
    able = capabilities or frozenset()
    body = html.escape(alert.body, quote=False) if "body-markup" in able else alert.body
    title = alert.title
    if capabilities is not None and "body" not in able:
        title, body = f"{alert.title} – {alert.body}", ""
    actions = list(ACTIONS) if "actions" in able else []
    return method_call(
        DAEMON, "Notify", "susssasa{sv}i", "Bellwether", replaces, icon, title, body, actions, _hints(alert), -1
    )


def _hints(alert: Alert) -> dict[str, tuple[str, object]]:
    urgent = alert.urgent or (alert.transition in _URGENT and not alert.late)
    return {
        "urgency": ("y", _CRITICAL if urgent else _NORMAL),
        "desktop-entry": ("s", "bellwether"),
        # A daemon that knows this hint shows an alert that is sent again after a crash in the place of the first.
        "x-dunst-stack-tag": ("s", subject(alert)),
    }

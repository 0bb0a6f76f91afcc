"""What keeps alerts back for a while: muting all, muting one rule, and a snooze of one alert."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from data.database import instant_of, to_micros
from data.ledger import Alert, insert_alert
from data.store import Store

HERE = "desktop"
"""What a rule's channels call everything on this computer: notification, tray, toast."""

REMINDER = "|reminder "


@dataclass(frozen=True, slots=True)
class Holds:
    """Until when (UTC) nothing is told, nothing of a rule (by its key), and which alerts are snoozed (by theirs)."""

    muted_until: dt.datetime | None = None
    rules: Mapping[str, dt.datetime] = field(default_factory=lambda: MappingProxyType({}))
    alerts: Mapping[str, dt.datetime] = field(default_factory=lambda: MappingProxyType({}))

    def until(self, alert: Alert) -> dt.datetime | None:
        """Return until when this alert is held; None when it is not."""
        found = (self.muted_until, self.rules.get(alert.rule), self.alerts.get(alert.key))
        return max((each for each in found if each is not None), default=None)


class HoldBook:
    """The holds of a profile, in its database: they outlast a restart, and window and `watch` share them.

    Every method is one transaction and raises `StoreError`.
    """

    def __init__(self, store: Store) -> None:
        self._database = store.database

    def read(self, now: dt.datetime) -> Holds:
        """Return what is held at `now`."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT kind, subject, until FROM holds WHERE until > ?", (to_micros(now),)
            ).fetchall()
        found: dict[str, dict[str, dt.datetime]] = {"all": {}, "rule": {}, "alert": {}}
        for kind, subject, until in rows:
            found.setdefault(kind, {})[subject] = instant_of(until)
        return Holds(found["all"].get(""), MappingProxyType(found["rule"]), MappingProxyType(found["alert"]))

    def mute(self, until: dt.datetime | None) -> None:
        """Tell nothing until this UTC instant; None ends it."""
        self._hold("all", "", until)

    def mute_rule(self, rule: str, until: dt.datetime | None) -> None:
        """Tell nothing of the rule with this key until this UTC instant; None ends it."""
        self._hold("rule", rule, until)

    def snooze(self, alert: Alert, until: dt.datetime, now: dt.datetime) -> Alert:
        """Keep a reminder of an alert that was told, to be told once more at `until` (UTC), here and nowhere else.

        It is an alert of its own, so that it too is told once; a snooze asked for twice gives one reminder.
        """
        origin = alert.key.partition(REMINDER)[0]
        title = alert.title if REMINDER in alert.key else f"Reminder: {alert.title}"
        key = f"{origin}{REMINDER}{until:%Y-%m-%dT%H:%M}"
        reminder = replace(alert, key=key, title=title, created_at=now, late=False, channels=(HERE,))
        with self._database.writing() as connection:
            if insert_alert(connection, reminder):
                connection.execute("INSERT OR REPLACE INTO holds VALUES ('alert', ?, ?)", (key, to_micros(until)))
        return reminder

    def _hold(self, kind: str, subject: str, until: dt.datetime | None) -> None:
        with self._database.writing() as connection:
            if until is None:
                connection.execute("DELETE FROM holds WHERE kind = ? AND subject = ?", (kind, subject))
            else:
                connection.execute("INSERT OR REPLACE INTO holds VALUES (?, ?, ?)", (kind, subject, to_micros(until)))

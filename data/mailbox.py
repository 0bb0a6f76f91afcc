"""What one forwarder still owes: the ledger as it sees it, with its attempts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from data.database import from_micros, to_micros
from data.holds import REMINDER
from data.ledger import ALERTS, FORWARD, Abandoned, Alert, Ledger, Receipt, alert_of
from data.store import Store

MOST_TRIES = 30
"""A day and a bit, with the pauses of `Ledger.record`; what could not be forwarded by then is let go."""

_OWED = f"""FROM alerts LEFT JOIN terms USING (key)
    LEFT JOIN attempts ON attempts.key = alerts.key AND channel = :channel
    WHERE created_at >= (SELECT since FROM forwarders WHERE channel = :channel)
    AND alerts.key NOT IN (SELECT key FROM receipts WHERE channel = :channel AND outcome != 'failed')
    AND instr(alerts.key, '{REMINDER}') = 0 AND coalesce(tries, 0) < :most
    AND (coalesce(channels, '[]') = '[]' OR EXISTS (SELECT 1 FROM json_each(channels) WHERE value = :name))"""  # noqa: S608


def channel_of(name: str) -> str:
    """Return how receipts call the forwarder with this name."""
    return FORWARD + name


class Mailbox:
    """The alerts that a forwarder has to pass on: those since it was enlisted, each once, failed ones after a pause.

    Every method is one transaction and raises `StoreError`.
    """

    def __init__(self, store: Store, ledger: Ledger, name: str, clock: Callable[[], dt.datetime]) -> None:
        self._database = store.database
        self._ledger = ledger
        self._clock = clock
        self._values = {"channel": channel_of(name), "name": name, "most": MOST_TRIES}

    def waiting(self) -> tuple[Alert, ...]:
        """Return the alerts that are due, oldest first; the first call enlists: what was before is no news."""
        values = self._values | {"now": to_micros(self._clock())}
        with self._database.writing() as connection:
            connection.execute("INSERT OR IGNORE INTO forwarders VALUES (:channel, :now)", values)
            columns = ", ".join(f"alerts.{name}" if name == "key" else name for name in ALERTS.split(", ", 1))
            rows = connection.execute(
                f"SELECT {columns} {_OWED} AND coalesce(next_at, 0) <= :now ORDER BY alerts.id",
                values,
            ).fetchall()
        return tuple(map(alert_of, rows))

    def next_attempt(self) -> dt.datetime | None:
        """Return when (UTC) the first of the failed ones is due; None without any."""
        with self._database.reading() as connection:
            (at,) = connection.execute(f"SELECT min(next_at) {_OWED}", self._values).fetchone()
        return from_micros(at)

    def claim(self, key: str, channel: str, owner: str, now: dt.datetime, lease: dt.timedelta) -> bool:
        """Return whether `owner` alone may forward this alert until `now` + `lease`."""
        return self._ledger.claim(key, channel, owner, now, lease)

    def abandoned(self, now: dt.datetime) -> tuple[Abandoned, ...]:
        """Return this forwarder's claims that ran out without a receipt."""
        return tuple(each for each in self._ledger.abandoned(now) if each.channel == self._values["channel"])

    def doubt(self, left: Abandoned, now: dt.datetime) -> tuple[Receipt, ...]:
        """Record the outcome "unknown" for a claim that was left."""
        return self._ledger.doubt(left, now)

    def doubted(self) -> tuple[Alert, ...]:
        """Return nothing: a message that may have been sent is not sent again."""
        return ()

    def record(self, receipt: Receipt) -> None:
        """Keep a receipt."""
        self._ledger.record(receipt)


def delist(store: Store, kept: Iterable[str]) -> None:
    """Forget since when forwarders other than those `kept` (names) have been on duty.  Raises `StoreError`.

    One that comes back later begins anew, with what is news then.
    """
    channels = {channel_of(name) for name in kept}
    with store.database.writing() as connection:
        for (channel,) in connection.execute("SELECT channel FROM forwarders").fetchall():
            if channel not in channels:
                connection.execute("DELETE FROM forwarders WHERE channel = ?", (channel,))

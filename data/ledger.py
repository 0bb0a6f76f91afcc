"""Alerts as they are kept: what was judged, what was said, and whether it arrived."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from data.break_notes import note, noted
from data.database import from_day, from_micros, instant_of, to_day, to_micros
from data.store import Store

Outcome = Literal["delivered", "unknown", "failed", "clicked", "dismissed"]


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to tell the user, exactly once.

    `key` names it for ever (rule, symbol, session, transition); `transition` is the state that was entered ("near",
    "touch", "break", "confirmed", "failed") or "withdrawn" or "cannot tell".  `late` is True for news of a session that
    closed while nobody judged.  Times are UTC.  `urgent` and `channels` are those of its rule: an urgent one is told in
    quiet hours too, and no channels mean all there are.
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
    urgent: bool = False
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an alert on one channel: "notification", "tray", "toast", "terminal", or "forward:NAME".

    After a failure `retry_at` says when the other end wants to be asked again (UTC), if it said so.
    """

    key: str
    channel: str
    outcome: Outcome
    at: dt.datetime
    detail: str = ""
    retry_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule said of a symbol on the settled bars up to session `through`, from which inputs, and when (UTC)."""

    rule: str
    symbol: str
    through: dt.date
    verdict: str
    inputs: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    at: dt.datetime = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Abandoned:
    """A delivery that was begun and never reported: whoever had claimed it is gone or stuck."""

    alert: Alert
    channel: str
    owner: str


FORWARD = "forward:"
"""How the channels begin that tell an alert elsewhere, each for itself, beside the first of the others that works."""

FIRST_PAUSE = dt.timedelta(seconds=30)
LONGEST_PAUSE = dt.timedelta(hours=1)

_ALERT = "key, rule, symbol, session, transition, title, body, created_at, late"
_TOLD = ("delivered", "unknown", "clicked", "dismissed")
_IS_TOLD = "outcome IN ('delivered', 'unknown', 'clicked', 'dismissed')"
_IS_HERE = f"channel NOT GLOB '{FORWARD}*'"

ALERTS = f"{_ALERT}, coalesce(urgent, 0), coalesce(channels, '[]')"
"""The columns that `alert_of` takes, of `alerts LEFT JOIN terms USING (key)`."""


class Ledger:
    """The audit trail of alerts, in the store's own file: a row is committed before anything is delivered.

    Every method is one transaction and raises `StoreError`; threads and processes may share the file.
    """

    def __init__(self, store: Store) -> None:
        self._database = store.database

    def armed_at(self, rule: str, symbol: str, now: dt.datetime) -> dt.datetime:
        """Return since when (UTC) the rule watches the symbol; the first call arms it now."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO armed(rule, symbol, at) VALUES (?, ?, ?)", (rule, symbol, to_micros(now))
            )
            (at,) = connection.execute("SELECT at FROM armed WHERE rule = ? AND symbol = ?", (rule, symbol)).fetchone()
        return instant_of(at)

    def judged_through(self, rule: str, symbol: str) -> dt.date | None:
        """Return the last session that a committed judgement covers; None before the first."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT through FROM armed WHERE rule = ? AND symbol = ?", (rule, symbol)
            ).fetchone()
        return None if row is None or row[0] is None else from_day(row[0])

    def last_told(self, rule: str, symbol: str) -> dt.date | None:
        """Return the newest session that the rule told of; what it could not tell, or took back, does not count."""
        with self._database.reading() as connection:
            (day,) = connection.execute(
                "SELECT max(session) FROM alerts WHERE rule = ? AND symbol = ? "
                "AND transition NOT IN ('cannot tell', 'withdrawn')",
                (rule, symbol),
            ).fetchone()
        return None if day is None else from_day(day)

    def commit(self, judgement: Judgement, alerts: Sequence[Alert] = ()) -> tuple[Alert, ...]:
        """Keep a judgement and its alerts in one transaction, and return the alerts that are really new.

        An alert whose key is known already is left out, whoever wrote it.  `judged_through` never moves back.  The
        same verdict on the same session again only brings its inputs and time up to date.
        """
        with self._database.writing() as connection:
            new = tuple(alert for alert in alerts if insert_alert(connection, alert))
            _keep(connection, judgement)
        return new

    def evaluations(self, rule: str, symbol: str, session: dt.date | None = None) -> tuple[Judgement, ...]:
        """Return what the rule said of the symbol, newest first, on one session or on all."""
        day = None if session is None else to_day(session)
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT rule, symbol, through, verdict, inputs, at FROM evaluations WHERE rule = ? AND symbol = ? "
                "AND (? IS NULL OR through = ?) ORDER BY through DESC, at DESC, id DESC",
                (rule, symbol, day, day),
            ).fetchall()
        return tuple(
            Judgement(rule, symbol, from_day(through), verdict, json.loads(inputs), instant_of(at))
            for rule, symbol, through, verdict, inputs, at in rows
        )

    def waiting(self) -> tuple[Alert, ...]:
        """Return the alerts that were not told here yet (delivered or unknown), oldest first; forwards do not count."""
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT {ALERTS} FROM alerts LEFT JOIN terms USING (key) "  # noqa: S608
                f"WHERE key NOT IN (SELECT key FROM receipts WHERE {_IS_TOLD} AND {_IS_HERE}) ORDER BY id"
            ).fetchall()
        return tuple(map(alert_of, rows))

    def next_attempt(self) -> dt.datetime | None:
        """Return when (UTC) the first of the waiting alerts that failed is worth another try; None without any."""
        with self._database.reading() as connection:
            (at,) = connection.execute(
                f"SELECT min(next_at) FROM attempts WHERE {_IS_HERE} "  # noqa: S608
                f"AND key NOT IN (SELECT key FROM receipts WHERE {_IS_TOLD} AND {_IS_HERE})"
            ).fetchone()
        return from_micros(at)

    def claim(self, key: str, channel: str, owner: str, now: dt.datetime, lease: dt.timedelta) -> bool:
        """Return whether `owner` (one per process start) may deliver the alert on this channel now.

        True at most once: not when the channel has told it, not while a claim on it runs (until `now` + `lease`), not
        when another owner is telling the alert or has told it on any channel here; each forward stands for itself.  A
        claim ends with its receipt.  One whose lease ran out is nobody's to take over, since it may have been told:
        `abandoned` names it, and `doubt` settles it.
        """
        with self._database.writing() as connection:
            free = _is_free(connection, key, channel, owner)
            if free:
                connection.execute(
                    "INSERT OR REPLACE INTO claims VALUES (?, ?, ?, ?, 0)",
                    (key, channel, owner, to_micros(now + lease)),
                )
        return free

    def abandoned(self, now: dt.datetime) -> tuple[Abandoned, ...]:
        """Return the claims whose lease ran out without a receipt, oldest alert first.

        Whether such an alert was seen is not known: ask the channel, or `doubt` it.
        """
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT channel, owner, {ALERTS} FROM alerts JOIN claims USING (key) "  # noqa: S608
                "LEFT JOIN terms USING (key) WHERE told = 0 AND until <= ? ORDER BY alerts.id",
                (to_micros(now),),
            ).fetchall()
        return tuple(Abandoned(alert_of(row[2:]), *row[:2]) for row in rows)

    def doubt(self, left: Abandoned, now: dt.datetime) -> tuple[Receipt, ...]:
        """Record the outcome "unknown" for a claim that was left; returns that receipt, or nothing when it has one."""
        receipt = Receipt(left.alert.key, left.channel, "unknown", now, "the app ended before the channel had answered")
        with self._database.writing() as connection:
            settled = connection.execute(
                "UPDATE claims SET told = 2 WHERE key = ? AND channel = ? AND owner = ? AND told = 0",
                (left.alert.key, left.channel, left.owner),
            )
            if settled.rowcount == 0:
                return ()
            _keep_receipt(connection, receipt)
        return (receipt,)

    def doubted(self) -> tuple[Alert, ...]:
        """Return the alerts that a process left with its claim in its hands and that were not seen since, oldest first.

        Saying such a one again is right only where that cannot become a second notification.
        """
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT {ALERTS} FROM alerts LEFT JOIN terms USING (key) "  # noqa: S608
                f"WHERE key IN (SELECT key FROM claims WHERE told = 2 AND {_IS_HERE}) AND key NOT IN "
                f"(SELECT key FROM receipts WHERE outcome IN ('delivered', 'clicked', 'dismissed') AND {_IS_HERE}) "
                "ORDER BY id"
            ).fetchall()
        return tuple(map(alert_of, rows))

    def record(self, receipt: Receipt) -> None:
        """Keep what became of an alert.  The first receipt of each outcome stays; a failure frees the channel again.

        After a failure the pause before the next attempt doubles each time, from half a minute to an hour.
        """
        with self._database.writing() as connection:
            _keep_receipt(connection, receipt)
            if receipt.outcome in _TOLD:
                query = "UPDATE claims SET told = max(told, 1) WHERE key = ? AND channel = ?"
            else:
                query = "DELETE FROM claims WHERE key = ? AND channel = ? AND told = 0"
            connection.execute(query, (receipt.key, receipt.channel))

    def history(self, limit: int = 200) -> tuple[tuple[Alert, tuple[Receipt, ...]], ...]:
        """Return the latest alerts, newest first, each with its receipts in the order they came."""
        with self._database.reading() as connection:
            alerts = connection.execute(
                f"SELECT {ALERTS} FROM alerts LEFT JOIN terms USING (key) ORDER BY id DESC LIMIT ?",  # noqa: S608
                (limit,),
            ).fetchall()
            return tuple((alert_of(row), _receipts(connection, row[0])) for row in alerts)

    def note_breaks(
        self,
        symbol: str,
        rule: str,
        sessions: Sequence[dt.date],
        now: dt.datetime,
        tell: Callable[[Sequence[dt.date]], Sequence[Alert]] = lambda _withdrawn: (),
    ) -> tuple[tuple[dt.date, ...], tuple[dt.date, ...]]:
        """Keep the sessions that break the high, and return those added and withdrawn since the last call.

        The first call of a rule and symbol only notes them and returns two empty tuples.  The alerts that `tell` makes
        of the withdrawn ones are kept in the same transaction: noted without its alert, a break would be lost.
        """
        days = {to_day(session) for session in sessions}
        with self._database.writing() as connection:
            before = noted(connection, rule, symbol)
            added = days - (before or set())
            withdrawn = (before or set()) - days
            note(connection, (rule, symbol), added, withdrawn, to_micros(now), first=before is None)
            for alert in tell(tuple(map(from_day, sorted(withdrawn)))):
                insert_alert(connection, alert)
        if before is None:
            return (), ()
        return tuple(map(from_day, sorted(added))), tuple(map(from_day, sorted(withdrawn)))


def insert_alert(connection: sqlite3.Connection, alert: Alert) -> bool:
    """Keep an alert in the transaction under way; False when its key is known already."""
    cursor = connection.execute(
        f"INSERT OR IGNORE INTO alerts({_ALERT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (
            alert.key, alert.rule, alert.symbol, to_day(alert.session), alert.transition, alert.title, alert.body,
            to_micros(alert.created_at), alert.late,
        ),
    )  # fmt: skip
    is_new = cursor.rowcount == 1
    if is_new and (alert.urgent or alert.channels):
        terms = (alert.key, alert.urgent, json.dumps(alert.channels))
        connection.execute("INSERT OR REPLACE INTO terms VALUES (?, ?, ?)", terms)
    return is_new


def _keep_receipt(connection: sqlite3.Connection, receipt: Receipt) -> None:
    connection.execute(
        "INSERT INTO receipts(key, channel, outcome, at, detail) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET at = excluded.at, detail = excluded.detail WHERE outcome = 'failed'",
        (receipt.key, receipt.channel, receipt.outcome, to_micros(receipt.at), receipt.detail),
    )
    _plan_next(connection, receipt)


def _plan_next(connection: sqlite3.Connection, receipt: Receipt) -> None:
    """Keep when a failed delivery is worth another try; one that was told is worth none."""
    if receipt.outcome != "failed":
        connection.execute("DELETE FROM attempts WHERE key = ? AND channel = ?", (receipt.key, receipt.channel))
        return
    row = connection.execute(
        "SELECT tries FROM attempts WHERE key = ? AND channel = ?", (receipt.key, receipt.channel)
    ).fetchone()
    tries = row[0] if row else 0
    pause = min(FIRST_PAUSE * 2 ** min(tries, 10), LONGEST_PAUSE)
    due = max(receipt.at + pause, receipt.retry_at or receipt.at)
    connection.execute(
        "INSERT OR REPLACE INTO attempts VALUES (?, ?, ?, ?)",
        (receipt.key, receipt.channel, tries + 1, to_micros(due)),
    )


def _keep(connection: sqlite3.Connection, judgement: Judgement) -> None:
    rule, symbol, through = judgement.rule, judgement.symbol, to_day(judgement.through)
    at = to_micros(judgement.at)
    inputs = json.dumps(dict(judgement.inputs), default=str, sort_keys=True)
    connection.execute(
        "INSERT INTO evaluations(rule, symbol, through, verdict, inputs, at) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET inputs = excluded.inputs, at = excluded.at",
        (rule, symbol, through, judgement.verdict, inputs, at),
    )
    connection.execute(
        "INSERT INTO armed(rule, symbol, at, through) VALUES (?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET through = max(coalesce(through, excluded.through), excluded.through)",
        (rule, symbol, at, through),
    )


def _is_free(connection: sqlite3.Connection, key: str, channel: str, owner: str) -> bool:
    rivals = ("channel = ?", channel) if channel.startswith(FORWARD) else (f"{_IS_HERE} AND ? != ''", channel)
    claims = connection.execute(
        f"SELECT channel, owner, told FROM claims WHERE key = ? AND {rivals[0]}",  # noqa: S608
        (key, rivals[1]),
    ).fetchall()
    told = connection.execute(
        f"SELECT channel FROM receipts WHERE key = ? AND {rivals[0]} AND {_IS_TOLD}",  # noqa: S608
        (key, rivals[1]),
    ).fetchall()
    mine = any(teller == owner and done for _, teller, done in claims)
    taken = any(where == channel or teller != owner for where, teller, _ in claims)
    return not taken and (channel,) not in told and (not told or mine)


def alert_of(row: tuple[Any, ...]) -> Alert:
    """Return the alert that a row of the columns `ALERTS` describes."""
    key, rule, symbol, session, transition, title, body, created_at, late, urgent, channels = row
    return Alert(
        key, rule, symbol, from_day(session), transition, title, body, instant_of(created_at),
        late=bool(late), urgent=bool(urgent), channels=_names(channels),
    )  # fmt: skip


def _names(text: str) -> tuple[str, ...]:
    """Return the channels that a row names; none where the row is damaged: told everywhere is better than nowhere."""
    try:
        names = json.loads(text)
    except ValueError:
        return ()
    return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()


def _receipts(connection: sqlite3.Connection, key: str) -> tuple[Receipt, ...]:
    rows = connection.execute("SELECT channel, outcome, at, detail FROM receipts WHERE key = ? ORDER BY id", (key,))
    return tuple(Receipt(key, channel, outcome, instant_of(at), detail) for channel, outcome, at, detail in rows)

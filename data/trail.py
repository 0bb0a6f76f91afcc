"""The audit trail in one list: what was judged, what was told, and what became of it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from data.database import from_day, instant_of, to_day, to_micros
from data.store import Store

Kind = Literal["evaluation", "alert", "delivery", "receipt"]

KINDS: tuple[Kind, ...] = ("evaluation", "alert", "delivery", "receipt")
COLUMNS = ("at", "kind", "rule", "symbol", "session", "what", "channel", "text", "key")
MOST = 5000


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail; `at` is UTC.

    An evaluation has its verdict in `what` and its inputs as JSON in `text`; an alert its transition, and title and
    body; a delivery that was begun and not yet answered says "begun"; a receipt has the outcome and its detail.  `key`
    is that of the alert, empty for an evaluation.
    """

    at: dt.datetime
    kind: Kind
    rule: str
    symbol: str
    session: dt.date
    what: str
    channel: str = ""
    text: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines of the trail are asked for; None and empty ask for all.

    `text` is looked for in rule, symbol, what, channel and text, in any case; `since` and `until` are sessions, both
    included.
    """

    kinds: tuple[Kind, ...] = KINDS
    rule: str | None = None
    symbol: str | None = None
    what: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    text: str = ""


_LINES = """
    SELECT evaluations.at AS at, 'evaluation' AS kind, rule, symbol, through AS session, verdict AS what, '' AS channel,
           inputs AS text, '' AS key, 0 AS step, evaluations.id AS number FROM evaluations
    UNION ALL
    SELECT created_at, 'alert', rule, symbol, session, transition, '', title || char(10) || body, key, 1, id FROM alerts
    UNION ALL
    SELECT alerts.created_at, 'delivery', rule, symbol, session, 'begun', channel, owner, claims.key, 2, alerts.id
           FROM claims JOIN alerts USING (key) WHERE told = 0
    UNION ALL
    SELECT receipts.at, 'receipt', rule, symbol, session, outcome, channel, detail, receipts.key, 3, receipts.id
           FROM receipts JOIN alerts USING (key)
"""
_CHOSEN = """
    WHERE kind IN (SELECT value FROM json_each(:kinds))
    AND (:rule IS NULL OR rule = :rule) AND (:symbol IS NULL OR symbol = :symbol)
    AND (:what IS NULL OR what = :what) AND (:since IS NULL OR session >= :since)
    AND (:until IS NULL OR session <= :until)
    AND (:text = '' OR instr(lower(rule || ' ' || symbol || ' ' || what || ' ' || channel || ' ' || text), :text) > 0)
    ORDER BY at DESC, step DESC, number DESC LIMIT :most
"""


class Trail:
    """Reads the trail, and drops evaluations that are past their keeping; every method raises `StoreError`."""

    def __init__(self, store: Store) -> None:
        self._database = store.database

    def entries(self, wanted: Wanted | None = None, most: int = MOST) -> tuple[Entry, ...]:
        """Return the newest lines that are wanted, newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(f"SELECT * FROM ({_LINES}) {_CHOSEN}", _values(wanted or Wanted(), most))  # noqa: S608
            return tuple(map(_entry, rows.fetchall()))

    def drop_evaluations(self, before: dt.datetime) -> int:
        """Forget evaluations made before an instant, and return how many.

        Alerts and their receipts stay for good, and with them the evaluation of their session; so does the newest one
        of each rule and asset, which says how things stand.
        """
        with self._database.writing() as connection:
            cursor = connection.execute(
                "DELETE FROM evaluations WHERE at < ? "
                "AND id NOT IN (SELECT max(id) FROM evaluations GROUP BY rule, symbol) "
                "AND NOT EXISTS (SELECT 1 FROM alerts WHERE alerts.rule = evaluations.rule "
                "AND alerts.symbol = evaluations.symbol AND alerts.session = evaluations.through)",
                (to_micros(before),),
            )
        return cursor.rowcount


def as_json(entries: Sequence[Entry]) -> str:
    """Return the lines as a JSON list: instants in ISO 8601 with zone, inputs as what they are."""
    return json.dumps([_plain(entry) for entry in entries], indent=2, ensure_ascii=False) + "\n"


def as_csv(entries: Sequence[Entry]) -> str:
    """Return the lines as CSV with a head; a text that a spreadsheet would take for a formula begins with a quote."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        writer.writerow([_harmless(str(_cell(entry, name))) for name in COLUMNS])
    return out.getvalue()


def _values(wanted: Wanted, most: int) -> dict[str, object]:
    return {
        "kinds": json.dumps(wanted.kinds),
        "rule": wanted.rule,
        "symbol": wanted.symbol,
        "what": wanted.what,
        "since": None if wanted.since is None else to_day(wanted.since),
        "until": None if wanted.until is None else to_day(wanted.until),
        "text": wanted.text.lower(),
        "most": most,
    }


def _entry(row: Sequence[Any]) -> Entry:
    at, kind, rule, symbol, session, what, channel, text, key, _step, _number = row
    return Entry(instant_of(at), kind, rule, symbol, from_day(session), what, channel, text, key)


def _cell(entry: Entry, name: str) -> object:
    value = getattr(entry, name)
    return value.isoformat() if isinstance(value, dt.date) else value


def _plain(entry: Entry) -> dict[str, object]:
    plain = {name: _cell(entry, name) for name in COLUMNS}
    if entry.kind == "evaluation":
        plain["text"] = json.loads(entry.text)
    return plain


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text

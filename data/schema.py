"""The tables of the profile's database, and how an older file becomes a newer one."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path

Migration = Sequence[str]

_FIRST: Migration = (
    """CREATE TABLE series(id INTEGER PRIMARY KEY, symbol TEXT NOT NULL, interval TEXT NOT NULL,
       source TEXT NOT NULL, currency TEXT, name TEXT, fetched_at INTEGER, fresh_until INTEGER,
       UNIQUE(symbol, interval)) STRICT""",
    "CREATE TABLE sources(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT",
    """CREATE TABLE bars(series INTEGER NOT NULL, slot INTEGER NOT NULL, time INTEGER NOT NULL,
       session INTEGER NOT NULL, open REAL, high REAL, low REAL, close REAL, volume REAL, final INTEGER NOT NULL,
       source INTEGER NOT NULL, fetched_at INTEGER NOT NULL, revision INTEGER NOT NULL,
       PRIMARY KEY(series, slot)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE revisions(id INTEGER PRIMARY KEY, symbol TEXT NOT NULL, interval TEXT NOT NULL,
       session INTEGER NOT NULL, time INTEGER NOT NULL, at INTEGER NOT NULL, source TEXT NOT NULL,
       replaced TEXT NOT NULL, changes TEXT NOT NULL) STRICT""",
    "CREATE INDEX revisions_by_symbol ON revisions(symbol)",
    """CREATE TABLE fetches(id INTEGER PRIMARY KEY, symbol TEXT NOT NULL, at INTEGER NOT NULL, source TEXT NOT NULL,
       outcome TEXT NOT NULL, message TEXT NOT NULL) STRICT""",
    "CREATE INDEX fetches_by_symbol ON fetches(symbol, id)",
    "CREATE TABLE breakers(host TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT",
    """CREATE TABLE armed(rule TEXT NOT NULL, symbol TEXT NOT NULL, at INTEGER NOT NULL, through INTEGER,
       PRIMARY KEY(rule, symbol)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE evaluations(id INTEGER PRIMARY KEY, rule TEXT NOT NULL, symbol TEXT NOT NULL,
       through INTEGER NOT NULL, verdict TEXT NOT NULL, inputs TEXT NOT NULL, at INTEGER NOT NULL,
       UNIQUE(rule, symbol, through, verdict)) STRICT""",
    """CREATE TABLE alerts(id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, rule TEXT NOT NULL,
       symbol TEXT NOT NULL, session INTEGER NOT NULL, transition TEXT NOT NULL, title TEXT NOT NULL,
       body TEXT NOT NULL, created_at INTEGER NOT NULL, late INTEGER NOT NULL) STRICT""",
    """CREATE TABLE receipts(id INTEGER PRIMARY KEY, key TEXT NOT NULL, channel TEXT NOT NULL, outcome TEXT NOT NULL,
       at INTEGER NOT NULL, detail TEXT NOT NULL, UNIQUE(key, channel, outcome)) STRICT""",
    """CREATE TABLE claims(key TEXT NOT NULL, channel TEXT NOT NULL, owner TEXT NOT NULL, until INTEGER NOT NULL,
       told INTEGER NOT NULL, PRIMARY KEY(key, channel)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE breaks(rule TEXT NOT NULL, symbol TEXT NOT NULL, session INTEGER NOT NULL,
       noted_at INTEGER NOT NULL, PRIMARY KEY(rule, symbol, session)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE break_changes(id INTEGER PRIMARY KEY, rule TEXT NOT NULL, symbol TEXT NOT NULL,
       session INTEGER, change TEXT NOT NULL, at INTEGER NOT NULL) STRICT""",
    "CREATE INDEX break_changes_by_rule ON break_changes(rule, symbol)",
)

_RULES: Migration = (
    """CREATE TABLE rules(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL,
       created_at INTEGER NOT NULL, armed_at INTEGER NOT NULL, deleted INTEGER NOT NULL) STRICT""",
    """CREATE TABLE rule_revisions(key TEXT NOT NULL, revision INTEGER NOT NULL, change TEXT NOT NULL,
       definition TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(key, revision)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE rule_memory(key TEXT PRIMARY KEY, revision INTEGER NOT NULL, memory TEXT NOT NULL,
       at INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
)

_DELIVERY: Migration = (
    "CREATE TABLE terms(key TEXT PRIMARY KEY, urgent INTEGER NOT NULL, channels TEXT NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE attempts(key TEXT NOT NULL, channel TEXT NOT NULL, tries INTEGER NOT NULL,
       next_at INTEGER NOT NULL, PRIMARY KEY(key, channel)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE holds(kind TEXT NOT NULL, subject TEXT NOT NULL, until INTEGER NOT NULL,
       PRIMARY KEY(kind, subject)) STRICT, WITHOUT ROWID""",
    "CREATE TABLE forwarders(channel TEXT PRIMARY KEY, since INTEGER NOT NULL) STRICT, WITHOUT ROWID",
)

# Since when the values that a revision replaced had been stored: what was known at an instant can be told with it.
_KNOWN_SINCE: Migration = ("ALTER TABLE revisions ADD COLUMN known_since INTEGER",)

# Figures of the economy: each value with when it was published; a changed one is a further row, the old one stays.
_ECONOMY: Migration = (
    """CREATE TABLE macro_series(series TEXT PRIMARY KEY, source TEXT NOT NULL, unit TEXT NOT NULL, tried_at INTEGER,
       fetched_at INTEGER, outcome TEXT NOT NULL, message TEXT NOT NULL) STRICT, WITHOUT ROWID""",
    """CREATE TABLE macro_observations(series TEXT NOT NULL, date INTEGER NOT NULL, known_at INTEGER NOT NULL,
       value REAL NOT NULL, received_at INTEGER NOT NULL, exact INTEGER NOT NULL,
       PRIMARY KEY(series, date, known_at)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE macro_maturities(record INTEGER NOT NULL, kind TEXT NOT NULL, matures INTEGER NOT NULL,
       amount REAL NOT NULL, PRIMARY KEY(record, kind, matures)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE headlines(symbol TEXT NOT NULL, key TEXT NOT NULL, title TEXT NOT NULL, publisher TEXT NOT NULL,
       link TEXT NOT NULL, published_at INTEGER NOT NULL, received_at INTEGER NOT NULL,
       PRIMARY KEY(symbol, key)) STRICT, WITHOUT ROWID""",
)

# Live forecasts and what came of them: what was foretold must not be changed afterwards, by nobody.
_FORECASTS: Migration = (
    """CREATE TABLE forecasts(leader TEXT NOT NULL, target TEXT NOT NULL, horizon INTEGER NOT NULL, step REAL NOT NULL,
       friday INTEGER NOT NULL, made_at INTEGER NOT NULL, p TEXT NOT NULL, entry REAL NOT NULL,
       definition TEXT NOT NULL, digest TEXT NOT NULL,
       PRIMARY KEY(leader, target, horizon, step, friday)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE forecast_outcomes(leader TEXT NOT NULL, target TEXT NOT NULL, horizon INTEGER NOT NULL,
       step REAL NOT NULL, friday INTEGER NOT NULL, scored_at INTEGER NOT NULL, entry REAL NOT NULL,
       exit REAL NOT NULL, hit INTEGER NOT NULL, digest TEXT NOT NULL,
       PRIMARY KEY(leader, target, horizon, step, friday)) STRICT, WITHOUT ROWID""",
    *(
        f"""CREATE TRIGGER {table}_{change.lower()} BEFORE {change} ON {table}
            BEGIN SELECT RAISE(ABORT, 'a forecast is kept as it was made'); END"""
        for table in ("forecasts", "forecast_outcomes")
        for change in ("UPDATE", "DELETE")
    ),
)

MIGRATIONS: Sequence[Migration] = (_FIRST, _RULES, _DELIVERY, _KNOWN_SINCE, _ECONOMY, _FORECASTS)


class NewerSchemaError(Exception):
    """The file was written by a later version of the app."""


def version_of(connection: sqlite3.Connection) -> int:
    """Return the schema version that a file carries; 0 for an empty one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(
    connection: sqlite3.Connection, path: Path, now: dt.datetime, migrations: Sequence[Migration] = MIGRATIONS
) -> tuple[Path, ...]:
    """Bring the file to the newest version, and return the backups made before the steps, one transaction each.

    A new file holds nothing to keep, and is made in one: whoever opens it meanwhile waits and finds it whole.  Raises
    `NewerSchemaError` for a file from the future, which is left as it is.
    """
    backups = []
    if version_of(connection) == 0:
        _step(connection, 0, migrations)
    while (version := version_of(connection)) != len(migrations):
        if version > len(migrations):
            raise NewerSchemaError(f"version {version}, known up to {len(migrations)}")
        backups.append(_back_up(connection, path, version, now))
        _step(connection, version, migrations[version : version + 1])
    return tuple(backups)


def _step(connection: sqlite3.Connection, version: int, migrations: Sequence[Migration]) -> None:
    """Apply migrations whole or not at all; another process may have been quicker."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        if version_of(connection) == version:
            for statement in chain.from_iterable(migrations):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {version + len(migrations)}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _back_up(connection: sqlite3.Connection, path: Path, version: int, now: dt.datetime) -> Path:
    """Copy the file aside, as one consistent moment of it."""
    backup = path.with_name(f"{path.name}.backup-v{version}-{now:%Y%m%dT%H%M%SZ}")
    with closing(sqlite3.connect(backup)) as copy:
        connection.backup(copy)
    return backup

"""The profile's store of bars, fetches and breakers: one SQLite file, one writer, readers anywhere."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.bars import Bars, Flags, Seconds
from data.database import (
    BUSY_TIMEOUT,
    Database,
    StoreError,
    from_day,
    from_micros,
    instant_of,
    to_day,
    to_micros,
)
from data.merge import Change, Merged, Revision, Verdicts, changes, in_order, judge, owner_of, slots_of
from data.opening import open_file
from data.source import Fetched

__all__ = ["Change", "FetchEntry", "Merged", "Revision", "Store", "StoreError", "Stored"]

_FETCHES_KEPT = 50
_COLUMNS = "time, session, open, high, low, close, volume, final"


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """The stored bars of one series, oldest first, and where they come from.

    `source` gave the newest bar, `primary` owns the series (see `Store.merge`); bar i came from
    `sources[origin[i]]`.  `fetched_at` is when the newest
    session was last received, `fresh_until` when a newer one is due (both UTC); `revised` counts the final bars
    that were changed afterwards.
    """

    bars: Bars
    source: str = ""
    fetched_at: dt.datetime | None = None
    fresh_until: dt.datetime | None = None
    currency: str | None = None
    revised: int = 0
    name: str | None = None
    primary: str = ""
    sources: tuple[str, ...] = ()
    origin: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass(frozen=True, slots=True)
class FetchEntry:
    """How one fetch ended, `at` a UTC instant: `outcome` is "ok" or the kind of failure, `message` for the user.

    `ever_ok` is filled in by the store: whether this source ever gave bars of this symbol.
    """

    symbol: str
    source: str
    at: dt.datetime
    outcome: str
    message: str = ""
    ever_ok: bool = False


class Store:
    """Bars and what is known about fetching them.  Safe for several threads and for two processes at once."""

    def __init__(self, database: Database, notices: tuple[str, ...] = ()) -> None:
        self.database = database
        self.notices = notices

    @staticmethod
    def open(path: Path, now: dt.datetime, timeout: dt.timedelta = BUSY_TIMEOUT) -> Store:
        """Open or create the file, raising `StoreError`.

        An older file is migrated after a backup; a damaged one is set aside and rebuilt from what can still be
        read.  `notices` then holds the sentences to show.  `timeout` is how long a busy file is waited for.
        """
        notices = open_file(path, now, timeout)
        return Store(Database(path, timeout), notices)

    def close(self) -> None:
        """Close the file; later calls raise `StoreError` of kind "closed"."""
        self.database.close()

    def symbols(self, interval: str = "1d") -> tuple[str, ...]:
        """Return the symbols that have a series of this interval."""
        with self.database.reading() as connection:
            rows = connection.execute("SELECT symbol FROM series WHERE interval = ? ORDER BY symbol", (interval,))
            return tuple(symbol for (symbol,) in rows)

    def bars(self, symbol: str, interval: str = "1d") -> Stored:
        """Return everything stored of one series; an unknown one is empty."""
        with self.database.reading() as connection:
            head = _series(connection, symbol, interval)
            if head is None:
                return Stored(Bars.empty())
            query = f"SELECT {_COLUMNS}, source FROM bars WHERE series = ? ORDER BY slot"  # noqa: S608
            table = _table(connection.execute(query, (head["id"],)).fetchall(), 9)
            names = dict(connection.execute("SELECT id, name FROM sources"))
            (revised,) = connection.execute(
                "SELECT count(DISTINCT time) FROM revisions WHERE symbol = ? AND interval = ?", (symbol, interval)
            ).fetchone()
        ids, origin = np.unique(table[:, 8].astype(np.int64), return_inverse=True)
        sources = tuple(names[int(number)] for number in ids)
        return Stored(
            bars=_aligned(table),
            source=sources[origin[-1]] if sources else head["source"],
            fetched_at=from_micros(head["fetched_at"]),
            fresh_until=from_micros(head["fresh_until"]),
            currency=head["currency"],
            revised=revised,
            name=head["name"],
            primary=head["source"],
            sources=sources,
            origin=origin,
        )

    def merge(self, fetched: Fetched, interval: str = "1d") -> Merged:
        """Merge fetched bars into the series in one transaction, and return what that did.

        Bars are sorted first; of duplicates the last received counts.  A bar in progress is replaced silently, a
        final one never by one in progress.  A final bar whose price changes by more than one part in a million is
        overwritten and kept as a `Revision`; a changed volume alone is only counted.  A missing value never
        replaces a number.

        Whose bar wins: the first source that writes a series becomes its primary.  A final bar is replaced only
        by the source that gave it, or by the primary; what another source says of it is counted as `kept` and
        changes nothing.  So an imported history stays what was imported while a live source adds the sessions
        after it, an import into a live series fills gaps only, and two sources never overwrite each other in
        turns.  Bars that are missing or in progress are taken from anyone.  All imported files count as one source.
        """
        bars, duplicates, unsorted = in_order(fetched.bars, interval)
        with self.database.writing() as connection:
            head = _series(connection, fetched.symbol, interval) or _new_series(connection, fetched, interval)
            merged = _merge(connection, head, fetched, bars, interval)
            _note_source(connection, head, fetched, bars, interval)
        return Merged(**merged, duplicates=duplicates, unsorted=unsorted)

    def revisions(self, symbol: str) -> tuple[Revision, ...]:
        """Return what sources changed of this symbol's final bars, newest notice first."""
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT symbol, session, at, source, changes, time, replaced, interval FROM revisions "
                "WHERE symbol = ? ORDER BY id DESC",
                (symbol,),
            ).fetchall()
        return tuple(
            Revision(
                symbol, from_day(session), instant_of(at), source,
                tuple(Change(*change) for change in json.loads(changed)), time, replaced, interval,
            )
            for symbol, session, at, source, changed, time, replaced, interval in rows
        )  # fmt: skip

    def set_fresh_until(self, symbol: str, until: dt.datetime) -> None:
        """Keep until when the symbol's daily bars need no newer ones, for a first paint without a calendar."""
        with self.database.writing() as connection:
            connection.execute(
                "UPDATE series SET fresh_until = ? WHERE symbol = ? AND interval = '1d'", (to_micros(until), symbol)
            )

    def log_fetch(self, entry: FetchEntry) -> None:
        """Keep how a fetch ended; the log holds the latest few of each symbol, and each source's latest success."""
        with self.database.writing() as connection:
            connection.execute(
                "INSERT INTO fetches(symbol, source, at, outcome, message) VALUES (?, ?, ?, ?, ?)",
                (entry.symbol, entry.source, to_micros(entry.at), entry.outcome, entry.message),
            )
            connection.execute(
                "DELETE FROM fetches WHERE symbol = ? "
                "AND id NOT IN (SELECT id FROM fetches WHERE symbol = ? ORDER BY id DESC LIMIT ?) "
                "AND id NOT IN (SELECT max(id) FROM fetches WHERE symbol = ? AND outcome = 'ok' GROUP BY source)",
                (entry.symbol, entry.symbol, _FETCHES_KEPT, entry.symbol),
            )

    def last_fetches(self) -> Mapping[str, FetchEntry]:
        """Return how the latest fetch of each symbol ended."""
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT symbol, source, at, outcome, message, EXISTS(SELECT 1 FROM fetches AS other WHERE "
                "other.symbol = last.symbol AND other.source = last.source AND other.outcome = 'ok') "
                "FROM fetches AS last WHERE id IN (SELECT max(id) FROM fetches GROUP BY symbol)"
            ).fetchall()
        return {
            symbol: FetchEntry(symbol, source, instant_of(at), outcome, message, ever_ok=bool(ever_ok))
            for symbol, source, at, outcome, message, ever_ok in rows
        }

    def breaker(self, host: str) -> dt.datetime | None:
        """Return until when (UTC) a host must not be asked; None when it may be."""
        with self.database.reading() as connection:
            row = connection.execute("SELECT until FROM breakers WHERE host = ?", (host,)).fetchone()
        return from_micros(row[0]) if row else None

    def set_breaker(self, host: str, until: dt.datetime | None) -> None:
        """Keep until when (UTC) a host must not be asked; None lifts that."""
        with self.database.writing() as connection:
            connection.execute("DELETE FROM breakers WHERE host = ?", (host,))
            if until is not None:
                connection.execute("INSERT INTO breakers VALUES (?, ?)", (host, to_micros(until)))

    def forget(self, symbol: str) -> None:
        """Delete the symbol's bars, revisions and fetch log, and disarm its rules; alerts stay in the history."""
        with self.database.writing() as connection:
            connection.execute("DELETE FROM bars WHERE series IN (SELECT id FROM series WHERE symbol = ?)", (symbol,))
            for table in ("series", "revisions", "fetches", "armed", "breaks", "break_changes"):
                connection.execute(f"DELETE FROM {table} WHERE symbol = ?", (symbol,))  # noqa: S608


def _series(connection: sqlite3.Connection, symbol: str, interval: str) -> dict[str, Any] | None:
    names = ("id", "source", "currency", "name", "fetched_at", "fresh_until")
    query = f"SELECT {', '.join(names)} FROM series WHERE symbol = ? AND interval = ?"  # noqa: S608
    row = connection.execute(query, (symbol, interval)).fetchone()
    return None if row is None else dict(zip(names, row, strict=True))


def _new_series(connection: sqlite3.Connection, fetched: Fetched, interval: str) -> dict[str, Any]:
    connection.execute(
        "INSERT INTO series(symbol, interval, source) VALUES (?, ?, ?)", (fetched.symbol, interval, fetched.source)
    )
    head = _series(connection, fetched.symbol, interval)
    assert head is not None  # noqa: S101 - inserted one line above, in this transaction
    return head


def _merge(
    connection: sqlite3.Connection, head: dict[str, Any], fetched: Fetched, bars: Bars, interval: str
) -> dict[str, Any]:
    """Write what is new and return the counts for `Merged`."""
    slots = slots_of(bars, interval)
    stored, known, origin = _stored_beside(connection, head, slots)
    names = dict(connection.execute("SELECT id, name FROM sources"))
    own = [number for number, name in names.items() if owner_of(name) == owner_of(fetched.source)]
    primary = owner_of(head["source"]) == owner_of(fetched.source)
    verdicts = judge(bars, stored, known, np.isin(origin, own) | primary)
    replaced = [names.get(number, "") for number in origin.tolist()]
    revisions = _keep_revisions(connection, fetched, verdicts, stored, replaced, interval)
    _write(connection, head["id"], fetched, bars, slots, verdicts)
    counts = {name: int(getattr(verdicts, name).sum()) for name in ("settled", "refreshed", "kept")}
    return {
        "symbol": fetched.symbol,
        "added": int(verdicts.new.sum()),
        "volumes_changed": int(verdicts.volume_only.sum()),
        "unchanged": int((~verdicts.written & ~verdicts.kept).sum()),
        "revisions": revisions,
        **counts,
    }


def _stored_beside(
    connection: sqlite3.Connection, head: dict[str, Any], slots: Seconds
) -> tuple[Bars, Flags, npt.NDArray[np.int64]]:
    """Return the stored bars aligned with the slots, where there are any, and the number of each one's source."""
    span = (int(slots[0]), int(slots[-1])) if len(slots) else (0, -1)
    query = f"SELECT {_COLUMNS}, source, slot FROM bars WHERE series = ? AND slot BETWEEN ? AND ? ORDER BY slot"  # noqa: S608
    table = _table(connection.execute(query, (head["id"], *span)).fetchall(), 10)
    table = np.vstack([table, np.full(10, np.nan)])  # what is not stored lines up with a row of nothing
    position = np.searchsorted(table[:-1, 9], slots)
    known: Flags = table[position, 9] == slots
    position = np.where(known, position, len(table) - 1)
    return _aligned(table[position]), known, np.nan_to_num(table[position, 8]).astype(np.int64)


def _number_of(connection: sqlite3.Connection, source: str) -> int:
    """Return the number that stands for a source in the bars."""
    connection.execute("INSERT OR IGNORE INTO sources(name) VALUES (?)", (source,))
    (number,) = connection.execute("SELECT id FROM sources WHERE name = ?", (source,)).fetchone()
    return int(number)


def _write(
    connection: sqlite3.Connection,
    series: int,
    fetched: Fetched,
    bars: Bars,
    slots: Seconds,
    verdicts: Verdicts,
) -> None:
    """Write the bars that are new or different."""
    rows = np.flatnonzero(verdicts.written)
    sessions = bars.session.astype("datetime64[D]").astype(np.int64)
    columns = [slots, bars.time, sessions, *verdicts.values.values(), verdicts.final.astype(np.int64)]
    at = to_micros(fetched.fetched_at)
    source = _number_of(connection, fetched.source)
    connection.executemany(
        "INSERT INTO bars VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
        "time = excluded.time, session = excluded.session, open = excluded.open, high = excluded.high, "
        "low = excluded.low, close = excluded.close, volume = excluded.volume, final = excluded.final, "
        "source = excluded.source, fetched_at = excluded.fetched_at, revision = revision + excluded.revision",
        zip(
            [series] * len(rows),
            *(column[rows].tolist() for column in columns),
            [source] * len(rows),
            [at] * len(rows),
            verdicts.revised[rows].astype(np.int64).tolist(),
            strict=True,
        ),
    )


def _keep_revisions(
    connection: sqlite3.Connection,
    fetched: Fetched,
    verdicts: Verdicts,
    stored: Bars,
    replaced: list[str],
    interval: str,
) -> tuple[Revision, ...]:
    """Store the old and new values of the final bars that changed."""
    revisions = tuple(
        Revision(
            symbol=fetched.symbol,
            session=stored.session[row].astype(object),
            at=fetched.fetched_at,
            source=fetched.source,
            changes=changes(verdicts, stored, row),
            time=int(stored.time[row]),
            replaced=replaced[row],
            interval=interval,
        )
        for row in np.flatnonzero(verdicts.revised).tolist()
    )
    connection.executemany(
        "INSERT INTO revisions(symbol, interval, session, time, at, source, replaced, changes) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                r.symbol, r.interval, to_day(r.session), r.time, to_micros(r.at), r.source, r.replaced,
                json.dumps([(c.field, c.old, c.new) for c in r.changes]),
            )
            for r in revisions
        ],
    )  # fmt: skip
    return revisions


def _note_source(
    connection: sqlite3.Connection, head: dict[str, Any], fetched: Fetched, bars: Bars, interval: str
) -> None:
    """Keep what the source said of the series, and when its newest session was last received."""
    (newest,) = connection.execute("SELECT max(slot) FROM bars WHERE series = ?", (head["id"],)).fetchone()
    reached = len(bars) > 0 and int(slots_of(bars, interval)[-1]) >= newest
    at = to_micros(fetched.fetched_at)
    connection.execute(
        "UPDATE series SET currency = coalesce(?, currency), name = coalesce(?, name), "
        "fetched_at = CASE WHEN ? THEN max(coalesce(fetched_at, ?), ?) ELSE fetched_at END WHERE id = ?",
        (fetched.currency, fetched.name, reached, at, at, head["id"]),
    )


def _table(rows: list[tuple[Any, ...]], width: int) -> npt.NDArray[np.float64]:
    """Return rows as one float array; every integer in it is below 2**53, and a missing price becomes NaN."""
    return np.array(rows, np.float64).reshape(len(rows), width)


def _aligned(table: npt.NDArray[np.float64]) -> Bars:
    """Return the first eight columns of a table as bars; a row of NaN gives a bar that means nothing."""
    with np.errstate(invalid="ignore"):
        whole = np.nan_to_num(table[:, [0, 1, 7]]).astype(np.int64)
    opened, high, low, close, volume = np.ascontiguousarray(table[:, 2:7].T)
    session = whole[:, 1].astype("datetime64[D]")
    return Bars(np.ascontiguousarray(whole[:, 0]), session, opened, high, low, close, volume, whole[:, 2] == 1)

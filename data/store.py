"""The profile's store of bars, fetches and breakers: one SQLite file, one writer, readers anywhere."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from data.as_of import AsOf, settled_as_of
from data.bars import Bars
from data.database import BUSY_TIMEOUT, Database, StoreError, from_day, from_micros, instant_of, to_micros
from data.merge import Change, Merged, Revision
from data.opening import open_file
from data.series import find_series, merge_series, read_bars
from data.source import Fetched

__all__ = ["AsOf", "Change", "FetchEntry", "Merged", "Revision", "Store", "StoreError", "Stored"]

_FETCHES_KEPT = 50


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
    interval: str = "1d"


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
            head = find_series(connection, symbol, interval)
            if head is None:
                return Stored(Bars.empty(), interval=interval)
            bars, sources, origin = read_bars(connection, head)
            (revised,) = connection.execute(
                "SELECT count(DISTINCT time) FROM revisions WHERE symbol = ? AND interval = ?", (symbol, interval)
            ).fetchone()
        return Stored(
            bars=bars,
            source=sources[origin[-1]] if sources else head.source,
            fetched_at=from_micros(head.fetched_at),
            fresh_until=from_micros(head.fresh_until),
            currency=head.currency,
            revised=revised,
            name=head.name,
            primary=head.source,
            sources=sources,
            origin=origin,
            interval=interval,
        )

    def settled_as_of(self, symbol: str, instant: dt.datetime) -> AsOf:
        """Return the final daily bars of a symbol as they were stored at a UTC instant, corrections since undone.

        Volumes are those of today.  Where `certain` is False it cannot be told of every bar whether it was there.
        """
        with self.database.reading() as connection:
            head = find_series(connection, symbol, "1d")
            return AsOf(Bars.empty()) if head is None else settled_as_of(connection, head, to_micros(instant))

    def merge(self, fetched: Fetched, interval: str = "1d") -> Merged:
        """Merge fetched bars into the series in one transaction, and return what that did.

        Bars are sorted first; of duplicates the last received counts.  A bar in progress is replaced silently, a
        final one never by one in progress.  A final bar whose price changes by more than one part in a million is
        overwritten and kept as a `Revision`; a changed volume alone is only counted.  A missing value never
        replaces a number.

        Whose bar wins: the first live source that writes a series becomes its primary, an imported file only as
        long as there is none.  A final bar is replaced only by the source that gave it, or by the primary; what
        another source says of it is counted as `kept` and changes nothing.  So what was imported is corrected by a
        live source, each difference kept as a revision; an import into a live series fills gaps only; and two
        live sources never overwrite each other in turns.  Bars that are missing or in progress are taken from
        anyone.  All imported files count as one source.
        """
        with self.database.writing() as connection:
            return merge_series(connection, fetched, interval)

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

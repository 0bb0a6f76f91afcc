"""One series of bars in the database: reading it into columns, and writing what a merge decided."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from data.bars import Bars, Flags, Floats, Seconds
from data.database import to_day, to_micros
from data.merge import IMPORT, Merged, Revision, Verdicts, changes, in_order, judge, owner_of, slots_of
from data.source import Fetched

_COLUMNS = "time, session, open, high, low, close, volume, final, source"
_HEAD = "id, source, currency, name, fetched_at, fresh_until"
_PLACES = ", ".join("?" * 13)
# A price counts as known since it was last written; a volume that came later changes nothing of that.
_UPSERT = f"""INSERT INTO bars VALUES ({_PLACES}) ON CONFLICT DO UPDATE SET
    time = excluded.time, session = excluded.session, open = excluded.open, high = excluded.high,
    low = excluded.low, close = excluded.close, volume = excluded.volume, final = excluded.final,
    source = excluded.source, fetched_at = iif(?, fetched_at, excluded.fetched_at),
    revision = revision + excluded.revision"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Series:
    """What is kept of a series beside its bars; times in UTC microseconds since 1970."""

    id: int
    source: str
    currency: str | None
    name: str | None
    fetched_at: int | None
    fresh_until: int | None


@dataclass(frozen=True, slots=True, eq=False)
class _Beside:
    """The stored bars of the slots that a merge is about: which there are, since when, and the source number of each.

    `written_at` is in UTC microseconds since 1970.
    """

    bars: Bars
    known: Flags
    written_at: Seconds
    origin: npt.NDArray[np.int64]


def find_series(connection: sqlite3.Connection, symbol: str, interval: str) -> Series | None:
    """Return the series, or None when nothing was ever stored in it."""
    query = f"SELECT {_HEAD} FROM series WHERE symbol = ? AND interval = ?"  # noqa: S608
    row = connection.execute(query, (symbol, interval)).fetchone()
    return None if row is None else Series(*row)


def read_bars(connection: sqlite3.Connection, series: Series) -> tuple[Bars, tuple[str, ...], npt.NDArray[np.int64]]:
    """Return the bars, the names of their sources, and which of these each bar came from."""
    query = f"SELECT {_COLUMNS} FROM bars WHERE series = ? ORDER BY slot"  # noqa: S608
    table = _table(connection.execute(query, (series.id,)).fetchall(), 9)
    names = _sources(connection)
    numbers, origin = np.unique(table[:, 8].astype(np.int64), return_inverse=True)
    return _bars(table), tuple(names[int(number)] for number in numbers), origin


def merge_series(connection: sqlite3.Connection, fetched: Fetched, interval: str) -> Merged:
    """Merge fetched bars as `Store.merge` describes, inside the transaction of the connection."""
    bars, duplicates, unsorted = in_order(fetched.bars, interval)
    series = find_series(connection, fetched.symbol, interval) or _begin(connection, fetched, interval)
    if owner_of(series.source) == IMPORT != owner_of(fetched.source):
        series = _promote(connection, series, fetched.source)
    slots = slots_of(bars, interval)
    stored = _stored_beside(connection, series, slots)
    names = _sources(connection)
    own = [number for number, name in names.items() if owner_of(name) == owner_of(fetched.source)]
    primary = owner_of(series.source) == owner_of(fetched.source)
    verdicts = judge(bars, stored.bars, stored.known, np.isin(stored.origin, own) | primary)
    revisions = _revisions(fetched, verdicts, stored, names, interval)
    _keep(connection, revisions, stored.written_at[verdicts.revised].tolist())
    _write(connection, series, fetched, (slots, bars), verdicts)
    _note_source(connection, series, fetched, slots)
    return Merged(
        symbol=fetched.symbol,
        added=int(verdicts.new.sum()),
        settled=int(verdicts.settled.sum()),
        unchanged=int((~verdicts.written & ~verdicts.kept).sum()),
        revisions=revisions,
        refreshed=int(verdicts.refreshed.sum()),
        volumes_changed=int(verdicts.volume_only.sum()),
        kept=int(verdicts.kept.sum()),
        duplicates=duplicates,
        unsorted=unsorted,
    )


def _begin(connection: sqlite3.Connection, fetched: Fetched, interval: str) -> Series:
    cursor = connection.execute(
        "INSERT INTO series(symbol, interval, source) VALUES (?, ?, ?)", (fetched.symbol, interval, fetched.source)
    )
    return Series(int(cursor.lastrowid or 0), fetched.source, None, None, None, None)


def _promote(connection: sqlite3.Connection, series: Series, source: str) -> Series:
    """Make a live source the primary of a series that began as an import."""
    connection.execute("UPDATE series SET source = ? WHERE id = ?", (source, series.id))
    return replace(series, source=source)


def _stored_beside(connection: sqlite3.Connection, series: Series, slots: Seconds) -> _Beside:
    """Return the stored bars aligned with the slots."""
    span = (int(slots[0]), int(slots[-1])) if len(slots) else (0, -1)
    query = f"SELECT {_COLUMNS}, slot, fetched_at FROM bars WHERE series = ? AND slot BETWEEN ? AND ? ORDER BY slot"  # noqa: S608
    table = _table(connection.execute(query, (series.id, *span)).fetchall(), 11)
    table = np.vstack([table, np.full(11, np.nan)])  # what is not stored lines up with a row of nothing
    position = np.searchsorted(table[:-1, 9], slots)
    known: Flags = table[position, 9] == slots
    position = np.where(known, position, len(table) - 1)
    written_at, origin = (np.nan_to_num(table[position, column]).astype(np.int64) for column in (10, 8))
    return _Beside(_bars(table[position]), known, written_at, origin)


def _revisions(
    fetched: Fetched, verdicts: Verdicts, stored: _Beside, names: dict[int, str], interval: str
) -> tuple[Revision, ...]:
    """Return the old and new values of the final bars that changed."""
    return tuple(
        Revision(
            symbol=fetched.symbol,
            session=stored.bars.session[row].astype(object),
            at=fetched.fetched_at,
            source=fetched.source,
            changes=changes(verdicts, stored.bars, row),
            time=int(stored.bars.time[row]),
            replaced=names[int(stored.origin[row])],
            interval=interval,
        )
        for row in np.flatnonzero(verdicts.revised).tolist()
    )


def _keep(connection: sqlite3.Connection, revisions: tuple[Revision, ...], known_since: list[int]) -> None:
    rows = []
    for one, since in zip(revisions, known_since, strict=True):
        changed = json.dumps([(change.field, change.old, change.new) for change in one.changes])
        place = (one.symbol, one.interval, to_day(one.session), one.time)
        rows.append((*place, to_micros(one.at), one.source, one.replaced, changed, since))
    connection.executemany(
        "INSERT INTO revisions(symbol, interval, session, time, at, source, replaced, changes, known_since) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )


def _write(
    connection: sqlite3.Connection,
    series: Series,
    fetched: Fetched,
    placed: tuple[Seconds, Bars],
    verdicts: Verdicts,
) -> None:
    """Write the bars that are new or different."""
    slots, bars = placed
    rows = np.flatnonzero(verdicts.written)
    sessions = bars.session.astype("datetime64[D]").astype(np.int64)
    columns = [slots, bars.time, sessions, *verdicts.values.values(), verdicts.final.astype(np.int64)]
    same = ([value] * len(rows) for value in (_number_of(connection, fetched.source), to_micros(fetched.fetched_at)))
    revised = verdicts.revised[rows].astype(np.int64).tolist()
    listed = (column[rows].tolist() for column in columns)
    keeps = verdicts.volume_only[rows].tolist()
    connection.executemany(_UPSERT, zip([series.id] * len(rows), *listed, *same, revised, keeps, strict=True))


def _note_source(connection: sqlite3.Connection, series: Series, fetched: Fetched, slots: Seconds) -> None:
    """Keep what the source said of the series, and when its newest session was last received."""
    (newest,) = connection.execute("SELECT max(slot) FROM bars WHERE series = ?", (series.id,)).fetchone()
    reached = len(slots) > 0 and int(slots[-1]) >= newest
    at = to_micros(fetched.fetched_at)
    connection.execute(
        "UPDATE series SET currency = coalesce(?, currency), name = coalesce(?, name), "
        "fetched_at = CASE WHEN ? THEN max(coalesce(fetched_at, ?), ?) ELSE fetched_at END WHERE id = ?",
        (fetched.currency, fetched.name, reached, at, at, series.id),
    )


def _sources(connection: sqlite3.Connection) -> dict[int, str]:
    return dict(connection.execute("SELECT id, name FROM sources"))


def _number_of(connection: sqlite3.Connection, source: str) -> int:
    """Return the number that stands for a source in the bars."""
    connection.execute("INSERT OR IGNORE INTO sources(name) VALUES (?)", (source,))
    (number,) = connection.execute("SELECT id FROM sources WHERE name = ?", (source,)).fetchone()
    return int(number)


def _table(rows: list[tuple[Any, ...]], width: int) -> Floats:
    """Return rows as one float array; every integer in it is below 2**53, and a missing price becomes NaN."""
    return np.array(rows, np.float64).reshape(len(rows), width)


def _bars(table: Floats) -> Bars:
    """Return the first eight columns of a table as bars; a row of NaN gives a bar that means nothing."""
    whole = np.nan_to_num(table[:, [0, 1, 7]]).astype(np.int64)
    opened, high, low, close, volume = np.ascontiguousarray(table[:, 2:7].T)
    session = whole[:, 1].astype("datetime64[D]")
    return Bars(np.ascontiguousarray(whole[:, 0]), session, opened, high, low, close, volume, whole[:, 2] == 1)

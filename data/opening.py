"""Opening the profile's database: making, checking, migrating, and rebuilding a damaged one."""

from __future__ import annotations

import datetime as dt
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from data.database import BUSY_TIMEOUT, StoreError, connect, suspect_mark, told_plainly
from data.salvage import Salvage, rebuild
from data.schema import NewerSchemaError, migrate

_CHECKED_AT_ONCE = 64 * 1024 * 1024  # bytes; some 0.2 s of reading, beyond that only after a fault was seen
_PAUSE = 0.02  # seconds between two tries


def open_file(path: Path, now: dt.datetime, timeout: dt.timedelta = BUSY_TIMEOUT) -> tuple[str, ...]:
    """Leave a sound file of the newest schema at `path`, and return what the user should be told.

    Raises `StoreError`.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError("readonly") from error
    try:
        return _open_patiently(path, now, timeout)
    except StoreError as error:
        if error.kind != "damaged":
            raise
        return _repair(path, now, timeout)


def _open_patiently(path: Path, now: dt.datetime, timeout: dt.timedelta) -> tuple[str, ...]:
    """Try again while another process creates the file: SQLite does not wait for a change of the journal's mode."""
    until = time.monotonic() + timeout.total_seconds()
    while True:
        try:
            return _open_sound(path, now, timeout)
        except StoreError as error:
            if error.kind != "locked" or time.monotonic() >= until:
                raise
        time.sleep(_PAUSE)


def _open_sound(path: Path, now: dt.datetime, timeout: dt.timedelta) -> tuple[str, ...]:
    with told_plainly(), closing(connect(path, timeout)) as connection:
        _check(connection, path)
        try:
            backups = migrate(connection, path, now)
        except NewerSchemaError as error:
            raise StoreError("newer") from error
    return tuple(f"The database was brought up to date; the older one is kept as {copy.name}." for copy in backups)


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """Raise `StoreError` when the file is damaged; a big one is read through only after a fault was seen in it."""
    mark = suspect_mark(path)
    if path.stat().st_size > _CHECKED_AT_ONCE and not mark.exists():
        return
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise StoreError("damaged")
    mark.unlink(missing_ok=True)


def _repair(path: Path, now: dt.datetime, timeout: dt.timedelta) -> tuple[str, ...]:
    """Rebuild the file, unless another process has just done so."""
    patience = dt.timedelta(seconds=60)
    guard = path.with_name(f"{path.name}.repair")  # a lock that the system releases when its owner dies
    with told_plainly(), closing(sqlite3.connect(guard, timeout=patience.total_seconds())) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        try:
            return _open_sound(path, now, timeout)
        except StoreError as error:
            if error.kind != "damaged":
                raise
        try:
            salvage = rebuild(path, now)
        except OSError as error:
            raise StoreError("damaged") from error
        suspect_mark(path).unlink(missing_ok=True)
        return (_told(salvage), *_open_sound(path, now, timeout))


def _told(salvage: Salvage) -> str:
    bars, series, alerts = (salvage.rows[table] for table in ("bars", "series", "alerts"))
    saved = "nothing could be read from it"
    if bars or alerts:
        saved = f"{bars:,} bars of {series:,} series and {alerts:,} alerts were saved from it"
    return (
        f"The database of this profile was damaged and has been rebuilt: {saved}. "
        f"Missing prices are fetched again; the damaged file is kept as {salvage.kept_as.name}."
    )

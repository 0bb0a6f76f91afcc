"""Connections to the profile's database, and its failures in plain words."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

StoreFailure = Literal["locked", "full", "damaged", "readonly", "newer", "closed", "unreadable"]

BUSY_TIMEOUT = dt.timedelta(seconds=5)
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "cell_size_check = ON",
    "trusted_schema = OFF",
    "journal_size_limit = 16777216",
)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_FIRST_DAY = dt.date(1970, 1, 1)

_MESSAGES: dict[StoreFailure, str] = {
    "locked": "Another program keeps the database of this profile busy, so nothing could be saved just now. "
    "What was saved before is safe; the app tries again at the next refresh.",
    "full": "The disk is full, so nothing new could be saved. What was saved before is safe; please free some space.",
    "damaged": "The database of this profile is damaged. Please start the app again: it sets the file aside and "
    "rebuilds it from what can still be read.",
    "readonly": "The folder of this profile cannot be written to, or its database has been removed, so nothing "
    "can be saved. Please check the folder, or choose another folder with --profile.",
    "newer": "This profile was written by a newer version of the app. Please update the app, "
    "or choose another folder with --profile.",
    "closed": "The app is closing, so nothing more is saved.",
    "unreadable": "The disk reported a fault while the database of this profile was in use. What was saved before "
    "is kept; please check the disk.",
}

_KINDS: dict[int, StoreFailure] = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_PROTOCOL: "locked",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
    sqlite3.SQLITE_READONLY: "readonly",
    sqlite3.SQLITE_CANTOPEN: "readonly",
    sqlite3.SQLITE_PERM: "readonly",
    sqlite3.SQLITE_AUTH: "readonly",
    sqlite3.SQLITE_IOERR: "unreadable",
}


class StoreError(Exception):
    """A read or write that did not happen.

    `message` is for the user, the `__cause__` for the log, `kind` decides what happens next: locked (try again
    later), full (disk), damaged (open the store again), readonly (folder or file), newer (written by a later
    version), closed (the store is closed already), unreadable (the disk has a fault).
    """

    def __init__(self, kind: StoreFailure) -> None:
        super().__init__(_MESSAGES[kind])
        self.kind = kind
        self.message = _MESSAGES[kind]


def store_error(error: sqlite3.DatabaseError) -> StoreError | None:
    """Return what an SQLite error means for the user; None for a fault of the program itself."""
    code = getattr(error, "sqlite_errorcode", None)
    kind = None if code is None else _KINDS.get(code & 0xFF)
    return None if kind is None else StoreError(kind)


@contextmanager
def told_plainly() -> Iterator[None]:
    """Raise SQLite's own failures as `StoreError`."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if (told := store_error(error)) is None:
            raise
        raise told from error


def connect(path: Path, timeout: dt.timedelta = BUSY_TIMEOUT, *, create: bool = True) -> sqlite3.Connection:
    """Open one connection in autocommit mode, set so that a commit survives a power cut.

    Without `create` a missing file is an error: a file that vanished must not come back empty and unnoticed.
    """
    place = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
    connection = sqlite3.connect(
        place, uri=True, timeout=timeout.total_seconds(), isolation_level=None, check_same_thread=False
    )
    try:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").fetchall()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def suspect_mark(path: Path) -> Path:
    """Return the file whose presence says that the database must be checked when it is opened next."""
    return path.with_name(f"{path.name}.suspect")


class Database:
    """The connections of one process to one file: any thread borrows one for a transaction and gives it back."""

    def __init__(self, path: Path, timeout: dt.timedelta = BUSY_TIMEOUT) -> None:
        self.path = path
        self._timeout = timeout
        self._idle: list[tuple[sqlite3.Connection, int]] = []
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that sees one moment of the file throughout."""
        with self._transaction("BEGIN DEFERRED") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend the only connection that may write now; commits at the end, undoes everything on an error."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    def close(self) -> None:
        """Close every connection; one that a thread still holds is closed when it gives it back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection, _ in idle:
            connection.close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        try:
            with told_plainly():
                connection, inode = self._borrow()
                try:
                    connection.execute(begin)
                    yield connection
                    connection.execute("COMMIT")
                finally:
                    self._give_back(connection, inode)
        except StoreError as error:
            if error.kind == "damaged":
                with suppress(OSError):  # a folder that cannot be written to cannot be repaired either
                    suspect_mark(self.path).touch()
            raise

    def _borrow(self) -> tuple[sqlite3.Connection, int]:
        inode = self._inode()
        with self._lock:
            if self._closed:
                raise StoreError("closed")
            while self._idle:
                connection, opened = self._idle.pop()
                if opened == inode:
                    return connection, opened
                connection.close()  # the file was set aside and rebuilt by another process
        connection = connect(self.path, self._timeout, create=False)
        return connection, self._inode()

    def _give_back(self, connection: sqlite3.Connection, inode: int) -> None:
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.DatabaseError:  # the failure that led here is already on its way to the caller
            connection.close()
            return
        with self._lock:
            if not self._closed:
                self._idle.append((connection, inode))
                return
        connection.close()

    def _inode(self) -> int:
        try:
            return self.path.stat().st_ino
        except OSError:  # not there yet, or not to be seen: connecting says which
            return 0


def to_micros(instant: dt.datetime) -> int:
    """Return an aware instant as UTC microseconds since 1970."""
    return (instant - _EPOCH) // dt.timedelta(microseconds=1)


def from_micros(micros: int | None) -> dt.datetime | None:
    """Return UTC microseconds since 1970 as an aware instant; None stays None."""
    return None if micros is None else instant_of(micros)


def instant_of(micros: int) -> dt.datetime:
    """Return UTC microseconds since 1970 as an aware instant."""
    return _EPOCH + dt.timedelta(microseconds=micros)


def to_day(session: dt.date) -> int:
    """Return a session date as days since 1970."""
    return (session - _FIRST_DAY).days


def from_day(day: int) -> dt.date:
    """Return days since 1970 as a session date."""
    return _FIRST_DAY + dt.timedelta(days=day)

"""Rules as they are kept: their text, every revision of it, since when each is armed, and what live ones remember."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import dataclass
from typing import Any, Literal

from data.database import instant_of, to_micros
from data.store import Store

Edit = Literal["made", "edited", "removed"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule in the book: its definition as text, in the words of whoever wrote it.

    `armed_at` (UTC) is since when it watches: only what settles later can be news.  `revision` counts its edits.
    """

    key: str
    definition: str
    revision: int
    created_at: dt.datetime
    edited_at: dt.datetime
    armed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Edition:
    """One earlier or present text of a rule, what made it ("made", "edited", "removed"), and when (UTC)."""

    revision: int
    change: Edit
    definition: str
    at: dt.datetime


# Read as bytes: a damaged text must not keep the others from being read.
_ENTRY = (
    "SELECT rules.key, CAST(definition AS BLOB), rules.revision, created_at, at, armed_at "
    "FROM rules JOIN rule_revisions USING (key, revision) WHERE NOT deleted"
)


class Rulebook:
    """The rules of a profile, in the store's own file.  Texts alone: what they mean is for whoever reads them.

    Every method is one transaction and raises `StoreError`; threads and processes may share the file.
    """

    def __init__(self, store: Store) -> None:
        self._database = store.database

    def entries(self) -> tuple[Entry, ...]:
        """Return the rules that there are, in the order they were made."""
        with self._database.reading() as connection:
            return tuple(map(_entry, connection.execute(f"{_ENTRY} ORDER BY rules.id").fetchall()))

    def entry(self, key: str) -> Entry | None:
        """Return one rule; None where there is none, or no longer."""
        with self._database.reading() as connection:
            return _find(connection, key)

    def adopt(self, key: str, definition: str, now: dt.datetime) -> None:
        """Put a rule into the book that the app itself brings, once: not again after it was edited or removed.

        It is armed since when the ledger has been watching under its key; at `now` where it never has.
        """
        with self._database.writing() as connection:
            if connection.execute("SELECT 1 FROM rules WHERE key = ?", (key,)).fetchone():
                return
            (armed,) = connection.execute("SELECT min(at) FROM armed WHERE rule = ?", (key,)).fetchone()
            moment = to_micros(now)
            _write(connection, key, definition, "made", moment, moment if armed is None else armed)

    def save(self, key: str, definition: str, now: dt.datetime, *, rearm: bool = True) -> Entry:
        """Keep a new or edited rule.

        With `rearm` it watches from now on and forgets what it remembered; without, as after a new name alone, it goes
        on as before.  A rule that is new, or was removed, is always armed now.
        """
        with self._database.writing() as connection:
            before, moment = _find(connection, key), to_micros(now)
            if before is None or rearm:
                _arm(connection, key, moment)
            armed = moment if before is None or rearm else to_micros(before.armed_at)
            _write(connection, key, definition, "made" if before is None else "edited", moment, armed)
            saved = _find(connection, key)
        if saved is None:
            raise AssertionError("a rule that was just written is there")
        return saved

    def remove(self, key: str, now: dt.datetime) -> bool:
        """Take a rule out of the book, and return whether it was in it; its revisions and alerts stay."""
        with self._database.writing() as connection:
            before = _find(connection, key)
            if before is None:
                return False
            _write(connection, key, before.definition, "removed", to_micros(now), to_micros(before.armed_at))
            connection.execute("UPDATE rules SET deleted = 1 WHERE key = ?", (key,))
            connection.execute("DELETE FROM rule_memory WHERE key = ?", (key,))
        return True

    def editions(self, key: str) -> tuple[Edition, ...]:
        """Return every text that a rule ever had, oldest first, those of a removed one too."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT revision, change, CAST(definition AS BLOB), at FROM rule_revisions WHERE key = ? "
                "ORDER BY revision",
                (key,),
            ).fetchall()
        return tuple(
            Edition(revision, change, _text(definition), instant_of(at)) for revision, change, definition, at in rows
        )

    def memory(self, key: str) -> str | None:
        """Return what a live rule last remembered, as text; None where it remembers nothing since it was armed."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT memory FROM rule_memory WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def remember(self, key: str, revision: int, memory: str, now: dt.datetime) -> bool:
        """Keep what a rule remembers, and return whether it was kept: not for a text that has been edited since."""
        with self._database.writing() as connection:
            return _remember(connection, key, revision, memory, to_micros(now))

    def exchange(self, key: str, revision: int, before: str | None, after: str, now: dt.datetime) -> bool:
        """Remember `after` where the rule still remembers `before`; return False where somebody else was quicker.

        Two that look at the same rule at once, each from what it read, would otherwise undo one another's memory.
        """
        with self._database.writing() as connection:
            row = connection.execute("SELECT memory FROM rule_memory WHERE key = ?", (key,)).fetchone()
            held = None if row is None else str(row[0])
            return held == before and _remember(connection, key, revision, after, to_micros(now))


def _remember(connection: sqlite3.Connection, key: str, revision: int, memory: str, moment: int) -> bool:
    present = _find(connection, key)
    if present is None or present.revision != revision:
        return False
    connection.execute("INSERT OR REPLACE INTO rule_memory VALUES (?, ?, ?, ?)", (key, revision, memory, moment))
    return True


def _find(connection: sqlite3.Connection, key: str) -> Entry | None:
    row = connection.execute(f"{_ENTRY} AND rules.key = ?", (key,)).fetchone()
    return None if row is None else _entry(row)


def _arm(connection: sqlite3.Connection, key: str, moment: int) -> None:
    """Let the rule begin anew: what it remembered and since when it watches belong to its earlier text."""
    connection.execute("DELETE FROM rule_memory WHERE key = ?", (key,))
    connection.execute("UPDATE armed SET at = ? WHERE rule = ?", (moment, key))


def _write(connection: sqlite3.Connection, key: str, definition: str, change: Edit, moment: int, armed: int) -> None:
    connection.execute(
        "INSERT INTO rules(key, revision, created_at, armed_at, deleted) VALUES (?, 1, ?, ?, 0) "
        "ON CONFLICT DO UPDATE SET revision = revision + 1, armed_at = excluded.armed_at, deleted = 0",
        (key, moment, armed),
    )
    connection.execute(
        "INSERT INTO rule_revisions(key, revision, change, definition, at) "
        "SELECT key, revision, ?, ?, ? FROM rules WHERE key = ?",
        (change, definition, moment, key),
    )


def _entry(row: tuple[Any, ...]) -> Entry:
    key, definition, revision, created_at, edited_at, armed_at = row
    return Entry(key, _text(definition), revision, instant_of(created_at), instant_of(edited_at), instant_of(armed_at))


def _text(stored: bytes) -> str:
    return stored.decode("utf-8", errors="replace")

"""Rebuilding a damaged database: the file is set aside, and what can still be read moves to a new one."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.schema import MIGRATIONS, migrate

_Row = tuple[Any, ...]
_COMPANIONS = ("-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Salvage:
    """Where the damaged file is now, and how many rows of each table were saved from it."""

    kept_as: Path
    rows: dict[str, int]


def rebuild(path: Path, now: dt.datetime) -> Salvage:
    """Set the damaged file aside and leave a sound one in its place, with every row that could be read.

    There is a file at `path` at every moment, so that another process never begins an empty one meanwhile.  Raises
    `OSError` where files cannot be written or renamed.
    """
    aside = _free_name(path, now)
    with tempfile.TemporaryDirectory(prefix=".rebuild-", dir=path.parent) as folder:
        fresh = Path(folder) / "fresh.sqlite3"
        with closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
            migrate(connection, fresh, now)
            rows = _fill(connection, path, Path(folder), _first_pages(Path(folder), now))
        shutil.copyfile(path, aside)
        for ending in _COMPANIONS:  # a log left beside the new file would be played into it
            companion = path.with_name(path.name + ending)
            if companion.exists():
                companion.replace(aside.with_name(aside.name + ending))
        fresh.replace(path)
    return Salvage(aside, rows)


def _free_name(path: Path, now: dt.datetime) -> Path:
    stem = f"{path.name}.damaged-{now:%Y%m%dT%H%M%SZ}"
    aside, number = path.with_name(stem), 2
    while aside.exists():
        aside = path.with_name(f"{stem}-{number}")
        number += 1
    return aside


def _first_pages(folder: Path, now: dt.datetime) -> list[bytes]:
    """Return the first page of a fresh file of each version, the newest first."""
    pages = []
    for version in range(len(MIGRATIONS), 0, -1):
        fresh = folder / f"version-{version}.sqlite3"
        with closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
            migrate(connection, fresh, now, MIGRATIONS[:version])
        pages.append(fresh.read_bytes())
    return pages


def _fill(fresh: sqlite3.Connection, damaged_file: Path, folder: Path, first_pages: Sequence[bytes]) -> dict[str, int]:
    """Copy what can be read: through the damaged file as it is, then through one with a new first page.

    The first page holds the header and the directory of tables, and without it nothing can be found.  The pages of
    a schema are laid out alike in every file that began with it, so the first page of a fresh file of the version
    that the damaged one began with fits.  Tables that it was given later are then lost.
    """
    tables = _tables(fresh)
    saved = dict.fromkeys(tables, 0)
    for attempt in (None, *first_pages):
        copy = _copy(damaged_file, folder, attempt)
        with closing(sqlite3.connect(copy, isolation_level=None)) as damaged:
            for table, key in tables.items():
                saved[table] += _move(damaged, fresh, table, key)
        if any(saved.values()):
            break
    return saved


def _copy(damaged_file: Path, folder: Path, first_page: bytes | None) -> Path:
    """Copy the file and its log, perhaps with another first page, which then says how many pages there are."""
    copy = folder / ("repaired.sqlite3" if first_page else "copy.sqlite3")
    shutil.copyfile(damaged_file, copy)
    log = damaged_file.with_name(damaged_file.name + "-wal")
    if log.exists():
        shutil.copyfile(log, copy.with_name(copy.name + "-wal"))
    if first_page:
        size = int.from_bytes(first_page[16:18], "big")
        pages = (copy.stat().st_size // size).to_bytes(4, "big")
        with copy.open("r+b") as file:
            file.write(first_page[:18] + b"\x02\x02" + first_page[20:28] + pages + first_page[32:size])
    return copy


def _tables(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """Return each table with the columns of its key, in the order they were made."""
    names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return {name: _key(connection, name) for (name,) in names.fetchall()}


def _key(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    keyed = sorted((place, name) for _, name, _, _, _, place in columns if place)
    return tuple(name for _, name in keyed)


def _move(damaged: sqlite3.Connection, fresh: sqlite3.Connection, table: str, key: Sequence[str]) -> int:
    """Copy the readable rows of one table, and return how many."""
    width = len(fresh.execute(f"PRAGMA table_info({table})").fetchall())
    insert = f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * width)})"  # noqa: S608
    moved = 0
    fresh.execute("BEGIN")
    for row in _readable(damaged, table, key):
        try:
            moved += fresh.execute(insert, row).rowcount
        except sqlite3.Error:  # garbage that reads as a row, and breaks a rule of the table
            continue
    fresh.execute("COMMIT")
    return moved


def _readable(damaged: sqlite3.Connection, table: str, key: Sequence[str]) -> Iterator[_Row]:
    """Yield the rows from both ends of the table up to the first damage, then those between holes.

    Rows may come twice.
    """
    order = ", ".join(key)
    backwards = ", ".join(f"{name} DESC" for name in key)
    yield from _until_damage(damaged, f"SELECT * FROM {table} ORDER BY {order}")  # noqa: S608
    yield from _until_damage(damaged, f"SELECT * FROM {table} ORDER BY {backwards}")  # noqa: S608
    if table == "bars":
        yield from _between_holes(damaged)


def _between_holes(damaged: sqlite3.Connection) -> Iterator[_Row]:
    """Yield the bars of each series year by year, from both ends of each year."""
    year = 366 * 86_400
    query = "SELECT * FROM bars WHERE series = ? AND slot >= ? AND slot < ? ORDER BY slot"
    for series in _series(damaged):
        for start in range(-60 * year, 140 * year, year):
            for turn in ("", " DESC"):
                yield from _until_damage(damaged, query + turn, (series, start, start + year))


def _series(damaged: sqlite3.Connection) -> list[int]:
    """Return the numbers of all series, from wherever they can be read."""
    found = {row[0] for row in _until_damage(damaged, "SELECT id FROM series")}
    return sorted(number for number in found if isinstance(number, int))


def _until_damage(damaged: sqlite3.Connection, query: str, values: Sequence[int] = ()) -> Iterator[_Row]:
    try:
        yield from damaged.execute(query, values)
    except (sqlite3.Error, OverflowError, UnicodeDecodeError):
        return  # the rows behind this place cannot be reached this way

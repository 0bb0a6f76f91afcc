"""The stored figures of the economy: every value with when it was published, and every revision beside what it was."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import numpy as np

from data.bars import Flags, Floats, Seconds, Sessions
from data.database import Database, from_day, from_micros, instant_of, to_day, to_micros
from data.macro import SERIES, Observed

_SAME = 1e-9  # relative: what differs by less is the same number written otherwise


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """Stored values of one series, by date and then by when they were known; several of a date are its vintages.

    `known_at` and `received_at` are UTC epoch seconds; `exact` says of which values the source itself told when they
    came out, the others follow the rule of the series or the moment at which they were received.
    """

    series: str
    date: Sessions
    value: Floats
    known_at: Seconds
    received_at: Seconds
    exact: Flags

    def __len__(self) -> int:
        return len(self.date)

    def __getitem__(self, rows: Flags) -> Recorded:
        """Return the chosen rows."""
        return Recorded(
            self.series,
            self.date[rows],
            self.value[rows],
            self.known_at[rows],
            self.received_at[rows],
            self.exact[rows],
        )

    def as_of(self, instant: dt.datetime) -> Recorded:
        """Return one value a date: the last one that was known at a UTC instant."""
        known = self[self.known_at <= instant.timestamp()]
        last = np.ones(len(known), np.bool_)
        last[:-1] = known.date[1:] != known.date[:-1]
        return known[last]

    def first(self) -> Recorded:
        """Return one value a date: the one that was published first."""
        head = np.ones(len(self), np.bool_)
        head[1:] = self.date[1:] != self.date[:-1]
        return self[head]

    @property
    def revisions(self) -> int:
        """How many values replaced an earlier one."""
        return len(self.date) - len(np.unique(self.date))


@dataclass(frozen=True, slots=True)
class MacroMerged:
    """What keeping an answer did: `older_kept` counts stored values older than the answer's first, which stay."""

    series: str
    added: int = 0
    revised: int = 0
    older_kept: int = 0
    duplicates: int = 0

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know about it, in sentences."""
        told = []
        if self.older_kept:
            told.append(
                f"The source now begins later than it did; {self.older_kept:,} older values of {self.series} are kept."
            )
        if self.duplicates:
            told.append(f"{self.duplicates:,} values of {self.series} came twice; one each was kept.")
        return tuple(told)


@dataclass(frozen=True, slots=True)
class MacroState:
    """How fetching a series last went: `message` is for the user and empty when `outcome` is "ok"; UTC instants."""

    series: str
    source: str
    outcome: str
    message: str
    tried_at: dt.datetime | None
    fetched_at: dt.datetime | None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Maturity:
    """Marketable debt of one kind that matures on a day, in USD millions, as of the end of the month `record`."""

    record: dt.date
    kind: str
    matures: dt.date
    amount: float


@dataclass(frozen=True, slots=True)
class Headline:
    """One headline that a source has on an asset; `published_at` is the source's own time, UTC."""

    symbol: str
    key: str
    title: str
    publisher: str
    link: str
    published_at: dt.datetime


class _Row(NamedTuple):
    known_at: int
    value: float
    exact: bool


class MacroStore:
    """Figures of the economy in the profile's database.  Safe for several threads and for two processes at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def recorded(self, series: str) -> Recorded:
        """Return everything stored of a series; an unknown one is empty."""
        query = (
            "SELECT date, value, known_at, received_at, exact FROM macro_observations "
            "WHERE series = ? ORDER BY date, known_at"
        )
        with self._database.reading() as connection:
            rows = connection.execute(query, (series,)).fetchall()
        table = np.array(rows, np.float64).reshape(-1, 5)
        whole = table[:, [0, 2, 3, 4]].astype(np.int64)
        days: Sessions = whole[:, 0].astype("datetime64[D]")
        received: Seconds = whole[:, 2] // 1_000_000
        return Recorded(series, days, table[:, 1].copy(), whole[:, 1].copy(), received, whole[:, 3] > 0)

    def merge(self, observed: Observed) -> MacroMerged:
        """Keep an answer in one transaction: what is new is added, what changed is a further row, nothing is removed.

        A value counts as known from its release on (see `Observed.known_at`), else by the rule of its series; one that
        was not there yet when the source was last asked after that moment is known only since it was received, and
        so is a value that replaces another.
        """
        received = int(observed.received_at.timestamp())
        with self._database.writing() as connection:
            stored = _stored(connection, observed.series)
            asked = connection.execute(
                "SELECT fetched_at FROM macro_series WHERE series = ?", (observed.series,)
            ).fetchone()
            before = asked[0] // 1_000_000 if asked and asked[0] is not None else None
            days = observed.date.astype(np.int64)
            if observed.known_at is None:
                fresh = _rows(observed, stored, before)
            else:
                fresh = _exact_rows(observed, observed.known_at, stored)
                _forget_guesses(connection, observed, stored)
            connection.executemany(
                "INSERT OR REPLACE INTO macro_observations VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (observed.series, day, row.known_at, row.value, received * 1_000_000, int(row.exact))
                    for day, row in fresh
                ],
            )
            _note(connection, observed.series, observed.source, observed.received_at, "ok", "", observed.unit)
        added = len({day for day, _row in fresh} - stored.keys())
        first = int(days[0]) if len(days) else 0
        older = sum(day < first for day in stored)
        return MacroMerged(observed.series, added, len(fresh) - added, older, observed.duplicates)

    def note_failure(self, series: str, source: str, at: dt.datetime, kind: str, message: str) -> None:
        """Keep that and why a series could not be fetched; its values stay."""
        with self._database.writing() as connection:
            _note(connection, series, source, at, kind, message, "")

    def states(self) -> Mapping[str, MacroState]:
        """Return how fetching each series last went."""
        query = "SELECT series, source, outcome, message, tried_at, fetched_at, unit FROM macro_series"
        with self._database.reading() as connection:
            rows = connection.execute(query).fetchall()
        return {
            series: MacroState(series, source, outcome, message, from_micros(tried), from_micros(fetched), unit)
            for series, source, outcome, message, tried, fetched, unit in rows
        }

    def keep_maturities(self, maturities: Iterable[Maturity]) -> None:
        """Keep the maturities of whole months; a month that comes again replaces what was stored of it."""
        rows = [(to_day(one.record), one.kind, to_day(one.matures), one.amount) for one in maturities]
        with self._database.writing() as connection:
            connection.executemany(
                "DELETE FROM macro_maturities WHERE record = ?", [(record,) for record in {row[0] for row in rows}]
            )
            connection.executemany("INSERT OR REPLACE INTO macro_maturities VALUES (?, ?, ?, ?)", rows)

    def maturities(self) -> tuple[Maturity, ...]:
        """Return the maturities of the newest month, by day."""
        query = (
            "SELECT record, kind, matures, amount FROM macro_maturities "
            "WHERE record = (SELECT max(record) FROM macro_maturities) ORDER BY matures, kind"
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).fetchall()
        return tuple(
            Maturity(from_day(record), kind, from_day(matures), amount) for record, kind, matures, amount in rows
        )

    def keep_headlines(self, headlines: Iterable[Headline], now: dt.datetime) -> int:
        """Keep headlines, each once per asset, and return how many are new."""
        rows = [
            (one.symbol, one.key, one.title, one.publisher, one.link, to_micros(one.published_at), to_micros(now))
            for one in headlines
        ]
        with self._database.writing() as connection:
            before = connection.total_changes
            connection.executemany("INSERT OR IGNORE INTO headlines VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            return connection.total_changes - before

    def headlines(self, symbol: str | None = None, most: int = 200) -> tuple[Headline, ...]:
        """Return the newest headlines, of one asset or of all."""
        query = (
            "SELECT symbol, key, title, publisher, link, published_at FROM headlines "
            "WHERE ?1 IS NULL OR symbol = ?1 ORDER BY published_at DESC, key LIMIT ?2"
        )
        with self._database.reading() as connection:
            rows = connection.execute(query, (symbol, most)).fetchall()
        return tuple(
            Headline(symbol, key, title, publisher, link, instant_of(at))
            for symbol, key, title, publisher, link, at in rows
        )


def _stored(connection: sqlite3.Connection, series: str) -> dict[int, list[_Row]]:
    rows = connection.execute(
        "SELECT date, known_at, value, exact FROM macro_observations WHERE series = ? ORDER BY date, known_at",
        (series,),
    )
    return {
        day: [_Row(known, value, bool(exact)) for _day, known, value, exact in group]
        for day, group in groupby(rows, key=lambda row: int(row[0]))
    }


def _rows(observed: Observed, stored: Mapping[int, list[_Row]], before: int | None) -> list[tuple[int, _Row]]:
    """Return what is new in an answer that does not say when its values came out."""
    series = SERIES[observed.series]
    received, last = int(observed.received_at.timestamp()), max(stored, default=None)
    fresh = []
    for day, date, value in zip(
        observed.date.astype(np.int64).tolist(), observed.date.tolist(), observed.value.tolist(), strict=True
    ):
        there = stored.get(day)
        if there is None:
            published = min(int(series.known_at(date, value).timestamp()), received)
            late = before is not None and last is not None and day > last and published <= before
            fresh.append((day, _Row(received if late else published, value, exact=False)))
        elif not _same(there[-1].value, value):
            fresh.append((day, _Row(max(received, there[-1].known_at + 1), value, exact=False)))
    return fresh


def _exact_rows(observed: Observed, known_at: Seconds, stored: Mapping[int, list[_Row]]) -> list[tuple[int, _Row]]:
    """Return the vintages that are not stored yet."""
    there = {(day, row.known_at, row.value) for day, rows in stored.items() for row in rows if row.exact}
    days = observed.date.astype(np.int64).tolist()
    told = zip(days, known_at.tolist(), observed.value.tolist(), strict=True)
    return [(day, _Row(known, value, exact=True)) for day, known, value in told if (day, known, value) not in there]


def _forget_guesses(connection: sqlite3.Connection, observed: Observed, stored: Mapping[int, list[_Row]]) -> None:
    """Remove rows whose release was guessed and whose very value now comes with the day it came out."""
    told: dict[int, list[float]] = {}
    for day, value in zip(observed.date.astype(np.int64).tolist(), observed.value.tolist(), strict=True):
        told.setdefault(day, []).append(value)
    guessed = [
        (observed.series, day, row.known_at)
        for day, rows in stored.items()
        for row in rows
        if not row.exact and any(_same(row.value, value) for value in told.get(day, ()))
    ]
    connection.executemany(
        "DELETE FROM macro_observations WHERE series = ? AND date = ? AND known_at = ? AND exact = 0", guessed
    )


def _note(
    connection: sqlite3.Connection, series: str, source: str, at: dt.datetime, outcome: str, message: str, unit: str
) -> None:
    fetched = to_micros(at) if outcome == "ok" else None
    connection.execute(
        "INSERT INTO macro_series VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT(series) DO UPDATE SET source = ?2, "
        "unit = CASE ?3 WHEN '' THEN unit ELSE ?3 END, tried_at = ?4, fetched_at = coalesce(?5, fetched_at), "
        "outcome = ?6, message = ?7",
        (series, source, unit, to_micros(at), fetched, outcome, message),
    )


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= _SAME * max(abs(one), abs(other))

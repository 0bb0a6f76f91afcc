"""The scripted year as nothing disturbed it: the profile before every evening, and what each of them told."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from data.ledger import ALERTS, Alert, Ledger, Receipt, alert_of
from data.store import Store
from tests.support.scripted_year import SESSIONS
from tests.support.warm import World
from tests.support.watched_year import Order

DATABASE = "bellwether.sqlite3"
History = Sequence[tuple[Alert, tuple[Receipt, ...]]]


@dataclass(frozen=True, slots=True)
class Evening:
    """An evening that nothing disturbed: the profile before it, what was known, and the news of it and the next one."""

    number: int
    before: Path
    known: tuple[Alert, ...]
    news: tuple[Alert, ...]
    next_news: tuple[Alert, ...]


def undisturbed(world: World, folder: Path) -> list[Evening]:
    """Watch the whole year with a warm `tests.support.watched_year`; the last evening, with no next one, stays out."""
    assert world.run(Order(str(folder), tuple(range(SESSIONS)), keep=True)) == 0
    befores = [folder / f"after-{number - 1}" for number in range(SESSIONS)]
    kept = [alerts_of(each) for each in (*befores, folder / DATABASE)]
    fresh = [after[len(before) :] for before, after in pairwise(kept)]
    return [Evening(day, befores[day], kept[day], *news) for day, news in enumerate(pairwise(fresh))]


def history_of(folder: Path) -> History:
    """Return the alerts of a profile with their receipts, oldest first."""
    store = Store.open(folder / DATABASE, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    try:
        return tuple(reversed(Ledger(store).history(1000)))
    finally:
        store.close()


def alerts_of(database: Path) -> tuple[Alert, ...]:
    """Return the alerts of a database, oldest first; none of one that is not there."""
    if not database.exists():
        return ()
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute(f"SELECT {ALERTS} FROM alerts LEFT JOIN terms USING (key) ORDER BY id").fetchall()
    return tuple(map(alert_of, rows))

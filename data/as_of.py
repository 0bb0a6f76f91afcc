"""The final bars of a series as they were stored at an instant: what was corrected or came since is undone."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from data.bars import Bars
from data.series import Series, read_bars


@dataclass(frozen=True, slots=True, eq=False)
class AsOf:
    """Final bars as they were known at an instant, oldest first; `certain` says whether that is known of every one."""

    bars: Bars
    certain: bool = True


@dataclass(frozen=True, slots=True)
class _Undone:
    """What a bar's later revisions come to: the fields as they were, and since when (None: nobody noted it)."""

    values: dict[str, float]
    since: int | None


def settled_as_of(connection: sqlite3.Connection, series: Series, instant: int) -> AsOf:
    """Return the bars that were final at an instant (UTC microseconds since 1970), for a daily series.

    A bar whose prices were written since, and that has no revision, was missing or in progress then.
    """
    bars, _sources, _origin = read_bars(connection, series)
    query = "SELECT fetched_at FROM bars WHERE series = ? ORDER BY slot"
    written = np.array(connection.execute(query, (series.id,)).fetchall(), np.int64).reshape(-1)
    symbol = connection.execute("SELECT symbol FROM series WHERE id = ?", (series.id,)).fetchone()[0]
    undone, earlier = _undone(connection, symbol, instant)
    there, certain = bars.final & (written <= instant), True
    columns = {name: getattr(bars, name).copy() for name in ("open", "high", "low", "close", "volume")}
    row_of = {day: row for row, day in enumerate(bars.session.astype(np.int64).tolist())}
    for day, before in undone.items():
        row = row_of.get(day)
        if row is None:
            continue
        certain = certain and (before.since is not None or day in earlier)
        there[row] = day in earlier or before.since is None or before.since <= instant
        for name, value in before.values.items():
            columns[name][row] = value
    # A hole amid what was there: filled since, or written anew by a version that did not tell prices from volumes.
    last = int(np.flatnonzero(there)[-1]) if there.any() else 0
    certain = certain and bool(there[:last].all())
    return AsOf(replace(bars, **columns)[there], certain)


def _undone(connection: sqlite3.Connection, symbol: str, instant: int) -> tuple[dict[int, _Undone], frozenset[int]]:
    """Return by session (days since 1970) what undoes its revisions since, and which bars had revisions before that."""
    rows = connection.execute(
        "SELECT session, at, changes, known_since FROM revisions WHERE symbol = ? AND interval = '1d' ORDER BY id DESC",
        (symbol,),
    ).fetchall()
    values: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    since: dict[int, int | None] = {}
    for day, at, changes, known_since in rows:
        if at > instant:
            values[day] |= {name: np.nan if old is None else old for name, old, _new in json.loads(changes)}
            since[day] = known_since
    earlier = frozenset(day for day, at, *_rest in rows if at <= instant)
    return {day: _Undone(values[day], since[day]) for day in since}, earlier

"""Which sessions break a high, as rows: those of last time, and every change since."""

from __future__ import annotations

import sqlite3


def noted(connection: sqlite3.Connection, rule: str, symbol: str) -> set[int] | None:
    """Return the days noted last time; None when there was no last time."""
    began = connection.execute(
        "SELECT 1 FROM break_changes WHERE rule = ? AND symbol = ? AND change = 'first'", (rule, symbol)
    ).fetchone()
    if began is None:
        return None
    rows = connection.execute("SELECT session FROM breaks WHERE rule = ? AND symbol = ?", (rule, symbol))
    return {day for (day,) in rows}


def note(
    connection: sqlite3.Connection,
    whose: tuple[str, str],
    added: set[int],
    withdrawn: set[int],
    at: int,
    *,
    first: bool,
) -> None:
    """Keep which days began and which ceased to break the high, and each change with its time (UTC microseconds)."""
    connection.executemany("INSERT INTO breaks VALUES (?, ?, ?, ?)", [(*whose, day, at) for day in sorted(added)])
    connection.executemany(
        "DELETE FROM breaks WHERE rule = ? AND symbol = ? AND session = ?", [(*whose, day) for day in withdrawn]
    )
    lines: list[tuple[int | None, str]] = [(None, "first")] if first else []
    if not first:
        lines += [(day, "added") for day in sorted(added)] + [(day, "withdrawn") for day in sorted(withdrawn)]
    connection.executemany(
        "INSERT INTO break_changes(rule, symbol, session, change, at) VALUES (?, ?, ?, ?, ?)",
        [(*whose, day, change, at) for day, change in lines],
    )

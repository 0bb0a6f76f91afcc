"""Small histories for tests."""

from __future__ import annotations

import datetime as dt

from data.bars import BarRow, Bars
from data.source import Fetched

MONDAY = dt.date(2026, 1, 5)
NOW = dt.datetime(2026, 2, 2, 22, 0, tzinfo=dt.UTC)


def row(day: int, close: float = 100.0, *, final: bool = True, volume: float = 1000.0) -> BarRow:
    """Return one daily bar, `day` days after Monday 5 January 2026, that opens at 14:30 UTC."""
    session = MONDAY + dt.timedelta(days=day)
    opens = int(dt.datetime.combine(session, dt.time(14, 30), dt.UTC).timestamp())
    return BarRow(session, opens, close - 1, close + 2, close - 2, close, volume, final)


def fetched(*rows: BarRow, symbol: str = "^RUT", source: str = "Yahoo", at: dt.datetime = NOW) -> Fetched:
    """Return the rows as an answer of a source."""
    return Fetched(symbol, Bars.of(rows), source, at, "USD", "Russell 2000")

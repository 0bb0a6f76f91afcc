"""The day of 18 September 2025 as a small world: prices of our own that break a high of our own on that day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from data.bars import BarRow
from data.calendar import Calendars
from tests.support.loopback import Loopback

BREAK_DAY = dt.date(2025, 9, 18)
CLOSE = dt.datetime(2025, 9, 18, 20, tzinfo=dt.UTC)
BEFORE_CLOSE = CLOSE - dt.timedelta(minutes=30)
UNSETTLED = CLOSE + dt.timedelta(minutes=10)
SETTLED = CLOSE + dt.timedelta(minutes=21)
HIGH = 2400.0
BREAK = 2412.0
RISE, FALL = 300, 100


def index_rows(calendars: Calendars, scale: float = 1.0) -> list[BarRow]:
    """Bars of a New York index: a rise to the high, 100 sessions below it, and a close above it on the break day."""
    sessions = calendars.sessions("XNYS", dt.date(2023, 6, 1), BREAK_DAY)[-(RISE + FALL + 1) :]
    closes = [
        *np.linspace(1500, HIGH, RISE).tolist(),
        *(np.linspace(2100, 2380, FALL) + 8 * np.sin(np.arange(FALL))).tolist(),
        BREAK,
    ]
    opens = calendars.opens("XNYS", sessions)
    return [
        BarRow(day, time, close * scale, (close + 3) * scale, (close - 3) * scale, close * scale, 1e6)
        for day, time, close in zip(sessions.astype(object), opens.tolist(), closes, strict=True)
    ]


def coin_rows(first: dt.date, days: int) -> list[BarRow]:
    """Bars of a coin on consecutive UTC days, far below its high."""
    rows = []
    for number in range(days):
        day = first + dt.timedelta(days=number)
        close = 60_000 + 9_000 * float(np.sin(number / 40)) + (30_000 if number == 50 else 0)
        opened = int(dt.datetime.combine(day, dt.time(), dt.UTC).timestamp())
        rows.append(BarRow(day, opened, close, close + 200, close - 200, close, 5.0))
    return rows


def stage(loopback: Loopback, calendars: Calendars, coins: Sequence[str] = ("BTC-USD",)) -> None:
    """Put the index, its fund and the coins into the world; what is seen of them depends on `loopback.now`."""
    rows = index_rows(calendars)
    loopback.serve("^RUT", rows, name="Russell 2000")
    loopback.serve("IWM", index_rows(calendars, 0.1), name="iShares Russell 2000 ETF", instrument="ETF")
    higher = rows[-1]._replace(close=BREAK + 1.5, high=BREAK + 4)
    loopback.live("^RUT", higher, CLOSE)
    for coin in coins:
        for venue in ("yahoo", "coinbase", "kraken"):
            loopback.serve(coin, coin_rows(dt.date(2024, 9, 1), 400), instrument="CRYPTOCURRENCY", venue=venue)

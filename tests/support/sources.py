"""What tests of sources share: a clock set by hand, lanes that never wait, breakers kept in memory, plain bars."""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from data.bars import BarRow
from data.lane import Lane


class HandClock:
    """A clock that stands still unless told; waiting on it moves it."""

    def __init__(self, now: dt.datetime = dt.datetime(2025, 9, 18, 14, tzinfo=dt.UTC)) -> None:
        self.now = now
        self.waited: list[float] = []

    def __call__(self) -> dt.datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        """Let the time pass without spending any."""
        self.waited.append(seconds)
        self.now += dt.timedelta(seconds=seconds)


class MemoryBreakers:
    """A breaker store that lasts as long as the test."""

    def __init__(self) -> None:
        self.rows: dict[str, dt.datetime] = {}

    def breaker(self, host: str) -> dt.datetime | None:
        return self.rows.get(host)

    def set_breaker(self, host: str, until: dt.datetime | None) -> None:
        self.rows.pop(host, None)
        if until is not None:
            self.rows[host] = until


def open_lane(host: str, clock: HandClock, breakers: MemoryBreakers | None = None) -> Lane:
    """A lane without a speed limit to speak of."""
    return Lane(
        host,
        per_minute=6000,
        burst=100,
        breakers=breakers or MemoryBreakers(),
        clock=clock,
        wait=clock.wait,
        name="Yahoo",
    )


def index_rows(first: dt.date, closes: Sequence[float]) -> list[BarRow]:
    """Bars of New York on consecutive weekdays, 9:30 there, one point around each close."""
    rows: list[BarRow] = []
    day = first
    while len(rows) < len(closes):
        if day.weekday() < 5:
            opened = dt.datetime.combine(day, dt.time(9, 30), ZoneInfo("America/New_York"))
            close = closes[len(rows)]
            rows.append(BarRow(day, int(opened.timestamp()), close - 0.5, close + 1, close - 1, close, 1000))
        day += dt.timedelta(1)
    return rows


def coin_rows(first: dt.date, closes: Sequence[float]) -> list[BarRow]:
    """Bars of a coin on consecutive UTC days."""
    return [
        BarRow(day, int(dt.datetime.combine(day, dt.time(), dt.UTC).timestamp()), c - 0.5, c + 1, c - 1, c, 7.25)
        for day, c in ((first + dt.timedelta(n), c) for n, c in enumerate(closes))
    ]


def dead_address() -> str:
    """An address of this machine where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"

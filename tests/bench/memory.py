"""How much memory the app holds after its start and after hundreds of refreshes.

The window is open on the stored histories of three assets.  A source within the process answers each refresh with the
last ten sessions and a bar in progress whose price moves every time; refreshes follow each other without a pause, and
every one is judged as always.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import tempfile
from dataclasses import dataclass, fields, replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import psutil

from data.bars import Bars
from data.calendar import Calendars
from data.catalog import Asset
from data.source import Cancelled, Fetched, Match
from tests.bench.report import options, say, tell
from tests.support.opened import opened, wait_for
from tests.support.stored import PANES, stored_profile, walk

SENT = 10


@dataclass(frozen=True, slots=True)
class Row:
    """The resident set after so many refreshes; `growth_kb` is the mean growth per refresh since the row before."""

    refreshes: int
    resident_mb: float
    growth_kb: float
    processor_ms: float


class MovingSource:
    """Answers at once, with another price of the day every time."""

    name = "Moving"
    host = "moving.example"

    def __init__(self) -> None:
        self._calendars = Calendars()
        self._settled: dict[str, Bars] = {}
        self._asked = 0

    def covers(self, asset: Asset) -> bool:
        return True

    def history(self, asset: Asset, since: dt.date | None, cancelled: Cancelled, interval: str = "1d") -> Fetched:
        self._asked += 1
        now = dt.datetime.now(dt.UTC)
        if asset.symbol not in self._settled:
            last = self._calendars.last_settled(asset.calendar, now)
            self._settled[asset.symbol] = walk(asset.symbol, PANES.get(asset.symbol, 3000), last, self._calendars)
        settled = self._settled[asset.symbol]
        sent = settled[-SENT:] if since else settled
        return Fetched(asset.symbol, _with_today(sent, self._asked, now), self.name, now, "USD")

    def search(self, text: str, cancelled: Cancelled) -> tuple[Match, ...]:
        return ()


def _with_today(bars: Bars, step: int, now: dt.datetime) -> Bars:
    last = bars[-1:]
    close = last.close * (0.8 + 0.01 * np.sin(step))
    today = replace(
        last,
        time=np.array([int(now.timestamp())]),
        session=last.session + 1,
        open=close,
        high=close * 1.001,
        low=close * 0.999,
        close=close,
        final=np.zeros(1, np.bool_),
    )
    return _joined(bars, today)


def _joined(bars: Bars, more: Bars) -> Bars:
    return Bars(*(np.concatenate((getattr(bars, c.name), getattr(more, c.name))) for c in fields(bars)))


def main() -> int:
    """Measure, print the table, write the file."""
    chosen = options(__doc__)
    every, rounds = (10, 2) if chosen.quick else (100, 5)
    now = dt.datetime.now(dt.UTC)
    process, rows = psutil.Process(), []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        profile = stored_profile(Path(folder), PANES, now)
        with opened(profile, MovingSource()) as application:
            wait_for(application.market.judged)

            def note(refreshes: int, spent: float) -> None:
                resident = process.memory_info().rss / 2**20
                before = rows[-1].resident_mb if rows else resident
                rows.append(Row(refreshes, resident, (resident - before) * 1024 / every, spent * 1000 / every))
                say(f"{refreshes} refreshes: {resident:.1f} MB")

            note(0, 0.0)
            for part in range(1, rounds + 1):
                begun = sum(process.cpu_times()[:2])
                for _ in range(every):
                    application.market.refresh()
                    wait_for(application.market.judged)
                note(part * every, sum(process.cpu_times()[:2]) - begun)
    tell("Memory after refreshes of three assets (goal: flat)", rows, chosen.json)
    slope = np.polyfit([row.refreshes for row in rows[1:]], [row.resident_mb for row in rows[1:]], 1)[0]
    say(f"slope after the first {every}: {slope * 1024:.2f} KB a refresh")
    return 0


if __name__ == "__main__":
    sys.exit(main())

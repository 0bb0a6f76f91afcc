"""How smoothly the charts pan while the bars in progress of all panes change ten times a second.

Three panes at 1600x1000, offscreen, with up to 1 million bars each.  A source that answers at once is asked by the real
`LiveFeed`, in its worker thread, about thirty times a second; what it hands on goes to the charts as in the app.
Meanwhile the charts are panned once every 16.7 ms, the beat of a usual screen, with the last bars in view.  A frame
lasts from that beat until everything is painted, so that work which a tick leaves before the beat counts as well;
`dropped` are those that missed the next beat.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from data.bars import BarRow, Bars
from data.catalog import Asset, asset_for
from data.ledger import Ledger
from data.profile import Profile
from data.settings import Settings
from data.source import Cancelled, Fetched
from models.desk import Desk
from models.jobs import Jobs
from models.live import LiveFeed, Tick
from models.snapshot import Snapshot
from tests.bench.floor import HEIGHT, WIDTH
from tests.bench.made_up import market
from tests.bench.regimes import regimes
from tests.bench.report import options, say, tell
from tests.support.opened import wait_for
from tests.support.scripted import ScriptedSource, parts_of
from ui.charts.linked import LinkedCharts
from ui.charts.range_bus import TimeRange
from ui.collector import Collector
from ui.theme import apply_theme, load_theme

SYMBOLS = ("^RUT", "BTC-USD", "ETH-USD")
SIZES = (10_000, 100_000, 1_000_000)
BEAT = 1 / 60
POLL_MILLISECONDS = 33  # each of three assets ten times a second
A_BAR = 20  # ticks until the next bar begins
OPEN = dt.datetime(2020, 1, 16, 17, tzinfo=dt.UTC)  # a Thursday on which every market trades


@dataclass(frozen=True, slots=True)
class Row:
    """The frames of one pan; times in milliseconds."""

    phase: str
    kind: str
    bars: int
    frames: int
    ticks: int
    median_ms: float
    p95_ms: float
    p99_ms: float
    longest_ms: float
    dropped: int


class Restless(ScriptedSource):
    """Answers with a new state of the bar after the last one, which moves on by a minute now and then."""

    shot: Snapshot | None = None

    def history(self, asset: Asset, since: dt.date | None, cancelled: Cancelled, interval: str = "1d") -> Fetched:
        """Return that bar."""
        assert self.shot is not None
        self.asked.append((asset.symbol, since))
        last, number = self.shot.assets[asset.symbol].bars[-1:], len(self.asked) // len(SYMBOLS)
        before = float(last.close[0])
        close = before * (1 + 0.002 * float(np.sin(number / 5)))
        at = int(last.time[0]) + 60 * (1 + number // A_BAR)
        prices = (before, max(before, close), min(before, close), close)
        bar = BarRow(self.clock().date(), at, *prices, 1.0, final=False)
        return Fetched(asset.symbol, Bars.of([bar]), self.name, self.clock())


class Pan:
    """Pans charts beat by beat and notes how long each frame took."""

    def __init__(self, app: QApplication, charts: LinkedCharts, last: float, span: float) -> None:
        self._app, self._charts, self._last, self._span = app, charts, last, span
        self.ticks = 0

    def on_tick(self, tick: Tick) -> None:
        """Show a tick as the app does."""
        self.ticks += 1
        self._charts.show_tick(tick)

    def frames(self, count: int) -> list[float]:
        """Return the milliseconds of each frame; the last bars stay in view."""
        spent: list[float] = []
        due = time.perf_counter() + BEAT
        for step in range(count):
            while time.perf_counter() < due:
                self._app.processEvents()
                time.sleep(0.0003)
            end = self._last + self._span * (0.3 + 0.25 * float(np.sin(step / 40)))
            self._charts.bus.show(TimeRange(end - self._span, end), gesture="bench")
            self._app.processEvents()
            spent.append((time.perf_counter() - due) * 1000)
            due = max(due + BEAT, time.perf_counter())
        return spent


def measured(app: QApplication, folder: Path, bars: int, kind: str, count: int) -> list[Row]:
    """Pan without ticks, and with them."""
    shot = market(bars, SYMBOLS)
    begun = time.monotonic()

    def clock() -> dt.datetime:
        return OPEN + dt.timedelta(seconds=time.monotonic() - begun)

    source = Restless(clock)
    source.shot = shot
    parts = parts_of(folder, clock, (source,))
    assets = tuple(asset_for(symbol) for symbol in SYMBOLS)
    desk = Desk(Profile(folder), Settings(), (source,), parts, Ledger(parts.store), assets)
    jobs = Jobs()
    feed = LiveFeed(desk, jobs, poll_milliseconds=POLL_MILLISECONDS, least_gap=dt.timedelta(0))
    charts = shown(app, shot, kind)
    time_of = shot.assets[SYMBOLS[0]].bars.time
    pan = Pan(app, charts, float(time_of[-1]), float(time_of[-1] - time_of[0]) * 0.25)
    feed.ticked.connect(pan.on_tick)
    pan.frames(30)
    rows = [summed_up("no ticks", kind, bars, 0, pan.frames(count))]
    feed.show(assets, "day")
    wait_for(feed.ticked)  # the calendars are read from the disk before the first one
    pan.frames(30)
    pan.ticks = 0
    spent = pan.frames(count)
    rows.append(summed_up("live ticks", kind, bars, pan.ticks, spent))
    feed.rest()
    jobs.stop()
    parts.store.close()
    charts.deleteLater()
    return rows


def shown(app: QApplication, shot: Snapshot, kind: str) -> LinkedCharts:
    """Return charts on show."""
    charts = LinkedCharts()
    charts.setFixedSize(WIDTH, HEIGHT)
    charts.set_theme(load_theme("dark"))
    charts.set_panes(SYMBOLS)
    charts.set_style(kind)
    charts.show_snapshot(shot)
    times = shot.assets[SYMBOLS[0]].bars.time
    charts.set_bands(regimes(TimeRange(float(times[0]), float(times[-1]))))
    charts.show()
    app.processEvents()
    return charts


def summed_up(phase: str, kind: str, bars: int, ticks: int, spent: list[float]) -> Row:
    """Return the line of a pan."""
    median, p95, p99 = (float(value) for value in np.percentile(spent, (50, 95, 99)))
    dropped = sum(frame > BEAT * 1000 for frame in spent)
    return Row(phase, kind, bars, len(spent), ticks, median, p95, p99, max(spent), dropped)


def main() -> int:
    """Measure, print the table, write the file."""
    chosen = options(__doc__)
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    apply_theme(app, load_theme("dark"))
    Collector(app).start()  # as in the app
    rows: list[Row] = []
    for bars in SIZES[:1] if chosen.quick else SIZES:
        for kind in ("line", "candle"):
            with tempfile.TemporaryDirectory(prefix="bench-") as folder:
                rows += measured(app, Path(folder), bars, kind, 120 if chosen.quick else 1200)
            say(f"{bars} {kind}: done")
    tell("Live ticks while panning (goal: p99 at most 16.7 ms, no dropped frame)", rows, chosen.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())

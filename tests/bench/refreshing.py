"""How smoothly the charts pan while prices are fetched.

The app watches fifty symbols (ten with --quick), which a loopback Yahoo in another process answers over TLS through the
real sources.  Meanwhile the charts are panned, sixty times a second or as often as they can.  A frame lasts from the
change of the range until it is painted; a stall is the longest time that a timer of 5 ms was kept waiting.  "at rest":
nothing is fetched.  "update": each symbol's last ten sessions; "update, studying": the same while a worker makes one
event study after the other.  "first fetch": each symbol's whole history.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import QPaintEvent

import main as main_module
from data.profile import Profile
from tests.bench.report import options, say, tell
from tests.support.opened import opened, wait_for
from tests.support.served_program import served
from tests.support.stored import WATCHLIST, stored_profile
from ui.application import Application
from ui.charts.range_bus import TimeRange
from ui.charts.view import ChartView

OTHERS = (
    "^DJI", "^IXIC", "^RUA", "^MID", "^SP600", "SPY", "QQQ", "DIA", "VTI", "IJR", "VB", "VTWO", "AAPL", "MSFT",
    "NVDA", "AMZN", "META", "GOOGL", "TSLA", "JPM", "BAC", "XOM", "CVX", "KO", "PEP", "PG", "JNJ", "UNH", "HD",
    "LOW", "WMT", "COST", "DIS", "NKE", "MCD", "CAT", "BA", "GE", "F", "GM", "T",
)  # fmt: skip
BARS = 4000
DAY = 86_400.0
FRAME_BUDGET = 50.0


@dataclass(frozen=True, slots=True)
class Row:
    """The frames of one phase; all times in milliseconds."""

    phase: str
    symbols: int
    seconds: float
    frames: int
    median: float
    p95: float
    p99: float
    longest: float
    over_50: int
    longest_stall: float


class Panning(QObject):
    """Pans the charts without end and times each frame; `gaps` are the times between ticks of a 5 ms timer."""

    def __init__(self, application: Application) -> None:
        super().__init__()
        self.frames: list[float] = []
        self.gaps: list[float] = []
        self._charts = application.charts
        self._begun = self._ticked = 0.0
        self._step = 0
        self._frames = self._timer(16, self._move)
        self._ticks = self._timer(5, self._tick)

    def _timer(self, interval: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self, interval=interval, timerType=Qt.TimerType.PreciseTimer)
        timer.timeout.connect(slot)
        return timer

    @Slot()
    def _move(self) -> None:
        if self._begun:
            return
        self._step += 1
        last = time.time() - 400 * DAY * (1 + np.sin(self._step / 40))
        self._begun = time.perf_counter()
        self._charts.bus.show(TimeRange(last - 900 * DAY, last), gesture="bench")

    @Slot()
    def _tick(self) -> None:
        now = time.perf_counter()
        if self._ticked:
            self.gaps.append((now - self._ticked) * 1000)
        self._ticked = now

    def painted(self) -> None:
        """Note that the charts have been painted."""
        if self._begun:
            self.frames.append((time.perf_counter() - self._begun) * 1000)
            self._begun = 0.0

    def during(self, phase: str, symbols: int, act: Callable[[], None]) -> Row:
        """Pan while `act` runs the event loop."""
        self.frames.clear()
        self.gaps.clear()
        self._ticked = 0.0
        begun = time.perf_counter()
        self._frames.start()
        self._ticks.start()
        act()
        self._frames.stop()
        self._ticks.stop()
        spent = time.perf_counter() - begun
        median, p95, p99 = (float(np.percentile(self.frames, share)) for share in (50, 95, 99))
        over = sum(frame > FRAME_BUDGET for frame in self.frames)
        return Row(phase, symbols, spent, len(self.frames), median, p95, p99, max(self.frames), over, max(self.gaps))


@contextmanager
def watched(application: Application) -> Iterator[Panning]:
    """Yield a panning that is told whenever the charts have been painted."""
    panning, paint = Panning(application), ChartView.paintEvent

    def painted(view: ChartView, event: QPaintEvent) -> None:
        paint(view, event)
        panning.painted()

    ChartView.paintEvent = painted  # type: ignore[method-assign]
    try:
        yield panning
    finally:
        ChartView.paintEvent = paint  # type: ignore[method-assign]


def rest(seconds: float) -> Callable[[], None]:
    """Return an act that only lets time go by."""

    def act() -> None:
        timer = QTimer(singleShot=True, interval=int(seconds * 1000))
        timer.start()
        wait_for(timer.timeout)

    return act


def study_on(application: Application, cancelled: Callable[[], bool]) -> None:
    """Study what followed the index's breaks, again and again until cancelled."""
    from models.evidence.alignment import series_of
    from models.evidence.event_study import Terms, event_study

    calendars, views = application.desk.parts.calendars, application.market.snapshot.assets
    leader, *followers = (series_of(v.asset, v.bars, calendars) for v in list(views.values())[:4])
    breaks = [event.session for event in next(iter(views.values())).breaks]
    while not cancelled():
        event_study(leader, breaks, followers, Terms())


def measured(profile: Profile, phase: str, symbols: int, seconds: float) -> list[Row]:
    """Open the app, let its own first refresh pass while panning, and then refresh by hand."""
    rows = []
    with opened(profile) as application, watched(application) as panning:
        application.window.resize(1600, 1000)
        if phase == "first fetch":
            rows.append(panning.during(phase, symbols, lambda: wait_for(application.market.judged)))
        else:
            wait_for(application.market.judged)
            rows.append(panning.during("at rest", symbols, rest(seconds)))
            application.market.refresh()
            rows.append(panning.during(phase, symbols, lambda: wait_for(application.market.judged)))
            study = application.jobs.run(partial(study_on, application), lambda _: None)
            application.market.refresh()
            rows.append(panning.during(f"{phase}, studying", symbols, lambda: wait_for(application.market.judged)))
            study.cancel()
        troubled = [text for view in application.market.snapshot.assets.values() for text in view.problems]
    if troubled:
        say(f"{phase}: {len(troubled)} symbols have problems, such as: {troubled[0]}")
    return rows


def main() -> int:
    """Measure, print the table, write the file."""
    chosen = options(__doc__)
    sys.setswitchinterval(main_module.SWITCH_SECONDS)  # as in the app
    symbols = (*WATCHLIST, *(() if chosen.quick else OTHERS))[:50]
    now = dt.datetime.now(dt.UTC)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, served(symbols, BARS) as environment:
        os.environ.update(environment)
        stored = stored_profile(Path(folder) / "stored", dict.fromkeys(symbols, BARS), now)
        rows = measured(stored, "update", len(symbols), 3 if chosen.quick else 15)
        fresh = stored_profile(Path(folder) / "fresh", {symbol: WATCHLIST[symbol] for symbol in WATCHLIST}, now)
        names = ", ".join(f'"{symbol}"' for symbol in symbols)
        fresh.settings.write_text(f"watchlist = [{names}]\n", encoding="utf-8")
        rows += measured(fresh, "first fetch", len(symbols), 0)
    tell("Panning while fetching (goals: no frame over 50 ms, p99 below 16.7 ms)", rows, chosen.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())

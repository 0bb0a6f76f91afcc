"""How soon a notification is shown, by a real daemon on a bus of its own: after a touch, and after a bar has settled.

"touch": from a live tick that reaches the high to the daemon's answer; 39 years of history, one live rule.  "refresh":
from the start of the refresh that finds a settled break, over a loopback Yahoo and TLS, to the daemon's answer.
"settled": the same from when the bar settles, had the schedule just looked at its clock: it plans a refresh for that
very instant, and looks every few seconds.  The goal is one refresh period and 300 ms.
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
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer

import main as program
from data.bars import BarRow, Bars
from data.calendar import Calendars
from data.profile import Profile
from data.rulebook import Rulebook
from data.settings import Settings
from models.breakout import State
from models.live import Tick
from models.market import TICK_MILLISECONDS
from models.rules.keeping import keep
from models.rules.live import from_text
from models.rules.rule import AtHigh, Rule, Subject
from tests.bench.report import options, say, tell
from tests.support.desktop import NOTIFICATIONS, Desktop, Program, until
from tests.support.loopback import Loopback
from tests.support.sources import HandClock
from tests.support.staged import BEFORE_CLOSE, BREAK, BREAK_DAY, CLOSE, HIGH, SETTLED, index_rows, stage
from ui.terminal.watch import Watch

ROOT = Path(__file__).resolve().parents[2]
FIRST = dt.date(1987, 9, 10)
TOUCHES, BREAKS = 40, 5
TOUCH_GOAL = 150.0
PERIOD = Settings().refresh_minutes * 60_000.0
RULE = Rule(key="touch", name="At the high", condition=AtHigh(Subject("^RUT"), (State.TOUCH,)), scope="live")


@dataclass(frozen=True, slots=True)
class Row:
    """Milliseconds until the daemon had answered; `goal` is for the median of touches and every settled break."""

    what: str
    times: int
    median: float
    p95: float
    longest: float
    goal: float | None
    met: bool | None


class Shown:
    """The instants at which the daemon answered."""

    def __init__(self, watch: Watch) -> None:
        self.at: list[float] = []
        watch.notifications.reported.connect(lambda _receipt: self.at.append(time.perf_counter()))

    def after(self, act: Callable[[], None]) -> float:
        """Return how many milliseconds pass from the act to the next answer."""
        known, begun = len(self.at), time.perf_counter()
        act()
        passed(lambda: len(self.at) > known, "a notification")
        return (self.at[known] - begun) * 1000


def passed(condition: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Run the event loop until the condition holds, looked at every millisecond or two."""
    loop, timer, end = QEventLoop(), QTimer(interval=2), time.monotonic() + seconds
    timer.timeout.connect(lambda: loop.quit() if condition() or time.monotonic() > end else None)
    timer.start()
    loop.exec()
    assert condition(), f"waited in vain for {what}"


def history(calendars: Calendars, scale: float = 1.0) -> list[BarRow]:
    """Return the staged day with quiet decades before it."""
    staged = index_rows(calendars, scale)
    sessions = calendars.sessions("XNYS", FIRST, staged[0].session - dt.timedelta(days=1))
    closes = (1000 + 50 * np.sin(np.arange(len(sessions)) / 30)) * scale
    times = calendars.opens("XNYS", sessions)
    early = zip(sessions.astype(object), times.tolist(), closes.tolist(), strict=True)
    return [*(BarRow(day, at, close, close + 3, close - 3, close, 1e6) for day, at, close in early), *staged]


@contextmanager
def watching(app: QCoreApplication, world: Loopback, folder: Path) -> Iterator[tuple[Watch, HandClock]]:
    """Run `watch` on a new profile, half an hour before the close of the staged day, through its first verdict."""
    profile = Profile(folder)
    profile.create()
    profile.settings.write_text('watchlist = ["^RUT", "BTC-USD"]\n', encoding="utf-8")
    clock = HandClock(BEFORE_CLOSE)
    world.now = clock.now
    desk = program.build(profile, demo=False, seed=0, clock=clock)
    keep(Rulebook(desk.parts.store), RULE, clock.now)
    watch, judged = Watch(app, desk), list[object]()
    watch.market.judged.connect(judged.append)
    watch.start()
    passed(lambda: bool(judged) and watch.notifications.available(), "the first verdict", 60)
    try:
        yield watch, clock
    finally:
        for part in (watch.market, watch.live, watch.delivery, watch.forwarding, watch.notifications):
            part.stop()
        watch.jobs.stop(3000)
        desk.parts.store.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def touches(watch: Watch, clock: HandClock, times: int) -> list[float]:
    """Touch the high and go back again, so many times."""
    shown, book = Shown(watch), watch.live_watch.book
    opened = int((CLOSE - dt.timedelta(hours=6.5)).timestamp())
    found = []

    def offer(close: float, reach: float) -> None:
        row = BarRow(BREAK_DAY, opened, close, reach, close - 3, close, 1e6, final=False)
        watch.live.offer(Tick("^RUT", "day", clock(), Bars.of([row])))

    for _ in range(times):
        offer(HIGH * 0.97, HIGH * 0.98)
        passed(lambda: from_text(book.memory(RULE.key)).holds is False, "the rule to be armed again")
        found.append(shown.after(lambda: offer(HIGH + 1, HIGH + 1)))
    return found


def refreshed(watch: Watch, world: Loopback, clock: HandClock) -> float:
    """Let the break settle, and refresh."""
    clock.now = world.now = SETTLED
    return Shown(watch).after(watch.market.refresh)


def rows(touched: list[float], refreshed: list[float]) -> list[Row]:
    """Sum up."""
    settled = [TICK_MILLISECONDS + spent for spent in refreshed]
    return [
        _row("touch", touched, TOUCH_GOAL, float(np.median(touched))),
        _row("refresh", refreshed),
        _row("settled", settled, PERIOD + 300, max(settled)),
    ]


def _row(what: str, found: list[float], goal: float | None = None, counts: float | None = None) -> Row:
    median, p95 = (float(np.percentile(found, share)) for share in (50, 95))
    met = None if goal is None or counts is None else counts <= goal
    return Row(what, len(found), median, p95, max(found), goal, met)


def main() -> int:
    """Measure, print the table, write the file."""
    chosen = options(__doc__)
    with Loopback() as world, Desktop(screen=False, notify=False, tray=False) as desktop:
        os.environ.update({**world.environment(), "DBUS_SESSION_BUS_ADDRESS": desktop.address})
        daemon = Program(desktop, sys.executable, "-m", "tests.support.recording_daemon", cwd=ROOT)
        until(lambda: desktop.owns(NOTIFICATIONS), "the recording daemon")
        calendars = Calendars()
        stage(world, calendars)
        world.serve("^RUT", history(calendars), name="Russell 2000")
        world.serve("IWM", history(calendars, 0.1), name="iShares Russell 2000 ETF", instrument="ETF")
        low = index_rows(calendars)[-1]._replace(open=HIGH * 0.97, close=HIGH * 0.97, high=HIGH * 0.98, low=HIGH * 0.96)
        world.live("^RUT", low, CLOSE)
        app = QCoreApplication([])
        quick, breaks = [], []
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            for number in range(1 if chosen.quick else BREAKS):
                with watching(app, world, Path(folder) / str(number)) as (watch, clock):
                    if number == 0:
                        quick = touches(watch, clock, 5 if chosen.quick else TOUCHES)
                    breaks.append(refreshed(watch, world, clock))
        told = len(daemon.lines())
        daemon.end()
    tell(
        "From what happened to the notification (goals: median of touches, every settled break)",
        rows(quick, breaks),
        chosen.json,
    )
    say(f"The daemon's own log has {told} notifications of {len(quick) + len(breaks)}; the break was at {BREAK:,.2f}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

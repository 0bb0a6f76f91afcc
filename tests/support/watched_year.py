"""`watch` through evenings of the scripted year, forked from a warm process, and ended at a given point.

`python -m tests.support.watched_year` reads one order a line from standard input (JSON, see `Order`), runs each in a
process of its own, which starts as after a crash or a reboot with nothing but the profile's files, and answers each
with the status that process ended with.
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot

import models.market
from data.calendar import Calendars
from data.catalog import RUSSELL_2000
from data.ledger import Ledger
from data.profile import Profile
from data.settings import Settings
from data.store import Store
from models.desk import Desk
from models.refresh import Parts
from tests.support.cuts import Cuts
from tests.support.scripted_year import DEFINITIONS, Year, YearSource, year_of
from tests.support.sources import HandClock
from ui.terminal.watch import Watch

STUCK_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Order:
    """Evenings to watch: started `late` seconds after the first of them, killed at point `cut` (None: not at all).

    In `folder` the profile's files are found, and `points` and `terminal` are written; with `keep` also a copy of the
    database after each evening, as `after-N`.
    """

    folder: str
    evenings: tuple[int, ...]
    late: float = 0.0
    cut: int | None = None
    keep: bool = False


class Evenings(QObject):
    """Moves the clock to the next evening as soon as all is told of the last one, and ends after the last.

    `told` is called after each.
    """

    def __init__(
        self, watch: Watch, clock: HandClock, instants: Sequence[dt.datetime], told: Callable[[], None]
    ) -> None:
        super().__init__()
        self._watch = watch
        self._clock = clock
        self._left = list(instants)
        self._told = told
        self._is_judged = False
        watch.market.judged.connect(self._on_judged)
        self._look = QTimer(self, interval=0)
        self._look.timeout.connect(self._go_on)

    @Slot(object)
    def _on_judged(self, _alerts: object) -> None:
        self._is_judged = True
        self._look.start()

    @Slot()
    def _go_on(self) -> None:
        if not self._is_judged or self._watch.delivery.busy or self._watch.notifications.coming():
            return
        self._look.stop()
        self._is_judged = False
        self._told()
        if self._left:
            self._clock.now = self._left.pop(0)
            self._watch.market.refresh()
        else:
            self._watch.stop()


def desk_of(folder: Path, year: Year, calendars: Calendars, clock: HandClock) -> Desk:
    """Return a desk that watches the index of the year alone."""
    profile = Profile(folder)
    store = Store.open(profile.database, clock())
    sources = (YearSource(year, clock),)
    parts = Parts(store, calendars, clock, sources, DEFINITIONS, cross_check=False)
    assets = (RUSSELL_2000,)
    return Desk(profile, Settings(), sources, parts, Ledger(store), assets)


def copy_of(database: Path, copy: Path) -> None:
    """Copy a database that is in use, as it is now."""
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


def live(order: Order, year: Year, calendars: Calendars) -> None:
    """Be `watch` for these evenings; the caller ends the process."""
    folder = Path(order.folder)
    instants = [year.instants[evening] for evening in order.evenings]
    clock = HandClock(instants[0] + dt.timedelta(seconds=order.late))
    cuts = Cuts(folder / "points", order.cut)
    cuts.into_sqlite()
    models.market.FIRST_PAINT_MILLISECONDS = 0  # there is no paint to wait for
    app = QCoreApplication([])
    desk = desk_of(folder, year, calendars, clock)
    watch = Watch(app, desk)
    for channel in watch.delivery._channels:
        cuts.into_channel(channel)
    numbers = iter(order.evenings)

    def told() -> None:
        number = next(numbers)
        if order.keep:
            copy_of(folder / "bellwether.sqlite3", folder / f"after-{number}")

    evenings = Evenings(watch, clock, instants[1:], told)
    watch.start()
    app.exec()
    del evenings
    desk.parts.store.close()


def forked(order: Order, year: Year, calendars: Calendars) -> int:
    """Run an order in a child; returns its exit code, negative for a signal."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            out = os.open(Path(order.folder) / "terminal", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(out, 1)
            live(order, year, calendars)
            sys.stdout.flush()
            code = 0
        except BaseException:  # noqa: BLE001 - a child must never go on as if it were its parent
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    calendars = Calendars()
    year = year_of(calendars)
    import pandas  # noqa: F401 - what a worker would import on the way, once for all children

    gc.freeze()  # a collection in a child would copy every page of it
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        raw = json.loads(line)
        order = Order(raw["folder"], tuple(raw["evenings"]), raw["late"], raw["cut"], raw["keep"])
        sys.stdout.write(f"{forked(order, year, calendars)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

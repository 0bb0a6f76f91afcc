"""A window and `watch` on one profile, each in a process of its own, forked from a warm one and told what to do.

`python -m tests.support.paired_year` reads one `Say` a line from standard input and answers each with a number: 0, or
the status with which that process has ended (negative for a signal), where that was found.  The window is
its delivery chain: `ui.alerting.Alerting` itself, with tray, notifications and toasts, over a bare widget in the place
of the main window.  The clock of both is a file in the profile.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, cast

from PySide6.QtCore import QCoreApplication, QObject, QSocketNotifier, QTimer, Slot
from PySide6.QtWidgets import QApplication, QWidget

import models.market
from data.calendar import Calendars
from models.desk import Desk
from models.jobs import Jobs
from models.market import Market
from tests.support.clocked import FileClock
from tests.support.cuts import Cuts
from tests.support.scripted_year import Year, year_of
from tests.support.watched_year import desk_of
from ui.alerting import Alerting
from ui.delivery import Delivery
from ui.notifications import DesktopNotifications
from ui.terminal.watch import Watch
from ui.theme import load_theme
from ui.toast import Toasts
from ui.window import MainWindow

Who = Literal["window", "watch"]
Do = Literal["start", "judge", "deliver", "stop", "kill", "await"]


@dataclass(frozen=True, slots=True)
class Say:
    """What one of the two shall do; it is killed `cut` points later (None: not at all).

    "start", "judge", "deliver" and "stop" only begin; "await" waits until all of it is done, or the process has ended.
    """

    folder: str
    who: Who
    do: Do
    cut: int | None = None


class Place(QWidget):
    """What `Alerting` needs of the main window: that it can be seen, its toasts, and a place for the badge."""

    def __init__(self) -> None:
        super().__init__()
        self.toasts = Toasts(load_theme("dark"), self)

    def show_unseen(self, count: int) -> None:
        """Show nowhere how many alerts nobody has looked at."""


@dataclass(frozen=True, slots=True)
class Life:
    """The parts of a running window or `watch` that are told what to do."""

    market: Market
    delivery: Delivery
    notifications: DesktopNotifications
    stop: Callable[[], None]


def watching(app: QCoreApplication, desk: Desk) -> Life:
    """Be `watch`."""
    watch = Watch(app, desk)
    watch.start()
    return Life(watch.market, watch.delivery, cast("DesktopNotifications", watch.notifications), watch.stop)


def showing(app: QCoreApplication, desk: Desk) -> Life:
    """Be the window, connected as `ui.application.Application` connects it."""
    place, jobs = Place(), Jobs(parent=app)
    place.show()
    market = Market(desk, jobs)
    market.setParent(app)
    alerting = Alerting(desk, jobs, cast("MainWindow", place), app)
    market.judged.connect(alerting.deliver_waiting)
    market.start()
    alerting.start(desk.settings, market.snapshot)

    def stop() -> None:
        market.stop()
        alerting.stop()
        jobs.stop()
        place.close()
        place.deleteLater()
        app.quit()

    return Life(market, alerting.delivery, cast("DesktopNotifications", alerting.notifications), stop)


class Obedience(QObject):
    """Does what comes over the socket, and answers a byte when nothing is under way any more."""

    def __init__(self, life: Life, cuts: Cuts, ear: socket.socket) -> None:
        super().__init__()
        self._life = life
        self._cuts = cuts
        self._ear = ear
        self._has_judged = False
        life.market.judged.connect(self._on_judged)
        self._notifier = QSocketNotifier(ear.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._hear)
        self._look = QTimer(self, interval=1)
        self._look.timeout.connect(self._answer)

    @Slot(object)
    def _on_judged(self, _alerts: object) -> None:
        self._has_judged = True

    @Slot()
    def _hear(self) -> None:
        for line in self._ear.recv(65536).decode().splitlines():
            what = json.loads(line)
            if what["cut"] is not None:
                self._cuts.arm(what["cut"])
            if what["do"] == "judge":
                self._life.market.refresh()
            elif what["do"] == "deliver":
                self._life.delivery.deliver_waiting()
            elif what["do"] == "stop":
                self._life.stop()
            else:
                self._look.start()

    @Slot()
    def _answer(self) -> None:
        market = self._life.market
        is_judging = not self._has_judged or market._queues.busy or market._is_judging
        if not is_judging and not self._life.delivery.busy and not self._life.notifications.coming():
            self._look.stop()
            self._ear.send(b".")


def live(say: Say, year: Year, calendars: Calendars, ear: socket.socket) -> None:
    """Be one of the two until told to stop; the caller ends the process."""
    folder = Path(say.folder)
    cuts = Cuts(folder / f"points-{say.who}-{os.getpid()}", say.cut)
    cuts.into_sqlite()
    models.market.FIRST_PAINT_MILLISECONDS = 0
    models.market.TICK_MILLISECONDS = 3_600_000  # it judges when it is told to
    app = QApplication([]) if say.who == "window" else QCoreApplication([])
    desk = desk_of(folder, year, calendars, FileClock(folder / "clock"))
    life = (showing if say.who == "window" else watching)(app, desk)
    for channel in life.delivery._channels:
        cuts.into_channel(cast("QObject", channel))
    obedience = Obedience(life, cuts, ear)
    app.exec()
    del obedience
    desk.parts.store.close()


class Conductor:
    """Starts the two, passes on what they shall do, and buries them."""

    def __init__(self, year: Year, calendars: Calendars) -> None:
        self._year = year
        self._calendars = calendars
        self._alive: dict[str, tuple[int, socket.socket]] = {}

    def obey(self, say: Say) -> int:
        """Do it; returns what `main` answers."""
        if say.do == "start":
            return self._start(say)
        if say.who not in self._alive:
            return 0
        child, mouth = self._alive[say.who]
        if say.do == "kill":
            os.kill(child, signal.SIGKILL)
            return self._bury(say.who)
        with suppress(BrokenPipeError, ConnectionResetError):
            mouth.send(f"{json.dumps({'do': say.do, 'cut': say.cut})}\n".encode())
        return self._await(say.who) if say.do == "await" else 0

    def _await(self, who: str) -> int:
        try:
            answer = self._alive[who][1].recv(1)
        except ConnectionResetError:
            answer = b""
        return 0 if answer else self._bury(who)

    def _bury(self, who: str) -> int:
        child, mouth = self._alive.pop(who)
        mouth.close()
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def _start(self, say: Say) -> int:
        before = self._alive.get(say.who)
        if before is not None and os.waitid(os.P_PID, before[0], os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return 0
        ended = self._bury(say.who) if before is not None else 0
        mouth, ear = socket.socketpair()
        child = os.fork()
        if child:
            ear.close()
            self._alive[say.who] = (child, mouth)
            return ended
        code = 1
        try:
            mouth.close()
            for _, other in self._alive.values():
                other.close()
            out = os.open(Path(say.folder) / "terminal", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(out, 1)
            live(say, self._year, self._calendars, ear)
            code = 0
        except BaseException:  # noqa: BLE001 - a child must never go on as if it were its parent
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(code)


def main() -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    calendars = Calendars()
    conductor = Conductor(year_of(calendars), calendars)
    import pandas  # noqa: F401 - what a worker would import on the way, once for all children

    gc.freeze()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        raw: dict[str, Any] = json.loads(line)
        say = Say(**raw)
        sys.stdout.write(f"{conductor.obey(say)}\n")
        sys.stdout.flush()
    for who in ("window", "watch"):
        conductor.obey(replace(Say("", "watch", "kill"), who=who))


if __name__ == "__main__":
    main()

"""`watch`: refresh, judge and notify without a window, until it is asked to stop."""

from __future__ import annotations

import argparse
import os
import sys
import uuid

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from data.holds import HoldBook
from data.ledger import Alert, Receipt
from data.secrets import KeyringSecrets
from models.desk import Desk
from models.forecast_keeper import ForecastKeeper
from models.jobs import Jobs
from models.live import LiveFeed
from models.live_watch import LiveWatch
from models.market import Market
from models.quiet import policy_of
from models.snapshot import Snapshot
from ui.channel import Clock
from ui.delivery import Delivery
from ui.forwarding import Forwarding
from ui.native import desktop_channel
from ui.stop_signals import StopSignals

STOP_MILLISECONDS = 3000


class TerminalChannel(QObject):
    """Writes alerts to standard output: the last way to tell, and one that never fails silently."""

    name = "terminal"
    in_window = True
    reported = Signal(object)
    activated = Signal(object)
    availability_changed = Signal(bool)

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def available(self) -> bool:
        """Whether there is a standard output."""
        return not sys.stdout.closed

    def deliver(self, alert: Alert) -> None:
        """Write the alert as one paragraph."""
        outcome = "delivered"
        try:
            print(f"{alert.title}\n{alert.body}\n", flush=True)
        except OSError:
            outcome = "failed"
        self.reported.emit(Receipt(alert.key, self.name, outcome, self._clock(), "written to standard output"))


class Watch(QObject):
    """The market, judged and told, with nothing to look at."""

    def __init__(self, app: QCoreApplication, desk: Desk) -> None:
        super().__init__()
        self._app = app
        self._clock = desk.parts.clock
        self.jobs = Jobs(parent=self)
        self.market = Market(desk, self.jobs)
        self.live = LiveFeed(desk, self.jobs)
        self.live_watch = LiveWatch(desk, self.jobs, self.market, self.live)
        self.forecasts = ForecastKeeper(desk, self.jobs, self.market, self)
        self.notifications = desktop_channel(desk.parts.clock, self)
        terminal = TerminalChannel(desk.parts.clock)
        channels = (self.notifications, terminal) if desk.settings.notify else (terminal,)
        owner = f"watch-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        book, policy, clock, run = (
            HoldBook(desk.parts.store),
            policy_of(desk.settings, desk.world),
            self._clock,
            self.jobs.run,
        )
        self.delivery = Delivery(channels, desk.ledger, run, clock, owner, self, book=book, policy=policy)
        secrets = KeyringSecrets()
        self.forwarding = Forwarding(desk.parts.store, desk.ledger, secrets, run, clock, owner, book, self)
        self.forwarding.change(policy)
        self.market.judged.connect(self.delivery.deliver_waiting)
        self.market.judged.connect(self.forwarding.deliver_waiting)
        self.forwarding.troubled.connect(_complain)
        self.market.changed.connect(self._on_changed)
        self.delivery.troubled.connect(_complain)
        self.live_watch.troubled.connect(_complain)
        self.jobs.crashed.connect(_complain)
        self._problems = frozenset(desk.parts.store.notices)  # told already, before this verb began

    def start(self) -> None:
        """Begin."""
        self.notifications.start()
        self.market.start()

    @Slot()
    def stop(self) -> None:
        """End; returns when no worker is left, or after three seconds."""
        self.market.stop()
        self.live.stop()
        self.delivery.stop()
        self.forwarding.stop()
        self.notifications.stop()
        self.jobs.stop(STOP_MILLISECONDS)
        self._app.quit()

    @Slot(object)
    def _on_changed(self, snapshot: Snapshot) -> None:
        """Name each problem when it appears, and not again while it lasts."""
        problems = frozenset(
            f"{symbol}: {text}" for symbol, view in snapshot.assets.items() for text in view.problems
        ) | frozenset(snapshot.problems)
        for text in sorted(problems - self._problems):
            _complain(text)
        self._problems = problems


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Watch until SIGTERM or SIGINT, then end cleanly with exit code 0; or have systemd do so, or no longer."""
    if options.install or options.uninstall:
        from ui.terminal.service import change

        return change(desk, on=options.install)
    app = QCoreApplication(["bellwether"])
    watch = Watch(app, desk)
    signals = StopSignals()
    signals.caught.connect(watch.stop)
    print(f"Watching {len(desk.assets)} assets; stop with Ctrl+C or SIGTERM.", file=sys.stderr, flush=True)
    watch.start()
    code = app.exec()
    signals.close()
    return code


def _complain(problem: object) -> None:
    print(problem, file=sys.stderr, flush=True)

"""Forwarders of a profile in this process: real parts from the ledger to the wire, and a keyring in memory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from data.holds import HoldBook
from data.ledger import Alert, Judgement, Ledger
from data.secrets import KeyringSecrets
from data.store import Store
from models.quiet import Policy
from tests.support.alerts import NOW
from tests.support.sources import HandClock
from ui.forward_channel import secret_of
from ui.forwarding import Forwarding


def at_once(work: Callable[..., Any], done: Callable[[Any], None]) -> None:
    """Run a job here and now."""
    done(work(lambda: False))


class Profile:
    """A stored profile whose app can be ended and begun again; what it says to the user is in `told`."""

    def __init__(self, folder: Path, parent: QObject) -> None:
        self.folder = folder
        self.clock = HandClock(NOW)
        self.told: list[str] = []
        self._parent = parent
        self._run: Forwarding | None = None
        self._count = 0
        self.store = Store.open(folder / "bellwether.sqlite3", NOW)

    @property
    def ledger(self) -> Ledger:
        """The ledger of the process that runs."""
        return Ledger(self.store)

    def begin(self, policy: Policy, addresses: dict[str, str], secrets: KeyringSecrets | None = None) -> Forwarding:
        """Start the app's forwarding with these addresses in memory."""
        self._count += 1
        kept = secrets or KeyringSecrets(environment={})
        for name, address in addresses.items():
            kept.set(secret_of(name), address)
        book, owner = HoldBook(self.store), f"run {self._count}"
        run = Forwarding(self.store, self.ledger, kept, at_once, self.clock, owner, book, self._parent)
        run.troubled.connect(self.told.append)
        run.change(policy)
        self._run = run
        return run

    def end(self) -> None:
        """End the app."""
        if self._run is not None:
            self._run.stop()
            self._run = None
        self.store.close()

    def restart(self, policy: Policy, addresses: dict[str, str]) -> Forwarding:
        """End the app, open its files again and start anew."""
        self.end()
        self.store = Store.open(self.folder / "bellwether.sqlite3", self.clock())
        return self.begin(policy, addresses)

    def commit(self, *alerts: Alert) -> None:
        """Put alerts into the ledger."""
        for alert in alerts:
            judgement = Judgement(alert.rule, alert.symbol, alert.session, alert.transition, at=self.clock())
            self.ledger.commit(judgement, [alert])

    def pass_time(self, **span: float) -> dt.datetime:
        """Move the clock on."""
        self.clock.now = self.clock.now + dt.timedelta(**span)
        return self.clock.now

    def receipts(self) -> list[tuple[str, str, str]]:
        """What became of every alert: transition, channel, outcome."""
        return [(a.transition, r.channel, r.outcome) for a, kept in self.ledger.history() for r in kept]

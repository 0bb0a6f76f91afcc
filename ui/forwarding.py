"""The forwarders on duty: each passes on what its mailbox owes, beside whatever this computer shows."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from data.database import StoreError
from data.forwarding import Forwarders
from data.ledger import Ledger
from data.mailbox import Mailbox, delist
from data.secrets import Secrets
from data.store import Store
from models.quiet import Policy
from ui.channel import Clock
from ui.delivery import Delivery
from ui.forward_channel import ForwardChannel
from ui.ledger_work import HoldKeeper, Run, guarded

ANSWER_MS = 60_000


class Forwarding(QObject):
    """A delivery for each forwarder, so that none waits for another, and each keeps its own attempts.

    `recorded` carries receipts, `troubled` a sentence for the user.
    """

    recorded = Signal(object)
    troubled = Signal(str)

    def __init__(
        self,
        store: Store,
        ledger: Ledger,
        secrets: Secrets,
        run: Run,
        clock: Clock,
        owner: str,
        book: HoldKeeper,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._ledger = ledger
        self._secrets = secrets
        self._run = run
        self._clock = clock
        self._owner = owner
        self._book = book
        self._forwarders = Forwarders(clock)
        self._policy = Policy()
        self._names: tuple[str, ...] | None = None
        self._deliveries: dict[str, Delivery] = {}

    def change(self, policy: Policy) -> None:
        """Let these forwarders pass on, and no others, under this policy."""
        names, before = policy.forwarders, self._names
        self._policy, self._names = policy, names
        for name in [each for each in self._deliveries if each not in names]:
            gone = self._deliveries.pop(name)
            gone.stop()
            gone.deleteLater()
        for name in names:
            if name in self._deliveries:
                self._deliveries[name].set_policy(policy)
            else:
                self._deliveries[name] = self._made(name)
        if names == before:
            return
        self._run(guarded(lambda: delist(self._store, names)), self._on_delisted)

    @Slot()
    def deliver_waiting(self) -> None:
        """Pass on what waits; returns at once."""
        for delivery in self._deliveries.values():
            delivery.deliver_waiting()

    @Slot()
    def stop(self) -> None:
        """Begin nothing more."""
        for delivery in self._deliveries.values():
            delivery.stop()

    def _made(self, name: str) -> Delivery:
        channel = ForwardChannel(name, self._forwarders, self._secrets, self._run, self._clock, self)
        mailbox = Mailbox(self._store, self._ledger, name, self._clock)
        delivery = Delivery(
            [channel], mailbox, self._run, self._clock, self._owner, self,
            book=self._book, policy=self._policy, fits=_every, answer_ms=ANSWER_MS,
        )  # fmt: skip
        channel.setParent(delivery)
        channel.troubled.connect(self.troubled)
        delivery.recorded.connect(self.recorded)
        delivery.troubled.connect(self.troubled)
        return delivery

    def _on_delisted(self, result: object) -> None:
        if isinstance(result, StoreError):
            self.troubled.emit(result.message)
        self.deliver_waiting()


def _every(_alert: object) -> bool:
    return True

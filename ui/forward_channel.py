"""Forwarders as channels: each message goes out in a worker, with the address from the keyring."""

from __future__ import annotations

import datetime as dt
import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from data.forwarding import ForwardError, Forwarders
from data.ledger import Alert, Outcome, Receipt
from data.mailbox import channel_of
from data.secrets import Secrets, SecretsUnavailable
from data.source import Cancelled
from ui.channel import Clock

Run = Callable[[Callable[[Cancelled], Any], Callable[[Any], None]], object]
_MAYBE_TOLD = ("silent", "partly")
UNFORESEEN = "Something went wrong while “{name}” was used, so it is not known whether the message has arrived."
NO_ADDRESS = "The keyring holds no address for “{name}”. Please enter it again in the settings."


@dataclass(frozen=True, slots=True)
class Sent:
    """How one message went: the outcome, a sentence where it did not go well, and the pause that was asked for."""

    outcome: Outcome
    problem: str = ""
    retry_after: float | None = None


def secret_of(name: str) -> str:
    """Return how the keyring calls the address of a forwarder."""
    return f"forwarder {name}"


def send(forwarders: Forwarders, secrets: Secrets, name: str, title: str, body: str) -> Sent:
    """Send one message; blocks on the keyring and the network, so never on the GUI thread."""
    try:
        return _send(forwarders, secrets, name, title, body)
    except Exception as error:  # noqa: BLE001 - a fault of the program, whose text may quote the address
        place = traceback.extract_tb(error.__traceback__)[-1]
        what = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
    logging.getLogger("bellwether").error("a forwarder failed unexpectedly: %s", what)
    return Sent("unknown", UNFORESEEN.format(name=name))


def _send(forwarders: Forwarders, secrets: Secrets, name: str, title: str, body: str) -> Sent:
    try:
        address = secrets.get(secret_of(name))
    except SecretsUnavailable as error:
        return Sent("failed", error.message)
    if not address:
        return Sent("failed", NO_ADDRESS.format(name=name))
    try:
        forwarders.send(name, address, title, body)
    except ForwardError as error:
        return Sent("unknown" if error.kind in _MAYBE_TOLD else "failed", error.message, error.retry_after)
    return Sent("delivered")


class ForwardChannel(QObject):
    """One forwarder, by the name its user gave it."""

    in_window = False
    reported = Signal(object)
    activated = Signal(object)
    availability_changed = Signal(bool)
    troubled = Signal(str)

    def __init__(
        self, name: str, forwarders: Forwarders, secrets: Secrets, run: Run, clock: Clock, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.name = channel_of(name)
        self._title = name
        self._forwarders = forwarders
        self._secrets = secrets
        self._run = run
        self._clock = clock
        self._problem = ""

    def available(self) -> bool:
        """Whether it is worth trying: always, since only trying tells."""
        return True

    def deliver(self, alert: Alert) -> None:
        """Send the alert in a worker; `reported` tells the outcome, and `troubled` a new reason why it failed."""
        work = partial(send, self._forwarders, self._secrets, self._title, alert.title, alert.body)
        self._run(lambda _cancelled: work(), partial(self._on_sent, alert))

    def _on_sent(self, alert: Alert, sent: Sent) -> None:
        now = self._clock()
        again = None if sent.retry_after is None else now + dt.timedelta(seconds=min(sent.retry_after, 86_400))
        if sent.problem and sent.problem != self._problem:
            self.troubled.emit(sent.problem)
        self._problem = sent.problem
        self.reported.emit(Receipt(alert.key, self.name, sent.outcome, now, sent.problem, again))

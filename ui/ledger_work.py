"""What delivery has done in worker threads: everything that reads or writes the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from data.database import StoreError
from data.holds import Holds
from data.ledger import Abandoned, Alert, Receipt
from data.source import Cancelled
from models.quiet import Policy, release
from ui.channel import Clock

Work = Callable[[Cancelled], Any]
Run = Callable[[Work, Callable[[Any], None]], object]


class AlertLedger(Protocol):
    """The part of the ledger that delivery needs; every call is I/O and may raise `StoreError`."""

    def waiting(self) -> tuple[Alert, ...]:
        """Return the alerts that no channel has told yet."""
        ...

    def claim(self, key: str, channel: str, owner: str, now: dt.datetime, lease: dt.timedelta) -> bool:
        """Return whether `owner` alone may tell this alert on this channel until `now` + `lease`."""
        ...

    def abandoned(self, now: dt.datetime) -> tuple[Abandoned, ...]:
        """Return the claims that ran out without a receipt."""
        ...

    def doubt(self, left: Abandoned, now: dt.datetime) -> tuple[Receipt, ...]:
        """Record the outcome "unknown" for a claim that was left; returns the receipt, if there was none yet."""
        ...

    def doubted(self) -> tuple[Alert, ...]:
        """Return the alerts of which nobody knows whether they were seen: worth saying again inside the window."""
        ...

    def record(self, receipt: Receipt) -> None:
        """Keep a receipt."""
        ...

    def next_attempt(self) -> dt.datetime | None:
        """Return when (UTC) the first of the failed alerts is worth another try."""
        ...


class HoldKeeper(Protocol):
    """Where mutes and snoozes are kept; every call is I/O and may raise `StoreError`."""

    def read(self, now: dt.datetime) -> Holds:
        """Return what is held at `now`."""
        ...

    def mute(self, until: dt.datetime | None) -> None:
        """Tell nothing until this UTC instant; None ends it."""
        ...

    def mute_rule(self, rule: str, until: dt.datetime | None) -> None:
        """Tell nothing of the rule until this UTC instant; None ends it."""
        ...

    def snooze(self, alert: Alert, until: dt.datetime, now: dt.datetime) -> Alert:
        """Keep a reminder of the alert for this UTC instant."""
        ...


class PassingHolds:
    """Mutes that last as long as the process, where nobody keeps them; nothing is snoozed."""

    def __init__(self) -> None:
        self._holds = Holds()

    def read(self, now: dt.datetime) -> Holds:
        """Return what is held at `now`."""
        until = self._holds.muted_until
        return replace(self._holds, muted_until=until if until is not None and until > now else None)

    def mute(self, until: dt.datetime | None) -> None:
        """Tell nothing until this UTC instant; None ends it."""
        self._holds = replace(self._holds, muted_until=until)

    def mute_rule(self, rule: str, until: dt.datetime | None) -> None:
        """Tell nothing of the rule until this UTC instant; None ends it."""
        rules = {key: end for key, end in self._holds.rules.items() if key != rule}
        self._holds = replace(self._holds, rules=rules if until is None else rules | {rule: until})

    def snooze(self, alert: Alert, _until: dt.datetime, _now: dt.datetime) -> Alert:
        """Keep nothing."""
        return alert


@dataclass(frozen=True, slots=True)
class Collected:
    """What may be told, the receipts that were kept on the way, what is held, and when to look again (UTC).

    `doubted` may have been told by a process that is gone.
    """

    waiting: tuple[Alert, ...]
    kept: tuple[Receipt, ...]
    holds: Holds = field(default_factory=Holds)
    next_at: dt.datetime | None = None
    doubted: tuple[Alert, ...] = ()


def collect(
    ledger: AlertLedger,
    unrecorded: tuple[Receipt, ...],
    clock: Clock,
    book: HoldKeeper,
    policy: Policy,
) -> Collected:
    """Write down what is owed, settle what a dead process left behind, and return what may be told now."""
    now = clock()
    kept = record(ledger, unrecorded)
    kept += tuple(receipt for left in ledger.abandoned(now) for receipt in ledger.doubt(left, now))
    holds = book.read(now)
    released = release(ledger.waiting(), holds, policy.quiet, now)
    return Collected(released.alerts, kept, holds, released.next_at, ledger.doubted())


def record(ledger: AlertLedger, receipts: tuple[Receipt, ...]) -> tuple[Receipt, ...]:
    """Keep the receipts and return them."""
    for receipt in receipts:
        ledger.record(receipt)
    return receipts


def guarded(work: Callable[[], object]) -> Work:
    """Hand a failing ledger over as a result: it is expected at times, and no crash."""

    def guarded(_cancelled: Cancelled) -> object:
        try:
            return work()
        except StoreError as error:
            return error

    return guarded

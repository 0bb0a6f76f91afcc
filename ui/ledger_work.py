"""What delivery has done in worker threads: everything that reads or writes the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from data.database import StoreError
from data.ledger import Abandoned, Alert, Receipt
from data.source import Cancelled
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

    def record(self, receipt: Receipt) -> None:
        """Keep a receipt."""
        ...


@dataclass(frozen=True, slots=True)
class Collected:
    """What waits, and the receipts that were kept on the way."""

    waiting: tuple[Alert, ...]
    kept: tuple[Receipt, ...]


def collect(ledger: AlertLedger, unrecorded: tuple[Receipt, ...], clock: Clock) -> Collected:
    """Write down what is owed, settle what a dead process left behind, and return what still waits."""
    now = clock()
    kept = record(ledger, unrecorded)
    lost = tuple(
        Receipt(each.alert.key, each.channel, "unknown", now, "the app ended before the channel had answered")
        for each in ledger.abandoned(now)
    )
    kept += record(ledger, lost)
    return Collected(ledger.waiting(), kept)


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

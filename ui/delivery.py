"""Brings waiting alerts to the user: claimed before, shown on the first channel that works, receipted after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from data.database import StoreError
from data.ledger import Alert, Receipt
from ui.channel import Channel, Clock
from ui.digest import message, parcels
from ui.ledger_work import AlertLedger, Collected, Run, collect, guarded, record

LEASE = dt.timedelta(seconds=60)
_REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class _Attempt:
    """Alerts under way on one channel; `remaining` are the channels to try after it."""

    alerts: tuple[Alert, ...]
    shown: Alert
    channel: Channel
    remaining: tuple[Channel, ...]


class Delivery(QObject):
    """Delivers what waits in the ledger, each alert once, on the first of `channels` that proves it.

    `run(work, done)` runs `work(cancelled)` off this thread and calls `done(result)` here (`Jobs.run`).  Where a
    channel fails the next one follows; where it cannot say whether it told the alert, only one inside the window does,
    since that cannot become a second notification.  What no channel could tell waits for the next call, or for a
    channel to become available.  `recorded` carries each receipt once it is kept, `activated` the alert a user wants
    to see, `troubled` a sentence when the ledger cannot be read or written (it is tried again by itself).
    """

    recorded = Signal(object)
    activated = Signal(object)
    mute_changed = Signal(object)
    troubled = Signal(str)

    def __init__(
        self,
        channels: Sequence[Channel],
        ledger: AlertLedger,
        run: Run,
        clock: Clock,
        owner: str,
        parent: QObject | None = None,
        *,
        answer_ms: int = 10_000,
        retry_ms: int = 30_000,
    ) -> None:
        super().__init__(parent)
        self._channels = tuple(channels)
        self._ledger = ledger
        self._run = run
        self._clock = clock
        self._owner = owner
        self._queue: list[tuple[Alert, ...]] = []
        self._attempt: _Attempt | None = None
        self._covered: dict[str, tuple[str, ...]] = {}
        self._unrecorded: list[Receipt] = []
        self._is_busy = False
        self._is_asked_again = False
        self._muted_until: dt.datetime | None = None
        self._in_window_only = False
        self._bound = QTimer(self, singleShot=True, interval=answer_ms)
        self._bound.timeout.connect(self._on_silence)
        self._retry = QTimer(self, singleShot=True, interval=retry_ms)
        self._retry.timeout.connect(self.deliver_waiting)
        self._unmute = QTimer(self, singleShot=True)
        self._unmute.timeout.connect(self.deliver_waiting)
        for channel in self._channels:
            channel.reported.connect(self._on_reported)
            channel.activated.connect(self.activated)
            channel.availability_changed.connect(self._on_availability)

    @property
    def muted_until(self) -> dt.datetime | None:
        """Until when (UTC) nothing is told; None when everything is."""
        until = self._muted_until
        return until if until is not None and self._clock() < until else None

    @Slot(object)
    def mute(self, until: dt.datetime | None) -> None:
        """Tell nothing until this UTC instant, what waits then is told; None ends it now.  `mute_changed` follows."""
        self._muted_until = until
        self._unmute.stop()
        self.mute_changed.emit(until)
        if until is None:
            self.deliver_waiting()
        else:
            self._unmute.start(max(0, round((until - self._clock()).total_seconds() * 1000)))

    def keep_to_window(self, on: bool) -> None:
        """Tell things inside the window only (the user wants no notifications), or everywhere again."""
        self._in_window_only = on
        self.deliver_waiting()

    @Slot()
    def deliver_waiting(self) -> None:
        """Tell what waits; returns at once.  While a round is under way, another one follows it."""
        if self._is_busy:
            self._is_asked_again = True
            return
        self._end_mute_in_time()
        if self._muted_until is not None or not self._open_channels():
            return
        self._is_busy = True
        self._is_asked_again = False
        unrecorded = tuple(self._unrecorded)
        self._run(guarded(lambda: collect(self._ledger, unrecorded, self._clock)), self._on_collected)

    @Slot()
    def stop(self) -> None:
        """Begin nothing more; what is on its way is left to its claim."""
        self._queue.clear()
        self._attempt = None
        for timer in (self._bound, self._retry, self._unmute):
            timer.stop()

    def _end_mute_in_time(self) -> None:
        # Asked of the clock as well as of the timer, which stands still while the computer sleeps.
        if self._muted_until is not None and self.muted_until is None:
            self._muted_until = None
            self.mute_changed.emit(None)

    def _open_channels(self) -> tuple[Channel, ...]:
        wanted = [channel for channel in self._channels if channel.in_window or not self._in_window_only]
        return tuple(channel for channel in wanted if channel.available())

    def _on_collected(self, result: Collected | StoreError) -> None:
        if isinstance(result, StoreError):
            self._give_up(result)
            return
        kept = set(result.kept)
        self._unrecorded = [receipt for receipt in self._unrecorded if receipt not in kept]
        for receipt in result.kept:
            self.recorded.emit(receipt)
        self._queue = list(parcels(result.waiting))
        self._next()

    def _next(self) -> None:
        if not self._queue:
            self._is_busy = False
            if self._is_asked_again:
                self.deliver_waiting()
            return
        self._try(self._queue.pop(0), self._open_channels())

    def _try(self, alerts: tuple[Alert, ...], channels: tuple[Channel, ...]) -> None:
        if not channels:
            self._next()
            return
        channel, remaining = channels[0], channels[1:]
        now = self._clock()

        def claim() -> tuple[Alert, ...]:
            mine = [a for a in alerts if self._ledger.claim(a.key, channel.name, self._owner, now, LEASE)]
            return tuple(mine)

        def begin(claimed: tuple[Alert, ...] | StoreError) -> None:
            self._begin(alerts, claimed, channel, remaining)

        self._run(guarded(claim), begin)

    def _begin(
        self,
        alerts: tuple[Alert, ...],
        claimed: tuple[Alert, ...] | StoreError,
        channel: Channel,
        remaining: tuple[Channel, ...],
    ) -> None:
        if isinstance(claimed, StoreError):
            self._give_up(claimed)
            return
        if len(claimed) < len(alerts):
            # Another process is telling the others; should it die over that, somebody has to look again.
            self._retry.start(round(LEASE.total_seconds() * 1000) + 1000)
        if not claimed:
            self._next()
            return
        shown = message(claimed)
        self._attempt = _Attempt(claimed, shown, channel, remaining)
        self._remember(shown, claimed)
        self._bound.start()
        channel.deliver(shown)

    def _remember(self, shown: Alert, alerts: tuple[Alert, ...]) -> None:
        self._covered[shown.key] = tuple(alert.key for alert in alerts)
        for old in list(self._covered)[:-_REMEMBERED]:
            del self._covered[old]

    @Slot(object)
    def _on_reported(self, receipt: Receipt) -> None:
        """Keep the receipt for every alert that the message stood for, then go on."""
        keys = self._covered.get(receipt.key, ())
        receipts = tuple(replace(receipt, key=key) for key in keys)
        attempt = self._attempt
        if attempt is None or (receipt.key, receipt.channel) != (attempt.shown.key, attempt.channel.name):
            self._keep(receipts, None)
            return
        self._bound.stop()
        self._attempt = None
        self._keep(receipts, lambda: self._after(attempt, receipt))

    def _after(self, attempt: _Attempt, receipt: Receipt) -> None:
        if receipt.outcome == "failed":
            self._try(attempt.alerts, attempt.remaining)
        elif receipt.outcome == "unknown":
            self._try(attempt.alerts, tuple(channel for channel in attempt.remaining if channel.in_window))
        else:
            self._next()

    @Slot()
    def _on_silence(self) -> None:
        attempt = self._attempt
        if attempt is not None:
            detail = "no word from the channel in time"
            self._on_reported(Receipt(attempt.shown.key, attempt.channel.name, "unknown", self._clock(), detail))

    def _keep(self, receipts: tuple[Receipt, ...], then: Callable[[], None] | None) -> None:
        if not receipts:
            return

        def kept(result: tuple[Receipt, ...] | StoreError) -> None:
            if isinstance(result, StoreError):
                # Told but not written down: remembered here, so that it is not told a second time.
                self._unrecorded.extend(receipts)
                self._trouble(result)
            else:
                for receipt in result:
                    self.recorded.emit(receipt)
            if then is not None:
                then()

        self._run(guarded(lambda: record(self._ledger, receipts)), kept)

    def _give_up(self, error: StoreError) -> None:
        self._queue.clear()
        self._is_busy = False
        self._trouble(error)

    def _trouble(self, error: StoreError) -> None:
        self.troubled.emit(error.message)
        self._retry.start()

    @Slot(bool)
    def _on_availability(self, available: bool) -> None:
        if available:
            self.deliver_waiting()

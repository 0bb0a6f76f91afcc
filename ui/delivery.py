"""Brings waiting alerts to the user: claimed before, shown on the first channel that works, receipted after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from data.database import StoreError
from data.holds import Holds
from data.ledger import Alert, Receipt
from models.quiet import Policy, is_for_here
from ui.channel import Answering, Channel, Clock, Starting
from ui.digest import in_doubt, message, parcels
from ui.ledger_work import AlertLedger, Collected, HoldKeeper, PassingHolds, Run, collect, guarded, record

LEASE = dt.timedelta(seconds=60)
NO_POLICY = Policy()
_REMEMBERED = 200
_LONGEST_SLEEP_MS = 600_000

Fits = Callable[[Alert], bool]


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
    since that cannot become a second notification.  What no channel could tell waits for the next call, for a channel
    to become available, or for its next attempt.  `book` has what is muted and snoozed, `policy` when to be quiet;
    `fits` says which alerts these channels are for.  `recorded` carries each receipt once it is kept, `activated` the
    alert a user wants to see, `asked_why` one that shall explain itself, `troubled` a sentence when the ledger cannot
    be read or written (it is tried again by itself).
    """

    recorded = Signal(object)
    activated = Signal(object)
    asked_why = Signal(object)
    mute_changed = Signal(object)
    holds_changed = Signal(object)
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
        book: HoldKeeper | None = None,
        policy: Policy = NO_POLICY,
        fits: Fits | None = None,
        answer_ms: int = 10_000,
        retry_ms: int = 30_000,
    ) -> None:
        super().__init__(parent)
        self._book = book or PassingHolds()
        self._policy = policy
        self._fits = fits
        self._channels = tuple(channels)
        self._ledger = ledger
        self._run = run
        self._clock = clock
        self._owner = owner
        self._queue: list[tuple[Alert, ...]] = []
        self._doubted: list[tuple[Alert, ...]] = []
        self._attempt: _Attempt | None = None
        self._covered: dict[str, tuple[str, ...]] = {}
        self._unrecorded: list[Receipt] = []
        self._is_busy = False
        self._is_asked_again = False
        self._has_looked = False
        self._muted_until: dt.datetime | None = None
        self._unsaved_mutes = 0
        self._has_failed = False
        self._holds = Holds()
        self._in_window_only = False
        self._bound = QTimer(self, singleShot=True, interval=answer_ms)
        self._bound.timeout.connect(self._on_silence)
        self._retry = QTimer(self, singleShot=True, interval=retry_ms)
        self._retry.timeout.connect(self.deliver_waiting)
        self._wake = QTimer(self, singleShot=True)
        self._wake.timeout.connect(self.deliver_waiting)
        for channel in self._channels:
            channel.reported.connect(self._on_reported)
            channel.activated.connect(self.activated)
            if isinstance(channel, Answering):
                channel.snoozed.connect(self.snooze)
                channel.asked_why.connect(self.asked_why)
            channel.availability_changed.connect(self._on_availability)

    @property
    def muted_until(self) -> dt.datetime | None:
        """Until when (UTC) nothing is told; None when everything is."""
        until = self._muted_until
        return until if until is not None and self._clock() < until else None

    @property
    def busy(self) -> bool:
        """Whether a round of telling is under way."""
        return self._is_busy

    @Slot(object)
    def mute(self, until: dt.datetime | None) -> None:
        """Tell nothing until this UTC instant, what waits then is told; None ends it now.  `mute_changed` follows."""
        self._muted_until = until
        self._unsaved_mutes += 1
        self.mute_changed.emit(until)
        self._change(lambda: self._book.mute(until), self._on_mute_kept)

    @Slot(str, object)
    def mute_rule(self, rule: str, until: dt.datetime | None) -> None:
        """Tell nothing of the rule with this key until this UTC instant; None ends it.  `holds_changed` follows."""
        self._change(lambda: self._book.mute_rule(rule, until))

    @Slot(object, object)
    def snooze(self, alert: Alert, until: dt.datetime) -> None:
        """Tell an alert that was told once more at this UTC instant."""
        self._change(lambda: self._book.snooze(alert, until, self._clock()))

    def set_policy(self, policy: Policy) -> None:
        """Put other quiet hours, or other forwarders, into force."""
        self._policy = policy
        self.deliver_waiting()

    def _change(self, change: Callable[[], object], then: Callable[[], None] | None = None) -> None:
        def done(result: object) -> None:
            if isinstance(result, StoreError):
                self._trouble(result)
            elif then is not None:
                then()
            self.deliver_waiting()

        self._run(guarded(change), done)

    def _on_mute_kept(self) -> None:
        self._unsaved_mutes = 0

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
        if self._is_one_coming() or (not self._open_channels() and self._has_looked):
            return
        self._is_busy = True
        self._is_asked_again = self._has_failed = False
        unrecorded, policy = tuple(self._unrecorded), self._policy
        work = guarded(lambda: collect(self._ledger, unrecorded, self._clock, self._book, policy))
        self._run(work, self._on_collected)

    @Slot()
    def stop(self) -> None:
        """Begin nothing more; what is on its way is left to its claim."""
        self._queue.clear()
        self._doubted.clear()
        self._attempt = None
        for timer in (self._bound, self._retry, self._wake):
            timer.stop()

    def _note_holds(self, holds: Holds) -> None:
        """Take over what another process, or the one before this, has muted; a mute not kept yet stays."""
        if not self._unsaved_mutes and holds.muted_until != self._muted_until:
            self._muted_until = holds.muted_until
            self.mute_changed.emit(self._muted_until)
        elif self._muted_until is not None and self.muted_until is None:
            self._muted_until = None
            self.mute_changed.emit(None)
        if holds != self._holds:
            self._holds = holds
            self.holds_changed.emit(holds)

    def _is_one_coming(self) -> bool:
        """Whether a channel just started still finds out whether it works: the next one must not be quicker."""
        return any(isinstance(channel, Starting) and channel.coming() for channel in self._channels)

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
        self._has_looked = True
        self._note_holds(result.holds)
        self._wake_at(result.next_at)
        if self.muted_until is not None:
            self._wake_at(self.muted_until)
        else:
            fits = self._fits or self._is_for_here
            self._queue = list(parcels([alert for alert in result.waiting if fits(alert)]))
            self._doubted = list(parcels([in_doubt(alert) for alert in result.doubted]))
        self._next()

    def _is_for_here(self, alert: Alert) -> bool:
        return is_for_here(alert, self._policy.forwarders)

    def _wake_at(self, instant: dt.datetime | None) -> None:
        """Look again then, or within ten minutes: a timer stands still while the computer sleeps."""
        if instant is None:
            return
        ms = min(max(1, round((instant - self._clock()).total_seconds() * 1000)), _LONGEST_SLEEP_MS)
        if not self._wake.isActive() or ms < self._wake.remainingTime():
            self._wake.start(ms)

    def _next(self) -> None:
        if self._queue:
            self._try(self._queue.pop(0), self._open_channels())
            return
        if self._say_again():
            return
        self._is_busy = False
        if self._is_asked_again:
            self.deliver_waiting()
        elif self._has_failed:
            self._run(guarded(self._ledger.next_attempt), self._on_next_attempt)

    def _on_next_attempt(self, instant: dt.datetime | StoreError | None) -> None:
        if isinstance(instant, StoreError):
            self._retry.start()
        else:
            self._wake_at(instant)

    def _say_again(self) -> bool:
        """Say what a dead process may have told inside the window, where that does no harm; nobody has to claim it."""
        here = [channel for channel in self._open_channels() if channel.in_window]
        if not here or not self._doubted:
            return False
        alerts = self._doubted.pop(0)
        self._begin(alerts, alerts, here[0], tuple(here[1:]))
        return True

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
            self._has_failed = True
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
        self._doubted.clear()
        self._is_busy = False
        self._trouble(error)

    def _trouble(self, error: StoreError) -> None:
        self.troubled.emit(error.message)
        self._retry.start()

    @Slot(bool)
    def _on_availability(self, _available: bool) -> None:
        # Gone or found missing counts as well: what waited for it is for the next channel now.
        self.deliver_waiting()

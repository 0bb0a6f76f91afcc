"""The desktop's own notifications on Linux, over D-Bus, each one proved by the daemon's answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from jeepney import DBusAddress, HeaderFields, Message
from jeepney.bus_messages import MatchRule
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from data.ledger import Alert, Outcome, Receipt
from ui.channel import Clock
from ui.notify_call import ACTIONS, DAEMON, NAME, SNOOZE, WHY, notify_call, subject
from ui.session_bus import DISCONNECTED, NO_ANSWER, Reply, SessionBus, method_call

_BUS = DBusAddress("/org/freedesktop/DBus", bus_name="org.freedesktop.DBus", interface="org.freedesktop.DBus")
_DISMISSED_BY_USER = 2
SNOOZE_FOR = dt.timedelta(hours=1)
_REMEMBERED = 200
_LATE_ANSWER_MS = 60_000
_LONGEST_RETRY_MS = 300_000

NO_BUS = "This session has no D-Bus, so desktop notifications cannot be shown. Alerts appear in the window instead."
NO_SERVICE = "No notification service runs on this desktop. Alerts appear in the window until one is started."
NOT_YET = "The desktop's notification service has not been asked yet."
NO_REPLY = "The desktop's notification service does not answer. Alerts appear in the window until it does."


@dataclass(frozen=True, slots=True)
class _Shown:
    """A notification that the daemon has accepted; `is_open` until the daemon says that it is closed."""

    alert: Alert
    is_open: bool = True


class DesktopNotifications(QObject):
    """Delivers alerts to the notification daemon and hears what the user does with them.

    An alert counts as delivered when the daemon has returned an id for it.  A newer alert of the same rule and symbol
    replaces the older one in place while that is still open.  The daemon may stop, restart or appear later: each
    change is told by `availability_changed`, and `problem` says in a sentence why notifications cannot be shown.
    """

    name = "notification"
    in_window = False
    reported = Signal(object)
    activated = Signal(object)
    snoozed = Signal(object, object)
    asked_why = Signal(object)
    availability_changed = Signal(bool)

    def __init__(
        self,
        address: str | None,
        clock: Clock,
        parent: QObject | None = None,
        *,
        icon: str = "bellwether",
        answer_ms: int = 3000,
        retry_ms: int = 5000,
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._icon = icon
        self._answer_ms = answer_ms
        self._capabilities: frozenset[str] | None = None
        self._activatable = False
        self._available = False
        self._is_coming = False
        self._problem: str | None = NO_BUS if address is None else NOT_YET
        self._shown: dict[int, _Shown] = {}
        self._bus = SessionBus(address, self) if address is not None else None
        self._first_retry_ms = self._retry_ms = retry_ms
        self._retry = QTimer(self, singleShot=True)
        self._retry.timeout.connect(self.start)
        if self._bus is not None:
            self._bus.connected.connect(self._on_connected)
            self._bus.lost.connect(self._on_lost)
            self._bus.signalled.connect(self._on_signal)

    @property
    def problem(self) -> str | None:
        """Why notifications cannot be shown, in a sentence; None when they can."""
        return self._problem

    @property
    def capabilities(self) -> frozenset[str]:
        """What the daemon says it can do, empty as long as it has not been asked."""
        return self._capabilities or frozenset()

    def available(self) -> bool:
        """Whether a notification daemon is there, or would be started by the bus."""
        return self._available

    def coming(self) -> bool:
        """Whether it was started and the daemon has not said yet what it can do: worth waiting for."""
        return self._is_coming

    @Slot()
    def start(self) -> None:
        """Connect to the bus and ask the daemon what it can do; returns at once."""
        if self._bus is not None:
            if self._problem == NOT_YET:
                self._is_coming = True
                QTimer.singleShot(6 * self._answer_ms, self, self._wait_no_longer)
            self._bus.open()

    @Slot()
    def stop(self) -> None:
        """Leave the bus; notifications on the screen stay there."""
        self._retry.stop()
        if self._bus is not None:
            self._bus.close()
        self._settle(False, NO_BUS)

    def deliver(self, alert: Alert) -> None:
        """Show the alert; `reported` tells the outcome once the daemon has answered or the time is over."""
        if self._bus is None or not self._bus.is_ready:
            QTimer.singleShot(0, self, partial(self.report, alert, "failed", "no session bus"))
            return
        attempt = _Attempt(self, alert, self._answer_ms)
        call = notify_call(alert, self._capabilities, self._open_id(alert), self._icon)
        self._bus.call(call, attempt.answer, max(_LATE_ANSWER_MS, self._answer_ms))

    def _open_id(self, alert: Alert) -> int:
        """Return the id of the notification that this one replaces, 0 for none."""
        ids = [key for key, shown in self._shown.items() if shown.is_open and subject(shown.alert) == subject(alert)]
        return ids[-1] if ids else 0

    def accept(self, alert: Alert, notification: int) -> None:
        """Note that the daemon shows the alert under this id."""
        self._shown.pop(notification, None)
        self._shown[notification] = _Shown(alert)
        for old in list(self._shown)[:-_REMEMBERED]:
            del self._shown[old]
        self.report(alert, "delivered", f"accepted as notification {notification}")

    def report(self, alert: Alert, outcome: Outcome, detail: str) -> None:
        """Emit a receipt."""
        self.reported.emit(Receipt(alert.key, self.name, outcome, self._clock(), detail))

    @Slot()
    def _on_connected(self) -> None:
        if self._bus is None:
            return
        self._retry_ms = self._first_retry_ms
        owner = MatchRule(
            type="signal",
            sender=_BUS.bus_name,
            interface=_BUS.interface,
            member="NameOwnerChanged",
            path=_BUS.object_path,
        )
        owner.add_arg_condition(0, NAME)
        self._bus.subscribe(owner)
        self._bus.subscribe(MatchRule(type="signal", interface=NAME, path=DAEMON.object_path))
        self._bus.call(method_call(_BUS, "ListActivatableNames", None), self._on_activatable, self._answer_ms)
        self._ask()

    def _ask(self) -> None:
        if self._bus is not None:
            # The bus may have to start the daemon first: that takes longer than an answer.
            call = method_call(DAEMON, "GetCapabilities", None)
            self._bus.call(call, self._on_capabilities, 5 * self._answer_ms)

    def _on_activatable(self, reply: Reply) -> None:
        names = reply.body[0] if reply.body else []
        self._activatable = isinstance(names, list) and NAME in names

    def _on_capabilities(self, reply: Reply) -> None:
        if reply.error is None and reply.body and isinstance(reply.body[0], list):
            self._capabilities = frozenset(map(str, reply.body[0]))
            self._settle(True, None)
        elif reply.error != DISCONNECTED:
            self._settle(False, NO_REPLY if reply.error == NO_ANSWER else NO_SERVICE)

    @Slot(str)
    def _on_lost(self, _reason: str) -> None:
        self._shown.clear()
        self._settle(False, NO_BUS)
        self._retry.start(self._retry_ms)
        self._retry_ms = min(2 * self._retry_ms, _LONGEST_RETRY_MS)

    @Slot()
    def _wait_no_longer(self) -> None:
        if self._is_coming:
            self._settle(False, NO_REPLY)

    def _settle(self, available: bool, problem: str | None) -> None:
        self._problem = problem
        was_coming, self._is_coming = self._is_coming, False
        if available != self._available or was_coming:
            self._available = available
            self.availability_changed.emit(available)

    @Slot(object)
    def _on_signal(self, message: Message) -> None:
        member = message.header.fields.get(HeaderFields.member)
        if member == "NameOwnerChanged":
            self._on_owner_changed(message.body)
        elif member == "ActionInvoked":
            self._on_action(message.body)
        elif member == "NotificationClosed":
            self._on_closed(message.body)

    def _on_owner_changed(self, body: Sequence[object]) -> None:
        # Ids are the old daemon's own: the next one would take them for other notifications.
        self._shown.clear()
        if body[2]:
            self._ask()
        elif not self._activatable:
            self._settle(False, NO_SERVICE)

    def _on_action(self, body: Sequence[object]) -> None:
        notification = int(str(body[0]))
        shown = self._shown.get(notification)
        if shown is not None and body[1] in ACTIONS[::2]:
            # The click closes it: what the daemon says of that next is no second answer of the user.
            self._shown[notification] = _Shown(shown.alert, is_open=False)
            self.report(shown.alert, "clicked", str(body[1]))
            if body[1] == SNOOZE:
                self.snoozed.emit(shown.alert, self._clock() + SNOOZE_FOR)
            elif body[1] == WHY:
                self.asked_why.emit(shown.alert)
            else:
                self.activated.emit(shown.alert)

    def _on_closed(self, body: Sequence[object]) -> None:
        notification, reason = int(str(body[0])), body[1]
        shown = self._shown.get(notification)
        if shown is None or not shown.is_open:
            return
        # Remembered all the same: daemons bring closed ones back from their history, under the same id.
        self._shown[notification] = _Shown(shown.alert, is_open=False)
        if reason == _DISMISSED_BY_USER:
            self.report(shown.alert, "dismissed", "closed by the user")


class _Attempt:
    """One Notify call: unknown when the bound is over, and delivered after all when the answer is only late."""

    def __init__(self, channel: DesktopNotifications, alert: Alert, bound_ms: int) -> None:
        self._channel = channel
        self._alert = alert
        self._is_over = False
        self._timer = QTimer(channel, singleShot=True, interval=bound_ms)
        self._timer.timeout.connect(self._expire)
        self._timer.start()

    def answer(self, reply: Reply) -> None:
        """Take the daemon's answer."""
        self._timer.stop()
        self._timer.deleteLater()
        if reply.error is None and reply.body:
            self._channel.accept(self._alert, int(str(reply.body[0])))
        elif not self._is_over:
            outcome: Outcome = "unknown" if reply.error in (NO_ANSWER, DISCONNECTED) else "failed"
            self._channel.report(self._alert, outcome, f"{reply.error}: {reply.detail}")

    def _expire(self) -> None:
        self._is_over = True
        self._channel.report(self._alert, "unknown", "the notification service has not answered in time")

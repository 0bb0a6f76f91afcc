"""Alerts inside the window: the way that is left where the desktop has none."""

from __future__ import annotations

import datetime as dt
from functools import partial

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from data.ledger import Alert, Outcome, Receipt
from ui.channel import Clock
from ui.digest import DIGEST
from ui.toast import Act, Message, Toasts
from ui.tray_words import tomorrow_morning

HOUR = dt.timedelta(hours=1)
_SHOWING = (QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.WindowStateChange)


class ToastChannel(QObject):
    """Shows alerts as toasts that stay until they are closed; available while the window can be seen."""

    name = "toast"
    in_window = True
    reported = Signal(object)
    activated = Signal(object)
    snoozed = Signal(object, object)
    asked_why = Signal(object)
    rule_muted = Signal(str, object)
    availability_changed = Signal(bool)

    def __init__(self, toasts: Toasts, window: QWidget, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._toasts = toasts
        self._window = window
        self._clock = clock
        self._was_available = self.available()
        self._told: dict[Message, Alert] = {}
        toasts.dismissed.connect(self._on_dismissed)
        window.installEventFilter(self)

    def available(self) -> bool:
        """Whether the window is on the screen."""
        return self._window.isVisible() and not self._window.isMinimized()

    def deliver(self, alert: Alert) -> None:
        """Show the alert at the foot of the window, after those that are there already."""
        if not self.available():
            self._report(alert, "failed", "the window is hidden")
            return
        text = f"{alert.title}\n{alert.body}"
        later = self._later(alert)
        show = Message(text, alert.transition, "Open chart", partial(self._activate, alert), stays=True, later=later)
        self._told[show] = alert
        self._toasts.tell(show)
        self._report(alert, "delivered", "shown in the window")

    def _later(self, alert: Alert) -> tuple[tuple[str, Act], ...]:
        """Return what else can be done: be told again, not be told of the rule for a while, or ask why."""
        of_rule = (
            ("Mute this rule until tomorrow, 08:00", partial(self._mute, alert)),
            ("Why?", partial(self._ask_why, alert)),
        )
        return (
            ("Remind me in 1 hour", partial(self._snooze, alert, partial(self._after, HOUR))),
            ("Remind me tomorrow, 08:00", partial(self._snooze, alert, self._tomorrow)),
            *(of_rule if alert.rule != DIGEST else ()),
        )

    def _after(self, span: dt.timedelta) -> dt.datetime:
        return self._clock() + span

    def _tomorrow(self) -> dt.datetime:
        return tomorrow_morning(self._clock().astimezone()).astimezone(dt.UTC)

    def _snooze(self, alert: Alert, when: Clock) -> None:
        self.snoozed.emit(alert, when())

    def _mute(self, alert: Alert) -> None:
        self.rule_muted.emit(alert.rule, self._tomorrow())

    def _ask_why(self, alert: Alert) -> None:
        self.asked_why.emit(alert)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell when the window appears or hides."""
        if watched is self._window and event.type() in _SHOWING and self.available() != self._was_available:
            self._was_available = not self._was_available
            self.availability_changed.emit(self._was_available)
        return super().eventFilter(watched, event)

    def _activate(self, alert: Alert) -> None:
        self._told = {message: other for message, other in self._told.items() if other != alert}
        self._report(alert, "clicked", "opened from the toast")
        self.activated.emit(alert)

    @Slot(object)
    def _on_dismissed(self, message: Message) -> None:
        # Pressing the button closes the toast too, and says so first: the click is what counts then.
        QTimer.singleShot(0, self, partial(self._close, message))

    def _close(self, message: Message) -> None:
        alert = self._told.pop(message, None)
        if alert is not None:
            self._report(alert, "dismissed", "closed in the window")

    def _report(self, alert: Alert, outcome: Outcome, detail: str) -> None:
        self.reported.emit(Receipt(alert.key, self.name, outcome, self._clock(), detail))

"""Alerts as balloons at the tray icon, where the desktop shows no notifications of its own."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from data.ledger import Alert, Outcome, Receipt
from ui.channel import Clock
from ui.tray import Tray


class TrayMessages(QObject):
    """Alerts as balloons at the tray icon: the last way over the desktop, which cannot say whether they were seen."""

    name = "tray"
    in_window = False
    reported = Signal(object)
    activated = Signal(object)
    availability_changed = Signal(bool)

    def __init__(self, tray: Tray, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tray = tray
        self._clock = clock
        self._latest: Alert | None = None
        tray.availability_changed.connect(self.availability_changed)
        tray.message_clicked.connect(self._on_clicked)

    def available(self) -> bool:
        """Whether there is an icon to show balloons at."""
        return self._tray.available()

    def deliver(self, alert: Alert) -> None:
        """Show the alert; the outcome is "unknown", since nobody answers."""
        shown = self._tray.balloon(alert.title, alert.body)
        if shown:
            self._latest = alert
            self._report(alert, "unknown", "handed to the tray, which does not answer")
        else:
            self._report(alert, "failed", "there is no tray icon")

    @Slot()
    def _on_clicked(self) -> None:
        if self._latest is not None:
            self._report(self._latest, "clicked", "")
            self.activated.emit(self._latest)

    def _report(self, alert: Alert, outcome: Outcome, detail: str) -> None:
        self.reported.emit(Receipt(alert.key, self.name, outcome, self._clock(), detail))

"""How many alerts were told since somebody last looked at the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from data.ledger import Receipt


class Unseen(QObject):
    """Counts alerts by their receipts while the window is not the active one; looking at it, or at one, ends that.

    `changed` carries the count.
    """

    changed = Signal(int)

    def __init__(self, window: QWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window = window
        self._keys: set[str] = set()
        window.installEventFilter(self)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._keys)

    @Slot(object)
    def note(self, receipt: Receipt) -> None:
        """Take in what became of an alert on this computer."""
        if receipt.outcome in ("clicked", "dismissed"):
            self._put(self._keys - {receipt.key})
        elif receipt.outcome != "failed" and not self._window.isActiveWindow():
            self._put(self._keys | {receipt.key})

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Begin at nought when the window is looked at."""
        if event.type() == QEvent.Type.WindowActivate and watched is self._window:
            self._put(set())
        return super().eventFilter(watched, event)

    def _put(self, keys: set[str]) -> None:
        if keys != self._keys:
            self._keys = keys
            self.changed.emit(len(keys))

"""SIGTERM and SIGINT as a Qt signal: Qt's loop would otherwise not notice them until the next event."""

from __future__ import annotations

import signal
import socket
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot


class StopSignals(QObject):
    """Emits `caught` on the GUI thread when the process is asked to stop."""

    caught = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._near, self._far = socket.socketpair()
        self._far.setblocking(False)
        self._wakeup = signal.set_wakeup_fd(self._far.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, _noted) for number in (signal.SIGTERM, signal.SIGINT)}
        self._notifier = QSocketNotifier(self._near.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_wakeup)

    def close(self) -> None:
        """Put things back as they were."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._wakeup)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._near.close()
        self._far.close()

    @Slot()
    def _on_wakeup(self) -> None:
        caught = set(self._near.recv(64))
        if caught & {signal.SIGTERM, signal.SIGINT}:
            self.caught.emit()


def _noted(_number: int, _frame: FrameType | None) -> None:
    """Exist: a Python handler must be there for the wake-up to be written."""

"""Cyclic garbage, collected on the GUI thread only."""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Slot

PERIOD_MS: Final = 5000


class Collector(QObject):
    """Takes over from Python's own collector while the app runs.

    That one runs in whichever thread happens to allocate; where a worker's turn meets a widget in a cycle, Qt objects
    are destroyed in the wrong thread, and the process ends.  It could also strike in the middle of a frame.  This one
    looks every few seconds, and collects what Python's thresholds call for.
    """

    def __init__(self, parent: QObject | None = None, period_ms: int = PERIOD_MS) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=period_ms, timerType=Qt.TimerType.VeryCoarseTimer)
        self._timer.timeout.connect(self.collect)

    def start(self) -> None:
        """Begin; nothing else collects from now on."""
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Hand the work back."""
        self._timer.stop()
        gc.enable()

    @Slot()
    def collect(self) -> None:
        """Collect the oldest generation whose threshold is passed, as Python would have done by itself."""
        for generation in (2, 1, 0):
            threshold = gc.get_threshold()[generation]
            if threshold and gc.get_count()[generation] > threshold:
                gc.collect(generation)
                return

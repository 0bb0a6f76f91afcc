"""The controls of a past that is being played: run, stop, faster, slower, a day at a time."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QProgressBar, QPushButton, QWidget

from data.playback import PlaybackClock
from ui.card import label
from ui.wording import date_text

LOOK_MILLISECONDS = 100
DAY = dt.timedelta(days=1)
SPEEDS = (
    ("a day in ten seconds", 0.1),
    ("a day a second", 1.0),
    ("five days a second", 5.0),
    ("a month a second", 30.0),
    ("a quarter a second", 91.0),
    ("a year a second", 365.0),
)
USUAL = 2
_SECONDS = 86_400.0


class PlaybackBar(QFrame):
    """Runs and stops a clock over the past and shows where it is; `moved` follows every step by hand."""

    moved = Signal()

    def __init__(self, clock: PlaybackClock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "segments")
        self.setAccessibleName("Playback")
        self._clock = clock
        self.run, self.step = QPushButton("Play"), QPushButton("A day on")
        self.speed = QComboBox()
        self.at = label("", "number")
        self.way = QProgressBar(textVisible=False, minimum=0, maximum=1000)
        for words, days in SPEEDS:
            self.speed.addItem(words, days)
        self.speed.setCurrentIndex(USUAL)
        self.speed.setAccessibleName("Speed")
        self.run.setToolTip("Let the past run on, or stop it.")
        self.step.setToolTip("Go ahead by one day.")
        self._arrange()
        self.run.clicked.connect(self._toggle)
        self.step.clicked.connect(self._step)
        self.speed.currentIndexChanged.connect(self._on_speed)
        self._look = QTimer(self, interval=LOOK_MILLISECONDS)
        self._look.timeout.connect(self._show)
        self._look.start()
        self._show()

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(12)
        for widget in (self.run, self.step, self.speed, self.at):
            row.addWidget(widget)
        row.addWidget(self.way, 1)
        row.addWidget(label(f"until {date_text(self._clock.end.date())}", "muted"))

    @property
    def _wish(self) -> float:
        """The chosen speed, in seconds of the past to a second."""
        return float(self.speed.currentData()) * _SECONDS

    @Slot()
    def _toggle(self) -> None:
        self._clock.run(0.0 if self._clock.speed else self._wish)
        self._show()

    @Slot()
    def _step(self) -> None:
        self._clock.advance(DAY)
        self._show()
        self.moved.emit()

    @Slot()
    def _on_speed(self) -> None:
        if self._clock.speed:
            self._clock.run(self._wish)

    @Slot()
    def _show(self) -> None:
        clock, now = self._clock, self._clock()
        for button in (self.run, self.step):
            button.setEnabled(not clock.ended)
        words = "The end" if clock.ended else "Stop" if clock.speed else "Play"
        if self.run.text() != words:
            self.run.setText(words)
        day = date_text(now.date())
        if self.at.text() != day:
            self.at.setText(day)
            self.at.setAccessibleName(f"Played until {day}")
        whole = (clock.end - clock.start) or DAY
        self.way.setValue(round(1000 * ((now - clock.start) / whole)))

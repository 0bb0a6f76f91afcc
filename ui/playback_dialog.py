"""Where the past shall begin to be played: shortly before an earlier break, or on a day of one's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from PySide6.QtCore import QDate, Signal, Slot
from PySide6.QtWidgets import QComboBox, QDateEdit, QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from ui.card import label
from ui.wording import date_text

BEFORE = dt.timedelta(days=30)
ABOUT = (
    "The stored prices appear as they settled, day after day, and your rules are judged on them. It happens in a "
    "window of its own, says so everywhere, and touches nothing of the present: no alert, no channel, no setting. "
    "The prices are those stored today, with every correction since."
)


class PlaybackDialog(QDialog):
    """Emits the day to begin on as `chosen`."""

    chosen = Signal(object)

    def __init__(self, breaks: Sequence[dt.date], first: dt.date, last: dt.date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Play the past back")
        self.setMinimumWidth(480)
        self.event, self.day = QComboBox(), QDateEdit(calendarPopup=True, displayFormat="d MMM yyyy")
        for session in sorted(breaks, reverse=True):
            self.event.addItem(f"30 days before the break of {date_text(session)}", session - BEFORE)
        self.event.addItem("A day of my own", None)
        self.day.setDateRange(_day(first), _day(last))
        self._arrange()
        self.event.currentIndexChanged.connect(self._on_event)
        self.day.dateChanged.connect(self._on_day)
        self._on_event()

    @property
    def start(self) -> dt.date:
        """The day that is chosen."""
        day: dt.date = self.day.date().toPython()  # type: ignore[assignment]
        return day

    def accept(self) -> None:
        """Hand over the day."""
        self.chosen.emit(self.start)
        super().accept()

    def _arrange(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        for words, widget in (("Begin", self.event), ("On", self.day)):
            name = label(words, "muted")
            name.setBuddy(widget)
            widget.setAccessibleName(words)
            form.addRow(name, widget)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Ok).setText("Play back")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(label("Play the past back", "heading"))
        column.addWidget(label(ABOUT, "muted", wrap=True))
        column.addLayout(form)
        column.addWidget(buttons)

    @Slot()
    def _on_event(self) -> None:
        begin: dt.date | None = self.event.currentData()
        if begin is not None:
            before = self.day.blockSignals(True)
            self.day.setDate(_day(begin))
            self.day.blockSignals(before)

    @Slot()
    def _on_day(self) -> None:
        self.event.setCurrentIndex(self.event.count() - 1)


def _day(day: dt.date) -> QDate:
    return QDate(day.year, day.month, day.day)

"""Asks of which session a rule shall explain itself."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QDateEdit, QDialog, QDialogButtonBox, QHBoxLayout, QVBoxLayout, QWidget

from ui.card import label


class DayDialog(QDialog):
    """Emits the session as `chosen`; it begins with the newest one."""

    chosen = Signal(object)

    def __init__(self, name: str, last: dt.date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Why, or why not?")
        self.day = QDateEdit(QDate(last.year, last.month, last.day), calendarPopup=True, displayFormat="d MMM yyyy")
        self.day.setMaximumDate(self.day.date())
        self.day.setAccessibleName("Session")
        words = label("Session", "muted")
        words.setBuddy(self.day)
        row = QHBoxLayout()
        row.addWidget(words)
        row.addWidget(self.day, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Ok).setText("Explain")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(label(f"Why did “{name}” speak, or not?", "lead", wrap=True))
        column.addLayout(row)
        column.addWidget(buttons)

    def accept(self) -> None:
        """Hand over the session."""
        self.chosen.emit(self.day.date().toPython())
        super().accept()

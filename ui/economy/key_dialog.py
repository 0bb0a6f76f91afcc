"""Asks for the key of FRED, which goes to the keyring and nowhere else."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ui.card import label

ABOUT = (
    "FRED gives its figures without a key, as they stand now. With a key, which is free, it also tells when each value"
    " came out and what it was at first, so that nothing is judged by what was not yet known."
)

_WIDE, _SPARE = 480, 40  # pixels; an answer may take two lines more


class KeyDialog(QDialog):
    """Shows whether there is a key, never the key itself; `offered` carries what was typed."""

    offered = Signal(str)
    removal_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Key of FRED")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.state = label("Looking into the keyring …", "muted", wrap=True)
        self.typed = QLineEdit(echoMode=QLineEdit.EchoMode.Password, placeholderText="32 letters and digits")
        self.typed.setAccessibleName("Key of FRED")
        self.keep, self.remove = QPushButton("Test and keep"), QPushButton("Remove the key")
        self.keep.setEnabled(False)
        self.remove.setEnabled(False)
        self.remove.setAutoDefault(False)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        for button in (self.remove, self.keep):
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        for part in (
            label("Key of FRED", "heading"),
            label(ABOUT, "muted", wrap=True),
            self.typed,
            self.state,
            buttons,
        ):
            column.addWidget(part)
        self.setFixedWidth(_WIDE)
        self.resize(_WIDE, column.totalHeightForWidth(_WIDE) + _SPARE)
        self.typed.textChanged.connect(self._follow)
        self.keep.clicked.connect(self._offer)
        self.remove.clicked.connect(self.removal_wanted)
        buttons.rejected.connect(self.reject)

    def show_state(self, sentence: str, *, has_key: bool, kept: bool = False) -> None:
        """Say how things stand; what was typed goes once it is kept."""
        self.state.setText(sentence)
        self.remove.setEnabled(has_key)
        self.typed.setEnabled(True)
        if kept:
            self.typed.clear()
        self._follow()

    @Slot()
    def _follow(self) -> None:
        self.keep.setEnabled(self.typed.isEnabled() and bool(self.typed.text().strip()))

    @Slot()
    def _offer(self) -> None:
        """Hand over what was typed, and wait for the answer."""
        self.typed.setEnabled(False)
        self._follow()
        self.state.setText("Asking FRED whether this key works …")
        self.offered.emit(self.typed.text().strip())

"""Where alerts are passed on to: the list of forwarders, and the form for one of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from data.addresses import KINDS
from data.settings import is_name
from ui.card import label, set_kind

INTRO = (
    "Alerts can be passed on to where you are: each forwarder that is ticked gets every alert, beside this computer. "
    "Addresses are kept in this system’s keyring, and in no file."
)
NONE_YET = "There are no forwarders yet."
_NOT_REAL = "What is told in this window did not happen, so it is not passed on to anybody."


class ForwardersDialog(QDialog):
    """Lists the forwarders, and asks for what the user wants of them; it changes nothing itself."""

    add_wanted = Signal()
    edit_wanted = Signal(str)
    test_wanted = Signal(str)
    removal_wanted = Signal(str)
    switched = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None, *, is_real: bool = True) -> None:
        super().__init__(parent)
        self.setWindowTitle("Forwarding")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(600, 420)
        self.list = QListWidget()
        self.list.setAccessibleName("Forwarders")
        self.none = label(NONE_YET, "muted")
        self.status = label("", "muted", wrap=True)
        self.add, self.edit = QPushButton("Add…"), QPushButton("Change the address…")
        self.test, self.remove = QPushButton("Send a test"), QPushButton("Remove")
        self._busy = False
        self._lay_out(INTRO if is_real else f"{INTRO} {_NOT_REAL}")
        self._connect()
        self.show_forwarders((), ())

    @property
    def chosen(self) -> str | None:
        """The name of the forwarder that is chosen."""
        item = self.list.currentItem()
        return item.text() if item is not None else None

    def show_forwarders(self, on: Sequence[str], off: Sequence[str]) -> None:
        """Show these names, those that are switched off without a tick."""
        chosen = self.chosen
        with QSignalBlocker(self.list):
            self.list.clear()
            for name in sorted((*on, *off), key=str.casefold):
                item = QListWidgetItem(name, self.list)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(Qt.CheckState.Checked if name in on else Qt.CheckState.Unchecked)
            row = next((row for row in range(self.list.count()) if self.list.item(row).text() == chosen), 0)
            self.list.setCurrentRow(row)
        self.list.setVisible(bool(self.list.count()))
        self.none.setVisible(not self.list.count())
        self._follow()

    def say(self, text: str, *, good: bool = True) -> None:
        """Say how something went, or what is under way."""
        self.status.setText(text)
        set_kind(self.status, "muted" if good else "danger")

    def set_busy(self, on: bool) -> None:
        """Take no other wish while one is being fulfilled."""
        self._busy = on
        self._follow()

    def _lay_out(self, intro: str) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.add, self.edit, self.test, self.remove):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(label("Forwarding", "heading"))
        column.addWidget(label(intro, "muted", wrap=True))
        column.addWidget(self.list, 1)
        column.addWidget(self.none, 1, Qt.AlignmentFlag.AlignCenter)
        column.addLayout(row)
        column.addWidget(self.status)
        column.addWidget(box)

    def _connect(self) -> None:
        self.add.clicked.connect(self.add_wanted)
        for button, wanted in (
            (self.edit, self.edit_wanted),
            (self.test, self.test_wanted),
            (self.remove, self.removal_wanted),
        ):
            button.clicked.connect(lambda _checked=False, signal=wanted: self._ask(signal))
        self.list.currentRowChanged.connect(self._follow)
        self.list.itemChanged.connect(self._on_ticked)
        self.list.itemDoubleClicked.connect(lambda _item: self._ask(self.edit_wanted))

    def _ask(self, signal: Signal) -> None:
        if self.chosen is not None and not self._busy:
            signal.emit(self.chosen)  # type: ignore[attr-defined]

    @Slot()
    def _follow(self) -> None:
        for button in (self.edit, self.test, self.remove):
            button.setEnabled(self.chosen is not None and not self._busy)
        self.add.setEnabled(not self._busy)

    @Slot(QListWidgetItem)
    def _on_ticked(self, item: QListWidgetItem) -> None:
        self.switched.emit(item.text(), item.checkState() is Qt.CheckState.Checked)


class ForwarderForm(QDialog):
    """Asks for a forwarder's name, kind and address; the address is not shown while it is typed.

    `saved(name, kind, address)` follows; the form stays until it is told that this went well.
    """

    saved = Signal(str, str, str)

    def __init__(self, taken: Sequence[str], name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("A forwarder")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(520, 300)
        self._taken = {each.casefold() for each in taken} - {name.casefold()} | {"desktop"}
        self.name = QLineEdit(name)
        self.name.setPlaceholderText("Phone")
        self.name.setReadOnly(bool(name))
        self.name.setMaxLength(32)
        self.kind = QComboBox()
        self.kind.addItems([kind.name for kind in KINDS])
        self.kind.setCurrentIndex(1)
        self.address = QLineEdit()
        self.address.setEchoMode(QLineEdit.EchoMode.Password)
        self.hint = label("", "muted", wrap=True)
        self.status = label("", "danger", wrap=True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        self.save = self.buttons.button(QDialogButtonBox.StandardButton.Save)
        self._lay_out("Change the address" if name else "Add a forwarder")
        self._connect()
        (self.address if name else self.name).setFocus()
        self._show_kind()

    def show_problem(self, sentence: str) -> None:
        """Say why it could not be kept, and let the user try again."""
        self.status.setText(sentence)
        self.set_busy(False)

    def set_busy(self, on: bool) -> None:
        """Wait for the keyring, which may be asking the user."""
        self._check(busy=on)
        if on:
            self.status.setText("")
            self.hint.setText("Keeping the address in the keyring …")
        else:
            self._show_kind()

    def _lay_out(self, title: str) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(12)
        for words, field in (("Name", self.name), ("Kind", self.kind), ("Address", self.address)):
            form.addRow(words, field)
            field.setAccessibleName(words)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(label(title, "heading"))
        column.addLayout(form)
        column.addWidget(self.hint)
        column.addWidget(self.status)
        column.addStretch(1)
        column.addWidget(self.buttons)

    def _connect(self) -> None:
        self.kind.currentIndexChanged.connect(self._show_kind)
        for field in (self.name, self.address):
            field.textChanged.connect(lambda _text: self._check())
        self.buttons.accepted.connect(self._save)
        self.buttons.rejected.connect(self.reject)

    @Slot()
    def _show_kind(self) -> None:
        kind = KINDS[self.kind.currentIndex()]
        self.address.setPlaceholderText(kind.example)
        self.hint.setText(f"{kind.hint} For example {kind.example}.")
        self._check()

    def _check(self, *, busy: bool = False) -> None:
        name = self.name.text().strip()
        is_taken = name.casefold() in self._taken
        if is_taken:
            self.status.setText(f"There is a “{name}” already. Please choose another name.")
        elif self.status.text().startswith("There is a “"):
            self.status.setText("")
        self.save.setEnabled(not busy and is_name(name) and not is_taken and bool(self.address.text().strip()))

    @Slot()
    def _save(self) -> None:
        self.set_busy(True)
        self.saved.emit(self.name.text().strip(), self.kind.currentText(), self.address.text())

    def done(self, result: int) -> None:
        """Close, and leave nothing of the address in the field."""
        self.address.clear()
        super().done(result)

"""Finding a symbol to watch."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHeaderView, QLineEdit, QTreeView, QVBoxLayout, QWidget

from data.source import Match
from ui.card import label, set_kind

WAIT_MS = 300
_KINDS = {"index": "Index", "fund": "Fund", "equity": "Share", "crypto": "Crypto"}


class SearchDialog(QDialog):
    """A field and what was found; asks for a search once the typing pauses."""

    search_requested = Signal(str)
    symbol_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Add a symbol")
        self.resize(560, 440)
        self._matches: tuple[Match, ...] = ()
        self.field = QLineEdit()
        self.field.setPlaceholderText("Name or symbol, such as Solana or SAP.DE")
        self.field.setAccessibleName("Name or symbol")
        self.field.setClearButtonEnabled(True)
        self.model = QStandardItemModel(0, 3, self)
        self.list = QTreeView()
        self._set_up_list()
        self.status = label("", "muted", wrap=True)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        # Else Enter in the field would press it as long as there is nothing to watch yet.
        self._buttons.button(QDialogButtonBox.StandardButton.Cancel).setAutoDefault(False)
        self.add = self._buttons.addButton("Watch it", QDialogButtonBox.ButtonRole.AcceptRole)
        self.add.setDefault(True)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(WAIT_MS)
        self._connect()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        for widget in (label("Add a symbol", "heading"), self.field, self.status, self.list, self._buttons):
            column.addWidget(widget)
        column.setStretch(3, 1)
        self._ready()

    def _set_up_list(self) -> None:
        self.list.setModel(self.model)
        self.list.setAccessibleName("Symbols found")
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setIndentation(0)
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._on_typed)
        self._wait.timeout.connect(self._search)
        self._buttons.rejected.connect(self.reject)
        self._buttons.accepted.connect(self._choose_current)
        self.list.doubleClicked.connect(self._choose)

    def open_with(self, text: str = "") -> None:
        """Show the dialog, with a text to search for at once."""
        self.field.clear()
        self._ready()
        self.open()
        self.field.setFocus()
        if text:
            self.field.setText(text)
            self._search()

    def show_matches(self, matches: Sequence[Match]) -> None:
        """Show what was found, best first."""
        self._matches = tuple(matches)
        self.model.removeRows(0, self.model.rowCount())
        for match in self._matches:
            cells = [match.name, match.symbol, " · ".join(filter(None, (_KINDS.get(match.kind, ""), match.exchange)))]
            items = [QStandardItem(cell) for cell in cells]
            items[0].setData(", ".join(cells), Qt.ItemDataRole.AccessibleTextRole)
            for item in items:
                item.setEditable(False)
            self.model.appendRow(items)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        if self._matches:
            self.list.setCurrentIndex(self.model.index(0, 0))
            self._say("Choose one and press Enter.")
        else:
            self._say("Nothing fits. Check the spelling, or type the symbol as the source writes it.")
        self.add.setEnabled(bool(self._matches))

    def show_failure(self, message: str) -> None:
        """Say why the search gave nothing."""
        self.show_matches(())
        self._say(message, "warning")

    def _say(self, text: str, kind: str = "muted") -> None:
        set_kind(self.status, kind)
        self.status.setText(text)
        self.status.setAccessibleName(text)

    def _ready(self) -> None:
        self.show_matches(())
        self._say("Type at least two letters.")

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        self.add.setEnabled(False)
        if len(text.strip()) >= 2:
            self._wait.start()
        else:
            self._wait.stop()
            self._ready()

    @Slot()
    def _search(self) -> None:
        self._wait.stop()
        self._say("Searching…")
        self.search_requested.emit(self.field.text().strip())

    @Slot()
    def _choose_current(self) -> None:
        if self._wait.isActive():
            self._search()
            return
        self._choose(self.list.currentIndex())

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        if index.isValid() and index.row() < len(self._matches):
            self.symbol_chosen.emit(self._matches[index.row()])
            self.accept()

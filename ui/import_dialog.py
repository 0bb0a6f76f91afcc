"""Importing a file of prices: which file, and of which symbol."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui.card import label

FILTER = "Prices (*.csv *.csv.gz *.txt *.parquet);;All files (*)"


class ImportDialog(QDialog):
    """Asks for a file and a symbol; `import_requested(path, symbol)` follows on OK."""

    import_requested = Signal(str, str)

    def __init__(self, symbols: Sequence[str], chosen: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Import prices")
        self.resize(520, 220)
        self.path = QLineEdit()
        self.path.setAccessibleName("File")
        self.path.textChanged.connect(self._check)
        browse = QPushButton("Choose…")
        browse.clicked.connect(self._browse)
        self.symbol = QComboBox()
        self.symbol.setEditable(True)
        self.symbol.setAccessibleName("Symbol")
        self.symbol.lineEdit().setAccessibleName("Symbol")
        self.symbol.addItems(list(symbols))
        self.symbol.setCurrentText(chosen)
        self.symbol.currentTextChanged.connect(self._check)
        standard = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(standard.Ok | standard.Cancel)
        self.ok = self.buttons.button(standard.Ok)
        self.ok.setText("Import")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        file = QHBoxLayout()
        file.addWidget(self.path, 1)
        file.addWidget(browse)
        form = QFormLayout()
        form.setVerticalSpacing(12)
        form.addRow("File", file)
        form.addRow("Prices of", self.symbol)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(label("Import prices", "heading"))
        column.addWidget(
            label("A CSV or Parquet file of daily prices. Bad rows are refused and named.", "muted", wrap=True)
        )
        column.addLayout(form)
        column.addStretch(1)
        column.addWidget(self.buttons)
        self._check()

    @Slot()
    def _check(self) -> None:
        self.ok.setEnabled(bool(self.path.text().strip()) and bool(self.symbol.currentText().strip()))

    @Slot()
    def _browse(self) -> None:
        dialog = QFileDialog(self, "Choose a file of prices", str(Path.home()), FILTER)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.path.setText)
        dialog.open()

    def accept(self) -> None:
        """Ask for the import."""
        self.import_requested.emit(self.path.text().strip(), self.symbol.currentText().strip())
        super().accept()

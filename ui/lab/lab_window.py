"""The window of the evidence lab, and that of the economy: pages on the left, the chosen one beside them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QStackedWidget, QVBoxLayout, QWidget

from models.snapshot import World
from ui.card import label
from ui.lab.page import Page
from ui.theme import Theme
from ui.wording import badge_of


class LabWindow(QWidget):
    """Shows one page at a time; `turned` carries the page that came up."""

    turned = Signal(object)

    def __init__(self, title: str, pages: Sequence[Page], world: World, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(title)
        self.resize(1120, 820)
        self.pages = tuple(pages)
        self.names, self.stack = QListWidget(), QStackedWidget()
        self.names.setFixedWidth(168)
        self.names.setAccessibleName("Pages")
        for page in self.pages:
            self.names.addItem(page.title)
            self.stack.addWidget(page)
        side = QVBoxLayout()
        side.addWidget(self.names, 1)
        if badge := badge_of(world):
            side.addWidget(label(badge, "simulated"))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 8, 8)
        row.addLayout(side)
        row.addWidget(self.stack, 1)
        self.names.currentRowChanged.connect(self._turn)
        self.names.setCurrentRow(0)

    def page(self) -> Page:
        """Return the page on show."""
        return self.pages[self.stack.currentIndex()]

    def turn_to(self, number: int) -> None:
        """Show a page."""
        self.names.setCurrentRow(number)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        for page in self.pages:
            page.set_theme(theme)

    def _turn(self, number: int) -> None:
        self.stack.setCurrentIndex(number)
        self.turned.emit(self.page())

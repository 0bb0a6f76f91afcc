"""The frame that every panel beside the charts shares: a title, a badge for what is not real, a body."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from models.snapshot import World
from ui.wording import WORLD_BANDS, badge_of


def label(text: str = "", kind: str = "", *, wrap: bool = False) -> QLabel:
    """Return a label of a kind that the style sheet knows ("title", "muted", "figure" …)."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("kind", kind)
    made.setWordWrap(wrap)
    return made


def set_kind(widget: QWidget, kind: str) -> None:
    """Change the kind of a widget; the style sheet is applied afresh only when it really changes."""
    if widget.property("kind") != kind:
        widget.setProperty("kind", kind)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


class Title(QLabel):
    """One line that ends in dots where it does not fit; the whole of it is in its tool tip."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint as much of the text as there is room for."""
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.style().drawItemText(
            painter, self.rect(), int(self.alignment()), self.palette(), True, shown, self.foregroundRole()
        )


class Card(QFrame):
    """A titled panel; fill `body`."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.setAccessibleName(title)
        self._title = Title(title)
        self._title.setProperty("kind", "title")
        self._title.setToolTip(title)
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._badge = label("", "simulated")
        self._badge.hide()
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.head.addWidget(self._title, 1)
        self.head.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignVCenter)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(self.head)
        column.addLayout(self.body)

    def set_title(self, title: str) -> None:
        """Name the card anew."""
        self._title.setText(title)
        self._title.setToolTip(title)
        self.setAccessibleName(title)

    def show_world(self, world: World) -> None:
        """Say on the card which world its numbers are of, unless it is the real one."""
        self._badge.setText(badge_of(world))
        self._badge.setToolTip(WORLD_BANDS.get(world, ""))
        self._badge.setVisible(world != "real")

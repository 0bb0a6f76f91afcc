"""A plain list of things to know, in a window of its own: problems, findings, shortcuts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QIcon, QPainter, QPixmap, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QDialog, QDialogButtonBox, QTreeView, QVBoxLayout, QWidget

from ui.card import label
from ui.shapes import STATE_ROLES, draw_shape
from ui.theme import Theme, interface_font

WIDTH = 640

_SEVERITY_ROLES = {"note": "muted", "warning": "warning", "blocking": "danger", "danger": "danger", "ok": "ok"}


@dataclass(frozen=True, slots=True)
class Detail:
    """One line: what it is about, the sentence, and a shape before it (a severity, or none)."""

    about: str
    text: str
    shape: str = ""


def severity_role(severity: str) -> str:
    """Return the role of the colour that a severity, state or transition is drawn in."""
    return _SEVERITY_ROLES.get(severity) or STATE_ROLES.get(severity, "muted")


def shape_icon(name: str, theme: Theme, pixels: int = 14) -> QIcon:
    """Return the shape of a state or severity as an icon."""
    pixmap = QPixmap(QSize(pixels, pixels) * 3)
    pixmap.setDevicePixelRatio(3)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_shape(painter, name, QRectF(1, 1, pixels - 2, pixels - 2), theme.colour(severity_role(name)))
    painter.end()
    return QIcon(pixmap)


class DetailsDialog(QDialog):
    """A title, a sentence, and the lines."""

    def __init__(
        self, title: str, intro: str, details: Sequence[Detail], theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(WIDTH, min(480, 240 + 28 * len(details)))
        self.list = QTreeView()
        self.list.setAccessibleName(title)
        self.list.setRootIsDecorated(False)
        self.list.setWordWrap(True)
        self.list.setHeaderHidden(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setModel(self._model(details, theme))
        self.list.resizeColumnToContents(0)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(label(title, "heading"))
        column.addWidget(label(intro, "muted", wrap=True))
        column.addWidget(self.list, 1)
        column.addWidget(buttons)

    def _model(self, details: Sequence[Detail], theme: Theme) -> QStandardItemModel:
        model = QStandardItemModel(0, 2, self)
        metrics = QFontMetrics(interface_font(12))
        about_width = max((metrics.horizontalAdvance(detail.about) for detail in details), default=0) + 48
        for detail in details:
            about, text = QStandardItem(detail.about), QStandardItem(detail.text)
            if detail.shape:
                about.setIcon(shape_icon(detail.shape, theme))
            about.setData(f"{detail.shape} {detail.about}: {detail.text}".strip(), Qt.ItemDataRole.AccessibleTextRole)
            text.setToolTip(detail.text)
            text.setSizeHint(self._room_for(detail.text, about_width))
            for item in (about, text):
                item.setTextAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
                item.setEditable(False)
            model.appendRow([about, text])
        return model

    def _room_for(self, text: str, about_width: int) -> QSize:
        """Return the room that a sentence needs beside the first column, on as many lines as it takes."""
        width = WIDTH - about_width - 80
        box = QFontMetrics(interface_font(12)).boundingRect(QRect(0, 0, width, 2000), Qt.TextFlag.TextWordWrap, text)
        return QSize(width, box.height() + 12)

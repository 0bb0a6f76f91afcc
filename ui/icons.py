"""The app's own icons, drawn in a colour of the theme."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui.theme import RESOURCES, Theme


def app_icon() -> QIcon:
    """Return the mark of the app."""
    return QIcon(str(RESOURCES / "icons" / "bellwether.svg"))


def themed_icon(name: str, theme: Theme, role: str = "muted", pixels: int = 16, chosen: str = "") -> QIcon:
    """Return a line icon of the resources in the colour of a role, sharp up to a scale of 300 %.

    `chosen` is the role while what it stands for is on, the same where it is empty.
    """
    source = (RESOURCES / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    icon = QIcon()
    for state, wanted in ((QIcon.State.Off, role), (QIcon.State.On, chosen or role)):
        renderer = QSvgRenderer(source.replace("currentColor", theme.colours[wanted]).encode())
        for scale in (1, 2, 3):
            pixmap = QPixmap(QSize(pixels, pixels) * scale)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            renderer.render(painter, QRectF(pixmap.rect()))
            painter.end()
            icon.addPixmap(pixmap, QIcon.Mode.Normal, state)
    return icon

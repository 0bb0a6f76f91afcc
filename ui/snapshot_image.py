"""The window as a picture, with or without a screen."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget


def render_window(window: QWidget, size: QSize, scale: float = 1.0) -> QImage:
    """Return the window painted at a size in logical pixels; `scale` gives more dots to each.

    A window that was never shown is laid out first, without appearing on any screen.
    """
    if not window.isVisible():
        window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        window.show()
    window.resize(size)
    QApplication.sendPostedEvents()
    QApplication.processEvents()
    image = QImage(size * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    painter = QPainter(image)
    window.render(painter, QPoint())
    painter.end()
    return image


def png_bytes(image: QImage) -> bytes:
    """Return a picture as the bytes of a PNG file."""
    store = QByteArray()
    buffer = QBuffer(store)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(store.data())

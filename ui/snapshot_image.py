"""The window as a picture, with or without a screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from tempfile import TemporaryDirectory

from PySide6.QtCore import QPoint, QSettings, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from data.calendar import Calendars
from data.settings import Settings
from models.followed import answer
from models.intraday import Intraday
from models.snapshot import Snapshot
from ui.alerts_card import Told
from ui.charts.linked import LinkedCharts
from ui.charts.picture import paint_outlined, png_bytes, svg_bytes
from ui.theme import Theme, ThemeName, apply_theme, load_theme
from ui.window import MainWindow


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


def window_svg(window: QWidget, charts: LinkedCharts, theme: Theme, size: QSize) -> bytes:
    """Return the window as the bytes of an SVG file: the charts in outlines, the rest with its texts as texts."""
    render_window(window, size)  # lays everything out
    charts.view.hide()  # what it paints itself would be dots

    def paint(painter: QPainter) -> None:
        window.render(painter, QPoint())
        painter.translate(charts.mapTo(window, QPoint()))
        paint_outlined(painter, charts, theme)

    drawing = svg_bytes(size, window.windowTitle(), charts.view.accessibleDescription(), paint)
    charts.view.show()
    # Where the interface font is not installed, one without serifs comes nearest.
    return drawing.replace(b'font-family="Inter"', b'font-family="Inter, sans-serif"')


def draw_window(
    snapshot: Snapshot,
    settings: Settings,
    alerts: Sequence[Told],
    *,
    size: tuple[int, int],
    theme: ThemeName,
    preset: str,
    intraday: Intraday | None = None,
    vector: bool = False,
    calendars: Calendars | None = None,
) -> bytes:
    """Return the main window with this snapshot as a PNG file (SVG when `vector`), in a layout of its own.

    The charts show daily bars, or those of `intraday` where there are some to show; with
    `calendars` it is studied what followed earlier breaks.
    """
    app = QApplication.instance() or QApplication(["bellwether"])
    look = load_theme(theme)
    apply_theme(app, look)
    charts = LinkedCharts()
    charts.set_theme(look)
    with TemporaryDirectory() as folder:
        window = MainWindow(
            charts,
            theme=look,
            settings=replace(settings, theme=theme),
            clock=lambda: snapshot.as_of,
            layout=QSettings(f"{folder}/window.ini", QSettings.Format.IniFormat),
            on_close=lambda: "quit",
        )
        window.show_snapshot(snapshot)
        window.show_alerts(alerts)
        asked = window.panels.after.question
        if asked is not None and calendars is not None:
            window.panels.after.show_answer(answer(asked, calendars))
        if intraday is not None:
            window.actions_by_id[f"period_{intraday.interval}"].trigger()
            charts.show_intraday(intraday)
        window.actions_by_id[f"range_{preset}"].trigger()
        area = QSize(*size)
        picture = window_svg(window, charts, look, area) if vector else png_bytes(render_window(window, area))
        window.close()
        window.deleteLater()
    return picture

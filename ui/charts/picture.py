"""The charts as a picture of their own: PNG dots or an SVG drawing, with a line that says what is in it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, QSize
from PySide6.QtGui import QImage, QImageWriter, QPainter

from ui.charts.crosshair import date_text
from ui.charts.linked import LinkedCharts
from ui.charts.look import Look
from ui.charts.painting import LabelCache, OutlineLabels
from ui.charts.shown import Shown
from ui.theme import Theme
from ui.wording import badge_of

CAPTION = 28
EDGE = 12
DOTS = 2.0  # to each pixel of a PNG: sharp on any screen and on paper
RESOLUTION = 96  # pixels to an inch, so that an SVG measures what the window does


def caption_of(shown: Shown) -> str:
    """Return what a picture of these bars must say of itself: whose prices, until when, and whether they are real."""
    badge = badge_of(shown.world)
    sources = " · ".join(dict.fromkeys(each.source for each in shown.bars if each.source))
    last = max((each.shown.session[-1] for each in shown.bars if len(each)), default=None)
    until = f" · to {date_text(last.astype(object))}" if last is not None else ""
    return f"{f'{badge} PRICES · ' if badge else ''}Bellwether{f' · {sources}' if sources else ''}{until}"


def charts_image(charts: LinkedCharts, theme: Theme, dots: float = DOTS) -> QImage:
    """Return the charts as they are, without the crosshair, with so many dots to a pixel of the window."""
    size = _size(charts)
    image = QImage(size * dots, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(dots)
    with QPainter(image) as painter:
        _paint(painter, charts, Look.of(theme, dots))
    charts.view.refresh()
    return image


def png_bytes(image: QImage) -> bytes:
    """Return a picture as the bytes of a PNG file; safe in any thread."""
    store = QByteArray()
    buffer = QBuffer(store)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(store.data())


def charts_svg(charts: LinkedCharts, theme: Theme) -> bytes:
    """Return the charts as the bytes of an SVG file, without the crosshair; texts are outlines."""
    look = Look.of(theme, 1.0, OutlineLabels)
    description = f"{charts.view.accessibleDescription()}. {caption_of(charts.shown())}"
    drawing = svg_bytes(_size(charts), charts.view.accessibleName(), description, lambda p: _paint(p, charts, look))
    charts.view.refresh()
    return drawing


def svg_bytes(size: QSize, title: str, description: str, paint: Callable[[QPainter], None]) -> bytes:
    """Return what `paint` paints as the bytes of an SVG file; title and description are for screen readers."""
    from PySide6.QtSvg import QSvgGenerator

    store = QByteArray()
    buffer = QBuffer(store)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setResolution(RESOLUTION)
    generator.setSize(size)
    generator.setViewBox(QRectF(QPointF(), size.toSizeF()))
    generator.setTitle(title)
    generator.setDescription(description)
    with QPainter(generator) as painter:
        paint(painter)
    return bytes(store.data())


def paint_outlined(painter: QPainter, charts: LinkedCharts, theme: Theme) -> None:
    """Paint the charts with texts as outlines, at the painter's origin."""
    charts.stack.paint(painter, Look.of(theme, 1.0, OutlineLabels), charts.bus.range)


def _paint(painter: QPainter, charts: LinkedCharts, look: Look) -> None:
    charts.stack.paint(painter, look, charts.bus.range)
    _draw_caption(painter, charts, look)


def _draw_caption(painter: QPainter, charts: LinkedCharts, look: Look) -> None:
    size = charts.stack.size
    painter.fillRect(QRectF(0, size.height(), size.width(), CAPTION), look.colour("window"))
    labels: LabelCache = look.axis
    top = size.height() + (CAPTION - labels.height) / 2
    caption = _shortened(caption_of(charts.shown()), labels, size.width() - 2 * EDGE)
    labels.draw(painter, QPointF(EDGE, top), caption, look.colour("muted"))


def _shortened(text: str, labels: LabelCache, room: float) -> str:
    """Return as much of a text as there is room for; its beginning, whether prices are simulated, matters most."""
    if labels.width(text) <= room:
        return text
    while text and labels.width(f"{text}…") > room:
        text = text[:-1]
    return f"{text.rstrip(' ·')}…"


def _size(charts: LinkedCharts) -> QSize:
    return charts.stack.size + QSize(0, CAPTION)

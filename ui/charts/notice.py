"""What a pane says of itself: that it has no prices yet, or that they are simulated."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter

from ui.charts.layers import Canvas, Layer
from ui.charts.look import Look

BAND = 8.0  # the pattern repeats after eight pixels, so every row has a stroke of it
ASIDE = 24.0  # pixels left free on either side of a sentence


class NoticeItem(Layer):
    """A sentence in the middle of an empty pane, and a hatched band down the edge of a simulated one.

    The band runs the whole height, so that every row of pixels of a simulated chart says what it is.
    """

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas, z=30)
        self._sentence = ""
        self._simulated = False
        self._look: Look | None = None

    @property
    def band(self) -> float:
        """The width of the hatched band in pixels; 0 without one."""
        return BAND if self._simulated else 0.0

    def show(self, sentence: str, *, simulated: bool) -> None:
        """Say this from now on."""
        self._sentence, self._simulated = sentence, simulated
        self.setVisible(bool(sentence) or simulated)

    def set_look(self, look: Look) -> None:
        """Take over colours and fonts."""
        self._look = look

    def draw(self, painter: QPainter) -> None:
        """Draw the band, then the sentence."""
        if self._look is None:
            return
        bounds = self.boundingRect()
        if self._simulated:
            band = QRectF(0, 0, BAND, bounds.height())
            painter.fillRect(band, self._look.colour("simulated", 0.25))
            painter.fillRect(band, QBrush(QColor(self._look.colour("simulated")), Qt.BrushStyle.BDiagPattern))
        if self._sentence:
            self._draw_sentence(painter, self._look, bounds)

    def _draw_sentence(self, painter: QPainter, look: Look, bounds: QRectF) -> None:
        labels = look.sentence
        lines = wrapped(self._sentence, bounds.width() - 2 * ASIDE, labels.width)
        top = round((bounds.height() - len(lines) * labels.height) / 2)
        for number, line in enumerate(lines):
            x = max(round((bounds.width() - labels.width(line)) / 2), BAND)
            labels.draw(painter, QPointF(x, top + number * labels.height), line, look.colour("muted"))


def wrapped(text: str, width: float, measure: Callable[[str], float]) -> tuple[str, ...]:
    """Return the text in lines no wider than `width`, as far as its words allow, and of nearly equal lengths."""
    lines = _filled(text, width, measure)
    if len(lines) < 2:
        return lines
    fair = measure(text) / len(lines)
    while len(even := _filled(text, min(fair, width), measure)) > len(lines):
        fair += measure("n")
    return even


def _filled(text: str, width: float, measure: Callable[[str], float]) -> tuple[str, ...]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and measure(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)

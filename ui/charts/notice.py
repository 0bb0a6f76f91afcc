"""What a pane says of itself: that it has no prices yet, or that they are simulated."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter

from ui.charts.layers import Canvas, Layer
from ui.charts.look import Look

BAND = 8.0  # the pattern repeats after eight pixels, so every row has a stroke of it


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
            labels = self._look.sentence
            x = (bounds.width() - labels.width(self._sentence)) / 2
            at = QPointF(max(round(x), 8), round((bounds.height() - labels.height) / 2))
            labels.draw(painter, at, self._sentence, self._look.colour("muted"))

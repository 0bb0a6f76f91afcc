"""The same three panes as pyqtgraph's manual would have them: linked plots, thinned and clipped curves, stock axes."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPicture
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from data.bars import Bars, Floats
from models.snapshot import Snapshot
from tests.bench.floor import HEIGHT, WIDTH
from ui.charts.range_bus import TimeRange


class CandlePicture(pg.GraphicsObject):  # type: ignore[misc]
    """pyqtgraph's own example of candles: all bars recorded once, and played back for every frame."""

    def __init__(self, bars: Bars) -> None:
        super().__init__()
        self._picture = QPicture()
        painter = QPainter(self._picture)
        half = float(bars.time[1] - bars.time[0]) / 3
        columns = (bars.time, bars.open, bars.high, bars.low, bars.close)
        for at, opened, high, low, close in zip(*(column.tolist() for column in columns), strict=True):
            painter.setPen(pg.mkPen("g" if close >= opened else "r"))
            painter.setBrush(pg.mkBrush("g" if close >= opened else "r"))
            painter.drawLine(QPointF(at, low), QPointF(at, high))
            painter.drawRect(QRectF(at - half, opened, 2 * half, close - opened))
        painter.end()
        self._bounds = QRectF(self._picture.boundingRect())

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Play back every bar."""
        painter.drawPicture(0, 0, self._picture)

    def boundingRect(self) -> QRectF:
        """Return the rectangle of all bars."""
        return self._bounds


class Plain(pg.GraphicsLayoutWidget):  # type: ignore[misc]
    """Three plots with `setXLink`; the first also shows its running maximum."""

    def __init__(self, shot: Snapshot, *, candles: bool) -> None:
        super().__init__()
        self.setFixedSize(WIDTH, HEIGHT)
        self._plots: list[pg.PlotItem] = []
        for row, view in enumerate(shot.assets.values()):
            plot = self.addPlot(row=row, col=0, axisItems={"bottom": pg.DateAxisItem()})
            plot.showGrid(x=True, y=True, alpha=0.2)
            if candles:
                plot.addItem(CandlePicture(view.bars))
            else:
                _add_curve(plot, view.bars, view.bars.close, "c")
            if self._plots:
                plot.setXLink(self._plots[0])
            self._plots.append(plot)
        leader = next(iter(shot.assets.values())).bars
        _add_curve(self._plots[0], leader, np.maximum.accumulate(leader.close), "y")

    def show_range(self, times: TimeRange) -> None:
        """Show a range; the other plots follow."""
        self._plots[0].setXRange(times.first, times.last, padding=0)


def _add_curve(plot: pg.PlotItem, bars: Bars, values: Floats, colour: str) -> None:
    drawn = plot.plot(bars.time.astype(np.float64), values, pen=pg.mkPen(colour, width=1))
    drawn.setDownsampling(auto=True, method="peak")
    drawn.setClipToView(True)

"""The view box of a pane, which takes its range from the bus and nobody else."""

from __future__ import annotations

import pyqtgraph as pg

from ui.charts.projection import Projection


class PaneBox(pg.ViewBox):
    """A view box that spares itself the transform of a group of children that is empty, which it is here.

    It has no ground and no border to draw either.
    """

    def __init__(self) -> None:
        super().__init__(enableMenu=False, enableMouse=False, defaultPadding=0.0)
        self.disableAutoRange()
        self.setFlag(self.GraphicsItemFlag.ItemHasNoContents)
        self.background.hide()
        self.borderRect.hide()

    def follow(self, view: Projection) -> None:
        """Take over a view's range, without the signals and checks of `setRange` where no item hangs on them."""
        x, y = (view.times.first, view.times.last), (view.low, view.high)
        if self.addedItems:
            self.setRange(xRange=x, yRange=y, padding=0)
            return
        self.state["viewRange"], self.state["targetRange"] = [list(x), list(y)], [list(x), list(y)]
        self._matrixNeedsUpdate = True

    def prepareForPaint(self) -> None:
        """Follow the range only for items that were added in pyqtgraph's own way."""
        if self.addedItems:
            super().prepareForPaint()

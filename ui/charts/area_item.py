"""The space under a line, filled down to the foot of the pane."""

from __future__ import annotations

import numpy as np

from ui.charts.projection import Projection
from ui.charts.series import Series
from ui.charts.shade_item import ShadeItem


class AreaItem(ShadeItem):
    """The same columns and boxes as the shade, from the price downwards; a gap stays a gap."""

    def prepare_under(self, view: Projection, series: Series) -> None:
        """Work out the area for a view."""
        self._lines.clear()
        self._boxes.clear()
        x, price = self._outline(view, series, series.closes)
        shown = np.isfinite(price) & (price < view.height)
        x, price = x[shown], np.maximum(price[shown], 0.0)
        self._fill(x, price, np.full(len(x), view.height), 0.5 / view.density)

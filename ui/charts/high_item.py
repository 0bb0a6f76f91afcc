"""The running all-time high as a dashed step line."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QPainter

from data.bars import Seconds
from ui.charts.high_steps import HighSteps
from ui.charts.layers import Canvas, Layer
from ui.charts.painting import Lines
from ui.charts.projection import Projection
from ui.charts.series import Series

DASH, SPACE = 5.0, 3.0


class HighItem(Layer):
    """The steps of one series; those closer than a pixel are drawn as one."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas, z=10)
        self._colour = QColor()
        self._flats, self._solid = Lines(), Lines()
        self._width = 1.0

    def set_colour(self, colour: QColor) -> None:
        """Say how the steps look."""
        self._colour = colour

    def prepare(self, view: Projection, series: Series, steps: HighSteps) -> None:
        """Work out the steps for a view."""
        self._width = view.density
        self._flats.clear()
        self._solid.clear()
        times = _corners(view, series, steps)
        if len(times) < 2:
            return
        x, y = view.x(times), view.y(steps.level_at(times))
        turned = np.flatnonzero(np.diff(y, prepend=np.nan, append=np.nan) != 0)
        starts, ends = turned[:-1], turned[1:]
        level = y[starts]
        x1, x2 = x[starts], x[np.minimum(ends, len(x) - 1)]
        long = x2 - x1 > DASH + SPACE  # the others are no longer than a dash, and dashes take their time
        self._flats.set(x1[long], level[long], x2[long], level[long])
        short = ~long
        self._solid.set(
            np.concatenate((x2[:-1], x1[short])),
            np.concatenate((level[:-1], level[short])),
            np.concatenate((x2[:-1], x2[short])),
            np.concatenate((level[1:], level[short])),
        )

    def draw(self, painter: QPainter) -> None:
        """Draw long steps dashed, rises and short ones solid."""
        painter.setPen(self.pens.dotted(self._colour, DASH, SPACE, self._width))
        self._flats.draw(painter)
        painter.setPen(self.pens.solid(self._colour, self._width))
        self._solid.draw(painter)


def levels_in(steps: HighSteps, first: float, last: float) -> tuple[float, float] | None:
    """Return the lowest and highest step within an interval of UTC epoch seconds; None where there is none."""
    if len(steps) == 0 or steps.time[0] > last:
        return None
    ends = steps.level_at(np.array([first, last]).astype(np.int64))
    low = ends[0] if np.isfinite(ends[0]) else steps.level[0]
    return float(low), float(ends[1])


def _corners(view: Projection, series: Series, steps: HighSteps) -> Seconds:
    """Return the instants in view at which the line may turn, at most one per device pixel, ends included."""
    if len(series) == 0 or len(steps) == 0:
        return np.empty(0, np.int64)
    last = min(view.times.last, float(series.time[-1]))
    first = max(view.times.first, float(steps.time[0]))
    if last <= first:
        return np.empty(0, np.int64)
    start, stop = np.searchsorted(steps.time, [int(first) + 1, int(last) + 1])
    count = round(view.width * view.density)
    crowded = stop - start > count
    inner = np.linspace(first, last, count).astype(np.int64) if crowded else steps.time[start:stop]
    return np.concatenate(([int(first)], inner, [int(last)]))

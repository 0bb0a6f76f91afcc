"""Where panes and axes lie: a pure function of the size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QRectF

TIME_AXIS = 28.0
SEPARATOR = 1.0
LEADER_SHARE = {1: 1.0, 2: 0.66, 3: 0.58, 4: 0.48}
LEAST_LEADER_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Layout:
    """Rectangles in pixels of the view; panes that are not shown have an empty one."""

    panes: tuple[QRectF, ...]
    price_axes: tuple[QRectF, ...]
    time_axis: QRectF


def arrange(width: float, height: float, axis_width: float, count: int, only: int | None) -> Layout:
    """Stack `count` panes above the time axis, the first one tallest, or give `only` that pane the full height."""
    inner = max(round(width - axis_width), 1.0)
    room = max(height - TIME_AXIS, 1.0)
    heights = _heights(room, count) if only is None else [room if i == only else 0.0 for i in range(count)]
    panes, axes, top = [], [], 0.0
    for tall in heights:
        panes.append(QRectF(0, top, inner, tall))
        axes.append(QRectF(inner, top, width - inner, tall))
        top += tall + (SEPARATOR if only is None else 0.0)
    return Layout(tuple(panes), tuple(axes), QRectF(0, room, width, TIME_AXIS))


def _heights(room: float, count: int) -> Sequence[float]:
    if count == 0:
        return []
    room -= SEPARATOR * (count - 1)
    first = round(room * LEADER_SHARE.get(count, LEAST_LEADER_SHARE))
    rest = room - first
    edges = [round(rest * i / max(count - 1, 1)) for i in range(count)]
    return [float(first), *(float(b - a) for a, b in pairwise(edges))]

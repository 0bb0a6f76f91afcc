"""Which ticks a pane's price axis may have, in what it counts in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from ui.charts.axes import TickChoices
from ui.charts.projection import Projection
from ui.charts.series import Unit
from ui.charts.ticks import Tick, number_ticks, price_ticks

LOW = 260.0  # pixels below which a pane may need finer ticks for two of them to be seen beside its tags
FINER = (1, 2, 3, 4, 6, 8)


@dataclass(frozen=True, slots=True)
class PriceScale:
    """What an axis counts in.

    `changes` tells multiples as changes, 1.05 as "+5 %"; with an `origin`, prices are told as changes since it.
    """

    unit: Unit
    log: bool = False
    changes: bool = False
    origin: float | None = None


def tick_choices(view: Projection, scale: PriceScale) -> TickChoices:
    """Return what gives the ticks of an axis, for a low one followed by ever finer ones of the same range."""
    finer = FINER if view.height < LOW else FINER[:1]
    return tuple(partial(_ticks, view, scale, view.height * times) for times in finer)


def _ticks(view: Projection, scale: PriceScale, pixels: float) -> tuple[Tick, ...]:
    """Return as many ticks as an axis of so many pixels would have."""
    bottom, top = view.price(view.height), view.price(0)
    if scale.unit == "number":
        return tuple(tick for tick in number_ticks(bottom, top, pixels) if abs(tick.at) <= 1)  # a correlation
    if scale.origin is not None:
        ticks = price_ticks(bottom / scale.origin, top / scale.origin, pixels, log=False, percent=True)
        return tuple(replace(tick, at=tick.at * scale.origin) for tick in ticks)
    ticks = price_ticks(bottom, top, pixels, log=scale.log, percent=scale.changes)
    if scale.unit == "fraction":
        return tuple(tick for tick in ticks if tick.at <= 1)  # nothing is above its high
    return ticks

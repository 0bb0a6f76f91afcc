"""Which bars of a tick may be shown."""

from __future__ import annotations

import numpy as np

from data.bars import BarRow, Bars
from ui.charts.series import Series


def news(series: Series, bars: Bars) -> tuple[BarRow, ...]:
    """Return the bars from the last one of a series on, none of them final; a settled bar is not among them.

    A tick is a look in passing: what has no close is left out, and only a fetch settles a bar.
    """
    usable = bars[bars.valid]
    if len(series):
        last = int(series.time[-1])
        side = "right" if series.final[-1] else "left"
        usable = usable[int(np.searchsorted(usable.time, last, side=side)) :]
    columns = (usable.session, usable.time, usable.open, usable.high, usable.low, usable.close, usable.volume)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return tuple(BarRow(*row, final=False) for row in rows)

"""The running all-time high as the few bars at which it changed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from data.bars import Bars, Floats, Seconds, Sessions
from models.highs import Highs


class HighSteps:
    """The bars at which a history made a new high, and the level it has stood at since.

    `bars` are the very ones that `highs` were computed from, or those and later ones.  A high counts from its bar's
    begin on, among bars as long as that one; `known_at` gives for sessions from when on it was known, for shorter ones.
    """

    def __init__(self, bars: Bars, highs: Highs, known_at: Callable[[Sessions], Seconds] | None = None) -> None:
        made = highs.is_new.copy()
        made[:1] = True
        self.time: Seconds = bars.time[highs.row[made]] if known_at is None else known_at(highs.session[made])
        self.level: Floats = highs.price[made]
        self._instants = self.time.astype(np.float64)  # what most ask with; numpy would convert all at each question
        self._levels = np.concatenate(([np.nan], self.level))

    def __len__(self) -> int:
        return len(self.time)

    def level_at(self, times: Seconds | Floats) -> Floats:
        """Return the high as it stood at each instant, bars of that instant included; NaN before the first."""
        rows = np.searchsorted(self._instants, np.asarray(times, np.float64), side="right")
        return self._levels[rows]

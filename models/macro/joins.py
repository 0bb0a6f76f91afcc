"""What was known of a series at an instant: never a value before its release, and never a later revision of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.bars import Floats, Seconds, Sessions
from data.macro_store import Recorded

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """The newest value as it was known, step by step: each in force from `known_at` (UTC epoch seconds, in order).

    `date` is the date the value speaks of; a step may be a newer date or a revision of the newest one.
    """

    known_at: Seconds
    date: Sessions
    value: Floats

    def __len__(self) -> int:
        return len(self.known_at)

    def rows(self, instants: Seconds) -> Rows:
        """Return the step in force at each instant (UTC epoch seconds), -1 before the first."""
        return np.searchsorted(self.known_at, instants, side="right") - 1

    def at(self, instants: Seconds) -> Floats:
        """Return the value known at each instant, NaN before the first."""
        row = self.rows(instants)
        if len(self) == 0:
            return np.full(len(instants), np.nan)
        return np.where(row >= 0, self.value[np.maximum(row, 0)], np.nan)


def known(recorded: Recorded) -> Known:
    """Return the newest value of a series as it was known over time."""
    order = np.lexsort((recorded.date, recorded.known_at))
    date = recorded.date[order]
    newest = date == np.maximum.accumulate(date) if len(date) else np.zeros(0, np.bool_)
    chosen = order[newest]
    return Known(recorded.known_at[chosen], recorded.date[chosen], recorded.value[chosen])

"""How long a bar lasts: the names of intervals, and what the spacing of bars says."""

from __future__ import annotations

import re

import numpy as np

from data.bars import Seconds

_UNITS = {"m": 60, "h": 3600, "d": 86_400}


def seconds_of(interval: str) -> int | None:
    """Return the length of an interval such as "1d", "1h" or "5m"; None for anything else or longer than a day."""
    match = re.fullmatch(r"([1-9]\d{0,3})([mhd])", interval)
    length = int(match[1]) * _UNITS[match[2]] if match else 0
    return length if 0 < length <= _UNITS["d"] else None


def label_of(seconds: int) -> str:
    """Return the shortest name of a length: 3600 is "1h"."""
    for letter, unit in reversed(_UNITS.items()):
        if seconds % unit == 0:
            return f"{seconds // unit}{letter}"
    return f"{seconds}s"


def step_of(seconds: Seconds) -> int | None:
    """Return the most common distance between neighbouring bars, a day or more in whole days; None below two bars.

    Daily bars may come with the hour of their exchange's open, which summer time moves.
    """
    unique = np.unique(seconds)
    steps: Seconds = unique[1:] - unique[:-1]
    if len(steps) == 0:
        return None
    days: Seconds = np.round(steps / _UNITS["d"]).astype(np.int64) * _UNITS["d"]
    values, counts = np.unique(np.where(steps > 20 * 3600, days, steps), return_counts=True)
    return int(values[np.argmax(counts)])

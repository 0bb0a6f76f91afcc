"""How long a bar lasts: the names of intervals, and what the spacing of bars says."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from data.bars import Seconds

INTRADAY: Final = ("1m", "5m", "15m", "1h")  # what a source may be asked for beside daily bars

_UNITS = {"m": 60, "h": 3600, "d": 86_400}
_NEARLY_A_DAY = 20 * 3600


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
    """Return the most common distance between neighbouring bars; None below two bars.

    From a day on it is whole days, since summer time moves the hour of an exchange's open.  A few daily bars with
    holes between them are still daily; weekly or monthly are only bars that never come closer than five days.
    """
    unique = np.unique(seconds)
    steps: Seconds = unique[1:] - unique[:-1]
    if len(steps) == 0:
        return None
    values, counts = np.unique(steps, return_counts=True)
    common = int(values[np.argmax(counts)])
    if common <= _NEARLY_A_DAY:
        return common
    days = np.round(steps / _UNITS["d"])
    sparse = len(days) >= 3 and int(days.min()) >= 5
    return (int(np.median(days)) if sparse else 1) * _UNITS["d"]

"""A column of values that grows at its end without being copied each time."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[Any]
SPARE = 256


class Growing:
    """Begins as somebody else's column, which it never writes to: the first `put` copies it to where there is room."""

    def __init__(self, column: Column) -> None:
        self._room = column
        self._owned = False

    def put(self, row: int, value: object) -> Column:
        """Write a row, the last one or the one after it, and return the column up to it."""
        if not self._owned or row >= len(self._room):
            room = np.empty(row + row // 2 + SPARE, self._room.dtype)
            held = min(len(self._room), row)
            room[:held] = self._room[:held]
            self._room, self._owned = room, True
        self._room[row] = value
        return self._room[: row + 1]

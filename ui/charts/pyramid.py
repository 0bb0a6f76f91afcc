"""Lowest and highest price of any run of bars, without looking at each bar."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from data.bars import Floats

Rows = npt.NDArray[np.intp]

FAN = 8  # blocks of one level that make a block of the next
DIRECT = 262_144  # so many blocks are reduced directly; numpy does that in a tenth of a millisecond


class Pyramid:
    """Block-wise minima and maxima over two columns of equal length, neither of which holds a NaN.

    Level 0 is the columns themselves (referred to, not copied); level k holds one entry per 8**k bars.  Building is
    O(n); `replace_end` costs the bars that changed plus one path up, O(log n).
    """

    def __init__(self, low: Floats, high: Floats) -> None:
        self._low: list[Floats] = [low]
        self._high: list[Floats] = [high]
        self.replace_end(low, high, 0)

    def __len__(self) -> int:
        return len(self._low[0])

    @property
    def low(self) -> Floats:
        """The column of lows itself."""
        return self._low[0]

    @property
    def high(self) -> Floats:
        """The column of highs itself."""
        return self._high[0]

    @property
    def nbytes(self) -> int:
        """Memory held beyond the columns, in bytes, with what is kept free for more bars."""
        levels = (*self._low[1:], *self._high[1:])
        return sum((level if level.base is None else level.base).nbytes for level in levels)

    def replace_end(self, low: Floats, high: Floats, kept: int) -> None:
        """Take over new columns whose first `kept` rows are as before; appended and changed rows follow them."""
        if len(low) != len(high):
            raise ValueError(f"lows and highs differ in length: {len(low)} and {len(high)}")
        self._low[0], self._high[0] = low, high
        level = 1
        while len(self._low[level - 1]) > FAN:
            kept //= FAN
            self._raise_level(self._low, level, kept, np.minimum)
            self._raise_level(self._high, level, kept, np.maximum)
            level += 1
        del self._low[level:], self._high[level:]

    def _raise_level(self, levels: list[Floats], level: int, kept: int, reduce: np.ufunc) -> None:
        below = levels[level - 1]
        kept = kept if level < len(levels) else 0  # a level that is new keeps nothing
        size = -(-len(below) // FAN)
        starts = np.arange(kept * FAN, len(below), FAN) - kept * FAN
        fresh = reduce.reduceat(below[kept * FAN :], starts) if len(starts) else np.empty(0)
        if level == len(levels):
            levels.append(fresh)
            return
        held = levels[level]
        room = held.base if held.base is not None else held
        if len(room) < size:  # grows by half, so that appending bars one by one stays cheap
            room = np.empty(size + size // 2)
            room[:kept] = held[:kept]
        room[kept:size] = fresh
        levels[level] = room[:size]

    def extremes(self, bounds: Rows) -> tuple[Floats, Floats]:
        """Return the lowest and highest price of each run bounds[i] <= row < bounds[i+1].

        `bounds` must rise strictly and stay within the columns.  Exact at every size: whole blocks come from a level
        of the pyramid, the fringes at both ends of a run from the levels below it.
        """
        count = int(bounds[-1] - bounds[0])
        level = 0
        while count // FAN**level > DIRECT and level + 1 < len(self._low):
            level += 1
        low, high = self._whole_blocks(bounds, level)
        for finer in range(level - 1, -1, -1):
            self._add_fringes(bounds, finer, low, high)
        return low, high

    def _whole_blocks(self, bounds: Rows, level: int) -> tuple[Floats, Floats]:
        if level == 0:
            rows = slice(int(bounds[0]), int(bounds[-1]))
            starts = bounds[:-1] - bounds[0]
            low = np.minimum.reduceat(self._low[0][rows], starts)
            return low, np.maximum.reduceat(self._high[0][rows], starts)
        block = FAN**level
        starts = -(-bounds[:-1] // block)
        ends = np.maximum(bounds[1:] // block, starts)
        return self._reduce_runs(self._low[level], self._high[level], starts, ends)

    def _add_fringes(self, bounds: Rows, level: int, low: Floats, high: Floats) -> None:
        """Add what lies between a bound and the blocks of the level above, on both sides of each bound.

        That is less than a block of them at either end of a run; what is taken beyond it still lies within the run.
        """
        block = FAN**level
        first, last = -(-bounds[:-1] // block), bounds[1:] // block - 1
        empty = np.flatnonzero(first > last)
        first[empty] = last[empty] = 0
        reach = np.arange(FAN - 1)[:, None]
        rows = np.concatenate((np.minimum(first + reach, last), np.maximum(last - reach, first)))
        lows, highs = self._low[level][rows].min(axis=0), self._high[level][rows].max(axis=0)
        lows[empty], highs[empty] = np.inf, -np.inf
        np.minimum(low, lows, out=low)
        np.maximum(high, highs, out=high)

    @staticmethod
    def _reduce_runs(low: Floats, high: Floats, starts: Rows, ends: Rows) -> tuple[Floats, Floats]:
        """Reduce runs that rise and do not overlap; an empty one gives +inf and -inf."""
        first, last = int(starts[0]), int(ends[-1])
        edges = np.column_stack((starts, ends)).ravel() - first
        lows = np.minimum.reduceat(_with_one_more(low, first, last), edges)[::2]
        highs = np.maximum.reduceat(_with_one_more(high, first, last), edges)[::2]
        empty = starts == ends
        lows[empty], highs[empty] = np.inf, -np.inf
        return lows, highs


def _with_one_more(column: Floats, first: int, last: int) -> Floats:
    """Return column[first:last] and one entry more, whatever it is: `reduceat` takes no index past the end."""
    last = max(first, last)
    return column[first : last + 1] if last < len(column) else np.append(column[first:last], 0.0)

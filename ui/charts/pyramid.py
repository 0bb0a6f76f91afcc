"""Lowest and highest price of any run of bars, without looking at each bar."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from data.bars import Floats

Rows = npt.NDArray[np.intp]

BLOCK = 16  # bars
DIRECT = 2 * BLOCK  # bars to a run up to which numpy is quicker when it looks at each


class Pyramid:
    """Extremes of two columns of equal length, neither of which holds a NaN, within any run of rows.

    Each column is referred to, not copied.  Building is O(n log n) with few passes over all bars; `replace_end` costs
    the bars that changed plus one path up, O(log n).
    """

    def __init__(self, low: Floats, high: Floats) -> None:
        self._lowest, self._highest = Windows(np.minimum), Windows(np.maximum)
        self.replace_end(low, high, 0)

    def __len__(self) -> int:
        return len(self.low)

    @property
    def low(self) -> Floats:
        """The column of lows itself."""
        return self._lowest.column

    @property
    def high(self) -> Floats:
        """The column of highs itself."""
        return self._highest.column

    @property
    def nbytes(self) -> int:
        """Memory held beyond the columns, in bytes, with what is kept free for more bars."""
        return self._lowest.nbytes + self._highest.nbytes

    def replace_end(self, low: Floats, high: Floats, kept: int) -> None:
        """Take over new columns whose first `kept` rows are as before; appended and changed rows follow them."""
        if len(low) != len(high):
            raise ValueError(f"lows and highs differ in length: {len(low)} and {len(high)}")
        self._lowest.replace_end(low, kept)
        self._highest.replace_end(high, kept)

    def extremes(self, bounds: Rows) -> tuple[Floats, Floats]:
        """Return the lowest and highest price of each run bounds[i] <= row < bounds[i+1].

        `bounds` must rise strictly and stay within the columns.  Exact at every size.
        """
        starts, ends = bounds[:-1], bounds[1:]
        if len(self) < 2 * BLOCK or bounds[-1] - bounds[0] <= DIRECT * len(starts):
            return self._lowest.of_each_row(bounds), self._highest.of_each_row(bounds)
        first = -(-starts // BLOCK)
        level = np.frexp(np.maximum(ends // BLOCK - first, 1))[1] - 1
        last = ends // BLOCK - np.left_shift(1, level)
        low = self._lowest.of_runs(starts, ends, level, first, last)
        high = self._highest.of_runs(starts, ends, level, first, last)
        short = np.flatnonzero(ends - starts < 2 * BLOCK)  # these need not hold a whole block
        if len(short):
            rows = np.minimum(starts[short] + np.arange(2 * BLOCK)[:, None], ends[short] - 1)
            low[short], high[short] = self.low[rows].min(axis=0), self.high[rows].max(axis=0)
        return low, high


class Windows:
    """Extremes of one column within windows that overlap, so that a few of them make up any run of rows.

    There is one of BLOCK rows from every row on, and from the begin of every block one of 1, 2, 4, 8 ... blocks.  A
    run is then the window that begins with it, the one that ends with it, and two that cover the blocks within.
    """

    def __init__(self, reduce: np.ufunc) -> None:
        self._reduce = reduce
        self.column: Floats = np.empty(0)
        self._from_rows: Floats = np.empty(0)
        self._from_blocks: Floats = np.empty((0, 0))  # [level, block]

    @property
    def nbytes(self) -> int:
        """Memory held beyond the column, in bytes."""
        return self._from_rows.nbytes + self._from_blocks.nbytes

    def replace_end(self, column: Floats, kept: int) -> None:
        """Take over a new column whose first `kept` rows are as before."""
        self.column = column
        blocks = len(column) // BLOCK
        self._make_room(len(column), blocks)
        start = max(kept - BLOCK + 1, 0)
        fresh, step = column[start:], 1
        while step < BLOCK:
            fresh = self._reduce(fresh[:-step], fresh[step:])
            step *= 2
        self._from_rows[start : start + len(fresh)] = fresh
        self._from_blocks[:1, kept // BLOCK : blocks] = self._from_rows[: blocks * BLOCK : BLOCK][kept // BLOCK :]
        for level in range(1, blocks.bit_length()):
            below, half = self._from_blocks[level - 1], 2 ** (level - 1)
            start, stop = max(kept // BLOCK - 2 * half + 1, 0), blocks - 2 * half + 1
            self._reduce(below[start:stop], below[start + half : stop + half], out=self._from_blocks[level, start:stop])

    def _make_room(self, rows: int, blocks: int) -> None:
        """Let the tables grow by an eighth more than needed, so that appending bars one by one stays cheap."""
        if rows > len(self._from_rows):
            before, self._from_rows = self._from_rows, np.empty(rows + rows // 8)
            self._from_rows[: len(before)] = before
        levels, room = self._from_blocks.shape
        if blocks > room:
            before, room = self._from_blocks, blocks + blocks // 8
            self._from_blocks = np.empty((room.bit_length(), room))
            self._from_blocks[:levels, : before.shape[1]] = before

    def of_each_row(self, bounds: Rows) -> Floats:
        """Return the extreme of each run between neighbours of `bounds` by looking at all of its rows."""
        return self._reduce.reduceat(self.column[bounds[0] : bounds[-1]], bounds[:-1] - bounds[0])

    def of_runs(self, starts: Rows, ends: Rows, level: Rows, first: Rows, last: Rows) -> Floats:
        """Return the extreme of each run of two blocks or more; `first` and `last` are where windows of a level begin.

        What is returned for a shorter run means nothing.
        """
        table, above = self._from_blocks.ravel(), level * self._from_blocks.shape[1]
        made = self._from_rows.take(starts, mode="clip")
        for part in (
            self._from_rows.take(ends - BLOCK, mode="clip"),
            table.take(above + first, mode="clip"),
            table.take(above + last, mode="clip"),
        ):
            self._reduce(made, part, out=made)
        return made

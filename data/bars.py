"""Price bars as columns: what every other part of the app reads, and nobody edits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Seconds = npt.NDArray[np.int64]
Sessions = npt.NDArray[np.datetime64]
Flags = npt.NDArray[np.bool_]


class BarRow(NamedTuple):
    """One bar, for the few places that build bars by hand (tests, importers of odd shapes)."""

    session: dt.date
    time: int
    open: float
    high: float
    low: float
    close: float
    volume: float = 0.0
    final: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """Bars of one asset and one interval, oldest first, as equally long read-only columns.

    `time` is the instant a bar begins, in UTC epoch seconds; `session` the exchange's own date of it
    (the UTC date for assets that trade round the clock).  Prices are in the asset's currency, a missing one
    is NaN.  `final` is False for a bar that was still in progress, or not yet settled, when it was fetched.
    """

    time: Seconds
    session: Sessions
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    final: Flags

    def __post_init__(self) -> None:
        lengths = {len(getattr(self, column.name)) for column in fields(self)}
        if len(lengths) != 1:
            raise ValueError(f"columns of bars differ in length: {sorted(lengths)}")
        for column in fields(self):
            getattr(self, column.name).setflags(write=False)

    def __len__(self) -> int:
        return len(self.time)

    def __getitem__(self, rows: slice | Flags | npt.NDArray[np.intp]) -> Bars:
        """Return the chosen rows (a slice is handed over without a copy)."""
        return Bars(*(getattr(self, column.name)[rows] for column in fields(self)))

    @property
    def valid(self) -> Flags:
        """Which bars have a close that is finite and above zero."""
        return np.isfinite(self.close) & (self.close > 0)

    def settled(self) -> Bars:
        """Only the final bars."""
        return self if bool(self.final.all()) else self[self.final]

    def same_as(self, other: Bars) -> bool:
        """True when every column is equal, NaN beside NaN included."""
        return len(self) == len(other) and all(
            np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
            for a, b in ((getattr(self, c.name), getattr(other, c.name)) for c in fields(self))
        )

    @staticmethod
    def of(rows: Iterable[BarRow]) -> Bars:
        """Build bars from rows, in the order given."""
        columns = list(zip(*rows, strict=True)) or [()] * 8
        session, time, opened, high, low, close, volume, final = columns
        return Bars(
            time=np.array(time, np.int64),
            session=np.array(session, "datetime64[D]"),
            open=np.array(opened, np.float64),
            high=np.array(high, np.float64),
            low=np.array(low, np.float64),
            close=np.array(close, np.float64),
            volume=np.array(volume, np.float64),
            final=np.array(final, np.bool_),
        )

    @staticmethod
    def empty() -> Bars:
        """No bars at all."""
        return Bars.of(())

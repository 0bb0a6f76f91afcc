"""What the charts show, as a file: closes side by side as CSV; and how any file appears whole or not at all."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from data.bars import Bars
from data.sheet import FileRefused

Spacing = Literal["1m", "5m", "15m", "1h", "day", "week", "month"]

_HEADS = {"day": "Date", "week": "Week from", "month": "Month"}
_HEAD_OF_TIMES = "Begin (UTC)"
_MONDAY_BEFORE_EPOCH = 3  # 1 January 1970 was a Thursday


@dataclass(frozen=True, slots=True, eq=False)
class ChartColumn:
    """The bars of one asset as a chart shows them, the unit of their prices, and where they come from.

    `title` heads the column instead where its figures are no prices.
    """

    symbol: str
    unit: str
    source: str
    bars: Bars
    title: str = ""

    @property
    def head(self) -> str:
        """The column's head: "^RUT close (USD; Yahoo)"."""
        if self.title:
            return self.title
        return f"{self.symbol} close ({self.unit}; {self.source or 'source unknown'})"


def chart_csv(columns: Sequence[ChartColumn], spacing: Spacing) -> str:
    """Return closes side by side, one line for each time, day, week or month that any of them has a bar of.

    Dates are ISO 8601: the session (the UTC date round the clock), the Monday of a week, the month, or the instant at
    which a shorter bar begins (UTC).  A missing
    close is an empty cell; the last column names the symbols whose bar was in progress.
    """
    keys = [_keys(column.bars, spacing) for column in columns]
    every = np.unique(np.concatenate(keys)) if keys else np.array([], "datetime64[D]")
    closes = np.full((len(columns), len(every)), np.nan)
    live = np.zeros((len(columns), len(every)), np.bool_)
    for number, (column, key) in enumerate(zip(columns, keys, strict=True)):
        at = np.searchsorted(every, key)
        closes[number, at], live[number, at] = column.bars.close, ~column.bars.final
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((_HEADS.get(spacing, _HEAD_OF_TIMES), *(column.head for column in columns), "In progress"))
    for row, key in enumerate(np.datetime_as_string(every)):
        prices = (f"{close:.10g}" if np.isfinite(close) else "" for close in closes[:, row])
        marked = " ".join(columns[i].symbol for i in np.flatnonzero(live[:, row]).tolist())
        writer.writerow((f"{key}Z" if spacing not in _HEADS else key, *prices, marked))
    return text.getvalue()


def _keys(bars: Bars, spacing: Spacing) -> npt.NDArray[np.datetime64]:
    if spacing == "month":
        return bars.session.astype("datetime64[M]")
    if spacing == "week":
        return bars.session - (bars.session.astype(np.int64) + _MONDAY_BEFORE_EPOCH) % 7
    if spacing != "day":
        return bars.time.astype("datetime64[s]")
    return bars.session


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it appears whole or not at all, raising `FileRefused`."""
    draft = path.with_name(f".{path.name}.new-{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        raise FileRefused(
            f"{path.name} could not be written. Please check that the folder exists, that it can be written to "
            "and that the disk is not full."
        ) from error
    finally:
        _discard(draft)


def _discard(draft: Path) -> None:
    try:
        draft.unlink(missing_ok=True)
    except OSError:  # a folder that is none, or may only be read: there was no draft then
        return

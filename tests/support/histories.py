"""Histories built by hand: closes in, bars out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from data.bars import Bars, Sessions

NOTHING = float("nan")


def history(
    closes: Sequence[float],
    *,
    first: str = "2020-01-01",
    sessions: Sessions | None = None,
    highs: Sequence[float] | None = None,
    lows: Sequence[float] | None = None,
    opens: Sequence[float] | None = None,
    volume: Sequence[float] | None = None,
    final: Sequence[bool] | None = None,
) -> Bars:
    """One bar a day from `first` on (or on `sessions`), each with one price unless told otherwise."""
    count = len(closes)
    days = np.datetime64(first, "D") + np.arange(count) if sessions is None else sessions.astype("datetime64[D]")

    def column(values: Sequence[float] | None) -> np.ndarray:
        return np.array(closes if values is None else values, np.float64)

    return Bars(
        time=days.astype("datetime64[s]").astype(np.int64),
        session=days,
        open=column(opens),
        high=column(highs),
        low=column(lows),
        close=column(closes),
        volume=np.ones(count) if volume is None else np.array(volume, np.float64),
        final=np.ones(count, np.bool_) if final is None else np.array(final, np.bool_),
    )


def day(number: int) -> dt.date:
    """The session of bar `number`, counted from 1, in a history that begins on 1 January 2020."""
    return dt.date(2020, 1, 1) + dt.timedelta(days=number - 1)

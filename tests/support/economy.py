"""Figures of the economy for tests: recorded series out of files or lists, dated as if just downloaded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from data.fred import read_csv
from data.macro import SERIES, Observed
from data.macro_store import Recorded
from tests.support.shared_data import shared

LATER = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)


def recorded(series: str, dates: Sequence[str], values: Sequence[float]) -> Recorded:
    """Values that follow the release rule of their series."""
    observed = Observed(series, np.array(dates, "datetime64[D]"), np.array(values, np.float64), "FRED", LATER)
    return as_recorded(observed)


def as_recorded(observed: Observed) -> Recorded:
    """An answer as a store would hold it that never saw another one."""
    rule = SERIES[observed.series]
    known = [
        int(rule.known_at(day, value).timestamp())
        for day, value in zip(observed.date.tolist(), observed.value.tolist(), strict=True)
    ]
    count = len(known)
    received = np.full(count, int(LATER.timestamp()))
    return Recorded(
        observed.series, observed.date, observed.value, np.array(known, np.int64), received, np.zeros(count, np.bool_)
    )


def real(series: str, file: str | None = None) -> Recorded:
    """A series as it was downloaded; the test is skipped where the file is not at hand."""
    return as_recorded(read_csv(shared(f"data/fred/{file or series}.csv").read_text(), SERIES[series], LATER))


def weeks(first: str, count: int) -> list[str]:
    """Wednesdays, or any day every seven."""
    start = dt.date.fromisoformat(first)
    return [str(start + dt.timedelta(days=7 * number)) for number in range(count)]

"""Dates that cycles are held against: recessions as the NBER dated them, and the halvings of bitcoin.

Recessions: NBER, "US Business Cycle Expansions and Contractions"; each runs from the month after a peak through the
trough, as FRED's USREC does.  They were announced 4 to 21 months after the fact.  Halvings: blocks 210,000, 420,000,
630,000 and 840,000 of bitcoin (UTC dates); four points prove nothing, so they are drawn and never tested.
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from data.bars import Sessions
from models.evidence.turning_points import States

SOURCE = "recessions: NBER"
HALVINGS = (dt.date(2012, 11, 28), dt.date(2016, 7, 9), dt.date(2020, 5, 11), dt.date(2024, 4, 20))
HALVED = "BTC-USD"
RECESSIONS = (
    ("1948-12", "1949-10"), ("1953-08", "1954-05"), ("1957-09", "1958-04"), ("1960-05", "1961-02"),
    ("1970-01", "1970-11"), ("1973-12", "1975-03"), ("1980-02", "1980-07"), ("1981-08", "1982-11"),
    ("1990-08", "1991-03"), ("2001-04", "2001-11"), ("2008-01", "2009-06"), ("2020-03", "2020-04"),
)  # fmt: skip
UNTIL = "2024-12"  # a peak in a later month might not have been announced yet


def economy() -> tuple[Sessions, States]:
    """Return the first days of the months since the first peak and, for each, 1 in an expansion, 0 in a recession."""
    months = np.arange(np.datetime64(RECESSIONS[0][0], "M"), np.datetime64(UNTIL, "M") + 1)
    state = np.ones(len(months), np.int8)
    for first, last in RECESSIONS:
        state[(months >= np.datetime64(first)) & (months <= np.datetime64(last))] = 0
    return months.astype("datetime64[D]"), state


def peak_to_peak() -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the months from each peak of the economy to the next."""
    starts = np.array([first for first, _ in RECESSIONS], "datetime64[M]")
    months: np.ndarray[tuple[int], np.dtype[np.int64]] = np.diff(starts).astype(np.int64)
    return months

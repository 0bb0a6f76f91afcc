"""Dates and times as price files write them, read as instants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from data.bars import Flags, Floats, Seconds

if TYPE_CHECKING:
    import pandas as pd

_DAY = 86_400
_MONTH_FIRST = ("%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S")
_DAY_FIRST = ("%d/%m/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S")
_WORDED = ("%Y%m%d", "%b %d, %Y", "%d-%b-%Y", "%d %b %Y")


@dataclass(frozen=True, slots=True, eq=False)
class Stamps:
    """One instant per row, in UTC epoch seconds, and what the writing of it says.

    `days` is the date as written, in days since 1970 (whatever the zone beside it); `clock` the time of day as
    written, in seconds; `zoned` whether the column names a zone; `fine` where it could be read.
    """

    seconds: Seconds
    days: Seconds
    clock: Seconds
    fine: Flags
    zoned: bool
    notes: tuple[str, ...] = ()


def read_stamps(column: pd.Series) -> Stamps:
    """Read a column of dates, times or epoch numbers (seconds to nanoseconds, also mixed)."""
    import pandas as pd

    if pd.api.types.is_datetime64_any_dtype(column):
        return _from_instants(column)
    if pd.api.types.is_numeric_dtype(column):
        return _from_epochs(column.to_numpy(np.float64, na_value=np.nan))
    text = column.astype(str).str.strip()
    epochs = pd.to_numeric(text.where(text.str.fullmatch(r"\d{9,19}(\.0*)?"), None), errors="coerce")
    if bool(epochs.notna().any()):
        return _from_epochs(epochs.to_numpy(np.float64))
    return _from_text(text)


def _from_epochs(values: Floats) -> Stamps:
    size = np.abs(values)
    unit = np.select([size < 1e11, size < 1e14, size < 1e17], [1.0, 1e3, 1e6], 1e9)
    fine = np.isfinite(values)
    seconds = np.where(fine, values / unit, 0.0).astype(np.int64)
    return Stamps(seconds, seconds // _DAY, seconds % _DAY, fine, zoned=True)


def _from_instants(column: pd.Series) -> Stamps:
    """Take real timestamps; with a zone, the date is the one on that zone's calendar."""
    zoned = column.dt.tz is not None
    wall = column.dt.tz_localize(None) if zoned else column
    utc = column.dt.tz_convert("UTC").dt.tz_localize(None) if zoned else column
    return _stamps(utc, wall, zoned=zoned)


def _from_text(text: pd.Series) -> Stamps:
    import pandas as pd

    parts = text.str.extract(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]\s*(.*))?$")
    if int(parts[0].notna().sum()) * 2 < len(text):
        return _from_other(text)
    date = parts[0] + "-" + parts[1].str.zfill(2) + "-" + parts[2].str.zfill(2)
    clock = parts[3].fillna("").str.replace(" ", "").str.replace("UTC", "Z").where(parts[0].notna(), "")
    clock = clock.where(clock != "", "00:00:00")
    utc = pd.to_datetime(date + "T" + clock, format="ISO8601", utc=True, errors="coerce").dt.tz_localize(None)
    plain = clock.str.replace(r"(Z|[+-]\d{2}:?\d{2})$", "", regex=True)
    wall = pd.to_datetime(date + "T" + plain, format="ISO8601", errors="coerce").where(utc.notna())
    return _stamps(utc, wall, zoned=bool((plain != clock).any()))


def _from_other(text: pd.Series) -> Stamps:
    """Try the other ways to write a date on the whole column, and keep the one that reads most of it."""
    import pandas as pd

    slashed = text.str.replace(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", r"\1/\2/\3", regex=True)
    dotted = bool(text.str.match(r"\d{1,2}\.").any())
    order = _DAY_FIRST + _MONTH_FIRST if dotted else _MONTH_FIRST + _DAY_FIRST
    tried = {
        how: pd.to_datetime(slashed if "/" in how else text, format=how, errors="coerce") for how in order + _WORDED
    }
    counts = {how: int(instants.notna().sum()) for how, instants in tried.items()}
    best = max(counts, key=lambda how: counts[how])
    rival = best.replace("%d/%m", "%x").replace("%m/%d", "%d/%m").replace("%x", "%m/%d")
    doubtful = rival != best and counts[best] == counts.get(rival) and not dotted
    notes = ("Whether days or months come first cannot be told from the file: months were read first.",)
    return _stamps(tried[best], tried[best], zoned=False, notes=notes if doubtful else ())


def _stamps(utc: pd.Series, wall: pd.Series, *, zoned: bool, notes: tuple[str, ...] = ()) -> Stamps:
    fine = utc.notna().to_numpy(np.bool_)
    seconds = _seconds(utc)
    local = _seconds(wall)
    return Stamps(seconds, local // _DAY, local % _DAY, fine, zoned, notes)


def _seconds(instants: pd.Series) -> Seconds:
    whole = instants.to_numpy("datetime64[s]")
    return cast("Seconds", np.where(np.isnat(whole), np.datetime64(0, "s"), whole).astype(np.int64))

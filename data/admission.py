"""Which rows of a price file are let in: every other one is named by its line, with a reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from data.bars import Flags, Floats, Seconds
from data.calendar import ROUND_THE_CLOCK, Calendars
from data.sheet import Sheet

if TYPE_CHECKING:
    import pandas as pd

PRICES = ("open", "high", "low", "close")
FUTURE = "it lies in the future"
_BLANK = ("", "nan", "none", "null", "n/a", "na", "-", ".", "<na>")
_FIRST_DAY = dt.date(1970, 1, 1)
_EARLIEST = dt.date(1790, 1, 1)  # older than any price there is: a slip of the pen


@dataclass(frozen=True, slots=True)
class Refused:
    """One row that was left out: its line in the file (a row's number where there are no lines), and why."""

    line: int
    reason: str


class Rows:
    """The rows of a file on their way to bars: each is still good, or has one reason why not."""

    def __init__(self, lines: npt.NDArray[np.int64]) -> None:
        self.lines = lines
        self.reasons = np.full(len(lines), "", object)

    @property
    def good(self) -> Flags:
        """Which rows have no reason against them yet."""
        return np.asarray(self.reasons == "", np.bool_)

    def refuse(self, where: Flags, reason: str, texts: npt.NDArray[np.object_] | None = None) -> None:
        """Give the rows their reason, with the text of each in place of {}; the first reason stays."""
        for row in np.flatnonzero(where & self.good).tolist():
            self.reasons[row] = reason if texts is None else reason.format(texts[row])

    def refused(self) -> tuple[Refused, ...]:
        """Return the rows that have a reason against them, in the order of the file."""
        rows = np.flatnonzero(~self.good).tolist()
        return tuple(Refused(int(self.lines[row]), str(self.reasons[row])) for row in rows)


def read_numbers(sheet: Sheet, role: str, rows: Rows) -> Floats:
    """Return a column as numbers, missing ones as NaN; text that is no number refuses its row, save for volumes."""
    import pandas as pd

    if role not in sheet.columns:
        return np.full(len(rows.lines), np.nan)
    column = sheet.columns[role]
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(np.float64, na_value=np.nan)
    text = column.astype(str).str.strip().str.lstrip("$€£")
    blank = text.str.lower().isin(_BLANK).to_numpy(np.bool_)
    if _has_decimal_comma(sheet, text):
        text = text.str.replace(".", "").str.replace(",", ".")
    text = text.str.replace(",", "")
    readable = pd.to_numeric(text.where(~blank, "nan"), errors="coerce").notna().to_numpy(np.bool_)
    exact = np.where(readable, text.to_numpy(object), "nan").astype(np.float64)
    wrong = ~blank & ~np.isfinite(exact)
    if role != "volume":
        rows.refuse(wrong, f"the {role} “{{}}” is no number", texts_of(column))
    return np.where(wrong, np.nan, exact)


def _has_decimal_comma(sheet: Sheet, text: pd.Series) -> bool:
    return sheet.decimal_comma and bool(text.str.contains(",", regex=False).any())


def refuse_times(rows: Rows, days: Seconds, now: dt.datetime) -> None:
    """Refuse dates that no calendar needs to be asked about: beyond tomorrow, or before there were prices."""
    rows.refuse(days > (now.date() - _FIRST_DAY).days + 1, FUTURE)
    rows.refuse(days < (_EARLIEST - _FIRST_DAY).days, "it lies before there were prices")


def refuse_prices(rows: Rows, numbers: dict[str, Floats]) -> None:
    """Refuse bars without a close, and prices and volumes that cannot be."""
    rows.refuse(np.isnan(numbers["close"]), "it has no close")
    for role in ("close", "open", "high", "low"):
        rows.refuse(np.isinf(numbers[role]), f"the {role} is no number")
        rows.refuse(numbers[role] <= 0, f"the {role} is zero or negative")
    rows.refuse(numbers["volume"] < 0, "the volume is negative")


def refuse_days(rows: Rows, days: Seconds, calendar: str, calendars: Calendars) -> None:
    """Refuse days without trading, as far back as the calendar knows."""
    good = rows.good
    if calendar == ROUND_THE_CLOCK or not bool(good.any()):
        return
    sessions = calendars.sessions(
        calendar, *(_FIRST_DAY + dt.timedelta(days=int(day)) for day in (days[good].min(), days[good].max()))
    )
    known = days >= (calendars.first_known(calendar) - _FIRST_DAY).days
    trading = np.isin(days, sessions.astype(np.int64))
    texts = np.datetime_as_string(days.astype("datetime64[D]")).astype(object)
    rows.refuse(known & ~trading, "{} was no trading day of its exchange", texts)


def refuse_repeated(rows: Rows, slots: Seconds) -> None:
    """Refuse all but the last of the good rows that stand for one bar."""
    place = np.flatnonzero(rows.good)
    order = place[np.lexsort((place, slots[place]))]
    last = np.append(np.diff(slots[order]) != 0, True)[: len(order)]
    lasts = np.flatnonzero(last)
    winner = lasts[np.searchsorted(lasts, np.arange(len(order)))]
    texts = np.full(len(rows.lines), "", object)
    texts[order] = rows.lines[order[winner]]
    repeated = np.zeros(len(rows.lines), np.bool_)
    repeated[order] = ~last
    rows.refuse(repeated, "the same bar stands on line {} again, and that one counts", texts)


def texts_of(column: pd.Series) -> npt.NDArray[np.object_]:
    """Return what the file says in a column, for quoting."""
    return np.asarray(column.astype(str).str.strip().to_numpy(object), object)

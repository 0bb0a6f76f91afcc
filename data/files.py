"""Prices from and to files: CSV and Parquet, in the shapes that people have."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from data.bars import Bars, Flags, Floats, Seconds, Sessions
from data.calendar import ROUND_THE_CLOCK, SETTLE_DELAY, Calendars
from data.catalog import Asset
from data.intervals import label_of, seconds_of, step_of
from data.sheet import FileRefused, Sheet, read_sheet
from data.stamps import Stamps, read_stamps
from data.store import Stored

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FileRefused", "Imported", "Refused", "read_prices", "write_prices"]

_DAY = 86_400
_AFTER_HOURS = 6 * 3600
_LATE_SNAP = 3600  # how far CoinGecko's daily stamp strays from midnight
_BLANK = ("", "nan", "none", "null", "n/a", "na", "-", ".", "<na>")
_PRICES = ("open", "high", "low", "close")


@dataclass(frozen=True, slots=True)
class Refused:
    """One row that was left out: its line in the file (a row's number where there are no lines), and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Imported:
    """The bars of a file, oldest first and each once; the rows refused; and what the user should know."""

    bars: Bars
    refused: tuple[Refused, ...] = ()
    notes: tuple[str, ...] = ()


class _Rows:
    """The rows of a file on their way to bars: each is still good, or has one reason why not."""

    def __init__(self, lines: npt.NDArray[np.int64]) -> None:
        self.lines = lines
        self.reasons = np.full(len(lines), "", object)

    @property
    def good(self) -> Flags:
        return np.asarray(self.reasons == "", np.bool_)

    def refuse(self, where: Flags, reason: str, texts: npt.NDArray[np.object_] | None = None) -> None:
        """Give the rows their reason, with the text of each in place of {}; the first reason stays."""
        for row in np.flatnonzero(where & self.good).tolist():
            self.reasons[row] = reason if texts is None else reason.format(texts[row])

    def refused(self) -> tuple[Refused, ...]:
        rows = np.flatnonzero(~self.good).tolist()
        return tuple(Refused(int(self.lines[row]), str(self.reasons[row])) for row in rows)


def read_prices(path: Path, asset: Asset, calendars: Calendars, now: dt.datetime, interval: str = "1d") -> Imported:
    """Read a price file, raising `FileRefused` when it cannot be used at all.

    A row that cannot be used is refused by its line and a reason; of several rows for one bar the last counts.
    Sessions and times come from the asset's calendar; a bar is final when its session (an intraday bar: its own span)
    is settled at `now` and the file does not say otherwise.  A stamp of CoinGecko's is the close of the day before.
    """
    wanted = seconds_of(interval)
    if wanted is None:
        raise FileRefused(f"“{interval}” is no interval: it can be 1d, 1h, 30m, 15m, 5m or 1m.")
    sheet = read_sheet(path)
    rows = _Rows(sheet.lines)
    stamps = read_stamps(sheet.columns["time"])
    rows.refuse(~stamps.fine, "“{}” is no date", _texts(sheet.columns["time"]))
    _check_interval(path.name, stamps, rows.good, wanted)
    days, seconds, late_notes = _placed(sheet, stamps, asset, calendars, daily=wanted == _DAY)
    numbers = {role: _numbers(sheet, role, rows) for role in (*_PRICES, "volume")}
    _refuse_prices(rows, numbers)
    _refuse_days(rows, days, seconds, asset, calendars, now)
    _refuse_repeated(rows, days * _DAY if wanted == _DAY else seconds)
    bars, unsorted = _bars(
        rows.good, days, seconds, numbers, _final(sheet, stamps, days, seconds, asset, calendars, now, wanted)
    )
    notes = (*sheet.notes, *stamps.notes, *late_notes, *_notes(sheet, stamps, bars, asset, wanted, unsorted=unsorted))
    if len(bars) == 0:
        first = rows.refused()[0]
        raise FileRefused(f"No row of {path.name} could be used. The first, line {first.line}: {first.reason}.")
    return Imported(bars, rows.refused(), notes)


def write_prices(path: Path, stored: Stored, asset: Asset) -> None:
    """Write stored bars as CSV (.csv, .csv.gz) or Parquet (.parquet); the file appears whole or not at all.

    Columns: Date (ISO; with time and Z for bars shorter than a day), Open, High, Low, Close, Volume, Final, Source.
    Raises `FileRefused`.
    """
    kind = "".join(path.suffixes[-2:]) if path.suffix == ".gz" else path.suffix
    if kind not in (".csv", ".csv.gz", ".parquet"):
        raise FileRefused(f"{path.name} must end in .csv, .csv.gz or .parquet, which says how to write it.")
    draft = path.with_name(f".{path.name}.new-{os.getpid()}")
    try:
        table = _table(stored)
        if kind == ".parquet":
            table.to_parquet(draft, index=False)
        else:
            table.to_csv(draft, index=False, compression="gzip" if kind == ".csv.gz" else None, lineterminator="\n")
        draft.replace(path)
    except OSError as error:
        raise FileRefused(
            f"{asset.symbol} could not be written to {path.name}. Please check that the folder exists, "
            "that it can be written to and that the disk is not full."
        ) from error
    finally:
        draft.unlink(missing_ok=True)


def _table(stored: Stored) -> pd.DataFrame:
    import pandas as pd

    bars = stored.bars
    short = len(bars) > 1 and len(np.unique(bars.session)) < len(bars)
    instants = bars.time.astype("datetime64[s]")
    dates = (
        np.char.add(np.datetime_as_string(instants, "s"), "Z") if short else np.datetime_as_string(bars.session, "D")
    )
    names = np.array(stored.sources or (stored.source,), object)
    sources = names[stored.origin] if len(stored.origin) == len(bars) else np.full(len(bars), stored.source, object)
    return pd.DataFrame(
        {
            "Date": dates,
            "Open": bars.open,
            "High": bars.high,
            "Low": bars.low,
            "Close": bars.close,
            "Volume": bars.volume,
            "Final": np.where(bars.final, "true", "false"),
            "Source": sources,
        }
    )


def _check_interval(name: str, stamps: Stamps, good: Flags, wanted: int) -> None:
    found = step_of(stamps.seconds[good])
    if found is None or found == wanted:
        return
    if found > _DAY:
        raise FileRefused(f"{name} holds about one bar in {found // _DAY} days; only daily and shorter bars are kept.")
    raise FileRefused(
        f"{name} holds bars of {label_of(found)}, not {label_of(wanted)}. Please say so: --interval {label_of(found)}."
    )


def _placed(
    sheet: Sheet, stamps: Stamps, asset: Asset, calendars: Calendars, *, daily: bool
) -> tuple[Seconds, Seconds, tuple[str, ...]]:
    """Return the session of each row in days since 1970, when its bar begins, and what was done to the dates."""
    if not daily:
        return _session_days(stamps.seconds, stamps.fine, asset.calendar, calendars), stamps.seconds, ()
    days = stamps.days
    if bool((stamps.clock > 0).any()) and asset.calendar != ROUND_THE_CLOCK:
        looked_up = _session_days(stamps.seconds, stamps.fine, asset.calendar, calendars)
        days = np.where(stamps.clock > 0, looked_up, days)
    notes: tuple[str, ...] = ()
    if _closes_the_day_before(sheet):
        days = (stamps.days * _DAY + stamps.clock - _LATE_SNAP) // _DAY
        notes = ("A snapped_at date is the close of the day before, so the dates were moved back by one day.",)
    return days, calendars.opens(asset.calendar, days.astype("datetime64[D]")), notes


def _closes_the_day_before(sheet: Sheet) -> bool:
    return sheet.names["time"].strip().lower() == "snapped_at"


def _session_days(seconds: Seconds, fine: Flags, calendar: str, calendars: Calendars) -> Seconds:
    """Return the session that each instant belongs to; hours after a close are still that session's."""
    days = seconds // _DAY
    if calendar == ROUND_THE_CLOCK or not bool(fine.any()):
        return days
    first, last = (int(day) for day in (days[fine].min(), days[fine].max()))
    sessions = calendars.sessions(calendar, _date(first - 7), _date(last + 7))
    if len(sessions) < 2:
        return days
    closes = calendars.closes(calendar, sessions)
    place = np.minimum(np.searchsorted(closes + _AFTER_HOURS, seconds, "right"), len(sessions) - 1)
    known = seconds >= int(calendars.opens(calendar, sessions)[0]) - _DAY
    return np.where(known, sessions[place].astype(np.int64), days)


def _numbers(sheet: Sheet, role: str, rows: _Rows) -> Floats:
    """Return a column as numbers, missing ones as NaN; text that is no number refuses its row, save for volumes."""
    import pandas as pd

    if role not in sheet.columns:
        return np.full(len(rows.lines), np.nan)
    column = sheet.columns[role]
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(np.float64, na_value=np.nan)
    text = column.astype(str).str.strip().str.lstrip("$€£")
    blank = text.str.lower().isin(_BLANK).to_numpy(np.bool_)
    text = (
        text.str.replace(".", "").str.replace(",", ".")
        if _has_decimal_comma(sheet, text)
        else text.str.replace(",", "")
    )
    readable = pd.to_numeric(text.where(~blank, "nan"), errors="coerce").notna().to_numpy(np.bool_)
    exact = np.where(readable, text.to_numpy(object), "nan").astype(np.float64)
    wrong = ~blank & ~np.isfinite(exact)
    if role != "volume":
        rows.refuse(wrong, f"the {role} “{{}}” is no number", _texts(column))
    return np.where(wrong, np.nan, exact)


def _has_decimal_comma(sheet: Sheet, text: pd.Series) -> bool:
    return sheet.decimal_comma and bool(text.str.contains(",", regex=False).any())


def _refuse_prices(rows: _Rows, numbers: dict[str, Floats]) -> None:
    rows.refuse(np.isnan(numbers["close"]), "it has no close")
    for role in ("close", "open", "high", "low"):
        rows.refuse(numbers[role] <= 0, f"the {role} is zero or negative")
    rows.refuse(numbers["volume"] < 0, "the volume is negative")


def _refuse_days(
    rows: _Rows, days: Seconds, seconds: Seconds, asset: Asset, calendars: Calendars, now: dt.datetime
) -> None:
    """Refuse what lies in the future or on a day without trading, as far back as the calendar knows."""
    rows.refuse(seconds > now.timestamp(), "it lies in the future")
    good = rows.good
    if asset.calendar == ROUND_THE_CLOCK or not bool(good.any()):
        return
    sessions = calendars.sessions(asset.calendar, _date(int(days[good].min())), _date(int(days[good].max())))
    known = days >= (calendars.first_known(asset.calendar) - dt.date(1970, 1, 1)).days
    trading = np.isin(days, sessions.astype(np.int64))
    texts = np.datetime_as_string(days.astype("datetime64[D]")).astype(object)
    rows.refuse(known & ~trading, "{} was no trading day of its exchange", texts)


def _refuse_repeated(rows: _Rows, slots: Seconds) -> None:
    """Refuse all but the last of the good rows that stand for one bar."""
    place = np.flatnonzero(rows.good)
    order = place[np.lexsort((place, slots[place]))]
    last = np.append(np.diff(slots[order]) != 0, True)[: len(order)]
    winner = np.flatnonzero(last)[np.searchsorted(np.flatnonzero(last), np.arange(len(order)))] if len(order) else order
    texts = np.full(len(rows.lines), "", object)
    texts[order] = [str(line) for line in rows.lines[order[winner]]] if len(order) else []
    repeated = np.zeros(len(rows.lines), np.bool_)
    repeated[order] = ~last
    rows.refuse(repeated, "the same bar stands on line {} again, and that one counts", texts)


def _final(
    sheet: Sheet,
    stamps: Stamps,
    days: Seconds,
    seconds: Seconds,
    asset: Asset,
    calendars: Calendars,
    now: dt.datetime,
    step: int,
) -> Flags:
    """Return which bars are final: settled by the calendar, and not marked otherwise by the file."""
    if step == _DAY:
        final = calendars.settled(asset.calendar, days.astype("datetime64[D]"), now)
        if _closes_the_day_before(sheet):
            around_midnight = (stamps.clock <= _LATE_SNAP) | (stamps.clock >= _DAY - _LATE_SNAP)
            final = final & around_midnight  # else it is the price of a moment within the day, not of its end
    else:
        final = seconds + step <= (now - SETTLE_DELAY).timestamp()
    if "final" in sheet.columns:
        said = sheet.columns["final"].astype(str).str.strip().str.lower()
        final = final & ~said.isin(("false", "0", "no")).to_numpy(np.bool_)
    return final


def _bars(good: Flags, days: Seconds, seconds: Seconds, numbers: dict[str, Floats], final: Flags) -> tuple[Bars, bool]:
    rows = np.flatnonzero(good)
    order = rows[np.argsort(seconds[rows], kind="stable")]
    sessions: Sessions = days[order].astype("datetime64[D]")
    opened, high, low, close, volume = (numbers[role][order] for role in (*_PRICES, "volume"))
    bars = Bars(seconds[order], sessions, opened, high, low, close, volume, final[order])
    return bars, bool((order != rows).any())


def _notes(sheet: Sheet, stamps: Stamps, bars: Bars, asset: Asset, step: int, *, unsorted: bool) -> list[str]:
    """Return what is odd about the file without being wrong."""
    notes = []
    if sheet.ticker and sheet.ticker != asset.symbol:
        notes.append(f"The file says that it holds {sheet.ticker}; it was imported as {asset.symbol}.")
    if sheet.adjusted == "beside":
        notes.append("Adj Close present: the unadjusted Close was used.")
    if sheet.adjusted == "only":
        notes.append("Only adjusted closes are in the file: they are a total-return series with highs of its own.")
    if not sheet.adjusted and asset.kind in ("fund", "equity"):
        notes.append("The file has no Adj Close, so it cannot be told whether its prices are adjusted for dividends.")
    if unsorted:
        notes.append("The rows were not in order of time; they were sorted.")
    if step != _DAY and not stamps.zoned:
        notes.append("The times carry no zone; they were read as UTC.")
    return notes + _price_notes(bars)


def _price_notes(bars: Bars) -> list[str]:
    notes = []
    no_range = int((np.isnan(bars.open) | np.isnan(bars.high) | np.isnan(bars.low)).sum())
    if no_range:
        notes.append(f"Bars with a close but without a full open, high and low: {no_range:,}.")
    top, bottom = np.fmax(bars.open, bars.close), np.fmin(bars.open, bars.close)
    odd = int(((bars.high < top * (1 - 1e-6)) | (bars.low > bottom * (1 + 1e-6))).sum())
    if odd:
        notes.append(f"Bars whose open or close lies outside their high and low, kept as they are: {odd:,}.")
    silent = int((bars.volume == 0).sum())
    if 0 < silent < len(bars) / 20:
        notes.append(f"Bars with volume 0, perhaps captured before they settled: {silent:,}.")
    return notes


def _texts(column: pd.Series) -> npt.NDArray[np.object_]:
    return np.asarray(column.astype(str).str.strip().to_numpy(object), object)


def _date(day: int) -> dt.date:
    return dt.date(1970, 1, 1) + dt.timedelta(days=day)

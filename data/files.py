"""Prices from and to files: CSV and Parquet, in the shapes that people have."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from data.admission import (
    FUTURE,
    PRICES,
    Refused,
    Rows,
    read_numbers,
    refuse_days,
    refuse_prices,
    refuse_repeated,
    refuse_times,
    texts_of,
)
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


@dataclass(frozen=True, slots=True)
class Imported:
    """The bars of a file, oldest first and each once; the rows refused; and what the user should know."""

    bars: Bars
    refused: tuple[Refused, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the prices are of, and how they are to be understood; `step` is the length of a bar in seconds."""

    asset: Asset
    calendars: Calendars
    now: dt.datetime
    step: int

    @property
    def daily(self) -> bool:
        return self.step == _DAY


@dataclass(frozen=True, slots=True, eq=False)
class _Placed:
    """The session of each row in days since 1970, and when its bar begins in UTC epoch seconds."""

    days: Seconds
    seconds: Seconds


def read_prices(path: Path, asset: Asset, calendars: Calendars, now: dt.datetime, interval: str = "1d") -> Imported:
    """Read a price file, raising `FileRefused` when it cannot be used at all.

    A row that cannot be used is refused by its line and a reason; of several rows for one bar the last counts.
    Sessions and times come from the asset's calendar; a bar is final when its session (an intraday bar: its own span)
    is settled at `now` and the file does not say otherwise.  A stamp of CoinGecko's is the close of the day before.
    """
    step = seconds_of(interval)
    if step is None:
        raise FileRefused(f"“{interval}” is no interval: it can be 1d, 1h, 30m, 15m, 5m or 1m.")
    sheet = read_sheet(path)
    rows = Rows(sheet.lines)
    stamps = read_stamps(sheet.columns["time"])
    rows.refuse(~stamps.fine, "“{}” is no date", texts_of(sheet.columns["time"]))
    refuse_times(rows, stamps.days, now)
    _check_interval(path.name, stamps, rows.good, step)
    frame = _Frame(asset, calendars, now, step)
    placed = _placed(sheet, stamps, rows.good, frame)
    rows.refuse(placed.seconds > now.timestamp(), FUTURE)
    numbers = {role: read_numbers(sheet, role, rows) for role in (*PRICES, "volume")}
    refuse_prices(rows, numbers)
    refuse_days(rows, placed.days, asset.calendar, calendars)
    refuse_repeated(rows, placed.days if frame.daily else placed.seconds)
    bars, unsorted = _bars(rows.good, placed, numbers, _final(sheet, stamps, placed, frame))
    if len(bars) == 0:
        first = rows.refused()[0]
        raise FileRefused(f"No row of {path.name} could be used. The first, line {first.line}: {first.reason}.")
    odd = _notes(sheet, stamps, frame, unsorted=unsorted) + _price_notes(bars)
    return Imported(bars, rows.refused(), (*sheet.notes, *stamps.notes, *odd))


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
    dates = np.datetime_as_string(bars.session, "D")
    if stored.interval != "1d":
        dates = np.char.add(np.datetime_as_string(bars.time.astype("datetime64[s]"), "s"), "Z")
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


def _placed(sheet: Sheet, stamps: Stamps, good: Flags, frame: _Frame) -> _Placed:
    """Find the session and the instant of each row; of rows refused already neither means anything."""
    calendar, calendars = frame.asset.calendar, frame.calendars
    stamps = replace(stamps, seconds=np.where(good, stamps.seconds, 0), days=np.where(good, stamps.days, 0))
    if not frame.daily:
        return _Placed(_session_days(stamps.seconds, good, frame), stamps.seconds)
    days = stamps.days
    if _closes_the_day_before(sheet):
        days = (stamps.days * _DAY + stamps.clock - _LATE_SNAP) // _DAY
    elif calendar != ROUND_THE_CLOCK and bool((stamps.clock > 0).any()):
        days = np.where(stamps.clock > 0, _session_days(stamps.seconds, good, frame), days)
    return _Placed(days, calendars.opens(calendar, days.astype("datetime64[D]")))


def _closes_the_day_before(sheet: Sheet) -> bool:
    return sheet.names["time"].strip().lower() == "snapped_at"


def _session_days(seconds: Seconds, good: Flags, frame: _Frame) -> Seconds:
    """Return the session that each instant belongs to; hours after a close are still that session's."""
    days = seconds // _DAY
    calendar, calendars = frame.asset.calendar, frame.calendars
    if calendar == ROUND_THE_CLOCK or not bool(good.any()):
        return days
    span = (int(days[good].min()) - 7, int(days[good].max()) + 7)
    sessions = calendars.sessions(calendar, *(dt.date(1970, 1, 1) + dt.timedelta(days=day) for day in span))
    if len(sessions) < 2:
        return days
    closes = calendars.closes(calendar, sessions)
    place = np.minimum(np.searchsorted(closes + _AFTER_HOURS, seconds, "right"), len(sessions) - 1)
    known = seconds >= int(calendars.opens(calendar, sessions)[0]) - _DAY
    return np.where(known, sessions[place].astype(np.int64), days)


def _final(sheet: Sheet, stamps: Stamps, placed: _Placed, frame: _Frame) -> Flags:
    """Return which bars are final: settled by the calendar, and not marked otherwise by the file."""
    if frame.daily:
        final = frame.calendars.settled(frame.asset.calendar, placed.days.astype("datetime64[D]"), frame.now)
    else:
        final = placed.seconds + frame.step <= (frame.now - SETTLE_DELAY).timestamp()
    if frame.daily and _closes_the_day_before(sheet):
        around_midnight = (stamps.clock <= _LATE_SNAP) | (stamps.clock >= _DAY - _LATE_SNAP)
        final = final & around_midnight  # else it is the price of a moment within the day, not of its end
    if "final" in sheet.columns:
        said = sheet.columns["final"].astype(str).str.strip().str.lower()
        final = final & ~said.isin(("false", "0", "no")).to_numpy(np.bool_)
    return final


def _bars(good: Flags, placed: _Placed, numbers: dict[str, Floats], final: Flags) -> tuple[Bars, bool]:
    """Return the good rows as bars, oldest first, and whether they had to be sorted for that."""
    rows = np.flatnonzero(good)
    order = rows[np.argsort(placed.seconds[rows], kind="stable")]
    sessions: Sessions = placed.days[order].astype("datetime64[D]")
    opened, high, low, close, volume = (numbers[role][order] for role in (*PRICES, "volume"))
    bars = Bars(placed.seconds[order], sessions, opened, high, low, close, volume, final[order])
    return bars, bool((order != rows).any())


def _notes(sheet: Sheet, stamps: Stamps, frame: _Frame, *, unsorted: bool) -> list[str]:
    """Return what is odd about the file without being wrong."""
    notes, asset = [], frame.asset
    if frame.daily and _closes_the_day_before(sheet):
        notes.append("A snapped_at date is the close of the day before, so the dates were moved back by one day.")
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
    if not frame.daily and not stamps.zoned:
        notes.append("The times carry no zone; they were read as UTC.")
    return notes


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

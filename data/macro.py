"""The figures of the economy that the app knows: what each is, in which unit it must come, and when it is published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from data.bars import Floats, Seconds, Sessions
from data.releases import Release, known_at
from data.source import FetchError

Unit = Literal["USD millions", "USD billions", "percent", "index", "flag"]
Frequency = Literal["daily", "weekly", "monthly", "quarterly"]
Origin = Literal["FRED", "Treasury", "alternative.me"]


@dataclass(frozen=True, slots=True)
class MacroSeries:
    """One figure: `least` and `most` are what its values since `guarded_from` can be in `unit`, and nothing else.

    `revised` says that published values are changed later: without vintages what is shown is not what was known.
    """

    id: str
    title: str
    unit: Unit
    frequency: Frequency
    release: Release
    least: float
    most: float
    guarded_from: dt.date = dt.date(1900, 1, 1)
    revised: bool = False
    origin: Origin = "FRED"

    def known_at(self, date: dt.date, value: float = 0.0) -> dt.datetime:
        """Return when (UTC) the value of a date counts as published, by the rule of its release."""
        return known_at(self.release, date, value)


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """What a source answered of one series: dates in order (repeated only with vintages) and values, none missing.

    `known_at` is each value's own release (UTC epoch seconds) where the source told it, else None; `unit` is
    the source's own word for the unit, or empty; `duplicates` counts values that came twice, of which one was kept.
    """

    series: str
    date: Sessions
    value: Floats
    source: str
    received_at: dt.datetime
    known_at: Seconds | None = None
    unit: str = ""
    duplicates: int = 0
    notes: tuple[str, ...] = field(default=())


def _fred(
    name: str, title: str, unit: Unit, frequency: Frequency, release: Release, least: float, most: float,
    guarded_from: dt.date = dt.date(1900, 1, 1), *, revised: bool = False,
) -> MacroSeries:  # fmt: skip
    return MacroSeries(name, title, unit, frequency, release, least, most, guarded_from, revised)


def _treasury(name: str, title: str, frequency: Frequency, most: float) -> MacroSeries:
    release: Release = "day" if frequency == "daily" else "statement"
    return MacroSeries(name, title, "USD millions", frequency, release, 0.0, most, origin="Treasury")


_CATALOGUE = (
    _fred(
        "WALCL", "Balance sheet of the Federal Reserve", "USD millions", "weekly", "h41", 3e6, 1e7, dt.date(2014, 1, 1)
    ),
    _fred(
        "WTREGEN", "Treasury’s account, week average", "USD millions", "weekly", "h41", 1e4, 2e6, dt.date(2016, 1, 1)
    ),
    _fred("WDTGAL", "Treasury’s account, Wednesday", "USD millions", "weekly", "h41", 1e4, 2e6, dt.date(2016, 1, 1)),
    _fred("RRPONTSYD", "Overnight reverse repo", "USD billions", "daily", "repo", 0.0, 3e3),
    _fred(
        "TREAST", "Treasury securities of the Federal Reserve", "USD millions", "weekly", "h41", 1e6, 8e6,
        dt.date(2014, 1, 1),
    ),
    _fred(
        "WSHOMCB", "Mortgage securities of the Federal Reserve", "USD millions", "weekly", "h41", 1e6, 4e6,
        dt.date(2014, 1, 1),
    ),
    _fred("DFEDTARU", "Policy rate, upper bound", "percent", "daily", "target", 0.0, 25.0),
    _fred("T10Y2Y", "Ten-year less two-year yield", "percent", "daily", "day", -10.0, 10.0),
    _fred("BAMLH0A0HYM2", "High-yield spread", "percent", "daily", "next", 0.5, 40.0),
    _fred("M2SL", "Money stock M2", "USD billions", "monthly", "money", 200.0, 1e5, revised=True),
    _fred("INDPRO", "Industrial production", "index", "monthly", "production", 1.0, 500.0, revised=True),
    _fred("USREC", "Recession as dated by the NBER", "flag", "monthly", "nber", 0.0, 1.0),
    _fred("GFDEBTN", "Federal debt", "USD millions", "quarterly", "debt", 1e6, 2e8, dt.date(1982, 1, 1)),
    _fred(
        "A091RC1Q027SBEA", "Interest paid on federal debt, yearly rate", "USD billions", "quarterly", "accounts",
        1.0, 1e4, revised=True,
    ),
    _treasury("DEBT", "Federal debt, to the penny", "daily", 2e8),
    _treasury("TGA", "Treasury’s account, day’s close", "daily", 5e6),
    _treasury("MSPD_BILLS", "Treasury bills outstanding", "monthly", 1e8),
    _treasury("MSPD_NOTES", "Treasury notes outstanding", "monthly", 1e8),
    _treasury("MSPD_BONDS", "Treasury bonds outstanding", "monthly", 1e8),
    _treasury("MSPD_TIPS", "Inflation-protected securities outstanding", "monthly", 1e8),
    _treasury("MSPD_FRN", "Floating-rate notes outstanding", "monthly", 1e8),
    _treasury("MSPD_TOTAL", "Marketable debt outstanding", "monthly", 1e8),
    _treasury("MSPD_12M", "Marketable debt that matures within twelve months", "monthly", 1e8),
    MacroSeries(
        "FEAR_GREED", "Fear & Greed of crypto", "index", "daily", "midnight", 0.0, 100.0, origin="alternative.me"
    ),
)  # fmt: skip

SERIES: Mapping[str, MacroSeries] = {series.id: series for series in _CATALOGUE}
"""Every series by its name at the source, in the order in which they are shown."""


def series_of(origin: Origin) -> tuple[MacroSeries, ...]:
    """Return the series that one source has."""
    return tuple(series for series in SERIES.values() if series.origin == origin)


_MULTIPLES = {"million": "USD millions", "billion": "USD billions", "percent": "percent", "index": "index"}


def guard(series: MacroSeries, observed: Observed) -> None:
    """Refuse, as `FetchError` "unreadable", values that are not in the unit which the series must have.

    The source's own word decides where it gave one; the values must lie where they can lie in any case, since a factor
    of a thousand between millions and billions looks like any other number.
    """
    told = next((unit for word, unit in _MULTIPLES.items() if word in observed.unit.lower()), None)
    if told is not None and series.unit != "flag" and told != series.unit:
        raise _misfit(series, observed, f"it came in “{observed.unit}” where {series.unit} are expected")
    recent = observed.date >= np.datetime64(series.guarded_from, "D")
    value = observed.value[recent]
    outside = ~np.isfinite(value) | (value < series.least) | (value > series.most)
    if bool(outside.any()):
        row = int(np.flatnonzero(outside)[0])
        day = observed.date[recent][row]
        raise _misfit(
            series, observed, f"its value of {day} is {value[row]:,.6g}, which cannot be a figure in {series.unit}"
        )


def _misfit(series: MacroSeries, observed: Observed, why: str) -> FetchError:
    return FetchError(
        "unreadable",
        f"{observed.source} sent {series.id} ({series.title}) in another unit than before, or another series: {why}. "
        "Nothing of it was used, and what is stored stays as it is.",
    )

"""Everything stored of the economy, read at once: the table of series, net liquidity and the regimes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from data.macro import SERIES, MacroSeries
from data.macro_store import MacroState, MacroStore, Recorded
from models.macro.liquidity import NetLiquidity, net_liquidity
from models.macro.regimes import (
    Regimes,
    liquidity_history,
    rate_regimes,
    recession_regimes,
    securities_regimes,
    total_regimes,
)
from models.rules.evidence import LiquidityHistory

NET_PARTS = ("WALCL", "WDTGAL", "WTREGEN", "RRPONTSYD")
HOLDINGS = ("TREAST", "WSHOMCB")

# What is left of a release when the next one is due, and a few days of patience.
_FRESH_DAYS = {"daily": 7, "weekly": 14, "monthly": 80, "quarterly": 260}

FALSE_EXPANSION = (
    "The whole balance sheet grew in spring 2023 because banks borrowed from the Federal Reserve, not because it "
    "bought securities: those went on shrinking. That is why both are shown."
)
LOOK_AHEAD = "Revised data: what is shown was partly not yet known at the time."


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One line of the table of series; without a value nothing is stored.  `known_at` is a UTC instant.

    `age` is how old the value's date is; `stale` says that newer values should be out; `look_ahead` that revised
    values are shown without their vintages; `problem` is why the latest fetch failed, or empty.
    """

    series: MacroSeries
    value: float | None = None
    date: dt.date | None = None
    known_at: dt.datetime | None = None
    fetched_at: dt.datetime | None = None
    age: dt.timedelta | None = None
    stale: bool = False
    look_ahead: bool = False
    revisions: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Economy:
    """What is stored of the economy, by the names of the series, as read at `now` (UTC)."""

    series: Mapping[str, Recorded]
    now: dt.datetime
    states: Mapping[str, MacroState] = field(default_factory=dict)

    def recorded(self, name: str) -> Recorded:
        """Return what is stored of a series; nothing, where it was not read."""
        return self.series.get(name) or nothing(name)

    def net(self, *, first_published: bool = True) -> NetLiquidity:
        """Return net liquidity, of values as they first came out or as they stand now."""
        balance, wednesday, week, repo = (self.recorded(name) for name in NET_PARTS)
        return net_liquidity(balance, wednesday, week, repo, first_published=first_published)

    def securities(self) -> Regimes:
        """Return the regimes of the securities held, which are policy."""
        return securities_regimes(*(self.recorded(name) for name in HOLDINGS))

    def total(self) -> Regimes:
        """Return the regimes of the whole balance sheet, which is liquidity."""
        return total_regimes(self.recorded("WALCL"))

    def rates(self) -> Regimes:
        """Return the regimes of the policy rate."""
        return rate_regimes(self.recorded("DFEDTARU"))

    def recessions(self) -> Regimes:
        """Return the recessions."""
        return recession_regimes(self.recorded("USREC"))

    def liquidity(self) -> LiquidityHistory | None:
        """Return what rules about liquidity are judged on: the securities, else the total; None without either."""
        held = self.securities()
        regimes = held if len(held) else self.total()
        return liquidity_history(regimes) if len(regimes) else None

    def rows(self) -> tuple[SeriesRow, ...]:
        """Return the table of series, in the catalogue's order."""
        return tuple(self._row(series) for series in SERIES.values())

    def share_within_a_year(self) -> tuple[dt.date, float] | None:
        """Return which share of the marketable debt matures within twelve months, and of when; context, no evidence."""
        part, whole = (self.recorded(name).as_of(self.now) for name in ("MSPD_12M", "MSPD_TOTAL"))
        months = np.intersect1d(part.date, whole.date)
        if len(months) == 0:
            return None
        near, total = (one.value[one.date == months[-1]][0] for one in (part, whole))
        day: dt.date = months[-1].astype(object)
        return day, float(near / total)

    def _row(self, series: MacroSeries) -> SeriesRow:
        state, recorded = self.states.get(series.id), self.recorded(series.id)
        problem = state.message if state is not None else ""
        fetched_at = state.fetched_at if state is not None else None
        known = recorded.as_of(self.now)
        if len(known) == 0:
            return SeriesRow(series, fetched_at=fetched_at, problem=problem)
        day: dt.date = known.date[-1].astype(object)
        age = self.now.date() - day
        return SeriesRow(
            series, float(known.value[-1]), day, dt.datetime.fromtimestamp(int(known.known_at[-1]), dt.UTC), fetched_at,
            age, age.days > _FRESH_DAYS[series.frequency], series.revised and not bool(known.exact.all()),
            recorded.revisions, problem,
        )  # fmt: skip


def nothing(name: str) -> Recorded:
    """Return a series of which nothing is stored."""
    whole = np.zeros(0, np.int64)
    return Recorded(name, whole.astype("datetime64[D]"), np.zeros(0), whole, whole, np.zeros(0, np.bool_))


def read_economy(store: MacroStore, now: dt.datetime, names: Iterable[str] = tuple(SERIES)) -> Economy:
    """Read the series from the store; raises `StoreError`.  Off the GUI thread."""
    return Economy({name: store.recorded(name) for name in names}, now, store.states())


def stored_liquidity(store: MacroStore, now: dt.datetime) -> LiquidityHistory | None:
    """Return what rules about liquidity are judged on, read from the store; raises `StoreError`."""
    return read_economy(store, now, ("WALCL", *HOLDINGS)).liquidity()

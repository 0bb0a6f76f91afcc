"""Refreshing figures: only from sources that are switched on, at their pace, and a failure loses nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from data.macro import SERIES, MacroSeries, Observed, series_of
from data.macro_store import Headline, MacroStore, Maturity
from data.source import Cancelled, FailureKind, FetchError
from data.store import Store
from models.macro.economy import read_economy
from models.macro.refreshing import EconomySources, due, refresh_economy, refresh_headlines
from tests.support.sources import HandClock

NOW = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


class Figures:
    """FRED as a test wants it: one value a series, or a failure."""

    name = "FRED"

    def __init__(self, clock: HandClock) -> None:
        self.clock, self.asked, self.failure = clock, list[str](), dict[str, FailureKind]()

    def observed(self, series: MacroSeries, cancelled: Cancelled) -> Observed:
        self.asked.append(series.id)
        kind = self.failure.get(series.id)
        if kind is not None:
            raise FetchError(kind, f"No figures of {series.id}.")
        return self.one(series.id, "2025-12-01", (series.least + min(series.most, 1e6)) / 2)

    def one(self, series: str, date: str, value: float) -> Observed:
        return Observed(series, np.array([date], "datetime64[D]"), np.array([value]), self.name, self.clock())


class Debt(Figures):
    """The Treasury in the same manner."""

    name = "The Treasury"

    def debt(self, since: dt.date | None, cancelled: Cancelled) -> Observed:
        self.asked.append(f"DEBT since {since}")
        return self.one("DEBT", "2025-12-31", 38e6)

    def cash(self, since: dt.date | None, cancelled: Cancelled) -> Observed:
        return self.one("TGA", "2025-12-31", 872_853.0)

    def outstanding(self, since: dt.date | None, cancelled: Cancelled) -> tuple[Observed, ...]:
        return (self.one("MSPD_TOTAL", "2025-12-31", 30e6), self.one("MSPD_BILLS", "2025-12-31", 6e6))

    def maturities(self, since: dt.date, cancelled: Cancelled) -> tuple[Maturity, ...]:
        return (Maturity(dt.date(2025, 12, 31), "Bills", dt.date(2026, 1, 8), 10e6),)

    def within_a_year(self, maturities: Sequence[Maturity]) -> Observed:
        return self.one("MSPD_12M", "2025-12-31", 10e6)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[MacroStore]:
    whole = Store.open(tmp_path / "bars.sqlite3", NOW)
    yield MacroStore(whole.database)
    whole.close()


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOW)


@pytest.fixture
def fred(clock: HandClock) -> Figures:
    return Figures(clock)


def never() -> bool:
    return False


def test_that_nothing_is_asked_for_unless_a_source_is_switched_on(store: MacroStore, clock: HandClock) -> None:
    assert refresh_economy(store, EconomySources(), clock, never, every=True) == ()


def test_that_each_series_is_asked_for_at_its_own_pace(store: MacroStore, clock: HandClock, fred: Figures) -> None:
    sources = EconomySources(fred=fred)
    refresh_economy(store, sources, clock, never)
    assert fred.asked == [series.id for series in series_of("FRED")]
    fred.asked.clear()
    clock.now += HOUR
    refresh_economy(store, sources, clock, never)
    assert fred.asked == []
    clock.now += 6 * HOUR
    refresh_economy(store, sources, clock, never)
    assert {SERIES[name].frequency for name in fred.asked} == {"daily"}
    fred.asked.clear()
    refresh_economy(store, sources, clock, never, every=True)
    assert len(fred.asked) == len(series_of("FRED"))


def test_that_a_source_out_of_reach_is_asked_once_and_again_within_hours(
    store: MacroStore, clock: HandClock, fred: Figures
) -> None:
    fred.failure["WALCL"] = "offline"
    (only,) = refresh_economy(store, EconomySources(fred=fred), clock, never)
    assert only.failure is not None
    assert fred.asked == ["WALCL"]
    assert not due(SERIES["WALCL"], store.states()["WALCL"], NOW + HOUR / 2)
    assert due(SERIES["WALCL"], store.states()["WALCL"], NOW + HOUR)
    assert due(SERIES["WALCL"], store.states()["WALCL"], NOW - HOUR)  # the clock was set back


def test_that_one_series_that_is_gone_holds_up_no_other(store: MacroStore, clock: HandClock, fred: Figures) -> None:
    refresh_economy(store, EconomySources(fred=fred), clock, never)
    fred.failure["WTREGEN"] = "unknown"
    brought = refresh_economy(store, EconomySources(fred=fred), clock, never, every=True)
    assert [one.series for one in brought if one.failure] == ["WTREGEN"]
    row = next(row for row in read_economy(store, clock()).rows() if row.series.id == "WTREGEN")
    assert (row.value is not None, row.problem) == (True, "No figures of WTREGEN.")


def test_that_a_cancelled_refresh_ends(store: MacroStore, clock: HandClock, fred: Figures) -> None:
    assert refresh_economy(store, EconomySources(fred=fred), clock, lambda: True) == ()
    assert fred.asked == []
    fred.failure["WALCL"] = "cancelled"
    refresh_economy(store, EconomySources(fred=fred), clock, never)
    assert "WALCL" not in store.states()


def test_that_the_debt_and_what_matures_soon_are_kept(store: MacroStore, clock: HandClock) -> None:
    debt = Debt(clock)
    refresh_economy(store, EconomySources(treasury=debt), clock, never)
    assert read_economy(store, clock()).share_within_a_year() == (dt.date(2025, 12, 31), pytest.approx(1 / 3))
    assert len(store.maturities()) == 1
    refresh_economy(store, EconomySources(treasury=debt), clock, never, every=True)
    assert debt.asked == ["DEBT since None", "DEBT since 2025-11-01"]


class News:
    name = "Yahoo"

    def headlines(self, symbol: str, cancelled: Cancelled) -> tuple[Headline, ...]:
        if symbol == "^RUT":
            raise FetchError("limited", "A pause.")
        return (Headline(symbol, "a", "Bitcoin falls", "A paper", "https://example.org/a", NOW),)


def test_that_headlines_end_at_the_first_failure(store: MacroStore, clock: HandClock) -> None:
    new, failure = refresh_headlines(store, News(), ["BTC-USD", "^RUT", "ETH-USD"], clock, never)
    assert (new, failure is not None) == (1, True)
    assert len(store.headlines()) == 1


def test_that_a_year_without_a_network_shows_every_value_with_its_age(
    store: MacroStore, clock: HandClock, fred: Figures
) -> None:
    refresh_economy(store, EconomySources(fred=fred), clock, never)
    clock.now += dt.timedelta(days=365)
    fred.failure = {series.id: "offline" for series in series_of("FRED")}
    refresh_economy(store, EconomySources(fred=fred), clock, never)
    rows = [row for row in read_economy(store, clock()).rows() if row.series.origin == "FRED"]
    assert all(row.value is not None and row.stale and row.age is not None and row.age.days > 365 for row in rows)


def test_that_revised_series_without_vintages_are_marked(store: MacroStore, clock: HandClock, fred: Figures) -> None:
    refresh_economy(store, EconomySources(fred=fred), clock, never)
    clock.now += dt.timedelta(days=200)
    marked = {row.series.id for row in read_economy(store, clock()).rows() if row.look_ahead}
    assert marked == {"M2SL", "INDPRO", "A091RC1Q027SBEA"}

"""The figures of the economy while the app runs."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from data.calendar import Calendars
from data.catalog import BITCOIN
from data.ledger import Ledger
from data.macro import MacroSeries, Observed
from data.profile import Profile
from data.settings import Settings
from data.source import Cancelled
from data.store import Store
from models.desk import Desk
from models.economy_market import EconomyMarket
from models.jobs import Jobs
from models.macro.economy import Economy
from models.macro.refreshing import EconomySources
from models.refresh import Parts
from tests.support.sources import HandClock

NOW = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)


class Figures:
    name = "FRED"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def observed(self, series: MacroSeries, cancelled: Cancelled) -> Observed:
        self.asked.append(series.id)
        value = np.array([(series.least + min(series.most, 1e6)) / 2])
        return Observed(series.id, np.array(["2025-12-01"], "datetime64[D]"), value, self.name, NOW)


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    jobs = Jobs()
    yield jobs
    assert jobs.stop()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "bars.sqlite3", NOW)
    yield store
    store.close()


def market(store: Store, tmp_path: Path, jobs: Jobs, sources: EconomySources, clock: HandClock) -> EconomyMarket:
    parts, profile = Parts(store, Calendars(), clock), Profile(tmp_path)

    def of(settings: Settings) -> EconomySources:
        return sources if settings == Settings() or settings.use_fred else EconomySources()

    desk = Desk(profile, Settings(), (), parts, Ledger(store), (BITCOIN,), economy_of=of)
    return EconomyMarket(desk, jobs, look_milliseconds=10)


def test_that_what_is_stored_is_told_and_nothing_fetched_while_all_is_switched_off(
    qtbot: QtBot, store: Store, tmp_path: Path, jobs: Jobs
) -> None:
    told: list[object] = []
    economy = market(store, tmp_path, jobs, EconomySources(), HandClock(NOW))
    economy.changed.connect(told.append)
    with qtbot.waitSignal(economy.changed):
        economy.start()
    economy.refresh()
    assert len(told) == 1
    assert isinstance(told[0], Economy)
    economy.stop()


def test_that_figures_are_fetched_once_and_again_when_they_are_due(
    qtbot: QtBot, store: Store, tmp_path: Path, jobs: Jobs
) -> None:
    figures, clock, told = Figures(), HandClock(NOW), list[Economy]()
    economy = market(store, tmp_path, jobs, EconomySources(fred=figures), clock)
    economy.changed.connect(told.append)
    economy.start()
    economy.refresh()  # the stored ones are still being read
    qtbot.waitUntil(lambda: len(told) >= 2)
    first = len(figures.asked)
    assert first == 14
    assert len(told[-1].recorded("WALCL")) == 1
    clock.now += dt.timedelta(hours=7)
    qtbot.waitUntil(lambda: len(figures.asked) > first)
    economy.stop()
    assert set(figures.asked[first:]) <= {"RRPONTSYD", "DFEDTARU", "T10Y2Y", "BAMLH0A0HYM2"}


def test_that_a_closed_store_is_told_as_such(qtbot: QtBot, store: Store, tmp_path: Path, jobs: Jobs) -> None:
    economy = market(store, tmp_path, jobs, EconomySources(), HandClock(NOW))
    store.close()
    with qtbot.waitSignal(economy.changed) as caught:
        economy.start()
    assert "closed" in type(caught.args[0]).__name__.lower() or getattr(caught.args[0], "kind", "") == "closed"


class Slow(Figures):
    """Waits with its first answer until it is cancelled, as a source does whose network hangs."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Event()

    def observed(self, series: MacroSeries, cancelled: Cancelled) -> Observed:
        self.begun.set()
        while not cancelled():
            threading.Event().wait(0.005)
        return super().observed(series, cancelled)


def test_that_a_source_that_is_switched_on_is_asked_at_once_and_one_switched_off_no_more(
    qtbot: QtBot, store: Store, tmp_path: Path, jobs: Jobs
) -> None:
    figures, clock = Figures(), HandClock(NOW)
    economy = market(store, tmp_path, jobs, EconomySources(), clock)
    economy._sources_of = lambda settings: EconomySources(figures) if settings.use_fred else EconomySources()
    with qtbot.waitSignal(economy.changed):
        economy.start()
    with qtbot.waitSignal(economy.changed):
        economy.change(Settings(use_fred=True))
    asked = len(figures.asked)
    assert asked > 0
    economy.change(Settings(use_fred=False))
    clock.now = NOW + dt.timedelta(days=30)
    economy.refresh()
    qtbot.wait(50)  # five looks of the market's timer, of which none may ask
    assert len(figures.asked) == asked
    economy.stop()


def test_that_a_refresh_under_way_ends_when_its_source_is_switched_off(
    qtbot: QtBot, store: Store, tmp_path: Path, jobs: Jobs
) -> None:
    slow = Slow()
    economy = market(store, tmp_path, jobs, EconomySources(slow), HandClock(NOW))
    economy.start()
    qtbot.waitUntil(slow.begun.is_set)
    economy.change(Settings(use_headlines=True, use_fred=False))
    assert jobs.stop()
    assert slow.asked == [slow.asked[0]] if slow.asked else True
    economy.stop()


def test_that_headlines_are_asked_of_what_is_watched_now(
    qtbot: QtBot, store: Store, tmp_path: Path, jobs: Jobs
) -> None:
    economy = market(store, tmp_path, jobs, EconomySources(), HandClock(NOW))
    economy.change(Settings(watchlist=("^RUT", "SOL-USD")))
    assert economy._symbols == ("^RUT", "SOL-USD")
    economy.stop()

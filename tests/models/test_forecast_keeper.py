"""Forecasts keep themselves: once a Friday for every coin and horizon, in a worker, and in the real world only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from data.bars import Bars
from data.calendar import Calendars
from data.forecasts import ForecastBook, Question
from data.store import Store
from models.evidence.alignment import Series
from models.forecast_keeper import HORIZONS, ForecastKeeper, keep_forecasts
from models.jobs import Jobs
from models.lab.forecast_log import last_friday
from models.refresh import Parts
from models.snapshot import AssetView
from tests.support.forecast import market
from tests.support.sources import HandClock

NOW = dt.datetime(2019, 6, 29, 5, tzinfo=dt.UTC)
FRIDAY = dt.date(2019, 6, 28)


class FakeMarket(QObject):
    judged = Signal(object)

    def __init__(self, views: dict[str, AssetView]) -> None:
        super().__init__()
        self.snapshot = SimpleNamespace(assets=views)


@pytest.fixture(scope="module")
def views() -> dict[str, AssetView]:
    target, leader = market(11, 2005)[:2]
    weekday = np.is_busday(leader.session)
    return {one.asset.symbol: view_of(one) for one in (leader[weekday], target)}


def view_of(series: Series) -> AssetView:
    close, size = series.close, len(series)
    bars = Bars(series.ends - 86_400, series.session, close, close, close, close, close * 0, np.ones(size, np.bool_))
    audit = SimpleNamespace(findings=())
    return AssetView(series.asset, bars, "made up", NOW, "fresh", audit, None, None, None, (), (), None)  # type: ignore[arg-type]


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    store = Store.open(tmp_path / "b.sqlite3", NOW)
    yield Parts(store, Calendars(), HandClock(NOW))
    store.close()


def kept(parts: Parts) -> list[list[dt.date]]:
    book = ForecastBook(parts.store.database)
    return [[one.made.friday for one in book.of(Question("^RUT", "BTC-USD", horizon))] for horizon in HORIZONS]


@pytest.mark.parametrize(
    ("now", "friday"),
    [
        (dt.datetime(2019, 6, 28, 23, 59, tzinfo=dt.UTC), dt.date(2019, 6, 21)),
        (dt.datetime(2019, 6, 29, 0, 0, tzinfo=dt.UTC), FRIDAY),
        (dt.datetime(2019, 7, 4, 12, 0, tzinfo=dt.UTC), FRIDAY),
        (dt.datetime(2019, 6, 29, 1, 0, tzinfo=dt.timezone(dt.timedelta(hours=2))), dt.date(2019, 6, 21)),
    ],
)
def test_that_a_friday_counts_once_it_is_over_in_utc(now: dt.datetime, friday: dt.date) -> None:
    assert last_friday(now) == friday


def test_that_every_horizon_of_every_coin_is_kept_once_after_judging(
    qtbot: QtBot, parts: Parts, views: dict[str, AssetView]
) -> None:
    jobs, source = Jobs(), FakeMarket(views)
    keeper = ForecastKeeper(SimpleNamespace(parts=parts, world="real"), jobs, source)  # type: ignore[arg-type]
    source.judged.emit(())
    qtbot.waitUntil(lambda: kept(parts) == [[FRIDAY]] * len(HORIZONS))
    asked: list[object] = []
    keeper._jobs = SimpleNamespace(run=lambda *work: asked.append(work))  # type: ignore[assignment]
    source.judged.emit(())
    assert asked == []
    source.snapshot.assets = {**views, "BTC-USD": replace(views["BTC-USD"], bars=views["BTC-USD"].bars[:-1])}
    source.judged.emit(())
    assert len(asked) == 1
    assert jobs.stop()


@pytest.mark.parametrize("world", ["simulated", "playback"])
def test_that_a_made_up_world_leaves_no_forecast(parts: Parts, views: dict[str, AssetView], world: str) -> None:
    jobs, source = Jobs(), FakeMarket(views)
    keeper = ForecastKeeper(SimpleNamespace(parts=parts, world=world), jobs, source)  # type: ignore[arg-type]
    source.judged.emit(())
    assert jobs.stop()
    assert kept(parts) == [[]] * len(HORIZONS)
    assert keeper._looked_at is None


def test_that_nothing_is_kept_of_what_has_no_prices_or_no_leader_or_is_called_off(
    parts: Parts, views: dict[str, AssetView]
) -> None:
    empty = replace(views["^RUT"], bars=views["^RUT"].bars[:0])
    for shown in ({**views, "^RUT": empty}, {"BTC-USD": views["BTC-USD"]}, {}):
        assert keep_forecasts(parts, shown, lambda: False) == ""
    assert keep_forecasts(parts, views, lambda: True) == ""
    assert kept(parts) == [[]] * len(HORIZONS)


def test_that_a_store_that_cannot_be_written_is_told_and_breaks_nothing(
    parts: Parts, views: dict[str, AssetView]
) -> None:
    parts.store.close()
    assert "closing" in keep_forecasts(parts, views, lambda: False)

"""Bars shorter than a day on their way into the store: kept, extended, and apart from what is judged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from data.bars import BarRow, Bars
from data.calendar import Calendars
from data.catalog import RUSSELL_2000, Asset
from data.source import Cancelled, Fetched, FetchError, Match
from data.store import Store
from models.intraday import refresh_intraday
from models.refresh import Parts, refresh_asset
from tests.support.sources import HandClock
from tests.support.views import bars_of

NOW = dt.datetime(2020, 1, 17, 22, tzinfo=dt.UTC)


def hours_of(day: dt.date, closes: list[float], *, final: bool = True) -> Bars:
    opened = int(dt.datetime.combine(day, dt.time(14, 30), dt.UTC).timestamp())
    rows = [BarRow(day, opened + i * 3600, c, c, c, c, 1.0) for i, c in enumerate(closes)]
    return Bars.of([*rows[:-1], rows[-1]._replace(final=final)])


@dataclass
class Both:
    """A source of daily and hourly bars; `asked` lists interval and first date of each request."""

    daily: Bars
    hourly: Bars | FetchError
    asked: list[tuple[str, dt.date | None]] = field(default_factory=list)
    name: str = "Yahoo"
    host: str = "yahoo.example"

    def covers(self, asset: Asset) -> bool:
        return True

    def history(self, asset: Asset, since: dt.date | None, cancelled: Cancelled, interval: str = "1d") -> Fetched:
        self.asked.append((interval, since))
        answer = self.daily if interval == "1d" else self.hourly
        if isinstance(answer, FetchError):
            raise answer
        return Fetched(asset.symbol, answer, self.name, NOW, "USD")

    def search(self, text: str, cancelled: Cancelled) -> tuple[Match, ...]:
        return ()


@pytest.fixture
def source() -> Both:
    return Both(bars_of([100.0] * 9), hours_of(NOW.date(), [1.0, 2.0, 3.0], final=False))


@pytest.fixture
def parts(tmp_path: Path, source: Both) -> Iterator[Parts]:
    store = Store.open(tmp_path / "store.sqlite3", NOW)
    yield Parts(store, Calendars(), HandClock(NOW), (source,), cross_check=False)
    store.close()


def fetch(parts: Parts, interval: str = "1h") -> object:
    return refresh_intraday(parts, RUSSELL_2000, interval, lambda: False)


@pytest.mark.parametrize("kind", ["offline", "limited", "refused", "unknown", "down", "unreadable"])
def test_that_a_failure_costs_no_stored_bar_and_is_told(parts: Parts, source: Both, kind: str) -> None:
    refresh_intraday(parts, RUSSELL_2000, "1h", lambda: False)
    source.hourly = FetchError(kind, "It did not work.")  # type: ignore[arg-type]
    result = refresh_intraday(parts, RUSSELL_2000, "1h", lambda: False)
    assert result.failure is source.hourly
    assert result.stored.bars.close.tolist() == [1.0, 2.0, 3.0]
    assert parts.store.last_fetches()["^RUT/1h"].outcome == kind


def test_that_the_first_fetch_asks_for_everything_and_the_next_for_what_is_new(parts: Parts, source: Both) -> None:
    fetch(parts)
    fetch(parts)
    assert source.asked == [("1h", None), ("1h", dt.date(2020, 1, 15))]


def test_that_a_later_fetch_extends_what_is_kept_and_settles_what_was_in_progress(parts: Parts, source: Both) -> None:
    fetch(parts)
    source.hourly = hours_of(NOW.date(), [1.0, 2.0, 3.5, 4.0])
    result = refresh_intraday(parts, RUSSELL_2000, "1h", lambda: False)
    assert (result.added, result.revised) == (1, 0)
    assert result.stored.bars.close.tolist() == [1.0, 2.0, 3.5, 4.0]
    assert result.stored.bars.final.all()


def test_that_bars_beyond_the_sources_reach_are_kept(parts: Parts, source: Both) -> None:
    source.hourly = hours_of(dt.date(2018, 1, 16), [7.0, 8.0])
    fetch(parts)
    source.hourly = hours_of(NOW.date(), [1.0])
    fetch(parts)
    assert parts.store.bars("^RUT", "1h").bars.close.tolist() == [7.0, 8.0, 1.0]


def test_that_a_changed_final_bar_is_a_revision(parts: Parts, source: Both) -> None:
    fetch(parts)
    source.hourly = hours_of(NOW.date(), [1.0, 2.5, 3.0])
    assert refresh_intraday(parts, RUSSELL_2000, "1h", lambda: False).revised == 1


def test_that_each_interval_is_kept_for_itself(parts: Parts, source: Both) -> None:
    fetch(parts, "1h")
    source.hourly = hours_of(NOW.date(), [9.0])
    fetch(parts, "5m")
    assert len(parts.store.bars("^RUT", "1h").bars) == 3
    assert len(parts.store.bars("^RUT", "5m").bars) == 1


def test_that_the_daily_history_and_its_state_are_not_touched(parts: Parts, source: Both) -> None:
    before = refresh_asset(parts, RUSSELL_2000, lambda: False).view
    fetch(parts)
    after = refresh_asset(parts, RUSSELL_2000, lambda: False).view
    assert after.bars.same_as(before.bars)
    assert (after.state, after.problems, after.freshness) == (before.state, before.problems, before.freshness)


def test_that_a_failed_fetch_of_hours_leaves_the_daily_log_alone(parts: Parts, source: Both) -> None:
    refresh_asset(parts, RUSSELL_2000, lambda: False)
    source.hourly = FetchError("down", "Yahoo has a fault.")
    fetch(parts)
    assert parts.store.last_fetches()["^RUT"].outcome == "ok"


def test_that_a_cancelled_fetch_leaves_no_trace(parts: Parts, source: Both) -> None:
    source.hourly = FetchError("cancelled", "No longer wanted.")
    fetch(parts)
    assert "^RUT/1h" not in parts.store.last_fetches()


def test_that_an_asset_no_source_covers_is_refused_by_name(parts: Parts) -> None:
    result = refresh_intraday(replace(parts, sources=()), RUSSELL_2000, "1h", lambda: False)
    assert result.failure is not None
    assert "Russell 2000" in result.failure.message
    assert len(result.stored.bars) == 0
    assert np.isnan(result.stored.bars.close).sum() == 0

"""One asset's way from its source to its view, faults first."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data.bars import Bars
from data.calendar import Calendars
from data.catalog import BITCOIN, RUSSELL_2000
from data.source import FetchError
from models.breakout import State
from models.refresh import Parts, needs_fetch, refresh_asset, stored_view
from tests.support.scripted import ScriptedSource, parts_of
from tests.support.sources import HandClock
from tests.support.views import bars_of

CLOSES = [100, 101, 90, 90, 90, 90, 90, 99, 101.5, 102]
FIRST = dt.date(2020, 1, 6)
# 20 January 2020 is a holiday in New York, so the bars of ten weekdays from the 6th end with the last session.
FRIDAY_NIGHT = dt.datetime(2020, 1, 17, 22, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def calendars() -> Calendars:
    return Calendars()


@pytest.fixture
def clock() -> HandClock:
    return HandClock(FRIDAY_NIGHT)


@pytest.fixture
def source(clock: HandClock) -> ScriptedSource:
    return ScriptedSource(clock, {"^RUT": bars_of(CLOSES), "IWM": bars_of([close / 10 for close in CLOSES])})


@pytest.fixture
def parts(tmp_path: Path, clock: HandClock, source: ScriptedSource, calendars: Calendars) -> Iterator[Parts]:
    made = parts_of(tmp_path, clock, (source,), calendars)
    yield made
    made.store.close()


def never() -> bool:
    return False


@pytest.mark.parametrize("kind", ["offline", "limited", "refused", "unknown", "down", "unreadable"])
def test_that_a_failure_keeps_every_stored_bar_and_says_why(parts: Parts, source: ScriptedSource, kind: str) -> None:
    before = refresh_asset(parts, RUSSELL_2000, never).view
    source.answers["^RUT"] = FetchError(kind, "It did not work.")
    after = refresh_asset(parts, RUSSELL_2000, never)
    assert after.failure.kind == kind
    assert after.view.problems == ("It did not work.",)
    assert after.view.bars.same_as(before.bars)
    assert parts.store.last_fetches()["^RUT"].outcome == kind


def test_that_the_first_fetch_asks_for_everything_and_the_next_for_ten_sessions(
    parts: Parts, source: ScriptedSource
) -> None:
    source.answers["^RUT"] = bars_of([*range(100, 120)], dt.date(2019, 12, 1))
    refresh_asset(parts, RUSSELL_2000, never)
    refresh_asset(parts, RUSSELL_2000, never)
    asked = [since for symbol, since in source.asked if symbol == "^RUT"]
    sessions = parts.store.bars("^RUT").bars.session
    assert asked == [None, sessions[-10].astype(object)]


def test_that_a_source_which_never_answered_is_asked_for_everything_again(parts: Parts, source: ScriptedSource) -> None:
    source.answers["^RUT"] = FetchError("offline", "No network.")
    refresh_asset(parts, RUSSELL_2000, never)
    refresh_asset(parts, RUSSELL_2000, never)
    assert [since for symbol, since in source.asked if symbol == "^RUT"] == [None, None]


def test_that_an_asset_no_source_covers_is_refused_by_name(parts: Parts) -> None:
    result = refresh_asset(replace(parts, sources=()), RUSSELL_2000, never)
    assert result.failure.kind == "unknown"
    assert "Russell 2000" in result.failure.message


def test_that_the_fund_that_disagrees_holds_a_confirmation_back(parts: Parts, source: ScriptedSource) -> None:
    source.answers["IWM"] = bars_of([*(close / 10 for close in CLOSES[:-1]), 9.9])
    view = refresh_asset(parts, RUSSELL_2000, never).view
    assert view.held_back is not None
    assert "IWM" in view.held_back


def test_that_the_fund_that_agrees_holds_nothing_back(parts: Parts) -> None:
    assert refresh_asset(parts, RUSSELL_2000, never).view.held_back is None


def test_that_a_fund_that_cannot_be_fetched_is_no_failure_of_the_index(parts: Parts, source: ScriptedSource) -> None:
    source.answers["IWM"] = FetchError("down", "Out of order.")
    result = refresh_asset(parts, RUSSELL_2000, never)
    assert result.failure is None
    assert result.view.held_back is None
    assert parts.store.last_fetches()["IWM"].outcome == "down"


def test_that_two_exchanges_that_disagree_hold_a_coin_back(tmp_path: Path, calendars: Calendars) -> None:
    clock = HandClock(dt.datetime(2020, 1, 12, 1, tzinfo=dt.UTC))
    days = np.arange(np.datetime64("2020-01-01"), np.datetime64("2020-01-12"))
    bars = _daily(days, 100.0)
    first = ScriptedSource(clock, {"BTC-USD": bars})
    second = ScriptedSource(clock, {"BTC-USD": _daily(days, 101.0)}, name="Second", crypto_only=True)
    parts = parts_of(tmp_path, clock, (first, second), calendars)
    view = refresh_asset(parts, BITCOIN, never).view
    assert view.bars.close[-1] == 100.0, "the second source is a witness, not a supplier"
    assert view.held_back is not None
    assert "Second" in view.held_back
    parts.store.close()


def test_that_a_bar_in_progress_is_shown_and_never_counted(parts: Parts, source: ScriptedSource) -> None:
    source.answers["^RUT"] = bars_of(CLOSES[:9], final=False)
    view = refresh_asset(parts, RUSSELL_2000, never).view
    assert view.live_state is State.BREAK
    assert view.live_distance == 0.0
    assert view.breaks == ()
    assert view.state is not State.BREAK


def test_that_the_first_paint_needs_no_calendar_and_says_that_it_is_unchecked(parts: Parts) -> None:
    refresh_asset(parts, RUSSELL_2000, never)
    view = stored_view(parts, RUSSELL_2000)
    assert view.freshness == "fresh"
    assert not view.audit.calendar_checked


def test_that_the_first_paint_after_the_next_settlement_is_stale(parts: Parts, clock: HandClock) -> None:
    refresh_asset(parts, RUSSELL_2000, never)
    clock.now += dt.timedelta(days=5)
    assert stored_view(parts, RUSSELL_2000).freshness == "stale"
    assert stored_view(parts, RUSSELL_2000, calendars=parts.calendars).freshness == "stale"


def test_that_nothing_stored_is_unusable_and_not_a_number(parts: Parts) -> None:
    view = stored_view(parts, RUSSELL_2000, calendars=parts.calendars)
    assert view.freshness == "unusable"
    assert view.high is None


def test_that_a_fresh_asset_is_left_alone_while_its_market_is_closed(parts: Parts) -> None:
    view = refresh_asset(parts, RUSSELL_2000, never).view
    weekend = dt.datetime(2020, 1, 18, 12, tzinfo=dt.UTC)
    assert not needs_fetch(view, parts.calendars, weekend)
    assert needs_fetch(view, parts.calendars, dt.datetime(2020, 1, 21, 15, tzinfo=dt.UTC))
    assert needs_fetch(replace(view, problems=("Offline.",)), parts.calendars, weekend)
    assert needs_fetch(None, parts.calendars, weekend)


def _daily(days: np.ndarray, last: float) -> Bars:
    close = np.full(len(days), 90.0)
    close[-1] = last
    time = days.astype("datetime64[s]").astype(np.int64)
    return Bars(time, days, close.copy(), close.copy(), close.copy(), close, close.copy(), np.ones(len(days), np.bool_))

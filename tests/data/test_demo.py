"""The simulated world: honest about the past, moving in the present, and worth watching."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.bars import Bars
from data.calendar import Calendars
from data.catalog import BITCOIN, CATALOG, RUSSELL_2000, Asset, asset_for
from data.demo import DEMO_SPEED, DEMO_START, DemoClock, DemoSource
from data.source import FetchError
from models.highs import running_highs
from models.states import State, StateParameters, state_path
from tests.support.sources import HandClock

CALENDARS = Calendars()
IWM = asset_for("IWM")
NEW_YORK_OPEN = dt.datetime(2026, 1, 20, 14, 30, tzinfo=dt.UTC)
NEW_YORK_CLOSE = dt.datetime(2026, 1, 20, 21, 0, tzinfo=dt.UTC)


def never() -> bool:
    return False


def bars_at(now: dt.datetime, asset: Asset = RUSSELL_2000, seed: int = 1) -> Bars:
    return DemoSource(seed, lambda: now, CALENDARS).history(asset, None, never).bars


@pytest.mark.parametrize("seed", range(5))
def test_that_every_world_brings_touch_break_and_confirmation_within_two_minutes(seed: int) -> None:
    watched = DEMO_START + dt.timedelta(seconds=120 * DEMO_SPEED)
    settled = bars_at(watched, seed=seed).settled()
    path = state_path(running_highs(settled, RUSSELL_2000.tick), settled, StateParameters())
    start = int(np.searchsorted(settled.session, np.datetime64(DEMO_START.date())))
    assert path.states[start - 1] in (State.NEAR, State.TOUCH)
    assert path.states[start : start + 4] == (State.TOUCH, State.BREAK, State.BREAK, State.CONFIRMED)


@pytest.mark.parametrize("asset", CATALOG, ids=lambda asset: asset.symbol)
def test_that_bars_make_sense(asset: Asset) -> None:
    bars = bars_at(DEMO_START, asset)
    assert bars.valid.all()
    assert (bars.high >= np.maximum(bars.open, bars.close)).all()
    assert (bars.low <= np.minimum(bars.open, bars.close)).all()
    assert (bars.volume > 0).all()
    assert (np.diff(bars.time) > 0).all()
    expected = CALENDARS.sessions(asset.calendar, bars.session[0].astype(object), bars.session[-1].astype(object))
    assert bars.session.tolist() == expected.tolist()
    assert (bars.time == CALENDARS.opens(asset.calendar, bars.session)).all()


def test_that_there_are_twelve_years_of_the_index() -> None:
    bars = bars_at(DEMO_START)
    assert bars.session[-1] - bars.session[0] > np.timedelta64(11 * 365, "D")
    assert len(bars) > 3000


@settings(max_examples=25)
@given(
    first=st.integers(-3000, 3000), later=st.integers(0, 2000), asset=st.sampled_from([*CATALOG, asset_for("DOGE-USD")])
)
def test_that_settled_bars_never_change_whenever_they_are_asked_for(first: int, later: int, asset: Asset) -> None:
    now = DEMO_START + dt.timedelta(hours=first)
    source = DemoSource(3, clock := HandClock(now), CALENDARS)
    before = source.history(asset, None, never).bars.settled()
    clock.now += dt.timedelta(hours=later)
    after = source.history(asset, None, never).bars[: len(before)]
    assert after.same_as(before)
    assert DemoSource(3, clock, CALENDARS).history(asset, None, never).bars[: len(before)].same_as(before)


def test_that_the_past_stays_the_same_when_one_watches_for_years() -> None:
    source = DemoSource(3, clock := HandClock(DEMO_START), CALENDARS)
    watched = (BITCOIN, RUSSELL_2000, BITCOIN, IWM, asset_for("ETH-USD"))
    before = [source.history(asset, None, never).bars.settled() for asset in watched]
    clock.now += dt.timedelta(days=2000)
    for asset, past in zip(watched, before, strict=True):
        bars = source.history(asset, None, never).bars
        assert bars[: len(past)].same_as(past)
        assert bars.session[-1] > np.datetime64("2031-07-01")


@settings(max_examples=25)
@given(minutes=st.lists(st.integers(0, 390), min_size=2, max_size=12, unique=True))
def test_that_the_bar_in_progress_only_grows_until_it_is_the_settled_one(minutes: list[int]) -> None:
    source = DemoSource(1, clock := HandClock(NEW_YORK_OPEN), CALENDARS)
    steps = []
    for minute in sorted(minutes):
        clock.now = NEW_YORK_OPEN + dt.timedelta(minutes=minute)
        steps.append(source.history(RUSSELL_2000, None, never).bars[-1:])
    whole = bars_at(NEW_YORK_CLOSE + dt.timedelta(minutes=20))[-1:]
    assert whole.final[0]
    for earlier, later in zip(steps, [*steps[1:], whole], strict=True):
        assert not earlier.final[0]
        assert earlier.session[0] == later.session[0]
        assert earlier.open[0] == later.open[0]
        assert earlier.high[0] <= later.high[0]
        assert earlier.low[0] >= later.low[0]
        assert earlier.volume[0] <= later.volume[0]


def test_that_prices_move_every_second_one_watches() -> None:
    seconds = [NEW_YORK_OPEN + dt.timedelta(seconds=second * DEMO_SPEED) for second in range(1, 8)]
    closes = [bars_at(second).close[-1] for second in seconds]
    assert len(set(closes)) == len(closes)


def test_that_a_session_ends_unsettled_and_settles_after_the_delay() -> None:
    closed = bars_at(NEW_YORK_CLOSE + dt.timedelta(minutes=19))
    settled = bars_at(NEW_YORK_CLOSE + dt.timedelta(minutes=20))
    assert (bool(closed.final[-1]), bool(settled.final[-1])) == (False, True)
    assert closed.close[-1] == settled.close[-1]


def test_that_before_the_world_begins_there_are_no_bars() -> None:
    assert len(bars_at(dt.datetime(2013, 1, 1, tzinfo=dt.UTC))) == 0


def test_that_each_coin_opens_where_it_closed() -> None:
    bars = bars_at(DEMO_START, BITCOIN)
    assert bars.open[1:].tolist() == bars.close[:-1].tolist()


def test_that_the_fund_confirms_the_index_session_by_session() -> None:
    index, fund = bars_at(DEMO_START), bars_at(DEMO_START, IWM)
    apart = np.diff(np.log(index.close)) - np.diff(np.log(fund.close))
    assert np.abs(apart).max() < 0.002


def test_that_seeds_make_different_worlds_and_symbols_different_prices() -> None:
    assert not np.array_equal(bars_at(DEMO_START, seed=1).close, bars_at(DEMO_START, seed=2).close)
    one, other = (bars_at(DEMO_START, asset_for(symbol)).close for symbol in ("AAPL", "MSFT"))
    assert not np.array_equal(one, other)


def test_that_a_fetch_since_a_session_starts_with_it_and_says_that_it_is_simulated() -> None:
    source = DemoSource(1, lambda: DEMO_START, CALENDARS)
    fetched = source.history(RUSSELL_2000, dt.date(2026, 1, 12), never)
    assert fetched.bars.session[0] == np.datetime64("2026-01-12")
    assert (fetched.source, fetched.currency, fetched.name) == ("Simulation", "USD", "Russell 2000 (simulated)")
    assert fetched.fetched_at == DEMO_START


def test_that_a_cancelled_fetch_stops() -> None:
    with pytest.raises(FetchError) as caught:
        DemoSource(1, lambda: DEMO_START, CALENDARS).history(RUSSELL_2000, None, lambda: True)
    assert caught.value.kind == "cancelled"


def test_that_a_search_looks_through_the_catalogue() -> None:
    source = DemoSource(1, lambda: DEMO_START, CALENDARS)
    assert [match.symbol for match in source.search("russell", never)] == ["^RUT", "IWM"]
    assert source.search(" ", never) == ()
    assert source.covers(asset_for("SAP.DE"))


def test_that_the_clock_starts_as_told_and_runs_as_fast_as_told() -> None:
    real = HandClock()
    clock = DemoClock(real, DEMO_START, 60.0)
    assert clock() == DEMO_START
    real.now += dt.timedelta(seconds=2)
    assert clock() == DEMO_START + dt.timedelta(minutes=2)


def short_bars_at(now: dt.datetime, asset: Asset, interval: str, since: dt.date | None = None, seed: int = 1) -> Bars:
    return DemoSource(seed, lambda: now, CALENDARS).history(asset, since, never, interval).bars


@given(
    st.sampled_from([RUSSELL_2000, BITCOIN, IWM]),
    st.sampled_from(["1m", "5m", "15m", "1h"]),
    st.integers(0, 12 * 24 * 60),
    st.integers(0, 3),
)
@settings(max_examples=60, deadline=None)
def test_that_the_bars_of_a_session_add_up_to_its_daily_bar_at_any_moment(
    asset: Asset, interval: str, minutes: int, seed: int
) -> None:
    now = DEMO_START + dt.timedelta(minutes=minutes, seconds=7)
    since = now.date() - dt.timedelta(days=6)
    days = bars_at(now, asset, seed)
    short = short_bars_at(now, asset, interval, since, seed)
    for session in np.unique(short.session):
        inside, day = short[short.session == session], days[days.session == session]
        assert inside.open[0] == day.open[0]
        assert inside.high.max() == day.high[0]
        assert inside.low.min() == day.low[0]
        assert inside.close[-1] == day.close[0]


@pytest.mark.parametrize("interval", ["1m", "5m", "15m", "1h"])
@pytest.mark.parametrize("asset", [RUSSELL_2000, BITCOIN], ids=lambda asset: asset.symbol)
def test_that_short_bars_make_sense(asset: Asset, interval: str) -> None:
    now = DEMO_START + dt.timedelta(hours=5, seconds=30)
    bars = short_bars_at(now, asset, interval)
    step = {"1m": 60, "5m": 300, "15m": 900, "1h": 3600}[interval]
    opens = CALENDARS.opens(asset.calendar, bars.session)
    assert (np.diff(bars.time) > 0).all()
    assert ((bars.time - opens) % step == 0).all()
    assert (bars.time < CALENDARS.closes(asset.calendar, bars.session)).all()
    assert bars.time[-1] <= now.timestamp()
    assert (bars.high >= np.maximum(bars.open, bars.close)).all()
    assert (bars.low <= np.minimum(bars.open, bars.close)).all()
    joined = np.diff(bars.time) == step
    assert np.abs(bars.open[1:][joined] / bars.close[:-1][joined] - 1).max() < 1e-3
    assert not bars.final[-1]


def test_that_a_short_bar_that_is_final_never_changes_again() -> None:
    now = DEMO_START + dt.timedelta(hours=5)
    before = short_bars_at(now, RUSSELL_2000, "5m").settled()
    after = short_bars_at(now + dt.timedelta(days=1), RUSSELL_2000, "5m")
    same = after[np.isin(after.time, before.time)]
    assert same.final.all()
    kept = before[np.isin(before.time, same.time)]
    assert kept.close.tolist() == same.close.tolist()
    assert kept.high.tolist() == same.high.tolist()


def test_that_other_intervals_are_refused_by_name() -> None:
    with pytest.raises(FetchError, match="30m") as caught:
        short_bars_at(DEMO_START, BITCOIN, "30m")
    assert caught.value.kind == "refused"

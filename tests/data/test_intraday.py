"""Bars shorter than a day: asked for within Yahoo's limits, on the session's grid, final when their time is over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.bars import BarRow, Bars
from data.calendar import Calendars
from data.catalog import BITCOIN, RUSSELL_2000, Asset
from data.demo import DemoSource
from data.exchanges import COINBASE_HOST, CoinbaseSource
from data.intraday import REACH, joined, windows
from data.source import Fetched, FetchError
from data.yahoo import HOST, YahooSource
from tests.support import faults
from tests.support.loopback import Loopback
from tests.support.sources import HandClock, coin_rows, index_rows, open_lane

NOW = dt.datetime(2025, 9, 18, 18, 10, tzinfo=dt.UTC)  # a Thursday, four hours and 40 minutes after the open
DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def calendars() -> Calendars:
    return Calendars()


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOW)


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    with Loopback() as world:
        for name, value in world.environment().items():
            monkeypatch.setenv(name, value)
        world.now = NOW
        world.serve("^RUT", index_rows(dt.date(2025, 9, 4), [100.0] * 10), name="Russell 2000")
        world.serve("BTC-USD", coin_rows(dt.date(2025, 9, 4), [100.0] * 10), instrument="CRYPTOCURRENCY")
        yield world
    assert world.errors == []


@pytest.fixture
def yahoo(loopback: Loopback, cache: Path, clock: HandClock, calendars: Calendars) -> YahooSource:
    return YahooSource(open_lane(HOST, clock), cache, clock, calendars, timeout=3.0)


def session_rows(day: dt.date, step: int, closes: Sequence[float]) -> list[BarRow]:
    """Bars of a session in New York in summer, from 13:30 UTC."""
    opened = int(dt.datetime.combine(day, dt.time(13, 30), dt.UTC).timestamp())
    return [BarRow(day, opened + i * step, c, c + 1, c - 1, c, 10.0) for i, c in enumerate(closes)]


def fetch(source: YahooSource, interval: str, since: dt.date | None = None, asset: Asset = RUSSELL_2000) -> Fetched:
    return source.history(asset, since, lambda: False, interval)


def asked(world: Loopback) -> list[tuple[int, int]]:
    """Return the stretches that were asked for in hours before `NOW`."""
    spans = [seen.query for seen in world.requests if "period1" in seen.query and seen.query["interval"] != "1d"]
    second = NOW.timestamp()
    return [tuple(round((second - int(span[key])) / 3600) for key in ("period1", "period2")) for span in spans]  # type: ignore[misc]


def test_that_an_hours_bars_come_with_instants_and_the_exchanges_dates(yahoo: YahooSource, loopback: Loopback) -> None:
    rows = session_rows(dt.date(2025, 9, 17), 3600, [1, 2, 3, 4, 5, 6, 7])
    loopback.serve("^RUT", rows, interval="1h")
    bars = fetch(yahoo, "1h").bars
    assert bars.time.tolist() == [row.time for row in rows]
    assert set(bars.session.tolist()) == {dt.date(2025, 9, 17)}
    assert bars.close.tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert bars.final.all()


def test_that_a_coins_bars_are_dated_by_utc(yahoo: YahooSource, loopback: Loopback) -> None:
    start = int(dt.datetime(2025, 9, 16, 22, tzinfo=dt.UTC).timestamp())
    rows = [BarRow(dt.date(2025, 9, 16), start + i * 3600, 1, 2, 1, 1, 1) for i in range(4)]
    loopback.serve("BTC-USD", rows, interval="1h", instrument="CRYPTOCURRENCY")
    assert (
        fetch(yahoo, "1h", asset=BITCOIN).bars.session.astype(str).tolist() == ["2025-09-16"] * 2 + ["2025-09-17"] * 2
    )


@pytest.mark.parametrize(("interval", "final"), [("1h", 4), ("15m", 17), ("5m", 52), ("1m", 260)])
def test_that_a_bar_is_final_when_its_end_and_the_delay_have_passed(
    yahoo: YahooSource, loopback: Loopback, interval: str, final: int
) -> None:
    step = REACH[interval].seconds
    loopback.serve("^RUT", session_rows(NOW.date(), step, [100.0] * (23_400 // step)), interval=interval)
    bars = fetch(yahoo, interval, NOW.date()).bars
    assert bars.time[-1] <= NOW.timestamp()
    assert int(bars.final.sum()) == final
    assert (np.diff(bars.final.astype(int)) <= 0).all()


def test_that_a_missing_price_stays_missing_and_unsettled(yahoo: YahooSource, loopback: Loopback) -> None:
    loopback.serve("^RUT", session_rows(dt.date(2025, 9, 17), 3600, [1, np.nan, 3]), interval="1h")
    bars = fetch(yahoo, "1h").bars
    assert np.isnan(bars.close[1])
    assert bars.final.tolist() == [True, False, True]


def test_that_the_last_trade_that_yahoo_adds_off_the_grid_is_no_bar(yahoo: YahooSource, loopback: Loopback) -> None:
    rows = session_rows(NOW.date(), 3600, [1, 2, 3, 4, 5])
    trade = rows[-1]._replace(time=int(NOW.timestamp()) - 61, close=9.0)
    loopback.serve("^RUT", [*rows, trade], interval="1h")
    assert fetch(yahoo, "1h").bars.close.tolist()[:4] == [1, 2, 3, 4]
    assert (np.diff(fetch(yahoo, "1h").bars.time) == 3600).all()


@pytest.mark.parametrize(
    ("interval", "days", "stretches"), [("1m", 30, 4), ("5m", 60, 1), ("15m", 60, 1), ("1h", 730, 1)]
)
def test_that_nothing_is_asked_for_beyond_yahoos_limits(
    yahoo: YahooSource, loopback: Loopback, interval: str, days: int, stretches: int
) -> None:
    rows = [
        r
        for back in (1, 2, 3, 6, 7, 8)
        for r in session_rows((NOW - back * DAY).date(), REACH[interval].seconds, [1, 2])
    ]
    loopback.serve("^RUT", sorted(rows, key=lambda row: row.time), interval=interval)
    bars = fetch(yahoo, interval, dt.date(2001, 1, 1)).bars
    spans = asked(loopback)
    assert len(spans) == stretches
    assert days * 24 - 1 <= spans[0][0] <= days * 24
    assert [end for _, end in spans[:-1]] == [start for start, _ in spans[1:]]
    assert spans[-1][1] == 0
    assert len(bars) == len(rows)


def test_that_only_what_is_new_is_asked_for(yahoo: YahooSource, loopback: Loopback) -> None:
    loopback.serve("^RUT", session_rows(dt.date(2025, 9, 17), 60, [1, 2]), interval="1m")
    fetch(yahoo, "1m", dt.date(2025, 9, 16))
    assert asked(loopback) == [(66, 0)]


def test_that_more_than_a_source_gives_is_refused_by_the_served_world(loopback: Loopback, clock: HandClock) -> None:
    query = {"interval": "1m", "period1": str(int((NOW - 9 * DAY).timestamp())), "period2": str(int(NOW.timestamp()))}
    from tests.support.venues import Seen

    answer = loopback.answer(Seen("query2.finance.yahoo.com", "GET", "/v8/finance/chart/%5ERUT", query))
    assert getattr(answer, "status", None) == 422


FAULTS = [
    (faults.TOO_MANY, "limited"),
    (faults.SERVER_FAULT, "down"),
]


@pytest.mark.parametrize(("fault", "kind"), FAULTS, ids=["429", "500"])
def test_that_a_fault_is_the_same_as_with_daily_bars(
    yahoo: YahooSource, loopback: Loopback, fault: faults.Fault, kind: str
) -> None:
    loopback.serve("^RUT", session_rows(dt.date(2025, 9, 17), 60, [1, 2]), interval="1m")
    loopback.fail("^RUT", fault)
    with pytest.raises(FetchError) as caught:
        fetch(yahoo, "1m")
    assert caught.value.kind == kind
    assert caught.value.message.endswith(".")


def test_that_an_interval_without_any_bars_is_a_failure(yahoo: YahooSource, loopback: Loopback) -> None:
    with pytest.raises(FetchError) as caught:
        fetch(yahoo, "5m")
    assert caught.value.kind in ("unknown", "refused")


def test_that_a_cancelled_fetch_stops_between_stretches(yahoo: YahooSource, loopback: Loopback) -> None:
    loopback.serve("^RUT", session_rows(dt.date(2025, 9, 17), 60, [1, 2]), interval="1m")
    with pytest.raises(FetchError) as caught:
        yahoo.history(RUSSELL_2000, None, lambda: len(asked(loopback)) >= 1, "1m")
    assert caught.value.kind == "cancelled"
    assert len(asked(loopback)) == 1


@pytest.mark.parametrize("interval", ["2m", "1wk", ""])
def test_that_yahoo_is_not_asked_for_intervals_that_nobody_keeps(yahoo: YahooSource, interval: str) -> None:
    with pytest.raises(FetchError) as caught:
        fetch(yahoo, interval)
    assert caught.value.kind == "refused"


def test_that_every_source_refuses_an_interval_that_it_does_not_have(clock: HandClock, calendars: Calendars) -> None:
    coinbase = CoinbaseSource(open_lane(COINBASE_HOST, clock), clock, calendars)
    for source in (coinbase, DemoSource(1, clock, calendars)):
        with pytest.raises(FetchError) as caught:
            source.history(BITCOIN, None, lambda: False, "2m")
        assert caught.value.kind == "refused"
        assert "2m" in caught.value.message


@given(st.sampled_from(sorted(REACH)), st.integers(0, 1000), st.integers(0, 86_399))
def test_that_stretches_join_and_stay_within_the_limits(interval: str, days: int, second: int) -> None:
    reach, now = REACH[interval], NOW.replace(hour=0, minute=0) + dt.timedelta(seconds=second)
    spans = windows(reach, (now - days * DAY).date(), now)
    assert all(end - start <= reach.window for start, end in spans)
    assert all(start > now - reach.back for start, _ in spans)
    assert all(a[1] == b[0] for a, b in pairwise(spans))
    assert not spans or spans[-1][1] == now


def test_that_of_a_bar_in_two_stretches_the_later_answer_counts() -> None:
    one, two = session_rows(NOW.date(), 60, [1, 2, 3]), session_rows(NOW.date(), 60, [1, 2, 9, 4])[2:]
    whole = joined([Bars.of(one), Bars.of(two)])
    assert whole.close.tolist() == [1, 2, 9, 4]

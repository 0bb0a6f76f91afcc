"""The sources against answers that were recorded of the real ones, where those are at hand."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from data.calendar import Calendars
from data.catalog import BITCOIN, RUSSELL_2000, asset_for
from data.exchanges import COINBASE_HOST, KRAKEN_HOST, CoinbaseSource, KrakenSource
from data.source import Fetched, FetchError
from data.yahoo import HOST, YahooSource
from tests.support.faults import Fault, Reply
from tests.support.loopback import Loopback
from tests.support.shared_data import shared
from tests.support.sources import HandClock, index_rows, open_lane

AUTUMN = dt.datetime(2026, 10, 5, 15, 59, tzinfo=dt.UTC)
SEMICONDUCTORS = asset_for("^SOX")


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    with Loopback() as world:
        for name, value in world.environment().items():
            monkeypatch.setenv(name, value)
        yield world
    assert world.errors == []


@pytest.fixture
def yahoo(loopback: Loopback, tmp_path_factory: pytest.TempPathFactory) -> YahooSource:
    clock = HandClock(AUTUMN)
    return YahooSource(open_lane(HOST, clock), tmp_path_factory.mktemp("cache"), clock, Calendars())


def recorded(name: str) -> Any:
    return json.loads(shared(f"data/fixtures/{name}").read_text())


def raw(name: str) -> Fault:
    """A recorded body, or the whole recorded answer where the file says what it was."""
    found = recorded(name)
    if not isinstance(found, dict) or "response" not in found:
        return Fault(name, Reply(200, json.dumps(found)))
    response = found["response"]
    body = response["body"] if "body" in response else json.dumps(response["bodyJson"])
    return Fault(name, Reply(response["status"], body, response["headers"]["content-type"]))


def never() -> bool:
    return False


def test_that_the_recorded_chart_of_a_day_in_progress_is_read(yahoo: YahooSource, loopback: Loopback) -> None:
    name = "yahoo/raw_chart_SOX_1d_1mo_2026-10-05.json"
    loopback.fail("^SOX", raw(name))
    fetched = yahoo.history(SEMICONDUCTORS, None, never)
    quote = recorded(name)["chart"]["result"][0]["indicators"]["quote"][0]
    assert fetched.bars.close.tolist() == quote["close"]
    assert fetched.bars.session[-1] == np.datetime64("2026-10-05")
    assert fetched.bars.final.tolist() == [True] * 19 + [False]
    assert (fetched.currency, fetched.name, fetched.duplicates) == ("USD", "PHLX Semiconductor", 0)


def test_that_no_bar_of_the_whole_index_is_lost(yahoo: YahooSource, loopback: Loopback) -> None:
    name = "yahoo/derived_chart_RUT_1d_full.json"
    loopback.fail("^RUT", raw(name))
    fetched = yahoo.history(RUSSELL_2000, None, never)
    chart = recorded(name)["chart"]["result"][0]
    assert len(fetched.bars) == len(chart["timestamp"])
    assert fetched.bars.time.tolist() == chart["timestamp"]
    assert fetched.bars.session[0] == np.datetime64("1987-09-10")
    assert fetched.bars.final.all()


def test_that_recorded_nulls_stay_visible(yahoo: YahooSource, loopback: Loopback) -> None:
    name = "yahoo/derived_chart_SOX_with_nulls.json"
    loopback.fail("^SOX", raw(name))
    bars = yahoo.history(SEMICONDUCTORS, None, never).bars
    close = recorded(name)["chart"]["result"][0]["indicators"]["quote"][0]["close"]
    missing = [value is None for value in close]
    assert any(missing)
    assert np.isnan(bars.close).tolist() == missing
    assert not bars.final[np.isnan(bars.close)].any()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("errors/chart_200_empty_result.json", "unreadable"),
        ("errors/chart_400_before_listing.json", "refused"),
        ("errors/chart_404_not_found.json", "unknown"),
        ("errors/chart_422_1m_too_old.json", "refused"),
        ("errors/chart_429_edge_text.json", "limited"),
        ("errors/quote_401_invalid_crumb.json", "refused"),
        ("2021_pageWithUnknownError.json", "unknown"),
        ("chart-notimestamp-quotes-length.fake.json", "unreadable"),
        ("chart-notimestamp-weird-quote.fake.json", "unreadable"),
    ],
)
def test_that_a_recorded_failure_has_its_kind(yahoo: YahooSource, loopback: Loopback, name: str, kind: str) -> None:
    loopback.fail("AAPL", raw(f"yahoo/{name}"))
    with pytest.raises(FetchError) as caught:
        yahoo.history(asset_for("AAPL"), None, never)
    assert caught.value.kind == kind


def test_that_a_crumb_refused_as_recorded_costs_nothing(yahoo: YahooSource, loopback: Loopback) -> None:
    loopback.serve("^RUT", index_rows(dt.date(2026, 9, 1), [100.0, 101.0]))
    loopback.fail("crumb", raw("yahoo/errors/crumb_429_text.json"))
    assert len(yahoo.history(RUSSELL_2000, None, never).bars) == 2


def test_that_a_recorded_search_is_read(yahoo: YahooSource, loopback: Loopback) -> None:
    loopback.fail("search", raw("yahoo/search-BTC-USD.json"), times=1)
    loopback.fail("search", raw("yahoo/search-badResult.fake.json"), times=1)
    matches = yahoo.search("bitcoin", never)
    assert (matches[0].symbol, matches[0].name, matches[0].kind) == ("BTC-USD", "Bitcoin USD", "crypto")
    assert yahoo.search("nonsense", never) == ()


def candles(loopback: Loopback, source: CoinbaseSource | KrakenSource) -> Fetched:
    return source.history(BITCOIN, dt.date(2026, 8, 1), never)


def test_that_recorded_candles_of_coinbase_are_read(loopback: Loopback) -> None:
    name = "coinbase/candles_BTC-USD_1d_2026-08.json"
    loopback.fail("BTC-USD", raw(name), venue="coinbase")
    clock = HandClock(AUTUMN)
    bars = candles(loopback, CoinbaseSource(open_lane(COINBASE_HOST, clock), clock, Calendars())).bars
    start, low, high, opened, close, volume = recorded(name)[-1]
    first = (bars.time[0], bars.low[0], bars.high[0], bars.open[0], bars.close[0], bars.volume[0])
    assert first == (start, low, high, opened, close, volume)
    assert len(bars) == len(recorded(name))
    assert (np.diff(bars.time) == 86_400).all()


@pytest.mark.parametrize("name", ["kraken/ohlc_XBTUSD_1d_2026-08.json"])
def test_that_recorded_candles_of_kraken_are_read(loopback: Loopback, name: str) -> None:
    loopback.fail("BTC-USD", raw(name), venue="kraken")
    clock = HandClock(AUTUMN)
    bars = candles(loopback, KrakenSource(open_lane(KRAKEN_HOST, clock), clock, Calendars())).bars
    rows = recorded(name)["result"]["XXBTZUSD"]
    assert bars.close.tolist() == [float(row[4]) for row in rows]
    assert bars.volume.tolist() == [float(row[6]) for row in rows]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("kraken/error_rate_limit_200.json", "limited"), ("kraken/error_unknown_pair_200.json", "unknown")],
)
def test_that_a_recorded_refusal_of_kraken_has_its_kind(loopback: Loopback, name: str, kind: str) -> None:
    loopback.fail("BTC-USD", raw(name), venue="kraken")
    clock = HandClock(AUTUMN)
    with pytest.raises(FetchError) as caught:
        candles(loopback, KrakenSource(open_lane(KRAKEN_HOST, clock), clock, Calendars()))
    assert caught.value.kind == kind


def test_that_both_exchanges_tell_much_the_same_story(loopback: Loopback) -> None:
    loopback.fail("BTC-USD", raw("coinbase/candles_BTC-USD_1d_2026-08.json"), venue="coinbase")
    loopback.fail("BTC-USD", raw("kraken/ohlc_XBTUSD_1d_2026-08.json"), venue="kraken")
    clock = HandClock(AUTUMN)
    one = candles(loopback, CoinbaseSource(open_lane(COINBASE_HOST, clock), clock, Calendars())).bars
    other = candles(loopback, KrakenSource(open_lane(KRAKEN_HOST, clock), clock, Calendars())).bars
    _, here, there = np.intersect1d(one.session, other.session, return_indices=True)
    assert len(here) >= 3
    assert np.abs(one.close[here] / other.close[there] - 1).max() < 0.005

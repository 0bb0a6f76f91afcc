"""Coinbase and Kraken over real TLS against the loopback world."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pytest

from data.bars import BarRow
from data.calendar import Calendars
from data.catalog import BITCOIN, ETHER, RUSSELL_2000, asset_for
from data.exchanges import COINBASE_HOST, KRAKEN_HOST, CoinbaseSource, KrakenSource
from data.source import FetchError
from tests.support import faults
from tests.support.loopback import Loopback
from tests.support.sources import HandClock, coin_rows, dead_address, open_lane
from tests.support.venues import Venue

TODAY = dt.date(2025, 9, 18)
ROWS = coin_rows(dt.date(2023, 6, 1), [20_000.0 + n for n in range(841)])  # through 18 September 2025
TIMEOUT = 3.0


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    with Loopback() as world:
        for name, value in world.environment().items():
            monkeypatch.setenv(name, value)
        for venue in ("coinbase", "kraken"):
            world.serve("BTC-USD", ROWS, venue=venue)
        yield world
    assert world.errors == []


@pytest.fixture
def coinbase(loopback: Loopback) -> CoinbaseSource:
    clock = HandClock()
    return CoinbaseSource(open_lane(COINBASE_HOST, clock), clock, Calendars(), timeout=TIMEOUT)


@pytest.fixture
def kraken(loopback: Loopback) -> KrakenSource:
    clock = HandClock()
    return KrakenSource(open_lane(KRAKEN_HOST, clock), clock, Calendars(), timeout=TIMEOUT)


def never() -> bool:
    return False


def test_that_coinbase_gives_all_pages_oldest_first(coinbase: CoinbaseSource, loopback: Loopback) -> None:
    fetched = coinbase.history(BITCOIN, None, never)
    bars = fetched.bars
    assert (fetched.source, fetched.currency, fetched.duplicates) == ("Coinbase", "USD", 0)
    assert bars.close.tolist() == [row.close for row in ROWS]
    assert bars.time.tolist() == [row.time for row in ROWS]
    assert (bars.open[0], bars.high[0], bars.low[0], bars.volume[0]) == (19_999.5, 20_001.0, 19_999.0, 7.25)
    assert loopback.count("/products/BTC-USD/candles") == 4  # three with bars, one before the listing


def test_that_coinbase_is_asked_once_for_the_last_days(coinbase: CoinbaseSource, loopback: Loopback) -> None:
    bars = coinbase.history(BITCOIN, TODAY - dt.timedelta(9), never).bars
    assert len(bars) == 10
    assert bars.final.tolist() == [True] * 9 + [False]
    assert loopback.count() == 1


def test_that_kraken_gives_the_last_720_days(kraken: KrakenSource) -> None:
    fetched = kraken.history(BITCOIN, None, never)
    assert fetched.source == "Kraken"
    assert fetched.bars.close.tolist() == [row.close for row in ROWS[-720:]]
    assert not fetched.bars.final[-1]
    assert fetched.bars.volume[0] == 7.25


def test_that_kraken_includes_the_session_asked_for(kraken: KrakenSource) -> None:
    since = TODAY - dt.timedelta(9)
    assert kraken.history(BITCOIN, since, never).bars.session[0] == np.datetime64(since)


FAILURES = [
    ("coinbase", faults.TOO_MANY, "limited", "Coinbase has been asked too often"),
    ("coinbase", faults.UNAUTHORISED, "refused", "Coinbase turned the request for BTC-USD down"),
    ("coinbase", faults.NOT_FOUND, "unknown", "Coinbase does not know BTC-USD"),
    ("coinbase", faults.UNPROCESSABLE, "refused", "no prices of BTC-USD"),
    ("coinbase", faults.SERVER_FAULT, "down", "a fault of its own"),
    ("coinbase", faults.RESET, "offline", "cannot be reached"),
    ("coinbase", faults.CUT_SHORT, "offline", "cannot be reached"),
    ("coinbase", faults.TRUNCATED, "unreadable", "cannot be read"),
    ("coinbase", faults.HTML, "unreadable", "cannot be read"),
    ("coinbase", faults.Fault("rows of text", faults.Reply(200, '[["a","b","c","d","e","f"]]')), "unreadable", "read"),
    ("coinbase", faults.Fault("short rows", faults.Reply(200, "[[1, 2]]")), "unreadable", "cannot be read"),
    ("coinbase", faults.Fault("no start", faults.Reply(200, "[[null,1,1,1,1,1]]")), "unreadable", "cannot be read"),
    ("coinbase", faults.Fault("empty page", faults.Reply(200, "[]")), "unreadable", "sent no prices of BTC-USD"),
    ("kraken", faults.TOO_MANY, "limited", "Kraken has been asked too often"),
    ("kraken", faults.KRAKEN_LIMITED, "limited", "Kraken has been asked too often"),
    ("kraken", faults.KRAKEN_UNKNOWN, "unknown", "Kraken does not know BTC-USD"),
    ("kraken", faults.KRAKEN_DOWN, "down", "a fault of its own"),
    ("kraken", faults.KRAKEN_REFUSES, "refused", "no prices of BTC-USD"),
    ("kraken", faults.SERVER_FAULT, "down", "a fault of its own"),
    ("kraken", faults.RESET, "offline", "cannot be reached"),
    ("kraken", faults.TRUNCATED, "unreadable", "cannot be read"),
    ("kraken", faults.NOT_AN_OBJECT, "unreadable", "cannot be read"),
    ("kraken", faults.Fault("no rows", faults.Reply(200, '{"error":[],"result":{"last":1}}')), "unreadable", "read"),
]


@pytest.mark.parametrize(("venue", "fault", "kind", "words"), FAILURES, ids=lambda value: getattr(value, "name", None))
def test_that_a_failure_has_its_kind_a_sentence_and_a_cause(
    coinbase: CoinbaseSource,
    kraken: KrakenSource,
    loopback: Loopback,
    venue: Venue,
    fault: faults.Fault,
    kind: str,
    words: str,
) -> None:
    loopback.fail("BTC-USD", fault, venue=venue)
    source = coinbase if venue == "coinbase" else kraken
    with pytest.raises(FetchError) as caught:
        source.history(BITCOIN, TODAY - dt.timedelta(9), never)
    assert caught.value.kind == kind
    assert words in caught.value.message
    assert caught.value.message.endswith(".")
    assert caught.value.__cause__ is not None or "sent no prices" in words


@pytest.mark.parametrize("exchange", [CoinbaseSource, KrakenSource])
def test_that_silence_ends_with_the_time_out(
    loopback: Loopback, exchange: type[CoinbaseSource] | type[KrakenSource]
) -> None:
    loopback.fail("*", faults.HANG, venue="coinbase")
    loopback.fail("*", faults.HANG, venue="kraken")
    clock = HandClock()
    source = exchange(open_lane("127.0.0.1", clock), clock, Calendars(), base_url=loopback.url, timeout=0.2)
    with pytest.raises(FetchError) as caught:
        source.history(BITCOIN, TODAY, never)
    assert caught.value.kind == "offline"
    assert "did not answer in time" in caught.value.message


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "REQUESTS_CA_BUNDLE"])
def test_that_proxy_and_certificates_of_the_environment_are_honoured(
    coinbase: CoinbaseSource, loopback: Loopback, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    import certifi

    wrong = {"HTTPS_PROXY": dead_address(), "REQUESTS_CA_BUNDLE": certifi.where()}[variable]
    monkeypatch.setenv(variable, wrong)
    monkeypatch.setenv(variable.lower(), wrong)
    with pytest.raises(FetchError) as caught:
        coinbase.history(BITCOIN, TODAY, never)
    said = {"HTTPS_PROXY": ("offline", "proxy"), "REQUESTS_CA_BUNDLE": ("refused", "certificate")}[variable]
    assert caught.value.kind == said[0]
    assert said[1] in caught.value.message
    assert loopback.count() == 0


def test_that_a_coin_an_exchange_does_not_list_is_unknown(coinbase: CoinbaseSource, kraken: KrakenSource) -> None:
    for source in (coinbase, kraken):
        with pytest.raises(FetchError) as caught:
            source.history(ETHER, TODAY, never)
        assert caught.value.kind == "unknown"


def test_that_a_missing_close_is_kept_as_missing_and_not_final(coinbase: CoinbaseSource, loopback: Loopback) -> None:
    row = ROWS[-3]
    loopback.fail(
        "BTC-USD", faults.Fault("null", faults.Reply(200, f"[[{row.time},1,2,1.5,null,3]]")), venue="coinbase"
    )
    bars = coinbase.history(BITCOIN, row.session, never).bars
    assert np.isnan(bars.close[0])
    assert not bars.final[0]


def test_that_a_repeated_candle_is_kept_once_and_counted(coinbase: CoinbaseSource, loopback: Loopback) -> None:
    candle = f"[{ROWS[-3].time},1,2,1.5,1.7,3]"
    reply = faults.Reply(200, f"[{candle},{candle}]")
    loopback.fail("BTC-USD", faults.Fault("repeated", reply), venue="coinbase")
    fetched = coinbase.history(BITCOIN, ROWS[-3].session, never)
    assert (len(fetched.bars), fetched.duplicates) == (1, 1)


def test_that_exchanges_cover_coins_and_search_nothing(coinbase: CoinbaseSource, kraken: KrakenSource) -> None:
    for source, host in ((coinbase, COINBASE_HOST), (kraken, KRAKEN_HOST)):
        assert source.host == host
        assert source.covers(BITCOIN)
        assert not source.covers(RUSSELL_2000)
        assert not source.covers(asset_for("SAP.DE"))
        assert source.search("bitcoin", never) == ()


STEPS = {"1m": 60, "5m": 300, "15m": 900, "1h": 3600}
COUNTS = {"1m": 3 * 1440, "5m": 2880, "15m": 2880, "1h": 2880}  # as many as Coinbase is asked for


def short_rows(interval: str, count: int) -> list[BarRow]:
    """Bars of an interval, the last one beginning now."""
    step, last = STEPS[interval], int(HandClock().now.timestamp())
    times = (last - step * n for n in reversed(range(count)))
    return [
        BarRow(dt.datetime.fromtimestamp(at, dt.UTC).date(), at, 10.0 + n, 12.0 + n, 9.0 + n, 11.0 + n, 3.5)
        for n, at in enumerate(times)
    ]


@pytest.mark.parametrize("interval", STEPS)
def test_that_coinbase_gives_the_newest_short_bars_page_by_page(
    coinbase: CoinbaseSource, loopback: Loopback, interval: str
) -> None:
    rows = short_rows(interval, 5000)
    loopback.serve("BTC-USD", rows, venue="coinbase", interval=interval)
    bars = coinbase.history(BITCOIN, None, never, interval).bars
    wanted = rows[-len(bars) :]
    assert bars.time.tolist() == [row.time for row in wanted]
    assert (bars.open[0], bars.high[0], bars.low[0], bars.close[0]) == wanted[0][2:6]
    assert len(bars) == COUNTS[interval] + 1
    assert bars.session.tolist() == [row.session for row in wanted]
    assert loopback.count("/products/BTC-USD/candles") == -(-len(bars) // 300)


@pytest.mark.parametrize("interval", STEPS)
def test_that_kraken_gives_its_last_720_short_bars(kraken: KrakenSource, loopback: Loopback, interval: str) -> None:
    rows = short_rows(interval, 900)
    loopback.serve("BTC-USD", rows, venue="kraken", interval=interval)
    bars = kraken.history(BITCOIN, None, never, interval).bars
    assert bars.time.tolist() == [row.time for row in rows[-720:]]
    assert bars.close.tolist() == [row.close for row in rows[-720:]]


@pytest.mark.parametrize("venue", ["coinbase", "kraken"])
def test_that_short_bars_begin_with_the_date_asked_for_and_settle_after_the_delay(
    request: pytest.FixtureRequest, loopback: Loopback, venue: Venue
) -> None:
    source = request.getfixturevalue(venue)
    loopback.serve("BTC-USD", short_rows("5m", 600), venue=venue, interval="5m")
    bars = source.history(BITCOIN, TODAY, never, "5m").bars
    assert bars.session.tolist() == [TODAY] * len(bars)
    assert bars.time[0] == dt.datetime(2025, 9, 18, tzinfo=dt.UTC).timestamp()
    assert bars.time[~bars.final].tolist() == [int(HandClock().now.timestamp()) - 300 * n for n in (4, 3, 2, 1, 0)][-5:]


def test_that_minutes_without_trades_are_left_out_and_nothing_is_made_up(
    coinbase: CoinbaseSource, loopback: Loopback
) -> None:
    rows = [row for n, row in enumerate(short_rows("1m", 900)) if n % 7]
    loopback.serve("BTC-USD", rows, venue="coinbase", interval="1m")
    bars = coinbase.history(BITCOIN, None, never, "1m").bars
    assert bars.time.tolist() == [row.time for row in rows]


@pytest.mark.parametrize("venue", ["coinbase", "kraken"])
def test_that_an_answer_without_short_bars_is_told(
    request: pytest.FixtureRequest, loopback: Loopback, venue: Venue
) -> None:
    loopback.serve("BTC-USD", [], venue=venue, interval="1h")
    with pytest.raises(FetchError) as caught:
        request.getfixturevalue(venue).history(BITCOIN, None, never, "1h")
    assert caught.value.kind == "unreadable"
    assert "BTC-USD" in caught.value.message


@pytest.mark.parametrize("venue", ["coinbase", "kraken"])
def test_that_an_interval_no_exchange_has_is_refused_by_name(request: pytest.FixtureRequest, venue: Venue) -> None:
    with pytest.raises(FetchError, match="30m") as caught:
        request.getfixturevalue(venue).history(BITCOIN, None, never, "30m")
    assert caught.value.kind == "refused"

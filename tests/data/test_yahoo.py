"""Yahoo through the unmodified yfinance, over real TLS, against the loopback world."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import peewee
import pytest

from data.bars import BarRow
from data.calendar import Calendars
from data.catalog import BITCOIN, RUSSELL_2000, Asset, asset_for
from data.source import Fetched, FetchError
from data.yahoo import HOST, YahooSource
from tests.support import faults
from tests.support.loopback import Loopback
from tests.support.sources import HandClock, MemoryBreakers, coin_rows, dead_address, index_rows, open_lane

CLOSES = [100.0, 101.0, 102.0, 103.0, 104.0, 105.0, 106.0, 107.0, 108.0, 109.0]
ROWS = index_rows(dt.date(2025, 9, 4), CLOSES)  # Thursday 4 to Wednesday 17 September
TIMEOUT = 3.0


@pytest.fixture(scope="module")
def calendars() -> Calendars:
    return Calendars()


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    with Loopback() as world:
        for name, value in world.environment().items():
            monkeypatch.setenv(name, value)
        world.serve("^RUT", ROWS, name="Russell 2000")
        yield world
    assert world.errors == []


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def breakers() -> MemoryBreakers:
    return MemoryBreakers()


@pytest.fixture
def yahoo(
    loopback: Loopback, cache: Path, clock: HandClock, breakers: MemoryBreakers, calendars: Calendars
) -> YahooSource:
    return YahooSource(open_lane(HOST, clock, breakers), cache, clock, calendars, timeout=TIMEOUT)


def fetch(yahoo: YahooSource, asset: Asset = RUSSELL_2000, since: dt.date | None = None) -> Fetched:
    return yahoo.history(asset, since, lambda: False)


def failure(yahoo: YahooSource, asset: Asset = RUSSELL_2000) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetch(yahoo, asset)
    assert caught.value.message.endswith(".")
    return caught.value


def test_that_the_whole_history_comes_as_columns_with_sessions_and_opens(yahoo: YahooSource) -> None:
    fetched = fetch(yahoo)
    bars = fetched.bars
    assert (fetched.symbol, fetched.source, fetched.currency, fetched.name) == ("^RUT", "Yahoo", "USD", "Russell 2000")
    assert bars.close.tolist() == CLOSES
    assert bars.session.tolist() == [row.session for row in ROWS]
    assert bars.time.tolist() == [row.time for row in ROWS]
    assert bars.volume.tolist() == [1000.0] * len(ROWS)
    assert bars.final.all()
    assert fetched.duplicates == 0


def test_that_a_fetch_since_a_session_starts_with_it(yahoo: YahooSource) -> None:
    assert fetch(yahoo, since=dt.date(2025, 9, 15)).bars.session[0] == np.datetime64("2025-09-15")


def test_that_prices_are_not_adjusted(yahoo: YahooSource, loopback: Loopback) -> None:
    def halve(result: faults.Payload) -> None:
        adjusted = result["indicators"]["adjclose"][0]
        adjusted["adjclose"] = [price / 2 for price in adjusted["adjclose"]]

    loopback.fail("^RUT", faults.Fault("adjusted", alter=halve))
    assert fetch(yahoo).bars.close.tolist() == CLOSES


def test_that_the_day_of_the_break_is_in_progress_until_its_close_has_settled(
    yahoo: YahooSource, loopback: Loopback, clock: HandClock
) -> None:
    day = dt.date(2025, 9, 18)
    (bar,) = index_rows(day, [120.0])
    loopback.serve("^RUT", [*ROWS, bar])
    close = dt.datetime(2025, 9, 18, 20, tzinfo=dt.UTC)
    loopback.live("^RUT", bar._replace(close=115.0, high=118.0), until=close)
    loopback.now = clock.now = close - dt.timedelta(hours=5)

    before = fetch(yahoo).bars
    assert (before.close[-1], before.high[-1], bool(before.final[-1])) == (115.0, 118.0, False)
    assert before.time[-1] == bar.time
    assert before.final[:-1].all()

    loopback.now = clock.now = close + dt.timedelta(minutes=1)
    assert (fetch(yahoo).bars.close[-1], bool(fetch(yahoo).bars.final[-1])) == (120.0, False)

    clock.now = close + dt.timedelta(minutes=20)
    assert bool(fetch(yahoo).bars.final[-1])


def test_that_a_coin_has_utc_days(yahoo: YahooSource, loopback: Loopback, clock: HandClock) -> None:
    rows = coin_rows(dt.date(2025, 9, 10), [60_000.0 + n for n in range(9)])
    loopback.serve("BTC-USD", rows, instrument="CRYPTOCURRENCY")
    bars = fetch(yahoo, BITCOIN).bars
    assert bars.time.tolist() == [row.time for row in rows]
    assert bars.session.tolist() == [row.session for row in rows]
    assert bars.final.tolist() == [True] * 8 + [False]


STATUSES = [
    (faults.TOO_MANY, "limited", "asked too often"),
    (faults.UNAUTHORISED, "refused", "turned the request for ^RUT down"),
    (faults.FORBIDDEN, "refused", "turned the request for ^RUT down"),
    (faults.NOT_FOUND, "unknown", "does not know ^RUT"),
    (faults.UNPROCESSABLE, "refused", "has no prices of ^RUT for the days asked for"),
    (faults.BEFORE_LISTING, "refused", "has no prices of ^RUT for the days asked for"),
    (faults.SERVER_FAULT, "down", "a fault of its own"),
    (faults.BACK_SOON, "down", "a fault of its own"),
    (faults.RESET, "offline", "cannot be reached"),
    (faults.CUT_SHORT, "offline", "cannot be reached"),
    (faults.TRUNCATED, "unreadable", "cannot be read"),
    (faults.HTML, "unreadable", "cannot be read"),
    (faults.NOT_AN_OBJECT, "unreadable", "cannot be read|sent no prices of ^RUT"),
    (faults.NO_TIMESTAMPS, "unreadable", "cannot be read"),
    (faults.EMPTY, "unreadable", "sent no prices of ^RUT|cannot be read"),
]


@pytest.mark.parametrize(("fault", "kind", "words"), STATUSES, ids=lambda value: getattr(value, "name", None))
@pytest.mark.parametrize("known", [True, False], ids=["zone known", "zone unknown"])
def test_that_a_failure_has_its_kind_a_sentence_and_a_cause(
    yahoo: YahooSource, loopback: Loopback, fault: faults.Fault, kind: str, words: str, known: bool
) -> None:
    if known:
        fetch(yahoo)  # from now on yfinance knows the time zone, and asks for the chart at once
    loopback.fail("^RUT", fault)
    error = failure(yahoo)
    assert error.kind == kind
    assert any(word in error.message for word in words.split("|"))
    assert error.__cause__ is not None


def test_that_silence_ends_with_the_time_out(
    loopback: Loopback, cache: Path, clock: HandClock, calendars: Calendars
) -> None:
    loopback.fail("^RUT", faults.HANG)
    error = failure(YahooSource(open_lane(HOST, clock), cache, clock, calendars, timeout=0.3))
    assert error.kind == "offline"
    assert "did not answer in time" in error.message


def test_that_too_many_requests_cost_one_request_and_open_the_breaker(
    yahoo: YahooSource, loopback: Loopback, clock: HandClock, breakers: MemoryBreakers
) -> None:
    fetch(yahoo)
    loopback.requests.clear()
    loopback.fail("*", faults.TOO_MANY)
    assert failure(yahoo).kind == "limited"
    assert loopback.count("/v8/") == 1
    assert loopback.count() == 1
    assert breakers.rows[HOST] == clock.now + dt.timedelta(minutes=15)
    assert failure(yahoo, BITCOIN).retry_after == 900.0
    assert loopback.count() == 1


def test_that_a_named_pause_is_kept(yahoo: YahooSource, loopback: Loopback, clock: HandClock) -> None:
    loopback.fail("^RUT", faults.TOO_MANY_FOR_LONG)
    assert failure(yahoo).retry_after == 2400.0


def test_that_a_fault_that_passes_is_not_seen(yahoo: YahooSource, loopback: Loopback) -> None:
    for fault in (faults.SERVER_FAULT, faults.RESET):
        loopback.fail("^RUT", fault, times=1)
    assert len(fetch(yahoo).bars) == len(ROWS)


def test_that_an_old_cookie_is_renewed_once(yahoo: YahooSource, loopback: Loopback) -> None:
    loopback.fail("^RUT", faults.UNAUTHORISED, times=1)
    assert len(fetch(yahoo).bars) == len(ROWS)


@pytest.mark.parametrize("fault", [faults.TOO_MANY, faults.SERVER_FAULT, faults.RESET], ids=lambda fault: fault.name)
def test_that_charts_come_without_cookies_and_crumbs_too(
    yahoo: YahooSource, loopback: Loopback, fault: faults.Fault
) -> None:
    loopback.fail("cookie", fault)
    loopback.fail("crumb", fault)
    assert len(fetch(yahoo).bars) == len(ROWS)


def test_that_silent_cookie_hosts_are_waited_for_once(
    loopback: Loopback, cache: Path, clock: HandClock, calendars: Calendars, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yfinance.data import YfData

    source = YahooSource(open_lane(HOST, clock), cache, clock, calendars, timeout=0.8)
    fetch(source)
    data = YfData()
    monkeypatch.setattr(data, "_cookie", None)
    monkeypatch.setattr(data, "_crumb", None)
    monkeypatch.setattr(data, "_load_cookie_curlCffi", lambda: False)
    loopback.requests.clear()
    for part in ("cookie", "crumb"):
        loopback.fail(part, faults.HANG)
    for _ in range(3):
        assert len(fetch(source).bars) == len(ROWS)
    asked = [seen.host for seen in loopback.requests if not seen.path.startswith("/v8/")]
    assert len(asked) == len(set(asked)) > 0
    assert loopback.count("/v8/") == 3

    loopback.heal()
    loopback.fail("^RUT", faults.UNAUTHORISED, times=1)
    loopback.requests.clear()
    assert len(fetch(source).bars) == len(ROWS)
    assert loopback.count("/v8/") == 2
    assert loopback.count() > 2


def test_that_no_network_is_said_so(yahoo: YahooSource, loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, dead_address())
    error = failure(yahoo)
    assert error.kind == "offline"
    assert "cannot be reached" in error.message


def test_that_an_untrusted_certificate_is_refused_and_named(
    yahoo: YahooSource, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    import certifi

    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, certifi.where())
    error = failure(yahoo)
    assert error.kind == "refused"
    assert "certificate was not accepted" in error.message


def test_that_a_symbol_nobody_lists_is_unknown(yahoo: YahooSource) -> None:
    error = failure(yahoo, asset_for("NOSUCH"))
    assert error.kind == "unknown"
    assert "does not know NOSUCH" in error.message


@pytest.mark.parametrize("fault", [faults.NULL_CLOSE, faults.NULL_BAR], ids=lambda fault: fault.name)
def test_that_a_missing_close_is_kept_as_missing_and_not_final(
    yahoo: YahooSource, loopback: Loopback, fault: faults.Fault
) -> None:
    loopback.fail("^RUT", fault)
    bars = fetch(yahoo).bars
    assert len(bars) == len(ROWS)
    assert np.isnan(bars.close[-2])
    assert bars.final.tolist() == [True] * 8 + [False, True]


def test_that_a_missing_session_stays_missing(yahoo: YahooSource, loopback: Loopback) -> None:
    loopback.fail("^RUT", faults.MISSING_SESSION)
    assert fetch(yahoo).bars.close.tolist() == [*CLOSES[:-2], CLOSES[-1]]


def test_that_a_repeated_bar_is_kept_once_and_counted(yahoo: YahooSource, loopback: Loopback) -> None:
    loopback.fail("^RUT", faults.REPEATED_BAR)
    fetched = fetch(yahoo)
    assert fetched.bars.close.tolist() == CLOSES
    assert fetched.duplicates == 1


def test_that_the_last_trade_beside_the_last_bar_is_no_repetition(yahoo: YahooSource, loopback: Loopback) -> None:
    last = ROWS[-1]
    loopback.serve("^RUT", [*ROWS, last._replace(time=last.time + 3600, close=109.5)])
    fetched = fetch(yahoo)
    assert fetched.duplicates == 0
    assert fetched.bars.close.tolist() == [*CLOSES[:-1], 109.5]


def test_that_unsorted_bars_are_put_in_order(yahoo: YahooSource, loopback: Loopback) -> None:
    loopback.fail("^RUT", faults.UNSORTED)
    assert fetch(yahoo).bars.close.tolist() == CLOSES


@pytest.mark.parametrize("fault", [faults.HIGH_BELOW_LOW, faults.HIGH_BELOW_CLOSE], ids=lambda fault: fault.name)
def test_that_an_impossible_high_is_handed_on_for_the_audit(
    yahoo: YahooSource, loopback: Loopback, fault: faults.Fault
) -> None:
    loopback.fail("^RUT", fault)
    bars = fetch(yahoo).bars
    assert bars.high[-2] < bars.close[-2]


def test_that_the_currency_is_the_one_yahoo_names(yahoo: YahooSource, loopback: Loopback) -> None:
    loopback.fail("^RUT", faults.WRONG_CURRENCY)
    assert fetch(yahoo).currency == "EUR"


def test_that_a_changed_answer_is_never_hidden_by_a_cache(yahoo: YahooSource, loopback: Loopback) -> None:
    fetch(yahoo)
    loopback.serve("^RUT", [row._replace(close=row.close + 10) for row in ROWS])
    assert fetch(yahoo).bars.close[0] == 110.0


def test_that_a_cancelled_fetch_leaves_at_once(yahoo: YahooSource, loopback: Loopback) -> None:
    loopback.fail("^RUT", faults.HANG)
    asked = iter([False] * 5)
    with pytest.raises(FetchError) as caught:
        yahoo.history(RUSSELL_2000, None, lambda: next(asked, True))
    assert caught.value.kind == "cancelled"


def test_that_a_cancelled_fetch_sends_no_further_request(yahoo: YahooSource, loopback: Loopback) -> None:
    loopback.serve("NEWCOMER", ROWS)
    with pytest.raises(FetchError) as caught:
        yahoo.history(asset_for("NEWCOMER"), None, lambda: loopback.count("NEWCOMER") > 0)
    assert caught.value.kind == "cancelled"
    fetch(yahoo)  # waits for the end of the one that was left
    assert loopback.count("NEWCOMER") == 1


def test_that_an_answer_without_a_usable_bar_is_said_so(yahoo: YahooSource, loopback: Loopback) -> None:
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)  # yfinance drops a last bar from beyond its own clock
    loopback.serve("EARLY", [ROWS[0]._replace(session=tomorrow.date(), time=int(tomorrow.timestamp()))])
    error = failure(yahoo, asset_for("EARLY"))
    assert error.kind == "unreadable"
    assert "sent no prices of EARLY" in error.message


@pytest.mark.parametrize(("trouble", "kept"), [("OperationalError", True), ("DatabaseError", False)])
def test_that_trouble_with_a_temporary_file_is_told_and_only_a_broken_one_removed(
    loopback: Loopback, calendars: Calendars, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str, kept: bool
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise getattr(peewee, trouble)

    monkeypatch.setattr("yfinance.Ticker.history", fail)
    clock, file = HandClock(), tmp_path / "cookies.db"
    file.touch()
    error = failure(YahooSource(open_lane(HOST, clock), tmp_path, clock, calendars))
    assert error.kind == "down"
    assert "temporary file" in error.message
    assert file.exists() == kept


BROKEN_CACHE = """
import datetime, pathlib, sys
from data.calendar import Calendars
from data.catalog import RUSSELL_2000
from data.yahoo import HOST, YahooSource
from tests.support.sources import HandClock, open_lane

clock = HandClock()
source = YahooSource(open_lane(HOST, clock), pathlib.Path(sys.argv[1]), clock, Calendars())
print(len(source.history(RUSSELL_2000, None, lambda: False).bars))
"""


def test_that_a_process_with_broken_temporary_files_mends_them_and_fetches(loopback: Loopback, tmp_path: Path) -> None:
    (tmp_path / "tkr-tz.db").write_bytes(b"no database" * 500)
    found = subprocess.run(
        [sys.executable, "-c", BROKEN_CACHE, str(tmp_path)],
        env=os.environ | loopback.environment(),
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (found.returncode, found.stdout.strip()) == (0, str(len(ROWS))), found.stderr


def test_that_a_search_finds_symbols_with_name_kind_and_exchange(yahoo: YahooSource, loopback: Loopback) -> None:
    loopback.serve("IWM", ROWS, name="iShares Russell 2000 ETF", instrument="ETF")
    loopback.serve("RTY=F", ROWS, name="Russell 2000 future", instrument="FUTURE")
    matches = yahoo.search(" russell ", lambda: False)
    assert [(match.symbol, match.kind) for match in matches] == [("^RUT", "index"), ("IWM", "fund")]
    assert (matches[0].name, matches[0].exchange) == ("Russell 2000", "Loopback")


def test_that_a_search_for_nothing_asks_nobody(yahoo: YahooSource, loopback: Loopback) -> None:
    assert yahoo.search("  ", lambda: False) == ()
    assert loopback.count() == 0


@pytest.mark.parametrize(
    ("fault", "kind"),
    [(faults.TOO_MANY, "limited"), (faults.HTML, "unreadable"), (faults.NOT_AN_OBJECT, "unreadable")],
    ids=lambda value: getattr(value, "name", None),
)
def test_that_a_failed_search_says_why(yahoo: YahooSource, loopback: Loopback, fault: faults.Fault, kind: str) -> None:
    loopback.fail("search", fault)
    with pytest.raises(FetchError) as caught:
        yahoo.search("russell", lambda: False)
    assert caught.value.kind == kind


def test_that_a_bar_on_a_day_without_a_session_is_handed_on_for_the_audit(
    yahoo: YahooSource, loopback: Loopback
) -> None:
    labour_day = BarRow(dt.date(2025, 9, 1), ROWS[0].time - 3 * 86_400, 99, 100, 98, 99)
    loopback.serve("^RUT", [labour_day, *ROWS])
    bars = fetch(yahoo).bars
    assert bars.session[0] == np.datetime64("2025-09-01")
    assert bars.final[0]


def test_that_the_source_names_itself_and_covers_everything(yahoo: YahooSource) -> None:
    assert (yahoo.name, yahoo.host) == ("Yahoo", HOST)
    assert yahoo.covers(asset_for("SAP.DE"))

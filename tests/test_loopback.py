"""The loopback world itself: what it shows when, and that it leaves nothing behind."""

from __future__ import annotations

import datetime as dt
import json
import threading
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support import faults
from tests.support.loopback import Loopback
from tests.support.sources import coin_rows, index_rows

ROWS = index_rows(dt.date(2025, 9, 15), [100.0, 101.0, 102.0, 103.0])
CLOSE = dt.datetime(2025, 9, 18, 20, tzinfo=dt.UTC)


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with Loopback() as world:
        world.serve("^RUT", ROWS)
        yield world
    assert world.errors == []


def get(address: str) -> Any:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address, timeout=10) as answer:
        return json.loads(answer.read())


def closes(loopback: Loopback) -> list[float]:
    chart = get(f"{loopback.url}/v8/finance/chart/%5ERUT?range=max&interval=1d")
    return chart["chart"]["result"][0]["indicators"]["quote"][0]["close"]


def test_that_a_day_can_be_played(loopback: Loopback) -> None:
    loopback.live("^RUT", ROWS[-1]._replace(close=102.5), until=CLOSE)
    loopback.now = CLOSE - dt.timedelta(hours=7)
    assert closes(loopback) == [100.0, 101.0, 102.0]
    loopback.now = CLOSE - dt.timedelta(hours=1)
    assert closes(loopback) == [100.0, 101.0, 102.0, 102.5]
    loopback.now = CLOSE
    assert closes(loopback) == [100.0, 101.0, 102.0, 103.0]


def test_that_faults_come_in_the_order_told_and_end(loopback: Loopback) -> None:
    loopback.fail("^RUT", faults.NULL_CLOSE, times=1)
    loopback.fail("*", faults.UNSORTED, times=1)
    assert closes(loopback) == [100.0, 101.0, None, 103.0]
    assert closes(loopback) == [103.0, 102.0, 101.0, 100.0]
    assert closes(loopback) == [100.0, 101.0, 102.0, 103.0]
    assert loopback.count("/v8/") == 3


def test_that_healing_forgets_every_fault(loopback: Loopback) -> None:
    loopback.fail("^RUT", faults.MISSING_SESSION)
    loopback.heal()
    assert len(closes(loopback)) == 4


def test_that_venues_have_their_own_assets_and_faults(loopback: Loopback) -> None:
    loopback.serve("BTC-USD", coin_rows(dt.date(2025, 9, 1), [1.0, 2.0]), venue="kraken")
    loopback.fail("BTC-USD", faults.KRAKEN_LIMITED, venue="kraken", times=1)
    address = f"{loopback.url}/0/public/OHLC?pair=XBTUSD&interval=1440"
    assert get(address) == {"error": ["EGeneral:Too many requests"]}
    assert [row[4] for row in get(address)["result"]["XXBTZUSD"]] == ["1.0", "2.0"]


def test_that_closing_ends_every_connection_even_one_that_hangs() -> None:
    with Loopback() as world:
        world.serve("^RUT", ROWS)
        world.fail("^RUT", faults.HANG)
        gone: list[BaseException] = []
        waiting = threading.Thread(target=lambda: gone.append(failure(world)))
        waiting.start()
        while world.count() == 0:
            threading.Event().wait(0.001)
    waiting.join(10)
    assert len(gone) == 1


def failure(loopback: Loopback) -> BaseException:
    with pytest.raises(OSError) as caught:  # noqa: PT011 - however the connection ends
        closes(loopback)
    return caught.value

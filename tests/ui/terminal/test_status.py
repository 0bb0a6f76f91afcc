"""`status`: where each watched asset stands, for people and for programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from data.bars import BarRow, Bars
from data.calendar import Calendars
from data.profile import Profile
from tests.support.faults import BACK_SOON
from tests.support.loopback import Loopback
from tests.support.profiles import keep, staged_bars
from tests.support.sources import HandClock
from tests.support.staged import BEFORE_CLOSE, BREAK, BREAK_DAY, SETTLED, UNSETTLED

KEYS = [
    "symbol",
    "name",
    "source",
    "last",
    "last_at",
    "bar_final",
    "ath_close",
    "ath_close_date",
    "ath_intraday",
    "ath_intraday_date",
    "history_from",
    "distance",
    "sessions_below",
    "state",
    "freshness",
    "problems",
]
NUMBERS = ("last", "ath_close", "ath_intraday", "distance")


def test_that_status_has_exactly_the_promised_keys_and_types(
    verb: Callable, profile: Profile, calendars: Calendars
) -> None:
    keep(profile, "^RUT", staged_bars(calendars))
    answer = verb("status", "--json")
    assert (answer.code, answer.errors) == (0, "")
    index, coin = answer.json
    assert list(index) == list(coin) == KEYS
    assert all(isinstance(index[key], float) for key in NUMBERS)
    assert (index["symbol"], index["name"], index["source"]) == ("^RUT", "Russell 2000", "Yahoo")
    assert (index["last"], index["bar_final"], index["ath_close"]) == (BREAK, True, BREAK)
    assert (index["ath_close_date"], index["ath_intraday_date"]) == ("2025-09-18", "2025-09-18")
    assert index["last_at"] == "2025-09-18T20:00:00+00:00"
    assert dt.date.fromisoformat(index["history_from"]) < BREAK_DAY
    assert (index["distance"], index["sessions_below"]) == (0.0, 0)
    assert (index["state"], index["freshness"], index["problems"]) == ("break", "fresh", [])


def test_that_what_is_missing_is_null(verb: Callable) -> None:
    for asset in verb("status", "--json").json:
        assert {key for key in KEYS if asset[key] is None} == {*KEYS} - {
            "symbol", "name", "state", "freshness", "problems"
        }  # fmt: skip
        assert asset["freshness"] == "unusable"
        assert asset["problems"] != []


def test_that_a_bar_in_progress_is_dated_by_its_fetch_and_is_not_the_high(
    verb: Callable, profile: Profile, calendars: Calendars, clock: HandClock
) -> None:
    clock.now = BEFORE_CLOSE
    bars = staged_bars(calendars)
    keep(profile, "^RUT", bars[:-1], BEFORE_CLOSE)
    live = BarRow(BREAK_DAY, int(bars.time[-1]), 2390, 2420, 2380, 2415, 1, False)
    keep(profile, "^RUT", Bars.of([live]), BEFORE_CLOSE)
    index = verb("status", "--json").json[0]
    assert (index["last"], index["bar_final"], index["last_at"]) == (2415, False, BEFORE_CLOSE.isoformat())
    assert index["ath_close"] == 2400
    assert index["distance"] == 0.0
    assert index["state"] != "break"


def test_that_an_invalid_last_bar_is_never_the_last_price(
    verb: Callable, profile: Profile, calendars: Calendars
) -> None:
    bars = staged_bars(calendars)
    close = bars.close.copy()
    close[-1] = np.nan
    keep(profile, "^RUT", replace(bars, close=close))
    index = verb("status", "--json").json[0]
    assert index["last"] == pytest.approx(2380, abs=20)
    assert index["last_at"].startswith("2025-09-17T20:00")


def test_that_a_person_reads_price_date_distance_and_state(
    verb: Callable, profile: Profile, calendars: Calendars
) -> None:
    keep(profile, "^RUT", staged_bars(calendars, without=1))
    answer = verb("status")
    line = next(line for line in answer.out.splitlines() if line.startswith("^RUT  "))
    assert "2,400.00" in line
    assert "−" in line
    assert "17 Sep 2025" in line
    assert any(line.startswith("^RUT: ") for line in answer.out.splitlines())


def test_that_refresh_fetches_first_and_tells_its_progress_on_standard_error_only(
    verb: Callable, world: Loopback, clock: HandClock
) -> None:
    clock.now = world.now = SETTLED
    answer = verb("status", "--refresh", "--json")
    assert answer.code == 0
    assert answer.errors.splitlines() == ["Fetching Russell 2000", "Fetching Bitcoin"]
    index, coin = answer.json
    assert (index["last"], index["state"], index["problems"]) == (BREAK, "break", [])
    assert (coin["freshness"], coin["bar_final"]) == ("fresh", False)
    assert verb("status", "--json").json == [index, coin], "what was fetched is stored"


def test_that_a_failing_refresh_shows_what_is_stored_with_the_reason(
    verb: Callable, world: Loopback, clock: HandClock
) -> None:
    clock.now = world.now = UNSETTLED
    before = verb("status", "--refresh", "--json").json
    world.fail("^RUT", BACK_SOON)
    index, coin = verb("status", "--refresh", "--json").json
    assert index["last"] == before[0]["last"]
    assert "Yahoo has a fault of its own" in index["problems"][0]
    assert not any("fault" in problem for problem in coin["problems"])

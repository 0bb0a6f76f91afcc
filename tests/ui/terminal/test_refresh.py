"""`refresh`: fetch now, and say what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from data.bars import BarRow
from data.profile import Profile
from tests.support.faults import SERVER_FAULT, TOO_MANY
from tests.support.loopback import Loopback
from tests.support.profiles import stored
from tests.support.sources import HandClock
from tests.support.staged import SETTLED

pytestmark = pytest.mark.usefixtures("world")


def test_that_it_says_what_came_of_each_symbol_and_of_nothing_new(verb: Callable) -> None:
    first = verb("refresh", "--json")
    assert (first.code, first.errors.splitlines()) == (0, ["Fetching Russell 2000", "Fetching Bitcoin"])
    index, coin = first.json
    assert index == {
        "symbol": "^RUT", "source": "Yahoo", "fetched_at": SETTLED.isoformat(), "added": 401, "revised": 0,
        "failure": None,
    }  # fmt: skip
    assert (coin["symbol"], coin["failure"]) == ("BTC-USD", None)
    again = verb("refresh", "^RUT")
    assert again.out == "^RUT: 0 bars added, 0 revised, from Yahoo\n"


def test_that_one_failing_symbol_leaves_the_others_alone(verb: Callable, world: Loopback, profile: Profile) -> None:
    world.fail("^RUT", SERVER_FAULT)
    answer = verb("refresh", "--json")
    index, coin = answer.json
    assert answer.code == 0
    assert index["failure"]["kind"] == "down"
    assert "Yahoo has a fault of its own" in index["failure"]["message"]
    assert (index["source"], index["fetched_at"], index["added"]) == (None, None, 0)
    assert coin["failure"] is None
    assert len(stored(profile, "BTC-USD")) > 300


def test_that_an_unknown_symbol_is_one_clear_line_and_exit_code_1(verb: Callable) -> None:
    answer = verb("refresh", "nosuch")
    assert answer.code == 1
    assert answer.errors.splitlines() == [
        "Fetching NOSUCH",
        "Yahoo does not know NOSUCH. Check the spelling, or remove it from the watchlist.",
    ]


def test_that_a_pause_that_was_asked_for_outlives_the_process(
    verb: Callable, world: Loopback, clock: HandClock
) -> None:
    world.fail("^RUT", TOO_MANY, times=1)
    assert verb("refresh", "^RUT").code == 1
    asked = world.count()
    again = verb("refresh", "^RUT")
    assert "left alone for another 15 minutes" in again.errors
    assert world.count() == asked
    doctor = {check["name"]: check for check in verb("doctor", "--json").json}
    assert doctor["Yahoo"]["verdict"] == "problem"


def test_that_shorter_bars_are_kept_beside_the_daily_ones_and_can_be_exported(
    verb: Callable, world: Loopback, tmp_path: Path
) -> None:
    opened = int(dt.datetime(2025, 9, 18, 13, 30, tzinfo=dt.UTC).timestamp())
    closes = [2400.0, 2405.0, 2410.0]
    rows = [BarRow(dt.date(2025, 9, 18), opened + i * 3600, c, c + 1, c - 1, c, 5.0) for i, c in enumerate(closes)]
    world.serve("^RUT", rows, interval="1h")
    answer = verb("refresh", "^RUT", "--interval", "1h")
    assert (answer.code, answer.out) == (0, "^RUT: 3 bars of 1h added, 0 revised, from Yahoo\n")
    assert verb("refresh", "^RUT", "--interval", "1h", "--json").json[0]["added"] == 0
    out = tmp_path / "hours.csv"
    assert verb("export", "^RUT", "--to", str(out), "--interval", "1h").code == 0
    assert out.read_text().splitlines()[1].startswith("2025-09-18T13:30:00Z,2400.0,")
    assert verb("status", "--json").json[0]["last"] is None, "no daily bar was made of them"


def test_that_shorter_bars_that_do_not_exist_are_one_clear_line(verb: Callable) -> None:
    answer = verb("refresh", "^RUT", "--interval", "5m")
    assert answer.code == 1
    assert answer.errors.splitlines()[0] == "Fetching Russell 2000"
    assert len(answer.errors.splitlines()) == 2

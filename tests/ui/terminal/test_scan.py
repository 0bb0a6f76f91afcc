"""`scan`: many leaders and followers at once on what is stored, and whether one of them is special."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from data.bars import Bars
from data.profile import Profile
from tests.support.profiles import keep, profile_in
from tests.support.scanned import world

OPTIONS = ("--horizons", "7", "30", "--sessions-below", "5", "21")


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return profile_in(tmp_path, ("^RUT", "^GSPC", "IWM", "BTC-USD", "ETH-USD", "SOL-USD"))


@pytest.fixture
def market(profile: Profile) -> None:
    for symbol, history in world(2, 2, 700).histories.items():
        keep(profile, symbol, history.bars)


@pytest.mark.usefixtures("market")
def test_that_the_watchlists_leaders_and_coins_are_scanned_and_the_rest_is_left_out(verb: Callable) -> None:
    answer = verb("scan", *OPTIONS, "--json")
    assert answer.code == 0
    told = answer.json
    assert (told["leaders"], told["followers"]) == (["^RUT", "^GSPC"], ["BTC-USD", "ETH-USD"])
    assert told["asked"] == 2 * 2 * 2 * 2 == len(told["results"]) + len(told["refused"])
    assert told["expected_by_chance"] == pytest.approx(0.05 * len(told["results"]))
    assert told["special"]["leader"] == "^RUT"
    assert [row["shift_p"]["upper"] for row in told["results"]] == sorted(
        row["shift_p"]["upper"] for row in told["results"]
    )
    assert {entry["symbol"] for entry in told["data"]} == {"^RUT", "^GSPC", "BTC-USD", "ETH-USD"}
    assert "100 % · ETH-USD after ^GSPC (4 of 4 pairs)" in answer.errors


@pytest.mark.usefixtures("market")
def test_that_each_answer_is_the_one_of_the_single_study(verb: Callable) -> None:
    scanned = verb("scan", *OPTIONS, "--json").json["results"]
    for below in (5, 21):
        single = verb("study", "event", "--sessions-below", str(below), "--horizons", "7", "30", "--json").json
        for cell in single["results"]:
            rows = [row for row in scanned if (row["leader"], row["N"], row["follower"], row["horizon"])
                    == ("^RUT", below, cell["follower"], cell["horizon"])]  # fmt: skip
            for row in rows:
                assert (row["n"], row["k"], row["p0"], row["T"]) == (cell["n"], cell["k"], cell["p0"], cell["T"])
                assert row["shift_p"] == cell["shift_p"]


@pytest.mark.usefixtures("market")
def test_that_two_processes_print_what_one_prints(verb: Callable) -> None:
    one, two = (verb("scan", *OPTIONS, "--workers", count, "--json") for count in ("1", "2"))
    assert one.out == two.out


@pytest.mark.usefixtures("market")
def test_that_the_table_comes_with_the_sentences(verb: Callable) -> None:
    answer = verb("scan", *OPTIONS, "--top", "3")
    assert answer.code == 0
    assert "would by chance" in answer.out
    assert "Over all these questions the Russell 2000 comes" in answer.out
    assert "The 3 least probable of" in answer.out
    assert "middle z" in answer.out


@pytest.mark.usefixtures("market")
def test_that_a_scheduler_that_is_not_there_is_one_line_and_a_one(verb: Callable) -> None:
    answer = verb("scan", *OPTIONS, "--scheduler", "tcp://127.0.0.1:1")
    assert answer.code == 1
    assert answer.errors.splitlines()[-1].startswith("No scheduler of a cluster answers at tcp://127.0.0.1:1.")
    assert answer.out == ""


def test_that_nothing_stored_is_refused(verb: Callable) -> None:
    answer = verb("scan")
    assert (answer.code, answer.out) == (1, "")
    assert "A scan needs stored prices of a leader and of a follower." in answer.errors


def test_that_a_watched_coin_alone_is_no_leader(verb: Callable, profile: Profile) -> None:
    close = np.linspace(1, 2, 40)
    session = np.datetime64("2020-01-01") + np.arange(40)
    time = session.astype("datetime64[s]").astype(np.int64)
    keep(profile, "BTC-USD", Bars(time, session, close, close, close, close, close, np.ones(40, np.bool_)))
    assert "A scan needs stored prices" in verb("scan").errors

"""`study event`: the numbers of the lab on what is stored, with n and the base rate beside each share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest

from data.bars import Bars
from data.profile import Profile
from tests.support.profiles import keep
from tests.support.views import bars_of

CLOSES = [100.0, *(price for step in range(6) for price in (*[80 + 10 * step] * 4, 110 + 10 * step)), *[140.0] * 20]
OPTIONS = ("--sessions-below", "3", "--followers", "BTC-USD", "--horizons", "5", "7")


def coin(days: int = 100) -> Bars:
    close = 100 * np.exp(np.cumsum(0.05 * np.random.default_rng(1).standard_normal(days)))
    session = np.datetime64("2020-01-01") + np.arange(days)
    time = session.astype("datetime64[s]").astype(np.int64)
    return Bars(time, session, close, close, close, close, np.ones(days), np.ones(days, np.bool_))


@pytest.fixture
def both(profile: Profile) -> None:
    keep(profile, "^RUT", bars_of(CLOSES))
    keep(profile, "BTC-USD", coin())


@pytest.mark.usefixtures("both")
def test_that_each_share_stands_beside_its_n_and_base_rate(verb: Callable) -> None:
    answer = verb("study", "event", *OPTIONS, "--json")
    assert answer.code == 0
    told = answer.json
    price = dict(zip(coin().session.astype(object).tolist(), coin().close.tolist(), strict=True))
    events = [dt.date.fromisoformat(day) for day in told["events"]]
    assert len(events) == 6
    for cell in told["results"]:
        ahead = dt.timedelta(days=cell["horizon"])
        days = bars_of(CLOSES).session.astype(object).tolist()
        base = [price[day + ahead] > price[day] for day in days]
        assert (cell["n"], cell["T"]) == (6, len(days))
        assert cell["k"] == sum(price[day + ahead] > price[day] for day in events)
        assert cell["p0"] == pytest.approx(sum(base) / len(base))
    assert told["break"]["sessions_below"] == 3


@pytest.mark.usefixtures("both")
def test_that_the_table_says_the_careful_sentence_and_progress_goes_elsewhere(verb: Callable) -> None:
    answer = verb("study", "event", *OPTIONS)
    assert answer.code == 0
    assert "After 6 earlier breaks bitcoin was higher 5 days later in" in answer.out
    assert "any day" in answer.out
    assert "Looking at" in answer.errors
    assert "Looking at" not in answer.out


@pytest.mark.usefixtures("both")
def test_that_every_definition_can_be_tried_together(verb: Callable) -> None:
    curves = verb("study", "event", *OPTIONS, "--curve", "--json").json["specification_curves"]
    assert [(one["follower"], one["horizon"], len(one["specifications"])) for one in curves] == [
        ("BTC-USD", 5, 150),
        ("BTC-USD", 7, 150),
    ]


def test_that_a_follower_without_prices_is_named(verb: Callable, profile: Profile) -> None:
    keep(profile, "^RUT", bars_of(CLOSES))
    answer = verb("study", "event", *OPTIONS)
    assert answer.code == 1
    assert "No prices of BTC-USD are stored" in answer.errors


def test_that_a_follower_that_died_gets_a_sentence_and_no_number(verb: Callable, profile: Profile) -> None:
    keep(profile, "^RUT", bars_of([*CLOSES, *[140.0] * 60]))
    keep(profile, "BTC-USD", coin(40))
    cell = verb("study", "event", *OPTIONS, "--json").json["results"][0]
    assert cell["k"] is None
    assert cell["share"] is None
    assert "prices of bitcoin end on" in cell["refusal"]


def test_that_a_study_must_be_named(verb: Callable) -> None:
    with pytest.raises(SystemExit) as left:
        verb("study")
    assert left.value.code == 2

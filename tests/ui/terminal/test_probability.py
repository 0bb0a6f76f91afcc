"""`study probability`: the base rate first, every model beside its skill, and the ledger of live forecasts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest

from data.bars import Bars
from data.profile import Profile
from models.evidence.alignment import Series
from tests.support.forecast import market
from tests.support.profiles import keep
from tests.support.sources import HandClock

FRIDAY = dt.date(2019, 6, 28)


def bars_of(series: Series) -> Bars:
    close = series.close
    final = np.ones(len(series), np.bool_)
    return Bars(series.ends - 86_400, series.session, close, close, close, close, close + 1, final)


@pytest.fixture
def both(profile: Profile, clock: HandClock) -> None:
    target, leader = market(11, 2005)[:2]
    keep(profile, "BTC-USD", bars_of(target))
    keep(profile, "ETH-USD", bars_of(target))
    keep(profile, "^RUT", bars_of(leader[np.is_busday(leader.session)]))
    clock.now = dt.datetime(2019, 6, 29, 5, tzinfo=dt.UTC)


@pytest.mark.usefixtures("both")
def test_that_the_sentence_comes_first_and_the_scores_say_what_was_beaten(verb: Callable) -> None:
    answer = verb("study", "probability", "--horizon", "30")
    assert answer.code == 0
    assert "30 days after a Friday bitcoin was higher in" in answer.out.splitlines()[0]
    assert "has not beaten the base rate out of sample" in answer.out
    assert "miscalibration" in answer.out
    assert "Making each Friday's forecast" in answer.errors


@pytest.mark.usefixtures("both")
def test_that_the_record_has_every_forecast_and_nothing_that_is_no_number(verb: Callable) -> None:
    told = verb("study", "probability", "--horizon", "30", "--json").json
    assert len(told["made"]) == len(told["p"]) == len(told["outcome"]) == len(told["trained"])
    assert [one["model"] for one in told["scores"]] == ["climatology", "state", "ridge", "claimed", "coin"]
    assert told["outcome"][-1] is None
    assert set(told["calibrations"][0]) >= {"miscalibration", "discrimination", "uncertainty", "low", "high"}


@pytest.mark.usefixtures("both")
def test_that_asking_keeps_the_forecast_of_the_week_once(verb: Callable, clock: HandClock) -> None:
    first = verb("study", "probability", "--horizon", "30", "--json").json
    clock.now += dt.timedelta(hours=3)
    again = verb("study", "probability", "--horizon", "30", "--json").json
    assert first["ledger_fault"] == ""
    assert again["ledger"] == first["ledger"]
    (one,) = first["ledger"]
    assert (one["made"]["friday"], one["came"]) == (FRIDAY.isoformat(), None)
    assert one["made"]["p"]["climatology"] == pytest.approx(first["latest"][0])
    assert "Live forecasts: 1 kept, 0 scored" in verb("study", "probability", "--horizon", "30").out


@pytest.mark.usefixtures("both")
def test_that_a_rise_of_so_much_is_asked_for(verb: Callable) -> None:
    answer = verb("study", "probability", "--horizon", "90", "--at-least", "20")
    assert "at least 20 % higher" in answer.out


def test_that_a_profile_without_prices_is_refused_in_one_line(verb: Callable) -> None:
    answer = verb("study", "probability")
    assert answer.code == 1
    assert "No prices of" in answer.errors

"""`macro` and `study liquidity`: the figures of the economy with their age, and what they had to do with returns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest

from data.bars import Bars
from data.macro import Observed
from data.macro_store import MacroStore
from data.profile import Profile
from data.store import Store
from tests.support.economy import weeks
from tests.support.profiles import keep
from tests.support.sources import HandClock

COUNT = 150


@pytest.fixture
def figures(profile: Profile, clock: HandClock) -> None:
    """Figures of 150 weeks up to a month before the clock, and a coin beside them."""
    profile.create()
    store = Store.open(profile.database, clock())
    macro = MacroStore(store.database)
    first = (clock().date() - dt.timedelta(days=7 * COUNT + 30)).isoformat()
    wednesday = dt.date.fromisoformat(first)
    wednesday += dt.timedelta(days=(2 - wednesday.weekday()) % 7)
    days = np.array(weeks(wednesday.isoformat(), COUNT), "datetime64[D]")
    chance = np.random.default_rng(5)
    for series, values in (
        ("WALCL", 7e6 * np.exp(np.cumsum(chance.normal(0, 0.004, COUNT)))),
        ("WDTGAL", np.full(COUNT, 5e5)),
        ("RRPONTSYD", np.full(COUNT, 300.0)),
    ):
        macro.merge(Observed(series, days, values, "FRED", clock()))
    macro.note_failure("T10Y2Y", "FRED", clock(), "offline", "FRED cannot be reached.")
    store.close()
    session = np.arange(days[0] - 30, days[-1] + 30)
    close = 100 * np.exp(np.cumsum(chance.normal(0, 0.03, len(session))))
    time = session.astype("datetime64[s]").astype(np.int64)
    ones = np.ones(len(session))
    keep(profile, "BTC-USD", Bars(time, session, close, close, close, close, ones, ones.astype(np.bool_)))


@pytest.mark.usefixtures("figures")
def test_that_every_series_has_its_value_date_and_age(verb: Callable) -> None:
    told = verb("macro", "--json").json
    rows = {row["series"]: row for row in told["series"]}
    assert rows["WALCL"]["value"] is not None
    assert dt.datetime.fromisoformat(rows["WALCL"]["known_at"]).tzinfo is not None
    assert (rows["WALCL"]["stale"], rows["WALCL"]["age_days"] >= 20) == (True, True)
    assert (rows["TREAST"]["value"], rows["T10Y2Y"]["problem"]) == (None, "FRED cannot be reached.")
    balance = rows["WALCL"]["value"] / 1000 - 500 - 300
    assert told["net_liquidity"]["usd_billions"] == pytest.approx(balance)
    assert told["net_liquidity"]["account"] == "WDTGAL"
    assert told["regimes"]["balance_sheet"]["regime"] in ("expanding", "shrinking", "flat")
    assert told["regimes"]["securities"] is None


@pytest.mark.usefixtures("figures")
def test_that_the_table_names_what_is_old_and_what_is_missing(verb: Callable) -> None:
    answer = verb("macro")
    assert answer.code == 0
    assert "nothing stored" in answer.out
    assert "Net liquidity on" in answer.out
    assert "FRED cannot be reached." in answer.errors


def test_that_nothing_is_fetched_unless_a_source_was_switched_on(verb: Callable) -> None:
    answer = verb("macro", "--refresh")
    assert answer.code == 1
    assert "switched on" in answer.errors


@pytest.mark.usefixtures("figures")
def test_that_the_study_stands_on_stored_figures_and_prices(verb: Callable) -> None:
    answer = verb("study", "liquidity", "--weeks", "1", "4", "--json")
    assert answer.code == 0
    told = answer.json
    assert [one["weeks"] for one in told["predictions"]] == [1, 4]
    assert all(0 <= one["shift_p"] <= 1 for one in told["predictions"])
    table = verb("study", "liquidity").out
    assert "by shifts" in table
    assert "proves nothing" in table


def test_that_without_figures_the_study_says_how_to_get_them(verb: Callable, profile: Profile) -> None:
    close = np.linspace(100, 200, 400)
    session = np.datetime64("2020-01-01") + np.arange(400)
    time = session.astype("datetime64[s]").astype(np.int64)
    keep(profile, "BTC-USD", Bars(time, session, close, close, close, close, close, np.ones(400, np.bool_)))
    answer = verb("study", "liquidity")
    assert answer.code == 1
    assert "macro --refresh" in answer.errors

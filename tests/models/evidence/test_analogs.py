"""Analogs: a plain search by hand, chance, what the future may not change, refusals, and real prices."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.bars import Bars
from data.calendar import Calendars
from data.catalog import asset_for
from models.evidence.alignment import Series, series_of
from models.evidence.analog_forecasts import forecasts, walk_forward
from models.evidence.analogs import Analogs, Terms, analogs, random_nearest
from models.evidence.analogs_record import as_record
from models.evidence.matching import candidates, distances
from models.evidence.refusals import RefusedError
from models.lab.analogs import AnalogsRequest, weekly_closes
from tests.models.evidence.test_matching import plain_distances, walk
from tests.models.evidence.test_real_events import read

SEEDS = st.integers(0, 2**32 - 1)
FEW = Terms(30, 20, draws=3)


def series_from(level: np.ndarray, symbol: str = "BTC-USD", begun: str = "2012-01-01") -> Series:
    days = np.datetime64(begun) + np.arange(len(level))
    return Series(asset_for(symbol), days, np.exp(level), (days.astype(np.int64) + 1) * 86_400, "made up")


def own(level: np.ndarray, terms: Terms = FEW) -> Analogs:
    return analogs(series_from(level), series_from(level), terms)


def by_hand(level: np.ndarray, m: int, horizon: int) -> list[tuple[int, float]]:
    """The five nearest, by plain loops: starts and what came after."""
    n = len(level)
    away = plain_distances(level[n - m :], level)
    left = [at for at in range(n - m + 1) if at + m <= n - m and at + m - 1 + horizon < n]
    found = []
    while left and len(found) < 5:
        best = min(left, key=lambda at: away[at])
        found.append((best, level[best + m - 1 + horizon] - level[best + m - 1]))
        left = [at for at in left if abs(at - best) > m / 2]
    return found


@given(SEEDS, st.integers(10, 31), st.integers(1, 60))
@settings(max_examples=15, deadline=None)
def test_that_the_matches_and_what_followed_are_those_of_a_plain_search(seed: int, m: int, horizon: int) -> None:
    level = walk(seed, 300)
    found = own(level, Terms(m, horizon, draws=1))
    expected = by_hand(level, m, horizon)
    assert [match.first for match in found.matches] == [found.days[start] for start, _ in expected]
    assert np.allclose([match.ahead for match in found.matches], [ahead for _, ahead in expected])
    assert found.hits == sum(ahead > 0 for _, ahead in expected)
    rose = [
        level[at + m - 1 + horizon] > level[at + m - 1]
        for at in range(300 - m + 1)
        if at + m <= 300 - m and at + m - 1 + horizon < 300
    ]
    assert found.candidates == len(rose)
    assert math.isclose(found.base_rate, sum(rose) / len(rose))


@given(SEEDS, st.integers(1, 200))
@settings(max_examples=10, deadline=None)
def test_that_what_comes_after_a_day_changes_nothing_that_was_found_on_it(seed: int, more: int) -> None:
    level = walk(seed, 600)
    longer = series_from(np.concatenate((level, walk(seed + 1, more) + level[-1])))
    before, again = own(level), analogs(longer[:600], longer[:600], FEW)
    assert as_record(before) == as_record(again)


@given(SEEDS, st.integers(1300, 1700))
@settings(max_examples=10, deadline=None)
def test_that_no_forecast_hangs_on_a_later_day(seed: int, cut: int) -> None:
    level, other = walk(seed, 1800), walk(seed + 1, 1800)
    for query, history in ((level, level), (level, other)):
        ends = "BTC-USD", "BTC-USD" if query is history else "ETH-USD"
        whole = forecasts(*(series_from(each, name) for each, name in zip((query, history), ends, strict=True)), 30, 45)
        changed = [np.where(np.arange(1800) < cut, each, each - 3.0) for each in (query, history)]
        again = forecasts(*(series_from(each, name) for each, name in zip(changed, ends, strict=True)), 30, 45)
        made = whole.row < cut
        assert made.any()
        assert np.array_equal(whole.row, again.row)
        assert np.array_equal(whole.nearest[made], again.nearest[made])
        assert np.array_equal(whole.climatology[made], again.climatology[made])
        decided = whole.row + 45 < cut
        assert np.array_equal(whole.came[decided], again.came[decided])


def test_that_a_forecast_is_that_of_a_plain_search_on_its_day() -> None:
    level = walk(11, 1600)
    series = series_from(level)
    made = forecasts(series, series, 30, 45)
    now = int(made.row[-1])
    known = level[: now + 1]
    away = plain_distances(known[-30:], known)
    left = [at for at in range(now + 1 - 29) if at + 30 <= now + 1 - 30 and at + 29 + 45 <= now]
    rose = []
    while left and len(rose) < 20:
        best = min(left, key=lambda at: away[at])
        rose.append(known[best + 74] > known[best + 29])
        left = [at for at in left if abs(at - best) > 15]
    assert math.isclose(made.nearest[-1], (sum(rose) + 0.5) / (len(rose) + 1))
    base = [level[at + 45] > level[at] for at in range(now - 44)]
    assert math.isclose(made.climatology[-1], (sum(base) / 45 + 0.5) / (len(base) / 45 + 1))


def test_that_forecasts_know_nothing_of_another_exchange_that_closes_later() -> None:
    coin = series_from(walk(1, 1700))
    stock = replace(series_from(walk(2, 1700), "TSLA"), ends=coin.ends - 4 * 3600)
    seen = forecasts(stock, coin, 30, 45)
    last = coin.close.copy()
    row = int(seen.row[-1])
    last[row:] *= 2.0  # of the coin's bar of that date, which ends four hours after the stock's
    again = forecasts(stock, replace(coin, close=last), 30, 45)
    assert np.array_equal(seen.nearest, again.nearest)


def test_that_a_shape_that_came_back_is_found_and_told_as_rare() -> None:
    level = walk(3, 1500)
    pattern = np.sin(np.linspace(0, 9, 90)) + np.linspace(0, 2, 90)
    level[300:390] = level[299] + pattern
    level[390:] += pattern[-1]
    level = np.concatenate((level, level[-1] + 0.5 * pattern))
    found = own(level, Terms(90, 90, draws=100))
    assert found.matches[0].first == np.datetime64("2012-01-01") + 300
    assert found.matches[0].r > 0.999
    assert found.p < 0.1  # some random histories keep the planted stretch whole


@pytest.mark.parametrize(
    ("n", "terms", "least", "most"),
    [
        (300, Terms(30, 10, block=1.0, draws=59), 10, 31),
        (600, Terms(104, 26, "weeks", 4.0, draws=59), 10, 31),
        (1000, Terms(90, 90, block=20.0, draws=59), 1, 25),  # blocks near as long as m hold pieces of what was found
    ],
)
def test_that_random_walks_are_called_rare_one_time_in_ten_or_less(n: int, terms: Terms, least: int, most: int) -> None:
    rare, m = 0, terms.m
    for seed in range(200):
        level = walk(seed, n)
        allowed = candidates(n, m, terms.horizon, before=n - m)
        best = distances(level[-m:], level)[allowed].min()
        null = random_nearest(level[-m:], level[:-m], allowed[: n - 2 * m + 1], replace(terms, seed=seed))
        rare += int((1 + np.count_nonzero(null <= best)) / 60 <= 0.1)
    assert least <= rare <= most  # 20 expected, 2.5 standard deviations either way


def test_that_the_share_of_random_histories_is_that_of_rebuilding_them_one_by_one() -> None:
    level = walk(5, 400)
    terms = Terms(30, 20, block=5.0, draws=25, seed=9)
    found = own(level, terms)
    generator = np.random.default_rng(9)
    steps = np.diff(level[:370])
    rebuilt = []
    for _ in range(25):
        starts, ends = generator.integers(369, size=369), generator.random(369) <= 1 / 5
        row, price = 0, [0.0]
        for place in range(369):
            row = int(starts[place]) if place == 0 or ends[place] else (row + 1) % 369
            price.append(price[-1] + steps[row])
        rebuilt.append(min(plain_distances(level[-30:], np.array(price))))
    assert np.allclose(found.null, rebuilt, atol=1e-6)
    assert found.p == (1 + sum(one <= found.matches[0].distance for one in rebuilt)) / 26


def test_that_the_search_in_another_asset_ends_where_the_query_begins() -> None:
    query, history = series_from(walk(1, 200)), series_from(walk(2, 400), "ETH-USD", "2011-07-01")
    found = analogs(query, history, FEW)
    assert max(match.last for match in found.matches) < query.session[-30]
    assert found.candidates == int(np.count_nonzero(history.session < query.session[-30])) - 29


def test_that_progress_is_told_and_never_runs_back() -> None:
    told: list[float] = []
    series = series_from(walk(1, 400))
    analogs(series, series, Terms(30, 20, draws=60), told.append)
    assert len(told) >= 20
    assert told == sorted(told)
    assert told[-1] < 1


def test_that_no_spread_is_told_of_fewer_than_five() -> None:
    found = own(walk(1, 95), Terms(30, 5, draws=2))
    assert len(found.matches) < 5
    assert found.spread is None
    assert f"in {found.hits} of {len(found.matches)};" in found.sentence


def test_that_the_record_is_json_with_the_quantiles_of_chance() -> None:
    record = json.loads(json.dumps(as_record(own(walk(4, 1500), Terms(30, 20, draws=40)))))
    assert list(record["null_quantiles"]) == ["0.01", "0.05", "0.25", "0.5", "0.75", "0.95", "0.99"]
    assert record["p"] == (1 + sum(one <= record["matches"][0]["distance"] for one in record["null"])) / 41
    assert record["walk"]["n"] > 0
    assert record["first"] < record["last"]


def test_that_the_walk_is_the_mean_of_its_forecasts() -> None:
    series = series_from(walk(7, 2000))
    made, found = forecasts(series, series, 30, 30), walk_forward(series, series, 30, 30, 1)
    assert found is not None
    assert math.isclose(found.nearest, float(((made.nearest - made.came) ** 2).mean()))
    assert math.isclose(found.skill, 1 - found.nearest / found.climatology)
    assert found.skill_interval.low <= found.skill <= found.skill_interval.high
    assert walk_forward(series[:1100], series[:1100], 30, 30, 1) is None


@pytest.mark.parametrize(
    ("n", "m", "horizon", "text"),
    [(20, 30, 5, "only 20 bars"), (80, 30, 5, "21 places to look at"), (200, 30, 150, "places"), (500, 4, 5, "shape")],
)
def test_that_too_little_is_refused(n: int, m: int, horizon: int, text: str) -> None:
    with pytest.raises(RefusedError, match=text):
        own(walk(1, n), Terms(m, horizon, draws=1))


def test_that_a_price_that_never_changes_is_refused() -> None:
    moving, still = series_from(walk(1, 500)), series_from(np.full(500, 0.1), "ETH-USD", "2011-01-01")
    with pytest.raises(RefusedError, match="so it looks like nothing"):
        analogs(still, moving, FEW)
    with pytest.raises(RefusedError, match="no shape to compare"):
        analogs(moving, still, FEW)


def test_that_weeks_end_with_a_friday_that_is_over() -> None:
    days = np.array(["2026-11-12", "2026-11-13", "2026-11-16", "2026-11-19", "2026-11-24"], "datetime64[D]")
    series = Series(asset_for("TSLA"), days, np.arange(1.0, 6.0), days.astype(np.int64) * 86_400)
    weeks = weekly_closes(series)
    assert [str(day) for day in weeks.session] == ["2026-11-13", "2026-11-20"]
    assert weeks.close.tolist() == [2.0, 4.0]
    assert AnalogsRequest("BTC-USD", "TSLA").weekly


def real(symbol: str, bars: Bars) -> Series:
    return series_of(asset_for(symbol), bars, Calendars())


@pytest.mark.parametrize("maker", ["TSLA", "GM", "F", "TM"])
def test_that_bitcoin_is_no_more_like_a_car_maker_than_chance(maker: str) -> None:
    coin = weekly_closes(real("BTC-USD", read("crypto/BTC-USD_1d_yahoo.csv")))
    cars = weekly_closes(real(maker, read(f"ev/{maker}_1d_yahoo.csv")))
    found = analogs(coin, cars, Terms(104, 26, "weeks", 4.0))
    assert len(found.matches) == 5
    assert found.p > 0.3
    assert found.sentence.startswith("A random history contains a match this good in ")
    assert found.walk is not None
    assert not found.walk.beats

"""Leads and lags: the public values, a plain second way, planted truths, and what unrelated series show."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.catalog import asset_for
from models.evidence.alignment import Series
from models.evidence.granger import f_test, lagged
from models.evidence.lead_lag import Common, correlations, lead_lag, rolling, weekly
from models.evidence.refusals import RefusedError
from models.evidence.regression import slope


def series_from(symbol: str, returns: np.ndarray, first: str = "2015-01-01") -> Series:
    days = np.datetime64(first) + np.arange(len(returns) + 1)
    close = 100 * np.exp(np.concatenate(([0.0], np.cumsum(returns))))
    return Series(asset_for(symbol), days, close, (days.astype(np.int64) + 1) * 86_400)


def autoregressive(generator: np.random.Generator, n: int, rho: float = 0.3) -> np.ndarray:
    noise = generator.normal(size=n)
    for at in range(1, n):
        noise[at] += rho * noise[at - 1]
    return noise * 0.01


@pytest.fixture(scope="module")
def growth() -> tuple[np.ndarray, np.ndarray]:
    from statsmodels.datasets import macrodata

    data = macrodata.load_pandas().data
    return np.diff(np.log(data["realcons"].to_numpy())), np.diff(np.log(data["realgdp"].to_numpy()))


def test_that_granger_gives_the_public_values(growth: tuple[np.ndarray, np.ndarray]) -> None:
    consumption, product = growth
    f, p, rows = f_test(consumption, product, 2)
    assert (round(f, 7), round(p, 7)) == (0.2430970, 0.7844328)
    assert rows - 5 == 195


def test_that_newey_west_gives_the_public_values(growth: tuple[np.ndarray, np.ndarray]) -> None:
    told = slope(growth[0], growth[1], lags=4)
    assert round(told.value, 8) == 0.51897882
    assert round(told.error, 8) == 0.05337834


def test_that_newey_west_agrees_with_the_sums_written_out() -> None:
    generator = np.random.default_rng(1)
    x = autoregressive(generator, 80)
    y = 0.5 * x + autoregressive(generator, 80)
    design = np.column_stack((np.ones(80), x))
    bread = np.linalg.inv(design.T @ design)
    beta = bread @ design.T @ y
    score = design * (y - design @ beta)[:, None]
    meat = np.zeros((2, 2))
    for i in range(80):
        for j in range(80):
            if abs(i - j) <= 3:
                meat += (1 - abs(i - j) / 4) * np.outer(score[i], score[j])
    told = slope(y, x, lags=3)
    assert told.value == pytest.approx(beta[1])
    assert told.error == pytest.approx(float((bread @ meat @ bread)[1, 1]) ** 0.5)


def test_that_a_missing_value_takes_with_it_every_row_it_is_a_lag_of() -> None:
    one, other = np.arange(20.0), np.arange(20.0) ** 2
    other[10] = np.nan
    effect, design = lagged(one, other, 2)
    assert effect.tolist() == [float(t) for t in range(2, 20) if t - 1 != 10 and t - 2 != 10]
    assert design.shape == (16, 5)


@given(st.integers(0, 2**32 - 1), st.integers(-8, 8))
@settings(max_examples=25, deadline=None)
def test_that_each_correlation_is_that_of_its_own_pairs(seed: int, k: int) -> None:
    generator = np.random.default_rng(seed)
    one, other = generator.normal(size=40), generator.normal(size=40)
    other[generator.integers(0, 40, 4)] = np.nan
    pairs = [(one[t - k], other[t]) for t in range(40) if 0 <= t - k < 40 and np.isfinite(other[t])]
    expected = np.corrcoef(np.array(pairs).T)[0, 1]
    assert correlations(one, other)[k + 8] == pytest.approx(expected)


def test_that_weeks_agree_with_pandas() -> None:
    import pandas as pd

    generator = np.random.default_rng(2)
    leader = series_from("^RUT", generator.normal(size=900) * 0.01)
    leader = leader[np.is_busday(leader.session)]
    follower = series_from("BTC-USD", generator.normal(size=900) * 0.02)
    common = weekly(leader, follower)
    frame = pd.DataFrame(
        {
            name: pd.Series(each.close, pd.DatetimeIndex(each.session)).resample("W-FRI").last()
            for name, each in (("one", leader), ("other", follower))
        }
    ).dropna()
    frame = frame[frame.index <= pd.Timestamp(min(leader.last, follower.last))]
    assert common.end.tolist() == [stamp.date() for stamp in frame.index]
    assert np.array_equal(common.leader, frame["one"].to_numpy())
    assert np.allclose(common.follower_return[1:], np.diff(np.log(frame["other"].to_numpy())))


def test_that_a_planted_lead_is_found_and_only_that_one() -> None:
    generator = np.random.default_rng(3)
    one = generator.normal(size=2100) * 0.01
    weeks = one.reshape(-1, 7).sum(axis=1)
    other = generator.normal(size=2100) * 0.01
    other.reshape(-1, 7)[2:] += 0.8 * weeks[:-2, None] / 7
    found = lead_lag(series_from("^RUT", one, "2015-01-02"), series_from("BTC-USD", other, "2015-01-02"), draws=400)
    outside = [lag.k for lag in found.lags if abs(lag.r) > found.simultaneous]
    assert outside == [2]
    assert found.robust[0].p < 0.01 < found.robust[1].p
    assert "2 weeks before (r = +" in found.sentence
    assert "stands out" in found.sentence


def test_that_unrelated_series_leave_the_simultaneous_room_about_one_time_in_twenty() -> None:
    generator, left = np.random.default_rng(20260821), 0
    from models.evidence.lead_lag import chance

    for number in range(100):
        one, other = autoregressive(generator, 200), autoregressive(generator, 200)
        by_chance, _ = chance(one, other, 200, number)
        bound = np.quantile(np.abs(by_chance).max(axis=1), 0.95)
        left += float(np.abs(correlations(one, other)).max()) > bound
    assert left <= 12  # 5 expected; more than 12 of 100 has a chance of 1 in 700


def test_that_the_rolling_correlation_is_that_of_each_window() -> None:
    generator = np.random.default_rng(4)
    one, other = generator.normal(size=70), generator.normal(size=70)
    end = np.datetime64("2019-10-04") + 7 * np.arange(70)
    found = rolling(Common(end, one, other, one, other))
    for at, stop in enumerate(range(52, 71)):
        r = np.corrcoef(one[stop - 52 : stop], other[stop - 52 : stop])[0, 1]
        assert found.r[at] == pytest.approx(r)
        assert found.low[at] == pytest.approx(np.tanh(np.arctanh(r) - 1.959964 / 7))
    assert found.crash.all()  # every one of these windows holds March 2020


@given(st.integers(500, 899))
@settings(max_examples=10, deadline=None)
def test_that_nothing_after_a_day_changes_the_weeks_before(cut: int) -> None:
    generator = np.random.default_rng(5)
    leader, follower = (series_from(symbol, generator.normal(size=900)) for symbol in ("^RUT", "BTC-USD"))
    whole, known = weekly(leader, follower), weekly(leader[:cut], follower[:cut])
    assert np.array_equal(whole.end[: len(known.end)], known.end)
    assert np.array_equal(whole.follower[: len(known.end)], known.follower)


@pytest.mark.parametrize("frequency", ["weekly", "daily"])
def test_that_little_in_common_is_refused(frequency: str) -> None:
    generator = np.random.default_rng(6)
    one, other = (series_from(symbol, generator.normal(size=40)) for symbol in ("^RUT", "BTC-USD"))
    with pytest.raises(RefusedError, match="returns in common"):
        lead_lag(one, other, frequency)  # type: ignore[arg-type]


def test_that_a_price_that_never_changes_and_a_follower_that_died_are_refused() -> None:
    generator = np.random.default_rng(7)
    leader = series_from("^RUT", generator.normal(size=900) * 0.01)
    with pytest.raises(RefusedError, match="never changes"):
        lead_lag(leader, series_from("BTC-USD", np.zeros(900)))
    with pytest.raises(RefusedError, match="end on"):
        lead_lag(leader, series_from("BTC-USD", generator.normal(size=600) * 0.01))


def test_that_the_same_seed_gives_the_same_numbers() -> None:
    generator = np.random.default_rng(8)
    one, other = (series_from(symbol, generator.normal(size=900) * 0.01) for symbol in ("^RUT", "BTC-USD"))
    first, again = (lead_lag(one, other, draws=50) for _ in range(2))
    assert first.simultaneous == again.simultaneous
    assert first.first >= dt.date(2015, 1, 1)

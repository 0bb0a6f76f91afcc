"""What the tests of leads show when nothing is there, and when something was planted; and what real prices show."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.calendar import Calendars
from data.catalog import asset_for
from models.evidence.alignment import Series, series_of
from models.evidence.granger import both_ways, f_test, order_by_bic, wald_test
from models.evidence.lead_lag import chance, correlations, lead_lag
from tests.models.evidence.test_lead_lag import autoregressive
from tests.models.evidence.test_real_events import read


@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 2, 4, 8]))
@settings(max_examples=20, deadline=None)
def test_that_granger_is_the_f_of_two_regressions_written_out(seed: int, lags: int) -> None:
    from scipy.stats import f as f_law

    generator = np.random.default_rng(seed)
    cause, effect = autoregressive(generator, 90) * 100, autoregressive(generator, 90) * 100
    rows = range(lags, 90)
    own = np.array([[1.0, *(effect[t - lag] for lag in range(1, lags + 1))] for t in rows])
    both = np.column_stack((own, [[cause[t - lag] for lag in range(1, lags + 1)] for t in rows]))
    left = [
        float(np.sum((effect[lags:] - design @ np.linalg.lstsq(design, effect[lags:], rcond=None)[0]) ** 2))
        for design in (own, both)
    ]
    free = len(rows) - both.shape[1]
    f = (left[0] - left[1]) / lags / (left[1] / free)
    assert f_test(effect, cause, lags)[:2] == (pytest.approx(f), pytest.approx(float(f_law.sf(f, lags, free))))


def test_that_granger_agrees_with_the_ready_made_one() -> None:
    from statsmodels.tsa.stattools import grangercausalitytests

    generator = np.random.default_rng(9)
    cause, effect = autoregressive(generator, 200), autoregressive(generator, 200)
    told = grangercausalitytests(np.column_stack((effect, cause)), [1, 2, 4, 8])
    for lags in (1, 2, 4, 8):
        f, p, _, _ = told[lags][0]["ssr_ftest"]
        assert f_test(effect, cause, lags)[:2] == (pytest.approx(f), pytest.approx(p))


def test_that_holm_takes_all_eight_together_and_both_ways_say_who_predicts_whom() -> None:
    generator = np.random.default_rng(10)
    one = autoregressive(generator, 300)
    other = autoregressive(generator, 300)
    other[1:] += 0.5 * one[:-1]
    found = both_ways(("x", "y"), one, other)
    assert [(each.cause, each.effect) for each in found] == [("x", "y")] * 4 + [("y", "x")] * 4
    least = min(found, key=lambda each: each.p)
    assert (least.cause, least.adjusted) == ("x", pytest.approx(8 * least.p))
    assert all(each.adjusted >= each.p for each in found)


def test_that_plain_and_robust_tests_of_independent_series_reject_about_one_time_in_twenty() -> None:
    generator = np.random.default_rng(20260821)
    plain, robust = 0, 0
    for _ in range(300):
        one, other = autoregressive(generator, 300), autoregressive(generator, 300)
        plain += f_test(other, one, 4)[1] < 0.05
        robust += wald_test(other, one, 4, 5)[1] < 0.05
    assert 5 <= plain <= 28  # 15 expected
    assert 5 <= robust <= 36  # robust errors are a little too small in samples of this size


def test_that_the_plain_test_is_not_to_be_trusted_where_variances_go_together() -> None:
    """The past of one only moves the size of the other's next step, not its direction: nothing is predicted."""
    generator = np.random.default_rng(20260822)
    plain, robust = 0, 0
    for _ in range(200):
        one = generator.standard_t(4, 400)
        other = generator.normal(size=400)
        other[1:] *= 1 + np.abs(one[:-1])
        plain += f_test(other, one, 1)[1] < 0.05
        robust += wald_test(other, one, 1, 4)[1] < 0.05
    assert plain > 40  # 10 expected
    assert robust < plain / 2


def test_that_a_planted_lead_is_found_most_times_and_at_its_own_lag() -> None:
    generator = np.random.default_rng(20260823)
    found = right = 0
    for _ in range(100):
        one, other = autoregressive(generator, 400), autoregressive(generator, 400)
        other[3:] += 0.3 * one[:-3]
        found += wald_test(other, one, 4, 5)[1] < 0.05
        right += int(np.argmax(np.abs(correlations(one, other)))) - 8 == 3
    assert found >= 95
    assert right >= 85  # its neighbours are next, as the leader goes with its own past


def test_that_each_lag_leaves_its_own_room_about_one_time_in_twenty() -> None:
    generator, left = np.random.default_rng(20260824), []
    for number in range(60):
        one, other = autoregressive(generator, 200, 0.4), autoregressive(generator, 200, 0.4)
        by_chance, blocks = chance(one, other, 200, number)
        low, high = np.percentile(by_chance, [2.5, 97.5], axis=0)
        r = correlations(one, other)
        left.append(float(((r < low) | (r > high)).mean()))
        assert min(blocks) >= 2
    assert 0.02 < np.mean(left) < 0.11


def test_that_bic_chooses_the_planted_order() -> None:
    generator = np.random.default_rng(11)
    one, other = generator.normal(size=600), generator.normal(size=600)
    other[3:] += 0.6 * one[:-3]
    assert order_by_bic(other, one) == 3
    assert order_by_bic(one, other) == 1


def real(symbol: str, path: str) -> Series:
    return series_of(asset_for(symbol), read(path), Calendars())


def test_that_the_index_has_not_led_bitcoin_and_the_other_way_hangs_on_one_spring() -> None:
    index, coin = real("^RUT", "market/RUT_1d_yahoo.csv"), real("BTC-USD", "crypto/BTC-USD_1d_yahoo.csv")
    found = lead_lag(index, coin, draws=400)
    assert (found.n, found.first.isoformat(), found.last.isoformat()) == (596, "2014-09-26", "2026-02-20")
    assert found.levels > 0.9 > 0.25 > found.lags[8].r
    assert all(abs(lag.r) < found.simultaneous for lag in found.lags if lag.k > 0)
    first_lag, calm = found.predictions[4], found.calm_predictions[4]
    assert (first_lag.cause, round(first_lag.p, 4)) == ("BTC-USD", 0.0025)
    assert calm.p > 0.1
    assert 0.05 < found.robust[1].p < found.calm_robust[1].p
    assert "no lead of the Russell 2000 over bitcoin shows" in found.sentence
    assert "causes" not in found.sentence

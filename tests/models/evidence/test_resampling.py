"""Resampling: arch's own stream and block length, known truths, and circular shifts one by one."""

from __future__ import annotations

import csv
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.evidence.resampling import (
    circular_means,
    optimal_block_length,
    percentile_interval,
    share_as_large,
    stationary_bootstrap,
    stationary_means,
    stationary_rows,
)
from tests.support.shared_data import shared


def autoregressive(generator: np.random.Generator, n: int, memory: float) -> np.ndarray:
    noise = generator.standard_normal(n + 200)
    for i in range(1, len(noise)):
        noise[i] += memory * noise[i - 1]
    return noise[200:]


def slow_rows(n: int, block: float, draws: int, seed: int) -> list[list[int]]:
    generator = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        rows = generator.integers(n, size=n).tolist()
        chance = generator.random(n).tolist()
        for i in range(1, n):
            if chance[i] > 1 / block:
                rows[i] = (rows[i - 1] + 1) % n
        found.append(rows)
    return found


@given(st.integers(1, 40), st.floats(1, 30), st.integers(0, 2**32))
def test_that_the_rows_are_drawn_as_arch_draws_them(n: int, block: float, seed: int) -> None:
    assert [rows.tolist() for rows in stationary_rows(n, block, 3, seed)] == slow_rows(n, block, 3, seed)


def test_that_the_interval_of_the_sp_500s_mean_is_the_one_of_archs_documentation() -> None:
    with shared("data/market/GSPC_1d_yahoo.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if "1999-01-04" <= row["Date"][:10] <= "2018-12-31"]
    closes = np.array([float(row["Close"]) for row in rows])
    returns = np.diff(closes) / closes[:-1]
    means = stationary_bootstrap(lambda at: float(252 * returns[at].mean()), len(returns), 10, 1000, 1234)
    assert percentile_interval(means) == (pytest.approx(-0.016154, abs=5e-7), pytest.approx(0.122404, abs=5e-7))


def test_that_the_block_length_is_the_one_of_archs_own_test() -> None:
    noise = np.random.RandomState(0).standard_normal(10_100)
    for i in range(1, len(noise)):
        noise[i] += 0.3 * noise[i - 1]
    stationary, circular = optimal_block_length(noise[100:])
    assert stationary == pytest.approx(13.635665, rel=1e-6)
    assert circular == pytest.approx(15.60894, rel=1e-6)


def slow_block_length(x: np.ndarray) -> float:
    """Politis and White, step by step, with the autocorrelation at lag i scaled as arch scales it."""
    n = len(x)
    e = [value - x.mean() for value in x.tolist()]
    run = max(5, int(math.log10(n)))
    most = min(math.ceil(math.sqrt(n)) + run, n - 2)
    gamma = [sum(e[i] * e[i - lag] for i in range(lag, n)) / n for lag in range(most + 1)]

    def rho(lag: int) -> float:
        late, early = e[lag + 1 :], e[: n - lag - 1]
        return abs(gamma[lag] * n) / math.sqrt(sum(v * v for v in late) * sum(v * v for v in early))

    limit = 2 * math.sqrt(math.log10(n) / n)
    first = next((i for i in range(most - run + 1) if all(rho(j) < limit for j in range(i, i + run))), None)
    m = most if first is None else min(2 * max(first, 1), most)
    weights = [1.0 if 2 * k <= m else 2 * (1 - k / m) for k in range(m + 1)]
    g = sum(2 * weights[k] * k * gamma[k] for k in range(1, m + 1))
    spectrum = gamma[0] + sum(2 * weights[k] * gamma[k] for k in range(1, m + 1))
    return min((g**2 / spectrum**2 * n) ** (1 / 3), math.ceil(min(3 * math.sqrt(n), n / 3)))


@settings(max_examples=25)
@given(st.integers(20, 250), st.floats(-0.9, 0.95), st.integers(0, 1000))
def test_that_the_block_length_agrees_with_its_definition(n: int, memory: float, seed: int) -> None:
    series = autoregressive(np.random.default_rng(seed), n, memory)
    assert optimal_block_length(series)[0] == pytest.approx(slow_block_length(series), rel=1e-6)


def test_that_a_series_that_never_changes_needs_no_blocks() -> None:
    assert optimal_block_length(np.full(100, 3.0)) == (1.0, 1.0)
    assert optimal_block_length(np.arange(5.0)) == (1.0, 1.0)


def test_that_whole_blocks_give_the_same_spread_as_rows_one_by_one() -> None:
    series = (autoregressive(np.random.default_rng(3), 600, 0.95) > 0).astype(np.float64)
    for block in (1.0, 12.0, 90.0, 900.0):
        blocks = stationary_means(series, block, 4000, 5)
        rows = stationary_bootstrap(lambda at: float(series[at].mean()), len(series), block, 4000, 6)
        assert float(blocks.mean()) == pytest.approx(float(rows.mean()), abs=4 * float(rows.std()) / math.sqrt(2000))
        assert float(blocks.std()) == pytest.approx(float(rows.std()), rel=0.06)


def test_that_the_same_seed_gives_the_same_resamples_and_another_one_others() -> None:
    series = np.random.default_rng(1).random(500)
    first, again, other = (stationary_means(series, 20, 50, seed) for seed in (7, 7, 8))
    assert first.tolist() == again.tolist() != other.tolist()


def test_that_every_resample_is_a_mean_of_as_many_values_as_there_are() -> None:
    assert stationary_means(np.ones(333), 17.3, 200, 1).tolist() == pytest.approx([1.0] * 200)


def test_that_the_bootstrap_interval_covers_the_mean_of_a_series_with_memory_about_as_often_as_it_says() -> None:
    generator = np.random.default_rng(11)
    covered = 0
    for round_ in range(300):
        series = autoregressive(generator, 500, 0.6)
        block = max(5.0, optimal_block_length(series)[0])
        low, high = percentile_interval(stationary_means(series, block, 400, round_))
        covered += low <= 0 <= high
    assert 0.88 <= covered / 300 <= 0.98


def test_that_no_blocks_of_nothing_are_drawn() -> None:
    with pytest.raises(ValueError, match="no blocks"):
        stationary_means(np.zeros(0), 5)
    with pytest.raises(ValueError, match="no blocks"):
        next(stationary_rows(5, 0.5, 1, 1))
    with pytest.raises(ValueError, match="nothing"):
        circular_means(np.ones(3), np.zeros(0, np.intp))


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=40), st.data())
def test_that_shifted_means_agree_with_shifting_by_hand(series: list[float], data: st.DataObject) -> None:
    t = len(series)
    at = data.draw(st.lists(st.integers(0, t - 1), min_size=1, max_size=8, unique=True))
    by_hand = [sum(series[(a + s) % t] for a in at) / len(at) for s in range(t)]
    found = circular_means(np.array(series), np.array(at))
    assert found.tolist() == pytest.approx(by_hand, abs=1e-12)
    assert share_as_large(found) == pytest.approx(sum(v >= by_hand[0] - 1e-12 for v in by_hand) / t, abs=2 / t)


def test_that_the_unshifted_events_count_among_the_shifts() -> None:
    assert share_as_large(np.array([5.0, 1.0, 2.0, 3.0])) == 0.25

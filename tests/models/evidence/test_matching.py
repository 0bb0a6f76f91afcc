"""Distances between stretches: the public values, a plain search, and what scale, level and rounding may not change."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.evidence.matching import candidates, correlations, distances, nearest

SEEDS = st.integers(0, 2**32 - 1)


def walk(seed: int, n: int) -> np.ndarray:
    return np.cumsum(np.random.default_rng(seed).normal(size=n) * 0.03)


def plain_distances(query: np.ndarray, history: np.ndarray) -> list[float]:
    found = []
    for start in range(len(history) - len(query) + 1):
        stretch = history[start : start + len(query)]
        one, other = ((each - each.mean()) / each.std() for each in (query, stretch))
        found.append(math.sqrt(sum((a - b) ** 2 for a, b in zip(one.tolist(), other.tolist(), strict=True))))
    return found


def test_that_nearest_neighbours_are_those_of_the_public_example() -> None:
    series = np.array([584.0, -11, 23, 79, 1001, 0, -19])
    found = []
    for start in range(5):
        away = distances(series[start : start + 3], series)
        away[max(0, start - 1) : start + 2] = np.inf
        found.append(away.min())
    assert np.allclose(found, [0.116339, 2.694074, 3.000093, 2.694074, 0.116339], atol=5e-7)


@given(SEEDS, st.integers(3, 20))
@settings(max_examples=40, deadline=None)
def test_that_distances_are_those_of_a_plain_search(seed: int, m: int) -> None:
    level = walk(seed, 80)
    query = walk(seed + 1, m)
    assert np.allclose(distances(query, level), plain_distances(query, level), atol=1e-6)


@given(SEEDS, st.floats(0.1, 50), st.floats(-10, 10))
@settings(max_examples=30, deadline=None)
def test_that_neither_scale_nor_level_changes_a_distance(seed: int, scale: float, shift: float) -> None:
    level, query = walk(seed, 80), walk(seed + 1, 10)
    assert np.allclose(distances(query, level), distances(query * scale + shift, level), atol=1e-5)
    assert np.allclose(distances(query, level), distances(query, level * scale + shift), atol=1e-5)


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_that_distance_and_correlation_belong_together(seed: int) -> None:
    level, query = walk(seed, 80), walk(seed + 1, 10)
    by_numpy = [float(np.corrcoef(query, level[at : at + 10])[0, 1]) for at in range(71)]
    assert np.allclose(correlations(query, level), by_numpy, atol=1e-9)
    assert np.allclose(1 - distances(query, level) ** 2 / 20, by_numpy, atol=1e-9)


def test_that_a_price_that_hardly_moves_far_from_the_others_is_compared_as_exactly() -> None:
    level = walk(1, 4000)
    level[1000:1200] = level[1000] + np.random.default_rng(2).normal(size=200) * 1e-7
    exact = plain_distances(level[-60:], level[1000:1200])
    assert np.allclose(distances(level[-60:], level)[1000:1141], exact, atol=1e-5)


@pytest.mark.parametrize("at", [0.0, 1 / 3, 12.345, -7.7])
def test_that_a_stretch_that_never_changes_has_no_correlation_and_is_as_far_as_in_stumpy(at: float) -> None:
    level = walk(3, 2000)
    level[500:700] = at
    r = correlations(level[-50:], level)
    assert np.isnan(r[500:651]).all()
    assert np.count_nonzero(np.isnan(r)) == 151
    assert np.allclose(distances(level[-50:], level)[500:651], math.sqrt(50))


def test_that_a_query_without_a_shape_or_longer_than_the_history_is_an_error() -> None:
    with pytest.raises(ValueError, match="never changes"):
        correlations(np.full(10, 0.1), walk(1, 50))
    with pytest.raises(ValueError, match="no stretch of 60"):
        correlations(walk(2, 60), walk(1, 50))


@given(SEEDS, st.integers(0, 12))
@settings(max_examples=30, deadline=None)
def test_that_what_is_found_lies_apart_is_allowed_and_nothing_nearer_is_left(seed: int, zone: int) -> None:
    away = np.random.default_rng(seed).random(60)
    allowed = np.random.default_rng(seed + 1).random(60) < 0.7
    found = nearest(away, allowed, 5, zone)
    for rank, start in enumerate(found):
        free = [at for at in range(60) if allowed[at] and all(abs(at - other) > zone for other in found[:rank])]
        assert away[start] == min(away[at] for at in free)
    left = [at for at in range(60) if allowed[at] and all(abs(at - other) > zone for other in found)]
    assert len(found) == 5 or not left


@given(st.integers(20, 60), st.integers(2, 20), st.integers(1, 30), st.integers(0, 60))
@settings(max_examples=50, deadline=None)
def test_that_candidates_are_over_before_the_query_and_their_horizon_is_known(
    n: int, m: int, horizon: int, before: int
) -> None:
    allowed = candidates(n, m, horizon, before)
    for start in range(n - m + 1):
        rows = range(start, start + m)
        assert allowed[start] == (max(rows) < before and max(rows) + horizon < n)

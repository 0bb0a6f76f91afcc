"""Nearest stretches: the public values, a plain search, what scale and the future may not change, and chance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.catalog import asset_for
from models.evidence.alignment import Series
from models.evidence.analogs import analogs, candidates, distances, nearest, random_nearest, walk_forward
from models.evidence.refusals import RefusedError

SEEDS = st.integers(0, 2**32 - 1)


def series_from(level: np.ndarray, symbol: str = "BTC-USD") -> Series:
    days = np.datetime64("2012-01-01") + np.arange(len(level))
    return Series(asset_for(symbol), days, np.exp(level), (days.astype(np.int64) + 1) * 86_400)


def walk(seed: int, n: int) -> np.ndarray:
    return np.cumsum(np.random.default_rng(seed).normal(size=n) * 0.03)


def plain_distances(query: np.ndarray, history: np.ndarray) -> list[float]:
    found = []
    for start in range(len(history) - len(query) + 1):
        stretch = history[start : start + len(query)]
        one, other = ((each - each.mean()) / each.std() for each in (query, stretch))
        found.append(float(np.sqrt(((one - other) ** 2).sum())))
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
    assert np.allclose(distances(level[-m:], level), plain_distances(level[-m:], level), atol=2e-5)


@given(SEEDS, st.floats(0.1, 50), st.floats(-10, 10))
@settings(max_examples=30, deadline=None)
def test_that_neither_scale_nor_level_changes_a_distance(seed: int, scale: float, shift: float) -> None:
    level = walk(seed, 80)
    query = walk(seed + 1, 10)
    assert np.allclose(distances(query, level), distances(query * scale + shift, level), atol=1e-5)


@given(SEEDS, st.integers(1, 12))
@settings(max_examples=30, deadline=None)
def test_that_what_is_found_lies_apart_is_allowed_and_nothing_nearer_is_left(seed: int, apart: int) -> None:
    away = np.random.default_rng(seed).random(60)
    allowed = np.random.default_rng(seed + 1).random(60) < 0.7
    found = nearest(away, allowed, 5, apart)
    assert all(abs(a - b) >= apart for a in found for b in found if a != b)
    for rank, start in enumerate(found):
        free = [at for at in range(60) if allowed[at] and all(abs(at - other) >= apart for other in found[:rank])]
        assert away[start] == min(away[at] for at in free)


def test_that_no_candidate_overlaps_the_query_or_lacks_its_horizon() -> None:
    for start in np.flatnonzero(candidates(100, 10, 15, own=True)).tolist():
        assert start + 10 <= 90
        assert start + 9 + 15 <= 99
    assert np.count_nonzero(candidates(100, 10, 15, own=False)) == 76


@given(SEEDS, st.integers(1, 200))
@settings(max_examples=10, deadline=None)
def test_that_what_is_known_at_a_day_is_not_changed_by_later_ones(seed: int, more: int) -> None:
    level = walk(seed, 600)
    short = analogs(series_from(level), series_from(level), 30, 20, draws=1)
    longer = np.concatenate((level, walk(seed + 1, more) + level[-1]))[: len(level)]
    again = analogs(series_from(longer), series_from(longer), 30, 20, draws=1)
    assert [match.first for match in short.matches] == [match.first for match in again.matches]


def test_that_a_planted_stretch_is_found_and_told_as_rare() -> None:
    level = walk(3, 1500)
    pattern = np.sin(np.linspace(0, 9, 90)) + np.linspace(0, 2, 90)
    level[300:390] = level[299] + pattern
    level[390:] += pattern[-1]
    level = np.concatenate((level, level[-1] + 0.5 * pattern))
    found = analogs(series_from(level), series_from(level), 90, 90, draws=100)
    assert found.matches[0].first == np.datetime64("2012-01-01") + 300
    assert found.matches[0].r > 0.999
    assert found.p < 0.1  # some random histories keep the planted stretch whole


def test_that_random_walks_are_called_rare_about_one_time_in_ten() -> None:
    rare = 0
    for seed in range(80):
        level = walk(seed, 400)
        allowed = candidates(400, 30, 10, own=False)
        query = walk(1000 + seed, 30)
        null = random_nearest(query, level, allowed, 60, seed)
        best = distances(query, level)[allowed].min()
        rare += (1 + np.count_nonzero(null <= best)) / 61 <= 0.1
    assert 2 <= rare <= 16  # 8 expected


def test_that_the_walk_forward_uses_nothing_that_was_not_known() -> None:
    level = walk(7, 1500)
    series = series_from(level)
    whole = walk_forward(series, level, 30, 30)
    changed = level.copy()
    changed[-1] += 5.0  # only the last forecast's outcome can hang on the last day
    again = walk_forward(series_from(changed), changed, 30, 30)
    assert whole is not None
    assert again is not None
    assert abs(whole.nearest - again.nearest) * whole.n <= 1.0


@pytest.mark.parametrize(("n", "m", "text"), [(20, 30, "only 20 bars"), (100, 30, "are needed")])
def test_that_too_short_a_history_is_refused(n: int, m: int, text: str) -> None:
    level = walk(1, n)
    with pytest.raises(RefusedError, match=text):
        analogs(series_from(level), series_from(level), m, 30)


def test_that_a_price_that_never_changes_is_refused() -> None:
    with pytest.raises(RefusedError, match="never changes"):
        analogs(series_from(np.zeros(500)), series_from(walk(1, 500)), 30, 30)

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.charts import pyramid as pyramid_module
from ui.charts.pyramid import Pyramid


@pytest.fixture(autouse=True)
def deep_levels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let small histories use all levels, as a million bars do."""
    monkeypatch.setattr(pyramid_module, "DIRECT", 0)


def prices(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    low = rng.normal(100, 10, count)
    return low, low + rng.exponential(1, count)


@st.composite
def runs(draw: st.DrawFn) -> tuple[int, int, list[int]]:
    count = draw(st.integers(1, 3_000))
    inner = draw(st.sets(st.integers(0, count), min_size=2, max_size=60))
    return count, draw(st.integers(0, 2**32 - 1)), sorted(inner)


@given(runs())
def test_that_the_extremes_of_every_run_are_those_of_its_bars(case: tuple[int, int, list[int]]) -> None:
    count, seed, bounds = case
    low, high = prices(count, seed)

    lows, highs = Pyramid(low, high).extremes(np.array(bounds))

    pairs = list(pairwise(bounds))
    assert lows.tolist() == [low[a:b].min() for a, b in pairs]
    assert highs.tolist() == [high[a:b].max() for a, b in pairs]


@given(st.integers(1, 700), st.lists(st.tuples(st.integers(0, 3), st.integers(1, 40)), max_size=12), st.integers(0, 99))
def test_that_replacing_the_end_gives_what_building_anew_gives(
    count: int, changes: list[tuple[int, int]], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    low, high = prices(count, seed)
    grown = Pyramid(low, high)
    for dropped, added in changes:
        kept = max(len(low) - dropped, 0)
        extra = rng.normal(100, 10, added)
        low, high = np.append(low[:kept], extra), np.append(high[:kept], extra + 1)
        grown.replace_end(low, high, kept)
        bounds = np.unique(rng.integers(0, len(low) + 1, 20))
        if len(bounds) > 1:
            for ours, fresh in zip(grown.extremes(bounds), Pyramid(low, high).extremes(bounds), strict=True):
                assert ours.tolist() == fresh.tolist()


changes = st.one_of(
    st.tuples(st.just("append"), st.integers(1, 40)),
    st.tuples(st.just("replace"), st.integers(1, 12)),
    st.tuples(st.just("trim"), st.integers(1, 30)),
)


@given(st.integers(1, 700), st.lists(changes, max_size=25), st.integers(0, 99))
def test_that_appending_replacing_and_trimming_end_in_the_extremes_of_the_slices(
    count: int, steps: list[tuple[str, int]], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    low, high = prices(count, seed)
    grown = Pyramid(low, high)
    for what, rows in steps:
        kept = len(low) if what == "append" else max(len(low) - rows, 1)
        fresh = np.empty(0) if what == "trim" else rng.normal(100, 10, rows)
        low, high = np.append(low[:kept], fresh), np.append(high[:kept], fresh + 1)
        grown.replace_end(low, high, kept)
    bounds = np.unique(rng.integers(0, len(low) + 1, 30))
    if len(bounds) > 1:
        lows, highs = grown.extremes(bounds)
        assert lows.tolist() == [low[a:b].min() for a, b in pairwise(bounds)]
        assert highs.tolist() == [high[a:b].max() for a, b in pairwise(bounds)]


def test_that_a_level_begun_by_one_more_bar_holds_the_bars_before_it_too() -> None:
    low, high = prices(65, 3)
    grown = Pyramid(low[:64], high[:64])
    grown.replace_end(low, high, 64)
    lows, highs = grown.extremes(np.array([0, 65]))
    assert (lows[0], highs[0]) == (low.min(), high.max())


def test_that_a_single_bar_is_its_own_extreme() -> None:
    lows, highs = Pyramid(np.array([3.0]), np.array([4.0])).extremes(np.array([0, 1]))
    assert (lows[0], highs[0]) == (3.0, 4.0)


def test_that_an_empty_history_makes_an_empty_pyramid() -> None:
    assert len(Pyramid(np.empty(0), np.empty(0))) == 0


def test_that_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        Pyramid(np.zeros(3), np.zeros(4))


def test_that_the_pyramids_of_closes_and_ranges_hold_at_most_one_and_a_half_times_the_bars_even_after_they_grew() -> (
    None
):
    low, high = prices(100_000, 1)
    bytes_of_a_bar = 7 * 8 + 1  # seven columns of eight bytes, and whether it is final
    grown = Pyramid(low[:90_000], high[:90_000])
    for count in range(90_001, 100_001, 100):
        grown.replace_end(low[:count], high[:count], count - 100)
        assert 2 * grown.nbytes < 1.5 * count * bytes_of_a_bar

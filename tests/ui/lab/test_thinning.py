"""What is left of a line with more points than pixels: nothing that could be seen is lost."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ui.lab.thinning import runs, stepped, thinned


def test_that_a_line_is_cut_at_its_gaps() -> None:
    x, y = np.arange(6.0), np.array([np.nan, 1.0, 2.0, np.inf, 3.0, np.nan])
    assert [(a.tolist(), b.tolist()) for a, b in runs(x, y)] == [([1.0, 2.0], [1.0, 2.0]), ([4.0], [3.0])]
    assert runs(x, np.full(6, np.nan)) == []


def test_that_few_points_and_a_line_that_runs_back_stay_as_they_are() -> None:
    x, y = np.arange(40.0), np.ones(40)
    assert thinned(x, y, 10)[0] is x
    back = np.tile(x, 9)
    assert thinned(back, np.ones(360), 10)[0] is back


@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(60, 400))
def test_that_each_column_keeps_its_ends_and_extremes(seed: int, columns: int, count: int) -> None:
    noise = np.random.default_rng(seed)
    x, y = np.cumsum(noise.uniform(0.1, 3, count)), noise.integers(-5, 5, count).astype(float)
    across, down = thinned(x, y, columns)
    assert len(across) <= max(4 * columns, 4 * columns if count > 4 * columns else count)
    kept = set(zip(across.tolist(), down.tolist(), strict=True))
    assert np.all(np.diff(across) > 0)
    for column in range(columns):
        there = [
            (a, b)
            for a, b in zip(x.tolist(), y.tolist(), strict=True)
            if min(int((a - x[0]) / (x[-1] - x[0]) * columns), columns - 1) == column
        ]
        if there:
            assert there[0] in kept
            assert there[-1] in kept
            seen = [b for a, b in kept if there[0][0] <= a <= there[-1][0]]
            assert (min(seen), max(seen)) == (min(b for _, b in there), max(b for _, b in there))


def test_that_steps_keep_each_value_until_the_next() -> None:
    across, down = stepped(np.array([1.0, 2.0, 5.0]), np.array([7.0, 8.0, 9.0]))
    assert list(zip(across.tolist(), down.tolist(), strict=True)) == [(1, 7), (2, 7), (2, 8), (5, 8), (5, 9)]

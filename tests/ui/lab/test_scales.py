"""Ticks lie where people look for them, and nothing that is drawn falls outside of its picture."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.lab.presentation import Axis, Columns, Level, Line, Picture
from ui.lab.scales import bounds, ticks

NUMBERS = st.floats(-1e6, 1e6)


@given(NUMBERS, st.floats(1e-3, 1e6), st.sampled_from(["number", "percent", "days"]), st.integers(2, 12))
def test_that_ticks_are_even_told_apart_and_within(low: float, wide: float, scale: str, most: int) -> None:
    high = low + wide
    found = ticks(low, high, scale, most)  # type: ignore[arg-type]
    values = [value for value, _ in found]
    assert all(low - 1e-6 * wide <= value <= high + 1e-6 * wide for value in values)
    assert len(found) <= most + 1
    assert len({text for _, text in found}) == len(found)
    if len(values) > 2:
        assert np.allclose(np.diff(values), values[1] - values[0])


def test_that_a_step_of_a_quarter_is_written_with_two_decimals() -> None:
    assert [text for _, text in ticks(-0.25, 0.5, "number", 3)] == ["−0.25", "0.00", "0.25", "0.50"]


def test_that_years_are_written_where_they_begin() -> None:
    low, high = (float(np.datetime64(day).astype(int)) for day in ("2015-06-01", "2020-06-01"))
    assert [text for _, text in ticks(low, high, "date", 6)] == ["2016", "2017", "2018", "2019", "2020"]


def test_that_log_returns_are_written_as_percent() -> None:
    found = {text: value for value, text in ticks(-1.5, 2.5, "log percent", 8)}
    assert found["+100 %"] == pytest.approx(math.log(2))
    assert found["0 %"] == 0


def test_that_columns_reach_from_zero_and_levels_are_in_the_picture() -> None:
    columns = Columns(np.array([1.0, 2.0]), np.array([5.0, 7.0]), 1.0)
    x0, x1, y0, y1 = bounds(Picture("", (columns, Level(9.0)), Axis(), Axis()))
    assert (x0, x1) == (0.5, 2.5)
    assert y0 < 0 < 9 < y1


def test_that_a_picture_of_nothing_still_has_bounds() -> None:
    empty = Line(np.array([math.nan]), np.array([math.nan]))
    x0, x1, y0, y1 = bounds(Picture("", (empty,), Axis(), Axis()))
    assert x0 < x1
    assert y0 < y1

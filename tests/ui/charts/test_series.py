from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.bars import Bars
from data.catalog import BITCOIN, RUSSELL_2000
from models.highs import running_highs
from tests.support.charts import DAY, days_of
from tests.support.views import bars_of
from ui.charts.crosshair import read
from ui.charts.high_steps import HighSteps
from ui.charts.projection import Projection
from ui.charts.range_bus import TimeRange
from ui.charts.series import Series

START = int(dt.datetime(2020, 1, 1, tzinfo=dt.UTC).timestamp())


def irregular(seed: int, count: int) -> Bars:
    """Return bars at uneven distances, some of them without a close."""
    rng = np.random.default_rng(seed)
    time = START + np.cumsum(rng.integers(1, 400, count))
    close = np.exp(rng.normal(0, 1, count))
    close[rng.random(count) < 0.1] = np.nan
    ones = np.ones(count)
    session = time.astype("datetime64[s]").astype("datetime64[D]")
    return Bars(time, session, close, close * 1.1, close * 0.9, close, ones, ones > 0)


@given(st.integers(0, 10_000), st.integers(1, 400), st.floats(0, 1), st.floats(0.01, 2), st.integers(1, 300))
def test_that_each_column_has_the_extremes_of_the_bars_in_it(
    seed: int, count: int, start: float, length: float, width: int
) -> None:
    series = Series(BITCOIN, irregular(seed, count))
    whole = 200.0 * count
    view = Projection(TimeRange(START + start * whole, START + (start + length) * whole), width, 100)
    columns = series.columns(view, series.closes)

    edges = view.times.first + view.times.span * np.arange(width + 1) / width
    expected = []
    for i in range(width):
        inside = series.close[(series.time >= edges[i]) & (series.time < edges[i + 1])]
        if len(inside):
            expected.append((i + 0.5, inside.min(), inside.max()))
    found = [] if columns is None else list(zip(columns.x, columns.low, columns.high, strict=True))
    assert found == expected


@given(st.integers(0, 10_000), st.integers(1, 60), st.floats(-1000, 30_000))
def test_that_the_crosshair_never_reads_a_later_bar(seed: int, count: int, after: float) -> None:
    series = Series(BITCOIN, irregular(seed, count))
    reading = read(series, START + after)
    earlier = series.time[series.time <= START + after]
    assert reading.time == (int(earlier[-1]) if len(earlier) else None)
    if reading.time is not None:
        assert reading.time <= START + after


def test_that_at_midnight_the_exchange_still_shows_the_day_before() -> None:
    leader = Series(RUSSELL_2000, bars_of([10.0, 11.0, 12.0]))
    midnight = dt.datetime(2020, 1, 7, tzinfo=dt.UTC).timestamp()
    assert read(leader, midnight).session == dt.date(2020, 1, 6)
    assert read(leader, midnight + 15 * 3600).session == dt.date(2020, 1, 7)


def test_that_before_the_first_bar_there_is_no_value() -> None:
    reading = read(Series(BITCOIN, days_of([1.0, 2.0])), START - 1)
    assert (reading.value, reading.value_text) == (None, "no price yet")


def test_that_a_bar_without_a_close_leaves_a_gap() -> None:
    series = Series(BITCOIN, days_of([1.0, 2.0, np.nan, 4.0]))
    assert series.close.tolist() == [1.0, 2.0, 4.0]
    assert series.joined(np.array([0, 1]), np.array([1, 2])).tolist() == [True, False]


def test_that_a_missing_open_is_taken_from_the_close() -> None:
    bars = replace(days_of([5.0]), open=np.array([np.nan]), high=np.array([np.nan]), low=np.array([0.0]))
    series = Series(BITCOIN, bars)
    assert (series.open[0], series.high[0], series.low[0]) == (5.0, 5.0, 5.0)


def test_that_bars_out_of_order_are_refused_by_name() -> None:
    bars = days_of([1.0, 2.0, 3.0])[np.array([0, 2, 1])]
    with pytest.raises(ValueError, match="BTC-USD are not in order"):
        Series(BITCOIN, bars)


def test_that_no_valid_bar_makes_an_empty_series() -> None:
    series = Series(BITCOIN, days_of([np.nan, 0.0, -1.0]))
    assert len(series) == 0
    assert not series.live


@given(st.lists(st.floats(1, 9), min_size=3, max_size=50), st.lists(st.floats(1, 9), max_size=20), st.booleans())
def test_that_going_on_with_new_bars_equals_starting_anew(old: list[float], new: list[float], live: bool) -> None:
    series = Series(BITCOIN, days_of(old, final=not live))
    view = Projection(TimeRange(START, START + 80 * DAY), 20, 100)
    series.columns(view, series.closes)
    bars = days_of([*old[:-1], old[-1] + 1, *new])

    assert series.extended(bars)

    fresh = Series(BITCOIN, bars)
    ours, theirs = series.columns(view, series.closes), fresh.columns(view, fresh.closes)
    assert ours is not None
    assert theirs is not None
    assert ours.high.tolist() == theirs.high.tolist()
    assert ours.low.tolist() == theirs.low.tolist()


def test_that_a_rewritten_past_does_not_count_as_going_on() -> None:
    series = Series(BITCOIN, days_of([1.0, 2.0, 3.0, 4.0]))
    assert not series.extended(days_of([1.0, 9.0, 3.0, 4.0]))
    assert not series.extended(days_of([1.0, 2.0]))


def test_that_the_high_read_is_the_one_of_that_day() -> None:
    bars = bars_of([10.0, 20.0, 15.0, 30.0])
    steps = HighSteps(bars, running_highs(bars, 0.01))
    reading = read(Series(RUSSELL_2000, bars), float(bars.time[2]), None, steps)
    assert reading.high == 20.0
    assert reading.high_text == "ATH 20.00 · −25.0 %"


def test_that_a_bar_in_progress_says_so() -> None:
    assert read(Series(BITCOIN, days_of([1.0, 2.0], final=False)), np.inf).date_text == "2 Jan 2020 · in progress"

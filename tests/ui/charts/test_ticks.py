from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.charts.range_bus import TimeRange
from ui.charts.ticks import percent_text, price_text, price_ticks, time_ticks


def between(first: str, last: str) -> TimeRange:
    return TimeRange(*(dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC).timestamp() for day in (first, last)))


@pytest.mark.parametrize(
    ("first", "last", "pixels", "texts"),
    [
        ("2021-03-01", "2026-03-01", 1000, ["Jul", "2022", "Jul", "2023", "Jul", "2024", "Jul", "2025", "Jul", "2026"]),
        ("2024-11-15", "2025-04-15", 600, ["Dec", "2025", "Feb", "Mar", "Apr"]),
        ("2025-01-30", "2025-02-04", 500, ["30", "31", "Feb", "2", "3", "4"]),
        ("2025-03-10", "2025-03-15", 500, ["10 Mar 2025", "11", "12", "13", "14", "15"]),
        ("2025-03-10", "2025-03-10T12:00", 400, ["10 Mar", "03:00", "06:00", "09:00", "12:00"]),
        ("1987-01-02", "2026-01-01", 700, ["1990", "1995", "2000", "2005", "2010", "2015", "2020", "2025"]),
    ],
)
def test_that_time_labels_make_sense(first: str, last: str, pixels: float, texts: list[str]) -> None:
    assert [tick.text for tick in time_ticks(between(first, last), pixels)] == texts


@given(st.floats(-6e9, 6e9), st.floats(60, 6.4e9), st.integers(100, 4000))
def test_that_time_ticks_rise_within_the_view_and_keep_apart(first: float, span: float, pixels: int) -> None:
    view = TimeRange(first, first + span)
    places = [tick.at for tick in time_ticks(view, pixels)]
    assert places == sorted(set(places))
    assert all(view.first <= at <= view.last for at in places)
    gaps = [(b - a) * pixels / span for a, b in pairwise(places)]
    assert all(gap >= 45 for gap in gaps)


@given(st.floats(0.0001, 1e6), st.floats(1.001, 1e5), st.integers(60, 2000), st.booleans(), st.booleans())
def test_that_price_ticks_are_in_view_few_and_say_different_things(
    low: float, ratio: float, pixels: int, log: bool, percent: bool
) -> None:
    high = low * ratio
    ticks = price_ticks(low, high, pixels, log=log, percent=percent)
    assert all(low * (1 - 1e-9) <= tick.at <= high * (1 + 1e-9) for tick in ticks)
    assert len({tick.text for tick in ticks}) == len(ticks)
    assert len(ticks) <= pixels / 15 + 1


def test_that_a_log_axis_counts_in_decades_when_they_are_many() -> None:
    texts = [tick.text for tick in price_ticks(0.5, 200_000, 160, log=True, percent=False)]
    assert texts == ["1", "10", "100", "1,000", "10,000", "100,000"]


def test_that_a_short_log_axis_counts_in_equal_steps() -> None:
    texts = [tick.text for tick in price_ticks(2_000, 2_500, 250, log=True, percent=False)]
    assert texts == ["2,000", "2,100", "2,200", "2,300", "2,400", "2,500"]


def test_that_percent_ticks_go_through_zero() -> None:
    texts = [tick.text for tick in price_ticks(0.75, 1.5, 120, log=False, percent=True)]
    assert texts == ["−20 %", "0 %", "+20 %", "+40 %"]


def test_that_nothing_is_said_of_an_axis_without_a_range() -> None:
    assert price_ticks(5.0, 5.0, 300, log=False, percent=False) == ()
    assert price_ticks(float("nan"), 5.0, 300, log=True, percent=False) == ()


def test_that_figures_have_separators_and_a_true_minus() -> None:
    assert price_text(-1234.5, 2) == "−1,234.50"
    assert percent_text(0.9644) == "−3.6 %"
    assert percent_text(1.5) == "+50.0 %"


@pytest.mark.parametrize(("low", "high", "pixels"), [(14_000, 400_000, 136), (800, 9_000, 138), (16_000, 160_000, 110)])
def test_that_a_low_pane_still_has_several_labels(low: float, high: float, pixels: float) -> None:
    assert len(price_ticks(low, high, pixels, log=True, percent=False)) >= 4

"""Weeks and months out of days."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.bars import Bars
from models.resample import resample
from tests.support.histories import NOTHING, history


def on(days: list[str], closes: list[float] | None = None, final: list[bool] | None = None) -> Bars:
    sessions = np.array(days, "datetime64[D]")
    return history(closes or [float(n) for n in range(1, len(days) + 1)], sessions=sessions, final=final)


def test_that_days_come_back_as_they_are() -> None:
    bars = on(["2025-09-18"])
    assert resample(bars, "day", "XNYS") is bars


def test_that_a_week_takes_its_columns_from_its_days() -> None:
    days = np.array(["2025-09-15", "2025-09-16", "2025-09-18", "2025-09-19", "2025-09-22"], "datetime64[D]")
    bars = history(
        [11.0, 9.0, 10.0, 12.0, 20.0],
        sessions=days,
        opens=[10.0, 11.0, 9.0, 10.0, 19.0],
        highs=[15.0, 11.0, NOTHING, 12.0, 21.0],
        lows=[10.0, 7.0, 9.0, NOTHING, 18.0],
        volume=[1.0, 2.0, NOTHING, 4.0, 8.0],
    )
    week = resample(bars, "week", "XNYS")
    assert week.session.tolist() == days[[3, 4]].tolist()
    assert week.time.tolist() == bars.time[[0, 4]].tolist()
    assert (week.open.tolist(), week.close.tolist()) == ([10.0, 19.0], [12.0, 20.0])
    assert (week.high.tolist(), week.low.tolist()) == ([15.0, 21.0], [7.0, 18.0])
    assert week.volume.tolist() == [7.0, 8.0]
    assert week.final.tolist() == [True, False]


@pytest.mark.parametrize(
    ("period", "calendar", "last", "final"),
    [
        ("week", "XNYS", "2025-09-18", False),
        ("week", "XNYS", "2025-09-19", True),
        ("week", "24/7", "2025-09-19", False),
        ("week", "24/7", "2025-09-21", True),
        ("month", "XNYS", "2025-11-27", False),
        ("month", "XNYS", "2025-11-28", True),
        ("month", "24/7", "2025-11-28", False),
        ("month", "24/7", "2025-11-30", True),
    ],
)
def test_that_a_period_is_final_when_no_day_of_it_can_follow(
    period: str, calendar: str, last: str, final: bool
) -> None:
    bars = on([str(np.datetime64(last) - 1), last])
    assert resample(bars, "week" if period == "week" else "month", calendar).final.tolist() == [final]


def test_that_a_week_with_a_bar_in_progress_is_in_progress() -> None:
    assert resample(on(["2025-09-18", "2025-09-19"], final=[True, False]), "week", "XNYS").final.tolist() == [False]


def test_that_weeks_run_over_the_turn_of_the_year_and_months_do_not() -> None:
    bars = on(["2024-12-30", "2024-12-31", "2025-01-02", "2025-01-03"])
    assert resample(bars, "week", "XNYS").close.tolist() == [4.0]
    assert resample(bars, "month", "XNYS").close.tolist() == [2.0, 4.0]


def test_that_days_without_a_close_are_left_out() -> None:
    bars = on(["2025-09-15", "2025-09-18", "2025-09-19"], [NOTHING, 2.0, NOTHING])
    week = resample(bars, "week", "XNYS")
    assert (week.close.tolist(), week.session.tolist()) == ([2.0], bars.session[[1]].tolist())
    assert len(resample(on(["2025-09-15"], [NOTHING]), "week", "XNYS")) == 0
    assert len(resample(Bars.empty(), "month", "XNYS")) == 0


def week_of(session: np.datetime64) -> tuple[int, int]:
    return session.astype(object).isocalendar()[:2]


def month_of(session: np.datetime64) -> tuple[int, int]:
    return session.astype(object).year, session.astype(object).month


@given(st.sets(st.integers(-800, 20_000), max_size=60))
def test_that_every_day_lands_in_its_own_period(numbers: set[int]) -> None:
    days = np.array(sorted(numbers), np.int64).astype("datetime64[D]")
    bars = history([float(n + 1) for n in range(len(days))], sessions=days)
    keys: tuple[tuple[str, Callable[[np.datetime64], tuple[int, int]]], ...] = (("week", week_of), ("month", month_of))
    for period, key in keys:
        made = resample(bars, "week" if period == "week" else "month", "24/7")
        groups: dict[tuple[int, int], list[int]] = {}
        for row in range(len(days)):
            groups.setdefault(key(days[row]), []).append(row)
        assert made.close.tolist() == [float(rows[-1] + 1) for rows in groups.values()]
        assert made.low.tolist() == [float(rows[0] + 1) for rows in groups.values()]
        assert math.fsum(made.volume) == len(days)

"""Bars as columns: equally long, read-only, sliced without a copy."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from data.bars import BarRow, Bars

DAY = dt.date(2025, 9, 18)
ROWS = (
    BarRow(DAY, 1_758_202_200, 2410.0, 2470.0, 2405.0, 2467.7, 1e9),
    BarRow(DAY + dt.timedelta(days=1), 1_758_288_600, 2468.0, 2469.0, 2440.0, 2448.8, 2e9, final=False),
)


def test_that_rows_become_columns() -> None:
    bars = Bars.of(ROWS)
    assert len(bars) == 2
    assert bars.session.tolist() == [DAY, DAY + dt.timedelta(days=1)]
    assert bars.close.tolist() == [2467.7, 2448.8]
    assert bars.final.tolist() == [True, False]
    assert len(Bars.empty()) == 0


def test_that_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        replace(Bars.of(ROWS), close=np.array([1.0]))


def test_that_nobody_can_write_into_bars() -> None:
    with pytest.raises(ValueError, match="read-only"):
        Bars.of(ROWS).close[0] = 1.0


def test_that_a_slice_shares_its_memory() -> None:
    bars = Bars.of(ROWS)
    assert np.shares_memory(bars[1:].close, bars.close)
    assert bars[np.array([False, True])].close.tolist() == [2448.8]


def test_that_only_positive_finite_closes_are_valid() -> None:
    rows = [ROWS[0]._replace(close=close) for close in (1.0, 0.0, -1.0, float("nan"), float("inf"))]
    assert Bars.of(rows).valid.tolist() == [True, False, False, False, False]


def test_that_settled_leaves_out_what_is_in_progress() -> None:
    bars = Bars.of(ROWS)
    assert bars.settled().close.tolist() == [2467.7]
    assert bars.settled().settled() is not bars
    whole = bars[:1]
    assert whole.settled() is whole


def test_that_sameness_looks_at_every_column_and_takes_nan_for_nan() -> None:
    gap = Bars.of([ROWS[0]._replace(close=float("nan"))])
    assert gap.same_as(Bars.of([ROWS[0]._replace(close=float("nan"))]))
    assert not gap.same_as(Bars.of([ROWS[0]]))
    assert not gap.same_as(Bars.empty())
    assert not Bars.of([ROWS[0]]).same_as(Bars.of([ROWS[0]._replace(final=False)]))

"""Rates and debt: changes over a year, inversions and what matures when, each beside a plain count."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.macro_store import Maturity
from models.evidence.refusals import RefusedError
from models.macro.debt import debt, wall
from models.macro.economy import Economy
from models.macro.rates import Course, below_zero, over_a_year, rates
from tests.support.economy import LATER, real, recorded

MONTHS = st.lists(st.tuples(st.integers(0, 60), st.floats(1, 1e4)), unique_by=lambda pair: pair[0], max_size=40)


def monthly(pairs: list[tuple[int, float]]) -> Course:
    ordered = sorted(pairs)
    months = np.array([number for number, _ in ordered], np.int64).astype("datetime64[M]")
    return Course(months.astype("datetime64[D]"), np.array([value for _, value in ordered], np.float64))


@given(MONTHS)
def test_that_a_year_is_the_same_month_before_and_a_month_without_one_is_left_out(
    pairs: list[tuple[int, float]],
) -> None:
    values, found = dict(pairs), over_a_year(monthly(pairs))
    told = {
        np.datetime64(number, "M").astype("datetime64[D]").astype(object): (value / values[number - 12] - 1) * 100
        for number, value in sorted(pairs)
        if number - 12 in values
    }
    assert dict(zip(found.date.tolist(), found.value.tolist(), strict=True)) == pytest.approx(told)


@given(st.lists(st.sampled_from([-1.0, -0.2, 0.0, 0.7]), max_size=40))
def test_that_an_inversion_runs_from_its_first_negative_day_through_its_last(values: list[float]) -> None:
    days = np.arange(len(values)).astype("datetime64[D]")
    told: list[list[dt.date]] = []
    for row, value in enumerate(values):
        day = days[row].astype(object)
        if value < 0 and row and values[row - 1] < 0:
            told[-1][1] = day
        elif value < 0:
            told.append([day, day])
    assert [list(pair) for pair in below_zero(Course(days, np.array(values)))] == told


def test_that_nothing_stored_is_a_refusal_that_says_what_to_switch_on() -> None:
    with pytest.raises(RefusedError, match="Switch on FRED"):
        rates(Economy({}, LATER))
    with pytest.raises(RefusedError, match="Switch on the Treasury"):
        debt(Economy({}, LATER))


def test_that_one_stored_figure_is_enough_to_show_it() -> None:
    found = rates(Economy({"T10Y2Y": recorded("T10Y2Y", ["2024-01-02", "2024-01-03"], [-0.2, 0.1])}, LATER))
    assert found.inverted == ((dt.date(2024, 1, 2), dt.date(2024, 1, 2)),)
    assert [row.series.id for row in found.rows if row.value is None] == [
        "DFEDTARU", "BAMLH0A0HYM2", "M2SL", "INDPRO", "USREC",
    ]  # fmt: skip


def test_that_the_curve_of_the_real_figures_was_inverted_from_july_2022_to_august_2024() -> None:
    long = [
        pair for pair in rates(Economy({"T10Y2Y": real("T10Y2Y")}, LATER)).inverted if (pair[1] - pair[0]).days > 400
    ]
    assert [(f"{first:%Y-%m}", f"{last:%Y-%m}") for first, last in long][-1] == ("2022-07", "2024-08")


def test_that_the_share_due_within_a_year_is_of_the_same_month() -> None:
    stored = {
        "MSPD_12M": recorded("MSPD_12M", ["2025-08-31", "2025-10-31"], [9e6, 9.5e6]),
        "MSPD_TOTAL": recorded("MSPD_TOTAL", ["2025-08-31", "2025-09-30", "2025-10-31"], [28e6, 29e6, 30e6]),
    }
    share = debt(Economy(stored, LATER)).share
    assert share.date.tolist() == [dt.date(2025, 8, 31), dt.date(2025, 10, 31)]
    assert share.value.tolist() == [9 / 28, 9.5 / 30]


def test_that_the_wall_counts_the_latest_month_only_by_year_and_kind() -> None:
    old, new = dt.date(2025, 8, 31), dt.date(2025, 9, 30)
    found = wall(
        [
            Maturity(old, "Bills", dt.date(2025, 10, 2), 9e9),
            Maturity(new, "Bills", dt.date(2025, 10, 2), 100_000),
            Maturity(new, "Bills", dt.date(2026, 1, 2), 50_000),
            Maturity(new, "Notes", dt.date(2026, 5, 15), 70_000),
        ]
    )
    assert found is not None
    assert (found.record, found.years, found.kinds) == (new, (2025, 2026), ("Bills", "Notes"))
    assert found.amounts == ((100.0, 0.0), (50.0, 70.0))
    assert found.totals == (100.0, 120.0)
    assert wall([]) is None

"""Regimes against a slow, plain second reading of the rules, and against what happened."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.macro.regimes import (
    balance_regimes,
    liquidity_history,
    rate_regimes,
    recession_regimes,
    securities_regimes,
    total_regimes,
)
from tests.support.economy import real, recorded, weeks


def plainly(values: list[float]) -> list[str]:
    """The rules once more, week by week, looking back at all earlier weeks each time."""
    told: list[str] = []
    proposals: list[str] = []
    for week in range(13, len(values)):
        change = values[week] / values[week - 13] - 1
        now = told[-1] if told else "flat"
        stays = (now == "expanding" and change >= 0.0025) or (now == "shrinking" and change <= -0.0025)
        if stays:
            proposals.append(now)
        elif change >= 0.01:
            proposals.append("expanding")
        elif change <= -0.01:
            proposals.append("shrinking")
        else:
            proposals.append("flat")
        last = proposals[-4:]
        told.append(last[0] if len(last) == 4 and len(set(last)) == 1 else now)
    return told


STEPS = st.lists(st.sampled_from((-0.02, -0.004, -0.001, 0.0, 0.001, 0.004, 0.02)), min_size=14, max_size=80)


@given(STEPS)
def test_that_regimes_are_those_of_a_plain_reading(steps: list[float]) -> None:
    values = (7e6 * np.exp(np.cumsum(steps))).tolist()
    days = np.array(weeks("2015-01-07", len(values)), "datetime64[D]")
    found = balance_regimes("any", days, np.array(values), np.arange(len(values)))
    assert list(found.kind) == plainly(values)
    assert found.date.tolist() == days[13:].tolist()


@given(STEPS, st.integers(14, 80))
def test_that_later_weeks_change_no_earlier_regime(steps: list[float], cut: int) -> None:
    value = 7e6 * np.exp(np.cumsum(steps))
    days, known = np.array(weeks("2015-01-07", len(value)), "datetime64[D]"), np.arange(len(value))
    whole = balance_regimes("any", days, value, known)
    early = balance_regimes("any", days[:cut], value[:cut], known[:cut])
    assert whole.kind[: len(early)] == early.kind


def test_that_the_real_balance_sheet_is_read_alike() -> None:
    balance = real("WALCL")
    assert list(total_regimes(balance).kind) == plainly(balance.value.tolist())


def test_that_the_total_shows_a_false_expansion_in_spring_2023_and_the_securities_do_not() -> None:
    balance = real("WALCL")
    loans = [phase for phase in total_regimes(balance).phases() if phase.first.year == 2023]
    assert [(phase.kind, str(phase.first), str(phase.last)) for phase in loans] == [
        ("expanding", "2023-04-12", "2023-06-28"),
        ("shrinking", "2023-07-05", "2025-12-31"),
    ]
    # The holdings ran off at up to 95 billion a month all the while.
    days = weeks("2022-01-05", 100)
    treasuries = recorded("TREAST", days, [5_700_000 - 15_000 * max(0, week - 22) for week in range(100)])
    mortgages = recorded("WSHOMCB", days, [2_700_000 - 4_500 * max(0, week - 22) for week in range(100)])
    held = securities_regimes(treasuries, mortgages)
    spring = (held.date >= np.datetime64("2023-03-01")) & (held.date <= np.datetime64("2023-08-01"))
    assert {kind for kind, flag in zip(held.kind, spring, strict=True) if flag} == {"shrinking"}


def test_that_a_missing_week_starts_the_count_anew() -> None:
    days = weeks("2015-01-07", 30)
    value = [7e6 * 1.002**week for week in range(30)]
    whole = balance_regimes("any", np.array(days, "datetime64[D]"), np.array(value), np.arange(30))
    assert whole.kind.index("expanding") == 3
    there = [week for week in range(30) if week != 2]
    holed = balance_regimes("any", np.array(days, "datetime64[D]")[there], np.array(value)[there], np.arange(30)[there])
    assert holed.kind.index("expanding") == 6


def test_that_rates_are_compared_with_those_of_182_days_before() -> None:
    days = [str(dt.date(2021, 9, 1) + dt.timedelta(days=number)) for number in range(800)]
    value = [0.25 if day < "2022-03-17" else 0.5 if day < "2022-12-15" else 0.25 for day in days]
    phases = rate_regimes(recorded("DFEDTARU", days, value)).phases()
    assert [(phase.kind, str(phase.first)) for phase in phases] == [
        ("hold", "2022-03-02"),
        ("hiking", "2022-03-17"),
        ("hold", "2022-09-15"),
        ("easing", "2022-12-15"),
        ("hold", "2023-06-15"),
    ]
    assert phases[1].known_at == dt.datetime(2022, 3, 17, 13, tzinfo=dt.UTC)


def test_that_recessions_are_known_when_they_are_announced() -> None:
    months = [f"{year}-{month:02}-01" for year in (2019, 2020, 2021) for month in range(1, 13)]
    flags = recession_regimes(recorded("USREC", months, [float(month in months[14:16]) for month in months]))
    phases = flags.phases()
    assert [(phase.kind, str(phase.first), str(phase.known_at.date())) for phase in phases] == [
        ("growth", "2019-01-01", "2019-02-01"),
        ("recession", "2020-03-01", "2020-06-08"),
        ("growth", "2020-05-01", "2021-07-19"),
    ]
    moments = np.array(["2020-06-08T15:59", "2020-06-08T16:00", "2021-07-18T00:00"], "datetime64[s]")
    seconds = moments.astype(np.int64)
    assert flags.at(seconds) == ("growth", "recession", "recession")


@pytest.mark.parametrize("count", [0, 1, 13])
def test_that_a_short_series_has_no_regime(count: int) -> None:
    few = recorded("WALCL", weeks("2015-01-07", count), [4e6] * count)
    assert len(total_regimes(few)) == 0
    assert total_regimes(few).at(np.array([0])) == (None,)
    assert liquidity_history(total_regimes(few)).regimes == ()


def test_that_rules_get_each_change_from_the_moment_it_was_known() -> None:
    value = [7e6 * 1.002 ** min(week, 20) for week in range(60)]
    history = liquidity_history(total_regimes(recorded("WALCL", weeks("2015-01-07", 60), value)))
    assert history.regimes == ("flat", "expanding", "flat", None)
    assert bool((np.diff(history.known_at) > 0).all())


def test_that_nothing_is_known_of_liquidity_fifteen_days_after_the_last_wednesday() -> None:
    history = liquidity_history(total_regimes(recorded("WALCL", weeks("2015-01-07", 40), [7e6] * 40)))
    last = dt.date(2015, 1, 7) + dt.timedelta(days=7 * 39)
    over = dt.datetime.combine(last + dt.timedelta(days=15), dt.time(), dt.UTC)
    assert (int(history.known_at[-1]), history.regimes) == (int(over.timestamp()), ("flat", None))


def test_that_there_is_no_history_of_liquidity_without_figures() -> None:
    history = liquidity_history(total_regimes(recorded("WALCL", [], [])))
    assert (len(history.known_at), history.regimes) == (0, ())

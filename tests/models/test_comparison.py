"""Ratio, drawdown and correlation against slow references, and nothing read from the future."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.bars import BarRow, Bars
from models.comparison import drawdown, paired, ratio, rolling_correlation

DAY = 86_400
START = dt.date(2024, 1, 1)  # a Monday

prices = st.one_of(st.floats(0.01, 1e6), st.just(float("nan")))


def stocks(closes: list[float], first: dt.date = START) -> Bars:
    """Weekday bars that begin at 14:30 UTC."""
    days = np.busday_offset(first, range(len(closes)), roll="forward").astype(object)
    return made(list(days), closes, 52_200)


def coins(closes: list[float], first: dt.date = START) -> Bars:
    """Bars of every day that begin at 00:00 UTC."""
    return made([first + dt.timedelta(days=i) for i in range(len(closes))], closes, 0)


def made(days: list[dt.date], closes: list[float], after: int) -> Bars:
    begin = [int(dt.datetime(d.year, d.month, d.day, tzinfo=dt.UTC).timestamp()) + after for d in days]
    return Bars.of(BarRow(d, t, c, c, c, c) for d, t, c in zip(days, begin, closes, strict=True))


def valid(bars: Bars) -> list[tuple[dt.date, int, float]]:
    rows = zip(bars.session.tolist(), bars.time.tolist(), bars.close.tolist(), strict=True)
    return [row for row in rows if math.isfinite(row[2]) and row[2] > 0]


def slow_pairs(first: Bars, second: Bars, carry: int) -> list[tuple[dt.date, int, float, float]]:
    found = []
    for day, time, close in valid(first):
        earlier = [row for row in valid(second) if row[0] <= day]
        if earlier and (day - earlier[-1][0]).days <= carry:
            found.append((day, max(time, earlier[-1][1]), close, earlier[-1][2]))
    return found


def test_that_a_weekend_of_a_coin_is_paired_with_fridays_close() -> None:
    pairs = paired(coins([float(i) for i in range(1, 9)]), stocks([10.0, 20.0, 30.0, 40.0, 50.0, 60.0]))
    assert pairs.second.tolist() == [10.0, 20.0, 30.0, 40.0, 50.0, 50.0, 50.0, 60.0]


def test_that_a_session_is_paired_with_the_coins_bar_of_the_same_date() -> None:
    pairs = paired(stocks([10.0, 20.0, 30.0]), coins([1.0, 2.0, 3.0, 4.0]))
    assert pairs.second.tolist() == [1.0, 2.0, 3.0]


def test_that_a_close_gone_stale_is_paired_with_nothing() -> None:
    pairs = paired(coins([1.0] * 30), stocks([10.0, 20.0]), carry_days=7)
    assert pairs.session[-1].astype(object) == dt.date(2024, 1, 9)


def test_that_a_pair_is_final_only_when_both_are() -> None:
    live = Bars.of([BarRow(START, 0, 1.0, 1.0, 1.0, 1.0, final=False)])
    assert paired(coins([2.0]), live).final.tolist() == [False]
    assert ratio(live, coins([2.0])).final.tolist() == [False]


@given(st.lists(prices, max_size=40), st.lists(prices, max_size=40), st.integers(-20, 20), st.integers(0, 9))
def test_that_pairs_and_ratio_agree_with_a_walk_over_the_dates(
    ours: list[float], theirs: list[float], shift: int, carry: int
) -> None:
    first, second = coins(ours), stocks(theirs, START + dt.timedelta(days=shift))
    for one, other in ((first, second), (second, first)):
        wanted = slow_pairs(one, other, carry)
        pairs, bars = paired(one, other, carry), ratio(one, other, carry)
        assert list(zip(pairs.session.tolist(), pairs.time.tolist(), pairs.first, pairs.second, strict=True)) == wanted
        assert bars.close.tolist() == [a / b for _, _, a, b in wanted]
        assert bars.time.tolist() == [time for _, time, _, _ in wanted]


@given(st.lists(prices, min_size=1, max_size=60), st.lists(prices, min_size=1, max_size=60), st.integers(0, 59))
def test_that_what_comes_later_changes_nothing_before(ours: list[float], theirs: list[float], cut: int) -> None:
    """Both histories are cut at a date; all that was told of the time before stays word for word."""
    first, second = coins(ours), stocks(theirs)
    day = np.datetime64(START + dt.timedelta(days=cut), "D")
    early, their_early = first[first.session <= day], second[second.session <= day]
    for whole, part in (
        (ratio(first, second), ratio(early, their_early)),
        (ratio(second, first), ratio(their_early, early)),
        (rolling_correlation(first, second, 5), rolling_correlation(early, their_early, 5)),
        (drawdown(first, 0.01), drawdown(early, 0.01)),
    ):
        known = whole[whole.session <= day]
        assert known.same_as(part)


@given(st.lists(st.floats(0.01, 1e6), max_size=80))
def test_that_the_drawdown_is_the_close_over_the_best_so_far(closes: list[float]) -> None:
    rounded = [round(close * 100) / 100 for close in closes]
    wanted = [q / max(rounded[: i + 1]) for i, q in enumerate(rounded)]
    assert drawdown(coins(closes), 0.01).close.tolist() == pytest.approx(wanted)


def test_that_a_drawdown_of_nothing_is_nothing() -> None:
    assert len(drawdown(Bars.empty(), 0.01)) == 0
    assert len(drawdown(coins([float("nan")]), 0.01)) == 0


steps = st.lists(st.integers(-50, 50), min_size=1, max_size=70)


@given(steps, steps, st.integers(3, 12))
def test_that_the_correlation_agrees_with_the_formula(ours: list[int], theirs: list[int], window: int) -> None:
    first = coins([math.exp(sum(ours[: i + 1]) / 100) for i in range(len(ours))])
    second = stocks([math.exp(sum(theirs[: i + 1]) / 100) for i in range(len(theirs))])
    pairs = slow_pairs(first, second, 0)
    one = [math.log(b[2] / a[2]) for a, b in itertools.pairwise(pairs)]
    other = [math.log(b[3] / a[3]) for a, b in itertools.pairwise(pairs)]
    wanted = {}
    for end in range(window, len(one) + 1):
        x, y = one[end - window : end], other[end - window : end]
        if max(x) - min(x) > 1e-9 and max(y) - min(y) > 1e-9:
            wanted[pairs[end][0]] = statistics.correlation(x, y)
    bars = rolling_correlation(first, second, window)
    assert bars.session.tolist() == list(wanted)
    assert bars.close.tolist() == pytest.approx(list(wanted.values()), abs=1e-6)


def test_that_many_windows_are_worked_on_in_parts_without_a_seam() -> None:
    rng = np.random.default_rng(3)
    ours, theirs = np.exp(np.cumsum(rng.normal(0, 0.01, (2, 10_000)), axis=1)) * 100
    bars = rolling_correlation(coins(ours.tolist(), dt.date(1990, 1, 1)), coins(theirs.tolist(), dt.date(1990, 1, 1)))
    returns = np.diff(np.log(ours)), np.diff(np.log(theirs))
    for row in (0, 4095, 4096, 4097, len(bars) - 1):
        wanted = np.corrcoef(returns[0][row : row + 63], returns[1][row : row + 63])[0, 1]
        assert bars.close[row] == pytest.approx(wanted)


def test_that_weeks_are_compared_from_the_last_session_both_have() -> None:
    rng = np.random.default_rng(5)
    first, second = coins(rng.uniform(90, 110, 140).tolist()), stocks(rng.uniform(90, 110, 100).tolist())
    bars = rolling_correlation(first, second, 4, "week")
    assert {day.weekday() for day in bars.session.tolist()} == {4}
    fridays = [row for row in slow_pairs(first, second, 0) if row[0].weekday() == 4]
    last = fridays[-5:]
    returns = [[math.log(b[c] / a[c]) for a, b in itertools.pairwise(last)] for c in (2, 3)]
    assert bars.close[-1] == pytest.approx(statistics.correlation(*returns))
    months = rolling_correlation(first, second, 3, "month")
    assert len(months) == len({(d.year, d.month) for d in first.session.tolist()}) - 3


def test_that_two_returns_are_too_few_for_a_correlation() -> None:
    with pytest.raises(ValueError, match="three returns"):
        rolling_correlation(coins([1.0]), coins([1.0]), 2)

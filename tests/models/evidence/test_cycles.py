"""Turning points, phases that go together, and waves: public dates, plain second ways, planted truths."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.evidence.concordance import concordance
from models.evidence.four_year import PERIODS, four_year
from models.evidence.refusals import RefusedError
from models.evidence.turning_points import MONTHLY_SHARES, QUARTERLY, Turn, by_duration, by_threshold, states

WALKS = st.integers(0, 2**32 - 1)


def walk(seed: int, n: int = 600, size: float = 0.03) -> np.ndarray:
    return np.exp(np.cumsum(np.random.default_rng(seed).normal(size=n) * size))


def test_that_quarters_turn_where_r_says_they_do() -> None:
    from statsmodels.datasets import macrodata

    data = macrodata.load_pandas().data
    turns = by_duration(np.log(data["realgdp"].to_numpy()), QUARTERLY)
    told = [
        f"{'P' if turn.peak else 'T'}{int(data.year[turn.row]) % 100:02d}Q{int(data.quarter[turn.row])}"
        for turn in turns
    ]
    assert " ".join(told) == ("P60Q1 T60Q4 P69Q3 T70Q1 P73Q4 T75Q1 P80Q1 T80Q3 P81Q3 T82Q1 P90Q2 T91Q1 P08Q2")


def test_that_a_market_turns_on_the_days_that_r_gives() -> None:
    from arch.data import sp500

    close = sp500.load()["Close"]
    turns = by_threshold(close.to_numpy(), 0.2, 0.2)
    told = [f"{'P' if turn.peak else 'T'}{close.index[turn.row]:%Y-%m-%d}" for turn in turns]
    at = told.index("P2000-03-24")
    assert told[at:] == [
        "P2000-03-24", "T2001-09-21", "P2002-01-04", "T2002-07-23", "P2007-10-09", "T2008-11-20", "P2009-01-06",
        "T2009-03-09",
    ]  # fmt: skip


def plain_turns(price: list[float], rise: float, fall: float) -> list[Turn]:
    """Go through the days again from each turn, looking back for the extreme each time."""
    turns: list[Turn] = []
    begin, phase = 0, None
    for day in range(len(price)):
        past = price[begin : day + 1]
        top, bottom = begin + past.index(max(past)), begin + past.index(min(past))
        if phase != "bear" and (price[top] - price[day]) / price[top] > fall:
            turns.append(Turn(top, True, day))
            begin, phase = day, "bear"
        elif phase != "bull" and (price[day] - price[bottom]) / price[bottom] > rise:
            turns.append(Turn(bottom, False, day))
            begin, phase = day, "bull"
    return turns


@given(WALKS)
@settings(max_examples=30, deadline=None)
def test_that_thresholds_give_what_a_plain_search_gives(seed: int) -> None:
    price = walk(seed, 300)
    assert list(by_threshold(price, 0.2, 0.2)) == plain_turns(price.tolist(), 0.2, 0.2)


@given(WALKS, st.integers(50, 599))
@settings(max_examples=30, deadline=None)
def test_that_what_is_known_by_a_day_is_not_changed_by_later_ones(seed: int, cut: int) -> None:
    price = walk(seed)
    whole = [turn for turn in by_threshold(price, 0.2, 0.2) if turn.known < cut]
    assert list(by_threshold(price[:cut], 0.2, 0.2)) == whole


@given(WALKS)
@settings(max_examples=30, deadline=None)
def test_that_turns_alternate_and_last(seed: int) -> None:
    level = np.log(walk(seed, 400, 0.06))
    turns = by_duration(level, MONTHLY_SHARES)
    for one, following in pairwise(turns):
        assert one.peak != following.peak
        high, low = (one, following) if one.peak else (following, one)
        assert level[high.row] > level[low.row]
        steep = abs(level[following.row] - level[one.row]) >= MONTHLY_SHARES.steep
        assert following.row - one.row >= MONTHLY_SHARES.phase or steep
    for one, next_alike in zip(turns, turns[2:], strict=False):
        assert next_alike.row - one.row >= MONTHLY_SHARES.cycle


def test_that_a_phase_runs_from_the_row_after_a_trough_through_the_peak() -> None:
    turns = (Turn(2, True, 3), Turn(5, False, 6))
    assert states(turns, 8).tolist() == [1, 1, 1, 0, 0, 0, 1, 1]
    assert states((), 2).tolist() == [0, 0]


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=10, max_size=60))
@settings(max_examples=60, deadline=None)
def test_that_concordance_is_what_counting_gives(pairs: list[tuple[bool, bool]]) -> None:
    x, y = (np.array(column, np.int8) for column in zip(*pairs, strict=True))
    if len(x) < 24 or np.ptp(x) == 0 or np.ptp(y) == 0:
        with pytest.raises(RefusedError):
            concordance(x, y)
        return
    found, n = concordance(x, y), len(x)
    agree = [sum(int(x[(t + shift) % n] == y[t]) for t in range(n)) for shift in range(n)]
    assert found.share == agree[0] / n
    assert found.p == pytest.approx(sum(one >= agree[0] for one in agree) / n)


def test_that_one_recession_gives_no_t_and_shifts_that_all_agree_as_well() -> None:
    economy, coin = np.ones(120, np.int8), np.tile(np.repeat([1, 0], 10).astype(np.int8), 6)
    economy[62:64] = 0
    found = concordance(economy, coin)
    assert found.t == ()
    assert found.p > 0.3


def plain_share(level: np.ndarray, period: int, trend: np.ndarray) -> float:
    n = len(level)
    angle = 2 * np.pi * np.arange(n) / period
    designs = [np.column_stack((np.ones(n), trend))]
    designs.append(np.column_stack((designs[0], np.cos(angle), np.sin(angle))))
    rest = [float(((level - design @ np.linalg.lstsq(design, level)[0]) ** 2).sum()) for design in designs]
    return 1 - rest[1] / rest[0]


def test_that_the_shares_are_those_of_two_regressions() -> None:
    level = np.log(walk(1, 140))
    months = np.arange(140)
    for kind, trend in (("linear", months), ("logarithmic", np.log(months + 19))):
        found = four_year(level, kind, draws=10)  # type: ignore[arg-type]
        for at, period in enumerate(PERIODS):
            assert found.spectrum[at] == pytest.approx(plain_share(level, period, trend))


def test_that_random_walks_are_called_a_cycle_about_one_time_in_twenty() -> None:
    found = [four_year(np.log(walk(seed, 140)), "linear", draws=300, seed=seed).p_walk < 0.05 for seed in range(200)]
    assert 3 <= sum(found) <= 19  # 10 expected


def test_that_a_planted_cycle_is_found() -> None:
    months = np.arange(192)
    noise = np.random.default_rng(5).normal(size=192) * 0.15
    found = four_year(0.02 * months + np.sin(2 * np.pi * months / 48) + noise, "linear", draws=500)
    assert found.p_walk < 0.02
    assert found.best in range(46, 51)
    assert found.cycles == 4


@pytest.mark.parametrize("level", [np.arange(59.0), np.arange(100.0)])
def test_that_too_little_and_what_never_changes_are_refused(level: np.ndarray) -> None:
    with pytest.raises(RefusedError):
        four_year(level, "linear")

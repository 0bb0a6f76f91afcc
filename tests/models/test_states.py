"""The state machine: each line of it by hand, all of it against a slow reading."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.bars import Bars
from models.breakout import State, StateParameters
from models.highs import running_highs
from models.states import StatePath, live_state, state_path
from tests.models.reference import Numbers, slow_highs, slow_states
from tests.support.histories import NOTHING, day, history

QUICK = StateParameters(least_history=1, sessions_below=3)
W, B, N, T = State.WARMUP, State.BELOW, State.NEAR, State.TOUCH
K, C, A, F = State.BREAK, State.CONFIRMED, State.ABOVE, State.FAILED


def path_of(bars: Bars, parameters: StateParameters = QUICK) -> StatePath:
    return state_path(running_highs(bars, 0.01), bars, parameters)


def states_of(closes: list[float], highs: list[float] | None = None, **changes: int) -> list[State]:
    parameters = StateParameters(**{"least_history": 1, "sessions_below": 3, **changes})
    return list(path_of(history(closes, highs=highs), parameters).states)


@pytest.mark.parametrize(
    ("closes", "states"),
    [
        ([100], [W]),
        ([100, 101], [W, A]),
        ([100, 100], [W, T]),
        ([100, 97], [W, N]),
        ([100, 96.99], [W, B]),
        ([100, 95], [W, B]),
        ([100, 97, 95], [W, N, N]),
        ([100, 97, 94.99, 95], [W, N, B, B]),
        ([100, 90, 90, 90, 102], [W, B, B, B, K]),
        ([100, 90, 90, 90, 103], [W, B, B, B, C]),
        ([100, 90, 90, 90, 102, 102.5, 102], [W, B, B, B, K, K, C]),
        ([100, 90, 90, 90, 102, 100, 102, 102, 102], [W, B, B, B, K, K, K, K, C]),
        ([100, 90, 90, 90, 102, 103], [W, B, B, B, K, C]),
        ([100, 90, 90, 90, 102, 98], [W, B, B, B, K, K]),
        ([100, 90, 90, 90, 102, 97.99], [W, B, B, B, K, F]),
        ([100, 90, 90, 90, 103, 97.99], [W, B, B, B, C, F]),
        ([100, 90, 90, 90, 103, 97.99, 97.85], [W, B, B, B, C, F, N]),
        ([100, 90, 90, 90, 103, 97.99, 90], [W, B, B, B, C, F, B]),
    ],
)
def test_that_each_line_of_the_definitions_decides(closes: list[float], states: list[State]) -> None:
    assert states_of(closes) == states


def test_that_a_spell_ends_after_its_sessions_and_the_machine_arms_again() -> None:
    closes = [100, 90, 90, 90, 103, 103, 103, 102, 102, 102, 104]
    assert states_of(closes, spell_sessions=3)[4:] == [C, C, C, A, N, N, K]


def test_that_a_break_that_never_confirms_ends_with_the_spell() -> None:
    assert states_of([100, 90, 90, 90, 101, 100, 99, 99], spell_sessions=3)[4:] == [K, K, K, A]


def test_that_confirming_on_the_spells_last_day_comes_before_its_end() -> None:
    closes = [100, 90, 90, 90, 101, 102, 102, 102]
    assert states_of(closes, spell_sessions=2)[4:] == [K, K, C, A]


def test_that_a_high_above_the_closing_high_is_a_touch_and_float_noise_is_not() -> None:
    assert states_of([100, 99], [100, 100.01]) == [W, T]
    assert states_of([100, 99], [100, 100.0012]) == [W, N]
    assert states_of([100, 99], [100, NOTHING]) == [W, N]


def test_that_the_warm_up_takes_its_bars_and_its_end_is_a_change() -> None:
    path = path_of(history([100, 99, 98, 99]), StateParameters(least_history=3))
    assert path.states == (W, W, W, N)
    (change,) = path.transitions
    assert (change.before, change.after, change.session, change.close, change.row) == (W, N, day(4), 99.0, 3)


def test_that_levels_are_frozen_from_the_break_to_the_bar_of_its_failure() -> None:
    path = path_of(history([100, 90, 90, 90, 102, 105, 97, 97]))
    assert path.states[4:] == (K, C, F, B)
    assert path.levels[1:].tolist() == [100, 100, 100, 100, 100, 100, 105]
    assert math.isnan(path.levels[0])
    assert [change.level for change in path.transitions if change.after in (K, C, F)] == [100, 100, 100]


def test_that_bars_without_a_price_are_no_bars() -> None:
    path = path_of(history([100, NOTHING, 90, 90, 0.0, 90, 102]))
    assert path.states == (W, B, B, B, K)
    assert path.transitions[-1].row == 6


def test_that_no_bars_have_no_states() -> None:
    path = path_of(history([]))
    assert (path.states, path.transitions, len(path.levels)) == ((), (), 0)


PRICES = st.one_of(st.integers(94, 106).map(float), st.sampled_from([NOTHING, 0.0, 100.0012207, 99.5, 102.9]))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(PRICES, st.sampled_from([0.0, 1.0, 3.0, NOTHING])), max_size=60),
    st.integers(0, 5),
    st.integers(1, 4),
    st.integers(1, 6),
    st.integers(1, 5),
    st.sampled_from([("0.03", "0.05"), ("0.02", "0.01"), ("0.01", "0.04")]),
)
def test_that_it_agrees_with_the_slow_reading(
    prices: list[tuple[float, float]], n: int, k: int, spell: int, least: int, reach: tuple[str, str]
) -> None:
    closes, highs = [close for close, _ in prices], [close + more for close, more in prices]
    parameters = StateParameters(float(reach[0]), float(reach[1]), k, 0.03, 0.02, spell, n, least)
    exact = Numbers(Fraction(reach[0]), Fraction(reach[1]), k, Fraction("0.03"), Fraction("0.02"), spell, n, least)
    found = path_of(history(closes, highs=highs), parameters)
    assert [str(state) for state in found.states] == slow_states(slow_highs(closes, 0.01), highs, 0.01, exact)


@settings(max_examples=150, deadline=None)
@given(st.lists(PRICES, min_size=1, max_size=40), st.integers(1, 5))
def test_that_the_live_state_is_the_one_that_the_bar_gives_once_settled(closes: list[float], least: int) -> None:
    parameters = StateParameters(sessions_below=2, least_history=least, spell_sessions=4)
    bars = history(closes)
    settled, live = bars[:-1], bars[-1:]
    highs = running_highs(settled, 0.01)
    state = live_state(state_path(highs, settled, parameters), highs, live, parameters)
    whole = path_of(bars, parameters)
    assert state == (whole.states[-1] if live.valid[-1] else None)


def test_that_there_is_no_live_state_without_a_live_bar() -> None:
    bars = history([100, 99])
    highs = running_highs(bars, 0.01)
    assert live_state(state_path(highs, bars, QUICK), highs, Bars.empty(), QUICK) is None

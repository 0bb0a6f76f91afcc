"""The running high against a slow reading of the definitions, and the edges that they name."""

from __future__ import annotations

import json
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.highs import all_time_high, running_highs, to_tick
from tests.models.reference import slow_highs
from tests.support.histories import NOTHING, day, history
from tests.support.shared_data import shared

EDGES = {
    "first bar": ([10], [False], [None], [0]),
    "strictly rising": ([10, 11, 12], [False, True, True], [None, 10, 11], [0, 0, 0]),
    "equal highs tie": (
        [10, 12, 11, 12, 12, 13],
        [False, True, False, False, False, True],
        [None, 10, 12, 12, 12, 12],
        [0, 0, 0, 1, 2, 3],
    ),
    "NaN inside": (
        [10, NOTHING, 12, 11, NOTHING, 13],
        [False, True, False, True],
        [None, 10, 12, 12],
        [0, 0, 0, 1],
    ),
    "float noise tie": ([12.0, 11.0, 12.0000000001], [False, False, False], [None, 12, 12], [0, 0, 1]),
    "break after 3 below": (
        [10, 9, 8, 9, 11],
        [False, False, False, False, True],
        [None, 10, 10, 10, 10],
        [0, 0, 1, 2, 3],
    ),
    "all NaN": ([NOTHING, NOTHING], [], [], []),
    "zero, negative and infinite": (
        [100, 0, -1, math.inf, NOTHING, 101],
        [False, True],
        [None, 100],
        [0, 0],
    ),
}

# Prices on a coarse grid so that ties abound, with float noise and the faults that feeds have.
PRICES = st.one_of(
    st.integers(95, 105).map(float),
    st.integers(95, 105).map(lambda price: price + 0.0012207),
    st.sampled_from([NOTHING, 0.0, -3.0, math.inf]),
)


@pytest.mark.parametrize("case", EDGES)
def test_that_the_edges_of_the_definitions_come_out(case: str) -> None:
    closes, new, prior, below = EDGES[case]
    found = running_highs(history(closes), 0.01)
    assert found.is_new.tolist() == new
    assert [None if math.isnan(m) else m for m in found.prior.tolist()] == prior
    assert found.below.tolist() == below


def test_that_every_shared_edge_case_comes_out() -> None:
    cases = json.loads(shared("reference-cases/ath_edge_cases.json").read_text())
    assert len(cases) >= 7
    for case in cases:
        closes = [NOTHING if close is None else close for close in case["close"]]
        found = running_highs(history(closes), 0.01)
        high_days = [None if at < 0 else str(found.session[at]) for at in found.high_row]
        assert found.is_new.tolist() == case["new"], case["case"]
        assert [None if math.isnan(m) else m for m in found.prior.tolist()] == case["M"], case["case"]
        assert found.below.tolist() == case["u"], case["case"]
        assert high_days == case["date_ath"], case["case"]


def test_that_a_high_inserted_late_takes_the_later_one_away() -> None:
    days = np.array(["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-06"], "datetime64[D]")
    kept = np.array([0, 1, 3])
    before = running_highs(history([100, 99, 101], sessions=days[kept]), 0.01)
    after = running_highs(history([100, 99, 103, 101], sessions=days), 0.01)
    assert before.session[before.is_new].tolist() == days[[3]].tolist()
    assert after.session[after.is_new].tolist() == days[[2]].tolist()


def test_that_adjusting_for_a_split_restores_the_highs() -> None:
    closes = [100, 102, 104, 103, 105, 52.6, 53, 54, 52, 55, 56, 57]
    adjusted = [close / 2 if place < 5 else close for place, close in enumerate(closes)]
    found = running_highs(history(adjusted), 0.01)
    assert (np.flatnonzero(found.is_new) + 1).tolist() == [2, 3, 5, 6, 7, 8, 10, 11, 12]


def test_that_bars_without_a_usable_high_are_left_out_of_the_intraday_highs() -> None:
    bars = history([10, 11, 12, 13], highs=[10, NOTHING, 0, 14])
    found = running_highs(bars, 0.01, "high")
    assert found.row.tolist() == [0, 3]
    assert found.price.tolist() == [10, 14]
    assert running_highs(bars, 0.01).row.tolist() == [0, 1, 2, 3]


def test_that_a_price_under_half_a_tick_is_left_out() -> None:
    assert running_highs(history([0.004, 0.01, 0.02, 1e308]), 0.01).row.tolist() == [1, 2]


def test_that_prices_are_compared_on_the_grid_of_their_tick() -> None:
    assert to_tick(np.array([168.97000122, 0.1 + 0.2]), 0.01).tolist() == [168.97, 0.3]
    assert to_tick(np.array([0.0268456]), 0.0001).tolist() == [0.0268]
    assert to_tick(np.array([7.4, 7.6]), 5.0).tolist() == [5.0, 10.0]
    assert to_tick(np.array([1e308, math.inf, NOTHING]), 0.01).tolist()[:2] == [math.inf, math.inf]


@settings(max_examples=150)
@given(st.lists(PRICES, max_size=60), st.sampled_from([0.01, 1.0, 0.25]))
def test_that_it_agrees_with_the_slow_reading(closes: list[float], tick: float) -> None:
    found, slow = running_highs(history(closes), tick), slow_highs(closes, tick)
    assert found.row.tolist() == [bar.row for bar in slow]
    assert found.is_new.tolist() == [bar.is_new for bar in slow]
    assert found.below.tolist() == [bar.below for bar in slow]
    assert found.high_row.tolist() == [-1 if bar.high_at is None else bar.high_at for bar in slow]
    assert found.price.tolist() == [float(bar.q) for bar in slow]
    np.testing.assert_allclose(found.depth, [float(bar.depth) for bar in slow], atol=1e-12)


@settings(max_examples=100)
@given(st.lists(st.tuples(PRICES, PRICES), max_size=50))
def test_that_the_intraday_highs_agree_with_the_slow_reading(prices: list[tuple[float, float]]) -> None:
    closes, highs = [close for close, _ in prices], [high for _, high in prices]
    found = running_highs(history(closes, highs=highs), 0.01, "high")
    slow = slow_highs(closes, 0.01, highs)
    assert found.row.tolist() == [bar.row for bar in slow]
    assert found.is_new.tolist() == [bar.is_new for bar in slow]
    assert found.below.tolist() == [bar.below for bar in slow]


@pytest.mark.parametrize(
    ("closes", "price", "number", "distance", "below"),
    [
        ([10], 10, 1, 0.0, 0),
        ([10, 12, 11, 12, 9], 12, 2, -0.25, 3),
        ([10, 9, 12], 12, 3, 0.0, 0),
        ([10, 12, NOTHING, 12], 12, 2, 0.0, 1),
    ],
)
def test_that_the_all_time_high_says_when_and_how_far(
    closes: list[float], price: float, number: int, distance: float, below: int
) -> None:
    found = all_time_high(running_highs(history(closes), 0.01))
    assert found is not None
    assert (found.price, found.session, found.distance, found.below) == (price, day(number), distance, below)


def test_that_a_history_without_prices_has_no_high() -> None:
    assert all_time_high(running_highs(history([NOTHING, 0.0]), 0.01)) is None


def test_that_depth_is_the_worst_fall_since_the_high() -> None:
    found = running_highs(history([10, 8, 9, 11, 10.5]), 0.01)
    assert found.depth.tolist() == pytest.approx([0, -0.2, -0.2, -0.2, float(Fraction(105, 110) - 1)])

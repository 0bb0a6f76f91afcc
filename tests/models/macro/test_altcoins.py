"""The coins together: breadth by a plain loop, nothing from the future, and coins that ended."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.catalog import asset_for
from models.evidence.refusals import RefusedError
from models.macro.altcoins import altcoins, breadth, trailing_mean
from tests.support.coins import coins
from tests.support.studied import coin


@given(st.integers(0, 10_000))
@settings(max_examples=5, deadline=None)
def test_that_breadth_is_what_a_plain_loop_counts(seed: int) -> None:
    held = coins(seed)
    found = breadth(held)
    for row, day in enumerate(found.date.tolist()):
        above = near = with_mean = present = 0
        for one in held:
            past = [close for when, close in zip(one.session.tolist(), one.close.tolist(), strict=True) if when <= day]
            if day not in one.session.tolist():
                continue
            present += 1
            near += past[-1] >= 0.8 * max(past)
            if len(past) >= 200:
                with_mean += 1
                above += past[-1] > math.fsum(past[-200:]) / 200
        assert (found.near_n[row], found.above_n[row]) == (present, with_mean)
        assert math.isnan(found.near[row]) if present < 3 else found.near[row] == near / present
        assert math.isnan(found.above[row]) if with_mean < 3 else found.above[row] == above / with_mean


@given(st.integers(0, 10_000), st.integers(30, 400))
@settings(max_examples=25, deadline=None)
def test_that_nothing_after_a_day_changes_what_was_told_of_it(seed: int, cut: int) -> None:
    held = coins(seed)
    end = held[0].session[cut]
    early = breadth([one[one.session <= end] for one in held if (one.session <= end).any()])
    whole, n = breadth(held), len(early.date)
    for name in ("date", "above_n", "near_n"):
        assert getattr(whole, name)[:n].tolist() == getattr(early, name).tolist()
    for name in ("above", "near"):
        assert np.array_equal(getattr(whole, name)[:n], getattr(early, name), equal_nan=True)


def test_that_a_mean_needs_all_its_days() -> None:
    assert np.isnan(trailing_mean(np.arange(199.0))).all()
    assert trailing_mean(np.arange(200.0))[-1] == 99.5


def test_that_a_coin_whose_prices_end_earlier_is_told_and_not_in_the_latest_breadth() -> None:
    found = altcoins(coins(1), None, None)
    assert [one.symbol for one in found.coins if one.stale] == ["XRP-USD", "ADA-USD"]


def test_that_basket_and_breadth_end_where_fewer_than_three_coins_are_left() -> None:
    found = altcoins(coins(1), None, None)
    third = sorted(one.last for one in found.coins)[-3]
    assert found.basket.series.last == third
    assert found.breadth.date[-1].astype(object) == third
    assert found.breadth.near_n[-1] == 3


def test_that_coins_that_were_never_there_together_are_no_basket() -> None:
    apart = [coin([1.0, 2.0], first, asset_for("LINK-USD")) for first in ("2020-01-01", "2020-02-01", "2020-03-01")]
    with pytest.raises(RefusedError, match="no day on which 3"):
        altcoins(apart, None, None)


def test_that_a_short_history_has_no_return_that_it_does_not_reach() -> None:
    short = coin([1.0] * 40, "2021-01-15", asset_for("LINK-USD"))
    one = altcoins([*coins(2)[:2], short], None, None).coins[-1]
    assert one.past == (0.0, None)
    assert one.of_mean is None
    assert one.of_high == 1.0


def test_that_two_coins_are_no_basket() -> None:
    with pytest.raises(RefusedError, match="beside bitcoin with stored prices: 2"):
        altcoins(coins(1)[:2], None, None)

"""The second source: agreement, disagreement, and silence, which is neither."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from data.bars import Bars
from models.cross_check import CrossCheck, Disagreement, compare_closes, compare_returns
from tests.support.histories import NOTHING, day, history


def test_that_the_fund_that_moved_alike_agrees() -> None:
    found = compare_returns(history([100.0, 110.0, 112.2]), history([50.0, 55.0, 56.2]), "IWM")
    assert (found.outcome, found.session, found.disagreement, found.witness) == ("agrees", day(3), None, "IWM")
    assert found.sentence == (
        "IWM agrees on 3 Jan 2020: the last session's change is +2.00 % here and +2.18 % for IWM."
    )


def test_that_a_wrong_close_is_found_by_the_funds_return() -> None:
    found = compare_returns(history([2061.48, 2045.14]), history([204.0, 201.23]), "IWM")
    assert found.outcome == "disagrees"
    assert found.disagreement is not None
    assert found.disagreement.difference == pytest.approx(2045.14 / 2061.48 - 201.23 / 204.0)
    assert found.sentence == (
        "IWM disagrees on 2 Jan 2020: the last session's change is −0.79 % here and −1.36 % for IWM, "
        "more than 0.5 % apart. A break is not called confirmed until the two agree."
    )


@pytest.mark.parametrize(
    ("theirs", "outcome"), [(100.5, "agrees"), (100.49, "agrees"), (101.0, "disagrees"), (99.0, "disagrees")]
)
def test_that_closes_may_differ_by_the_tolerance(theirs: float, outcome: str) -> None:
    assert compare_closes(history([90.0, 100.0]), history([90.0, theirs]), "Kraken").outcome == outcome


def test_that_a_disagreement_of_closes_carries_both() -> None:
    found = compare_closes(history([0.5]), history([0.4]), "Coinbase")
    assert found.disagreement is not None
    assert found.disagreement == Disagreement(day(1), 0.5, 0.4, pytest.approx(0.25), "Coinbase")
    assert "the close is 0.5 here and 0.4 at Coinbase" in found.sentence


@pytest.mark.parametrize(
    "theirs",
    [
        Bars.empty(),
        history([100.0, 101.0]),
        history([100.0, 101.0, NOTHING]),
        history([100.0, 101.0, 102.0], final=[True, True, False]),
    ],
)
def test_that_a_witness_without_that_session_leaves_it_unchecked(theirs: Bars) -> None:
    ours = history([100.0, 101.0, 102.0])
    for found in (compare_closes(ours, theirs, "Kraken"), compare_returns(ours, theirs, "Kraken")):
        assert (found.outcome, found.session) == ("not checked", day(3))
        assert found.sentence == "Kraken has no settled price for 3 Jan 2020 yet, so that session is not checked."


def test_that_a_return_needs_the_session_before_on_both_sides() -> None:
    without_the_day_before = history([100.0, 102.0], sessions=np.array(["2020-01-01", "2020-01-03"], "datetime64[D]"))
    assert compare_returns(history([100.0, 101.0, 102.0]), without_the_day_before, "IWM").outcome == "not checked"
    assert compare_returns(history([100.0]), history([100.0]), "IWM").outcome == "not checked"


def test_that_both_returns_span_the_same_sessions() -> None:
    ours = history([100.0, 102.0], sessions=np.array(["2020-01-01", "2020-01-03"], "datetime64[D]"))
    assert compare_returns(ours, history([50.0, 60.0, 51.0]), "IWM").outcome == "agrees"


def test_that_bars_in_progress_and_without_a_price_are_not_compared() -> None:
    ours = history([100.0, 101.0, NOTHING, 150.0], final=[True, True, True, False])
    found = compare_closes(ours, history([100.0, 101.0, 120.0, 120.0]), "Kraken")
    assert (found.outcome, found.session) == ("agrees", dt.date(2020, 1, 2))


def test_that_without_a_session_of_our_own_there_is_nothing_to_check() -> None:
    for compare in (compare_closes, compare_returns):
        assert compare(Bars.empty(), history([1.0]), "IWM") == CrossCheck(
            "not checked", "There is no settled session yet to compare with IWM.", "IWM"
        )

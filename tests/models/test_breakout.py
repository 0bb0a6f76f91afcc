"""Breaks of the high: by hand, against a slow reading, and on the real Russell 2000."""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.bars import Bars
from models.breakout import Break, BreakRule, Breaks, breaks, difference
from models.highs import Basis, running_highs
from tests.models.reference import slow_breaks, slow_highs
from tests.support.histories import NOTHING, day, history
from tests.support.shared_data import shared

PRICES = st.one_of(st.integers(90, 110).map(float), st.sampled_from([NOTHING, 0.0, math.inf, 100.0012207]))


def found_in(closes: list[float], rule: BreakRule, highs: list[float] | None = None) -> Breaks:
    return breaks(running_highs(history(closes, highs=highs).settled(), 0.01, rule.basis), rule)


def sessions_of(events: tuple[Break, ...]) -> list[dt.date]:
    return [event.session for event in events]


def real(path: str) -> Bars:
    with shared(path).open(newline="") as file:
        rows = list(csv.DictReader(file))
    days = np.array([row["Date"] for row in rows], "datetime64[D]")
    close, high = ([float(row[name]) for row in rows] for name in ("Close", "High"))
    return history(close, sessions=days, highs=high)


@pytest.mark.parametrize(
    ("closes", "expected"),
    [
        ([10, 12, 11, 12, 12, 13], [6]),
        ([10, 9, 8, 9, 11], [5]),
        ([100, 99, 98, 97, 101], [5]),
        ([100, 99, 98, 97, 99.9], []),
        ([10, NOTHING, 12, 11, NOTHING, 13], []),
        ([10, 11, 12], []),
        ([10], []),
        ([], []),
        ([12.0, 11.0, 11.0, 11.0, 12.0000000001], []),
    ],
)
def test_that_a_break_needs_three_bars_below_and_a_higher_close(closes: list[float], expected: list[int]) -> None:
    assert sessions_of(found_in(closes, BreakRule(3)).events) == [day(number) for number in expected]


def test_that_every_shared_edge_case_comes_out() -> None:
    for case in json.loads(shared("reference-cases/ath_edge_cases.json").read_text()):
        closes = [NOTHING if close is None else close for close in case["close"]]
        found = sessions_of(found_in(closes, BreakRule(3)).events)
        assert [str(session) for session in found] == case["events_N3"], case["case"]


def test_that_a_break_says_what_it_broke() -> None:
    (event,) = found_in([10, 12, 9, NOTHING, 12, 11, 13], BreakRule(3)).events
    assert event == Break(
        session=day(7),
        close=13.0,
        prior_high=12.0,
        prior_high_session=day(2),
        sessions_below=3,
        calendar_days=5,
        depth=-0.25,
        basis="close",
        row=6,
    )


def test_that_a_bar_in_progress_makes_no_break() -> None:
    bars = history([100, 99, 98, 97, 101], final=[True, True, True, True, False])
    assert breaks(running_highs(bars.settled(), 0.01), BreakRule(3)) == Breaks()


def test_that_a_revised_close_withdraws_its_break_and_a_new_one_is_added() -> None:
    first = found_in([100, 99, 98, 97, 101], BreakRule(3)).events
    revised = found_in([100, 99, 98, 97, 99.9, 102], BreakRule(3)).events
    assert difference(first, revised) == (revised, first)
    assert difference((), first) == (first, ())
    assert difference(first, first) == ((), ())


def test_that_a_break_stays_the_same_one_when_only_its_close_was_revised() -> None:
    first = found_in([100, 99, 98, 97, 101], BreakRule(3)).events
    assert difference(first, found_in([100, 99, 98, 97, 103], BreakRule(3)).events) == ((), ())


@pytest.mark.parametrize(("depth", "count"), [(0.09, 1), (0.10, 1), (0.11, 0)])
def test_that_a_shallow_fall_is_no_break(depth: float, count: int) -> None:
    assert len(found_in([100, 95, 90, 95, 101], BreakRule(3, depth=depth)).events) == count


def test_that_a_shallow_break_ends_the_wait() -> None:
    closes = [100, 99, 99, 99, 101, 102, 80, 103]
    assert found_in(closes, BreakRule(3, depth=0.1)).events == ()


def test_that_the_buffered_level_stays_frozen_while_the_high_creeps() -> None:
    (event,) = found_in([100, 99, 99, 99, 100.4, 100.9, 101, 101.01], BreakRule(3, buffer=0.01)).events
    assert (event.session, event.prior_high, event.prior_high_session) == (day(8), 100.0, day(1))
    assert (event.sessions_below, event.calendar_days) == (6, 7)


def test_that_a_buffered_wait_starts_again_only_after_enough_bars_below() -> None:
    closes = [100, 99, 99, 99, 102, 103, 104, 103, 103, 103, 106]
    assert sessions_of(found_in(closes, BreakRule(3, buffer=0.01)).events) == [day(5), day(11)]


def test_that_a_confirmed_break_is_dated_at_its_last_close() -> None:
    found = found_in([100, 99, 99, 99, 101, 100.5, 102], BreakRule(3, confirm=3))
    (event,) = found.events
    assert (event.session, event.close, event.row) == (day(7), 102.0, 6)
    assert (event.sessions_below, event.calendar_days) == (3, 4)
    assert found.cancelled == ()


@pytest.mark.parametrize("back", [100.0, 99.0])
def test_that_a_close_at_the_level_cancels_a_break(back: float) -> None:
    found = found_in([100, 99, 99, 99, 101, back, 102, 103], BreakRule(3, confirm=3))
    assert found.events == ()
    assert sessions_of(found.cancelled) == [day(5)]


def test_that_a_break_without_its_closes_yet_is_neither_kept_nor_cancelled() -> None:
    assert found_in([100, 99, 99, 99, 101, 102], BreakRule(3, confirm=3)) == Breaks()


def test_that_confirming_closes_need_not_clear_the_buffer() -> None:
    found = found_in([100, 99, 99, 99, 102, 100.5, 100.6], BreakRule(3, buffer=0.01, confirm=3))
    assert sessions_of(found.events) == [day(7)]


def test_that_the_intraday_rule_looks_at_highs_alone() -> None:
    closes, highs = [100.0, 99, 99, 99, 99], [101.0, 100, 100, 100, 102]
    (event,) = found_in(closes, BreakRule(3, basis="high"), highs).events
    assert (event.session, event.close, event.prior_high, event.basis) == (day(5), 102.0, 101.0, "high")
    assert found_in(closes, BreakRule(3), highs) == Breaks()


def test_that_closes_and_highs_are_never_mixed() -> None:
    with pytest.raises(ValueError, match="high"):
        breaks(running_highs(history([1, 2]), 0.01), BreakRule(basis="high"))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(PRICES, max_size=50),
    st.integers(0, 5),
    st.sampled_from(["0", "0.02", "0.05", "0.1"]),
    st.sampled_from(["0", "0.01", "0.03", "0.05"]),
    st.integers(1, 4),
)
def test_that_it_agrees_with_the_slow_reading(
    closes: list[float], sessions: int, depth: str, buffer: str, confirm: int
) -> None:
    rule = BreakRule(sessions, float(depth), float(buffer), confirm)
    highs, slow = running_highs(history(closes), 0.01), slow_highs(closes, 0.01)
    found = breaks(highs, rule)
    expected = slow_breaks(slow, sessions, Fraction(depth), Fraction(buffer), confirm)
    for events, wanted in zip((found.events, found.cancelled), expected, strict=True):
        assert [event.row for event in events] == [slow[at].row for at, _, _ in wanted]
        assert [event.prior_high for event in events] == [float(slow[high].q) for _, high, _ in wanted]
        assert [event.sessions_below for event in events] == [below for _, _, below in wanted]


def test_that_the_russell_broke_its_high_23_times() -> None:
    found = breaks(running_highs(real("data/market/RUT_1d_yahoo.csv"), 0.01), BreakRule()).events
    assert len(found) == 23
    assert found[0].session == dt.date(1989, 6, 2)
    assert (found[-1].session, found[-1].sessions_below) == (dt.date(2025, 9, 18), 967)


@pytest.mark.parametrize("session", ["2024-11-25", "2014-07-01"])
def test_that_some_days_broke_the_intraday_high_of_the_russell_only(session: str) -> None:
    bars = real("data/market/RUT_1d_yahoo.csv")
    bases: tuple[Basis, ...] = ("close", "high")
    broke = {
        basis: dt.date.fromisoformat(session)
        in sessions_of(breaks(running_highs(bars, 0.01, basis), BreakRule(basis=basis)).events)
        for basis in bases
    }
    assert broke == {"close": False, "high": True}


def between(bars: Bars, first: str, last: str) -> Bars:
    return bars[(bars.session >= np.datetime64(first)) & (bars.session <= np.datetime64(last))]


def test_that_two_decades_of_leaders_give_the_published_breaks() -> None:
    expected = {
        "GSPC": (255, ["1999-11-16", "2007-05-30", "2013-03-28", "2016-07-11", "2016-11-21", "2018-08-24"]),
        "IXIC": (203, ["2015-04-23", "2016-08-05"]),
    }
    for name, (new_highs, sessions) in expected.items():
        bars = between(real(f"data/market/{name}_1d_yahoo.csv"), "1999-01-04", "2018-12-31")
        highs = running_highs(bars, 0.01)
        assert int(highs.is_new.sum()) == new_highs
        assert [str(event.session) for event in breaks(highs, BreakRule()).events] == sessions

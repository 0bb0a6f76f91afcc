from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from ui.charts.range_bus import Extent, RangeBus, TimeRange

DAY = 86_400.0
EXTENT = Extent(0.0, 4_000 * DAY)
START = TimeRange(1_000 * DAY, 2_000 * DAY)
instants = st.floats(-10_000, 10_000).map(lambda days: days * DAY)
moves = st.one_of(
    st.tuples(st.just("pan"), instants),
    st.tuples(st.just("zoom"), st.floats(0.01, 100)),
    st.tuples(st.just("back"), st.just(0.0)),
    st.tuples(st.just("forward"), st.just(0.0)),
)


def bus_with_extent() -> RangeBus:
    bus = RangeBus(START)
    bus.set_extent(EXTENT)
    return bus


def act(bus: RangeBus, name: str, value: float) -> None:
    if name == "pan":
        bus.pan(value)
    elif name == "zoom":
        bus.zoom(value, bus.range.first + bus.range.span / 3)
    else:
        getattr(bus, name)()


@given(st.lists(moves, max_size=40))
def test_that_whatever_is_done_some_bars_stay_in_view(steps: list[tuple[str, float]]) -> None:
    bus = bus_with_extent()
    for name, value in steps:
        act(bus, name, value)
        view = bus.range
        assert view.first < EXTENT.last
        assert view.last > EXTENT.first
        assert EXTENT.least_span * (1 - 1e-9) <= view.span <= (EXTENT.last - EXTENT.first) * 1.2 * (1 + 1e-9)


@given(st.lists(moves.filter(lambda move: move[0] in ("pan", "zoom")), max_size=30))
def test_that_going_back_passes_every_range_shown_and_forward_returns(steps: list[tuple[str, float]]) -> None:
    bus = bus_with_extent()
    shown = [bus.range]
    for name, value in steps:
        act(bus, name, value)
        if bus.range != shown[-1]:
            shown.append(bus.range)

    for expected in reversed(shown[:-1]):
        bus.back()
        assert bus.range == expected
    assert not bus.can_go_back
    for expected in shown[1:]:
        bus.forward()
        assert bus.range == expected
    assert not bus.can_go_forward


@given(st.floats(0.2, 5), st.floats(0, 1))
def test_that_a_zoom_keeps_its_instant_in_place_while_there_is_room(factor: float, place: float) -> None:
    bus = RangeBus(START)
    anchor = START.first + place * START.span
    bus.zoom(factor, anchor)
    assert math.isclose((anchor - bus.range.first) / bus.range.span, place, abs_tol=1e-9)
    assert math.isclose(bus.range.span, START.span * factor, rel_tol=1e-9)


def test_that_a_drag_of_many_moves_is_one_step_back() -> None:
    bus = bus_with_extent()
    for _ in range(50):
        bus.pan(DAY, gesture="drag")
    bus.settle()
    bus.back()
    assert bus.range == START


def test_that_two_drags_are_two_steps() -> None:
    bus = bus_with_extent()
    bus.pan(DAY, gesture="drag")
    bus.settle()
    bus.pan(DAY, gesture="drag")
    bus.back()
    assert bus.range == START.moved(DAY)


def test_that_a_new_range_after_going_back_forgets_what_lay_ahead() -> None:
    bus = bus_with_extent()
    bus.pan(DAY)
    bus.back()
    bus.pan(2 * DAY)
    assert not bus.can_go_forward


def test_that_following_the_data_leaves_no_step_in_the_history() -> None:
    bus = bus_with_extent()
    bus.follow(START.moved(DAY))
    assert bus.range == START.moved(DAY)
    assert not bus.can_go_back


def test_that_listeners_are_told_once_and_only_of_changes(qtbot: QtBot) -> None:
    bus = bus_with_extent()
    heard: list[TimeRange] = []
    bus.changed.connect(heard.append)
    bus.show(START)
    bus.pan(DAY)
    assert heard == [START.moved(DAY)]


@pytest.mark.parametrize("last", [5.0, 4.0, math.nan])
def test_that_a_range_that_does_not_end_after_it_begins_is_refused(last: float) -> None:
    with pytest.raises(ValueError, match="must end after it begins"):
        TimeRange(5.0, last)

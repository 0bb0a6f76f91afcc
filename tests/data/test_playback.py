"""The recorded past is given out as it was settled, and never a bar before its time."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.bars import BarRow, Bars
from data.calendar import Calendars
from data.catalog import BITCOIN, RUSSELL_2000, Asset, asset_for
from data.playback import PlaybackClock, PlaybackSource, Record
from data.source import FetchError

START = dt.datetime(2025, 9, 1, 12, tzinfo=dt.UTC)
END = dt.datetime(2025, 12, 1, tzinfo=dt.UTC)


class Hand:
    """A real clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)


@pytest.fixture(scope="module")
def calendars() -> Calendars:
    return Calendars()


def never() -> bool:
    return False


def recorded(calendars: Calendars, calendar: str) -> Bars:
    sessions = calendars.sessions(calendar, dt.date(2025, 8, 1), dt.date(2025, 12, 31))
    opens = calendars.opens(calendar, sessions).tolist()
    days = sessions.astype(object).tolist()
    return Bars.of(BarRow(day, at, 10, 12, 9, 11) for day, at in zip(days, opens, strict=True))


def source(calendars: Calendars, clock: PlaybackClock) -> PlaybackSource:
    records = {asset.symbol: Record(recorded(calendars, asset.calendar), "x") for asset in (RUSSELL_2000, BITCOIN)}
    return PlaybackSource(records, clock, calendars)


def test_that_the_past_is_not_played_backwards() -> None:
    clock = PlaybackClock(Hand(), START, END)
    for speed in (-1.0, float("nan")):
        with pytest.raises(ValueError, match="backwards"):
            clock.run(speed)


def test_that_a_real_clock_set_back_does_not_turn_the_played_one_back() -> None:
    hand = Hand()
    clock = PlaybackClock(hand, START, END)
    clock.run(100)
    hand.pass_by(-3600)
    assert clock() == START


def test_that_it_stands_still_until_it_is_run_and_at_its_end() -> None:
    hand = Hand()
    clock = PlaybackClock(hand, START, END)
    hand.pass_by(60)
    assert (clock(), clock.speed) == (START, 0)
    clock.run(1e9)
    hand.pass_by(60)
    assert (clock(), clock.ended, clock.speed) == (END, True, 0)


def test_that_an_end_before_the_start_leaves_nothing_to_play() -> None:
    clock = PlaybackClock(Hand(), END, START)
    assert clock() == END
    assert clock.ended


@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(-10, 100)), max_size=20))
def test_that_it_never_goes_back_nor_beyond_its_end_whatever_is_done(steps: list[tuple[float, float]]) -> None:
    hand = Hand()
    clock = PlaybackClock(hand, START, END)
    before = clock()
    for speed, seconds in steps:
        clock.run(speed)
        assert clock() == before
        if seconds >= 0:
            hand.pass_by(seconds)
        assert before <= clock() <= END
        before = clock()


def test_that_a_changed_speed_counts_from_then_on() -> None:
    hand = Hand()
    clock = PlaybackClock(hand, START, END)
    clock.run(60)
    hand.pass_by(10)
    clock.run(3600)
    hand.pass_by(2)
    assert clock() == START + dt.timedelta(minutes=10, hours=2)


@pytest.mark.parametrize(
    ("asset", "now", "last"),
    [
        (RUSSELL_2000, dt.datetime(2025, 9, 18, 20, 19, tzinfo=dt.UTC), dt.date(2025, 9, 17)),
        (RUSSELL_2000, dt.datetime(2025, 9, 18, 20, 20, tzinfo=dt.UTC), dt.date(2025, 9, 18)),
        (RUSSELL_2000, dt.datetime(2025, 11, 28, 18, 20, tzinfo=dt.UTC), dt.date(2025, 11, 28)),  # closed at 13:00
        (BITCOIN, dt.datetime(2025, 9, 18, 23, 59, tzinfo=dt.UTC), dt.date(2025, 9, 17)),
        (BITCOIN, dt.datetime(2025, 9, 19, 0, 20, tzinfo=dt.UTC), dt.date(2025, 9, 18)),
    ],
)
def test_that_a_bar_appears_when_it_had_settled_and_not_before(
    calendars: Calendars, asset: Asset, now: dt.datetime, last: dt.date
) -> None:
    clock = PlaybackClock(Hand(), now, END)
    given_out = source(calendars, clock).history(asset, None, never)
    assert given_out.bars.session[-1] == np.datetime64(last)
    assert given_out.fetched_at == now
    assert bool(given_out.bars.final.all())


def test_that_it_skips_ahead_to_its_end_at_most_and_never_back() -> None:
    clock = PlaybackClock(Hand(), START, END)
    clock.advance(dt.timedelta(days=2))
    assert clock() == START + dt.timedelta(days=2)
    clock.advance(dt.timedelta(days=9999))
    assert clock() == END
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-dt.timedelta(seconds=1))


def test_that_only_the_sessions_asked_for_are_given(calendars: Calendars) -> None:
    clock = PlaybackClock(Hand(), START, END)
    given_out = source(calendars, clock).history(RUSSELL_2000, dt.date(2025, 8, 25), never)
    assert given_out.bars.session[0] == np.datetime64("2025-08-25")


def test_that_what_was_not_recorded_is_refused(calendars: Calendars) -> None:
    playing = source(calendars, PlaybackClock(Hand(), START, END))
    assert not playing.covers(asset_for("SOL-USD"))
    assert playing.search("Bitcoin", never) == ()
    for asset, interval in ((BITCOIN, "1h"), (asset_for("SOL-USD"), "1d")):
        with pytest.raises(FetchError):
            playing.history(asset, None, never, interval)

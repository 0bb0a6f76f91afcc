"""Lanes: pace, patience, pauses and cancelling.  No test waits for time to pass."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.lane import Lane, TokenBucket
from data.source import FailureKind, FetchError
from tests.support.sources import HandClock, MemoryBreakers

HOST = "prices.example"
START = dt.datetime(2025, 9, 18, 14, tzinfo=dt.UTC)


class Script:
    """A request that fails as told, then answers; counts how often it was sent."""

    def __init__(self, *kinds: FailureKind, retry_after: float | None = None) -> None:
        self.kinds = list(kinds)
        self.retry_after = retry_after
        self.sent = 0

    def __call__(self) -> str:
        self.sent += 1
        if self.kinds:
            raise FetchError(self.kinds.pop(0), "It failed.", retry_after=self.retry_after)
        return "bars"


def never() -> bool:
    return False


@pytest.fixture
def clock() -> HandClock:
    return HandClock(START)


@pytest.fixture
def breakers() -> MemoryBreakers:
    return MemoryBreakers()


@pytest.fixture
def lane(clock: HandClock, breakers: MemoryBreakers) -> Lane:
    return open_lane(clock, breakers)


def open_lane(clock: HandClock, breakers: MemoryBreakers, per_minute: float = 6000, burst: int = 100) -> Lane:
    return Lane(
        HOST, per_minute=per_minute, burst=burst, breakers=breakers, clock=clock, wait=clock.wait, name="Example"
    )


def failure(lane: Lane, request: Callable[[], object]) -> FetchError:
    with pytest.raises(FetchError) as caught:
        lane.run(request, never)
    return caught.value


def minutes_left(clock: HandClock, breakers: MemoryBreakers) -> float:
    return (breakers.rows[HOST] - clock.now).total_seconds() / 60


def test_that_an_answer_is_handed_back(lane: Lane) -> None:
    assert lane.run(Script(), never) == "bars"


@pytest.mark.parametrize("kind", ["offline", "down"])
def test_that_what_may_pass_is_tried_three_times_with_growing_pauses(
    lane: Lane, clock: HandClock, kind: FailureKind
) -> None:
    request = Script(kind, kind)
    assert lane.run(request, never) == "bars"
    assert request.sent == 3
    assert sum(clock.waited) == pytest.approx(0.5 + 1.0)


def test_that_pauses_between_attempts_stay_well_below_the_time_to_quit(lane: Lane, clock: HandClock) -> None:
    assert failure(lane, Script(*["offline"] * 9)).kind == "offline"
    assert sum(clock.waited) < 3
    assert max(clock.waited) <= 0.1


@pytest.mark.parametrize("kind", ["limited", "refused", "unknown", "unreadable", "cancelled"])
def test_that_what_does_not_pass_is_asked_once(lane: Lane, clock: HandClock, kind: FailureKind) -> None:
    request = Script(kind, kind)
    assert failure(lane, request).kind == kind
    assert request.sent == 1
    assert clock.waited == []


def test_that_after_one_failed_to_the_end_the_next_is_tried_once_until_one_succeeds(lane: Lane) -> None:
    failure(lane, Script(*["offline"] * 3))
    second = Script("offline")
    failure(lane, second)
    assert second.sent == 1
    lane.run(Script(), never)
    third = Script("offline", "offline")
    assert lane.run(third, never) == "bars"


def test_that_an_unexpected_error_reaches_the_caller_and_frees_the_lane(lane: Lane) -> None:
    with pytest.raises(ZeroDivisionError):
        lane.run(lambda: 1 // 0, never)
    assert lane.run(Script(), never) == "bars"


def test_that_limited_opens_the_breaker_for_a_quarter_of_an_hour(
    lane: Lane, clock: HandClock, breakers: MemoryBreakers
) -> None:
    failure(lane, Script("limited"))
    assert minutes_left(clock, breakers) == 15
    clock.now += dt.timedelta(minutes=13, seconds=30)
    request = Script()
    error = failure(lane, request)
    assert request.sent == 0
    assert (error.kind, error.retry_after) == ("limited", 90.0)
    assert "Example has asked for fewer requests and is left alone for another 2 minutes" in error.message
    clock.now += dt.timedelta(minutes=1)
    assert "for another minute." in failure(lane, request).message


def test_that_each_further_limit_doubles_the_pause_up_to_an_hour(
    lane: Lane, clock: HandClock, breakers: MemoryBreakers
) -> None:
    pauses = []
    for _ in range(4):
        failure(lane, Script("limited"))
        pauses.append(minutes_left(clock, breakers))
        clock.now = breakers.rows[HOST]
    assert pauses == [15, 30, 60, 60]


def test_that_after_the_pause_one_success_closes_the_breaker(
    lane: Lane, clock: HandClock, breakers: MemoryBreakers
) -> None:
    failure(lane, Script("limited"))
    clock.now = breakers.rows[HOST]
    assert lane.run(Script(), never) == "bars"
    assert breakers.rows == {}
    failure(lane, Script("limited"))
    assert minutes_left(clock, breakers) == 15


def test_that_an_unknown_symbol_shows_that_the_host_answers(
    lane: Lane, clock: HandClock, breakers: MemoryBreakers
) -> None:
    failure(lane, Script("limited"))
    clock.now = breakers.rows[HOST]
    failure(lane, Script("unknown"))
    assert breakers.rows == {}


def test_that_another_failure_after_the_pause_leaves_the_breaker_half_open(
    lane: Lane, clock: HandClock, breakers: MemoryBreakers
) -> None:
    failure(lane, Script("limited"))
    clock.now = breakers.rows[HOST]
    failure(lane, Script("refused"))
    failure(lane, Script("limited"))
    assert minutes_left(clock, breakers) == 30


def test_that_a_restart_keeps_the_pause_and_its_doubling(clock: HandClock, breakers: MemoryBreakers) -> None:
    failure(open_lane(clock, breakers), Script("limited"))
    request = Script("limited")
    restarted = open_lane(clock, breakers)
    failure(restarted, request)
    assert request.sent == 0
    clock.now = breakers.rows[HOST]
    failure(restarted, request)
    assert minutes_left(clock, breakers) == 30


@pytest.mark.parametrize(("asked", "minutes"), [(60.0, 15), (2400.0, 40), (1e6, 60)])
def test_that_a_longer_pause_is_kept_when_the_host_names_one(
    lane: Lane, clock: HandClock, breakers: MemoryBreakers, asked: float, minutes: float
) -> None:
    failure(lane, Script("limited", retry_after=asked))
    assert minutes_left(clock, breakers) == minutes


def test_that_a_clock_set_back_does_not_prolong_the_pause(
    lane: Lane, clock: HandClock, breakers: MemoryBreakers
) -> None:
    failure(lane, Script("limited"))
    clock.now -= dt.timedelta(days=300)
    assert lane.run(Script(), never) == "bars"


def test_that_a_burst_goes_at_once_and_the_rest_at_the_pace(clock: HandClock, breakers: MemoryBreakers) -> None:
    lane = open_lane(clock, breakers, per_minute=60, burst=3)
    for _ in range(3):
        lane.run(Script(), never)
    assert clock.waited == []
    lane.run(Script(), never)
    assert sum(clock.waited) == pytest.approx(1.0)


def test_that_retries_take_tokens_too(clock: HandClock, breakers: MemoryBreakers) -> None:
    lane = open_lane(clock, breakers, per_minute=1, burst=1)
    lane.run(Script("down"), never)
    assert sum(clock.waited) == pytest.approx(60.0)


def test_that_a_cancelled_request_is_never_sent(lane: Lane) -> None:
    request = Script()
    with pytest.raises(FetchError) as caught:
        lane.run(request, lambda: True)
    assert caught.value.kind == "cancelled"
    assert request.sent == 0


def test_that_cancelling_ends_the_wait_for_a_token_and_gives_it_back(
    clock: HandClock, breakers: MemoryBreakers
) -> None:
    lane = open_lane(clock, breakers, per_minute=1, burst=1)
    lane.run(Script(), never)
    with pytest.raises(FetchError) as caught:
        lane.run(Script(), lambda: len(clock.waited) >= 3)
    assert caught.value.kind == "cancelled"
    assert sum(clock.waited) < 1
    clock.waited.clear()
    lane.run(Script(), never)
    assert sum(clock.waited) == pytest.approx(60.0, abs=1.0)


def test_that_cancelling_ends_the_pause_between_attempts(lane: Lane, clock: HandClock) -> None:
    request = Script("offline", "offline")
    with pytest.raises(FetchError) as caught:
        lane.run(request, lambda: bool(clock.waited))
    assert caught.value.kind == "cancelled"
    assert request.sent == 1


def test_that_cancelling_leaves_a_silent_host_at_once_and_the_next_request_waits_for_its_end(lane: Lane) -> None:
    began, release = threading.Event(), threading.Event()

    def silent() -> str:
        began.set()
        assert release.wait(10)
        return "too late"

    with pytest.raises(FetchError) as caught:
        lane.run(silent, began.is_set)
    assert caught.value.kind == "cancelled"

    second = Script()
    with pytest.raises(FetchError):
        lane.run(second, Countdown(3))
    assert second.sent == 0

    release.set()
    assert lane.run(second, never) == "bars"


class Countdown:
    """A cancel flag that turns true after it was asked a few times."""

    def __init__(self, asks: int) -> None:
        self.left = asks

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


def test_that_requests_of_many_threads_never_overlap(lane: Lane) -> None:
    inside, most = 0, 0

    def request() -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        threading.Event().wait(0.001)
        inside -= 1

    threads = [threading.Thread(target=lane.run, args=(request, never)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_that_a_cancelled_caller_does_not_wait_for_its_turn(lane: Lane) -> None:
    release, held = threading.Event(), threading.Event()

    def slow() -> None:
        held.set()
        assert release.wait(10)

    holder = threading.Thread(target=lane.run, args=(slow, never))
    holder.start()
    assert held.wait(10)
    with pytest.raises(FetchError) as caught:
        lane.run(Script(), Countdown(2))
    release.set()
    holder.join()
    assert caught.value.kind == "cancelled"


@given(
    per_minute=st.floats(1, 600),
    burst=st.integers(1, 20),
    gaps=st.lists(st.floats(0, 120), min_size=1, max_size=60),
)
def test_that_no_window_ever_holds_more_than_burst_plus_rate(per_minute: float, burst: int, gaps: list[float]) -> None:
    bucket = TokenBucket(per_minute, burst)
    now, sent = 0.0, []
    for gap in gaps:
        now += gap
        now += bucket.reserve(START + dt.timedelta(seconds=now))
        sent.append(now)
    for first in range(len(sent)):
        for last in range(first, len(sent)):
            allowed = burst + per_minute / 60 * (sent[last] - sent[first])
            assert last - first + 1 <= allowed + 0.01


@given(jumps=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
def test_that_a_jumping_clock_never_makes_anyone_wait_longer_than_the_queue_is(jumps: list[float]) -> None:
    bucket, now = TokenBucket(60, 1), 2e6
    for waiting, jump in enumerate(jumps):
        now = max(0.0, now + jump)
        assert bucket.reserve(START + dt.timedelta(seconds=now)) <= waiting


@pytest.mark.parametrize(("per_minute", "burst"), [(0, 1), (-1, 1), (1, 0)])
def test_that_a_bucket_without_rate_or_room_is_refused(per_minute: float, burst: int) -> None:
    with pytest.raises(ValueError, match="token bucket"):
        TokenBucket(per_minute, burst)

"""One lane per host: one request at a time, at a decent pace, and none while the host asks for a pause."""

from __future__ import annotations

import datetime as dt
import math
import threading
import time
from collections.abc import Callable, Iterator
from concurrent import futures
from contextlib import contextmanager
from typing import Protocol, TypeVar

from data.source import Cancelled, FetchError

T = TypeVar("T")
Clock = Callable[[], dt.datetime]
Wait = Callable[[float], None]

COOL_DOWN = dt.timedelta(minutes=15)
LONGEST_COOL_DOWN = dt.timedelta(minutes=60)

_ATTEMPTS = 3
_PATIENCE = 8.0  # seconds after which a failure is final: one time-out of 10 s is, a dropped connection is not
_FIRST_BACKOFF = 0.5
_GLANCE = 0.05  # how often a waiting thread looks whether it is still wanted


class BreakerStore(Protocol):
    """Where a breaker outlives the process; one row per host, UTC."""

    def breaker(self, host: str) -> dt.datetime | None:
        """Return until when the host is left alone, also when that has passed without a success since."""
        ...

    def set_breaker(self, host: str, until: dt.datetime | None) -> None:
        """Keep until when the host is left alone; None once it has answered again."""
        ...


class TokenBucket:
    """At most `burst` requests at once and `per_minute` in the long run.  Not thread-safe: the lane serialises."""

    def __init__(self, per_minute: float, burst: int) -> None:
        if per_minute <= 0 or burst < 1:
            raise ValueError("a token bucket needs a rate above zero and room for one token")
        self._rate = per_minute / 60.0
        self._burst = float(burst)
        self._tokens = float(burst)
        self._seen: dt.datetime | None = None

    def reserve(self, now: dt.datetime) -> float:
        """Take a token, on credit if need be, and return the seconds to wait before it may be used."""
        if self._seen is not None and now > self._seen:
            gained = (now - self._seen).total_seconds() * self._rate
            self._tokens = min(self._burst, self._tokens + gained)
        # A clock set back only restarts the count: it must neither stall the lane nor fill the bucket.
        self._seen = now
        self._tokens -= 1.0
        return max(0.0, -self._tokens / self._rate)

    def give_back(self) -> None:
        """Undo the last reservation, which nobody used."""
        self._tokens = min(self._burst, self._tokens + 1.0)


class Breaker:
    """Open after a host said "too many requests": for 15 minutes, then twice as long each time, at most 60.

    After that it is half open: the next request is let through, and its outcome closes the breaker or opens it again.
    """

    def __init__(self, host: str, name: str, store: BreakerStore, clock: Clock) -> None:
        self._host = host
        self._name = name
        self._store = store
        self._clock = clock
        self._length: dt.timedelta | None = None

    def check(self) -> None:
        """Raise `FetchError("limited")` while the host is to be left alone."""
        until, now = self._store.breaker(self._host), self._clock()
        # A clock that was set back must not leave the host alone for longer than any pause can last.
        if until is None or until <= now or until > now + LONGEST_COOL_DOWN:
            return
        minutes = math.ceil((until - now).total_seconds() / 60)
        raise FetchError(
            "limited",
            f"{self._name} has asked for fewer requests and is left alone for another {_minutes(minutes)}. "
            "Stored prices stay as they are, and fetching goes on by itself.",
            retry_after=(until - now).total_seconds(),
        )

    def trip(self, retry_after: float | None) -> None:
        """Open, for longer than the last time if there was no success in between."""
        asked = dt.timedelta(seconds=retry_after or 0.0)
        again = self._store.breaker(self._host) is not None
        length = 2 * (self._length or COOL_DOWN) if again else COOL_DOWN
        self._length = min(max(length, asked), LONGEST_COOL_DOWN)
        self._store.set_breaker(self._host, self._clock() + self._length)

    def close(self) -> None:
        """Note that the host answers."""
        self._length = None
        if self._store.breaker(self._host) is not None:
            self._store.set_breaker(self._host, None)


class Lane:
    """Carries all requests to one host; any number of threads may call `run`.

    A request runs in a thread of its own, so that a caller who is no longer wanted leaves at once even while the host
    keeps silent; the next request then waits until the abandoned one has ended, by its own time-out.
    """

    def __init__(
        self,
        host: str,
        *,
        per_minute: float,
        burst: int,
        breakers: BreakerStore,
        clock: Clock,
        wait: Wait = time.sleep,
        name: str | None = None,
    ) -> None:
        self.host = host
        self._breaker = Breaker(host, name or host, breakers, clock)
        self._bucket = TokenBucket(per_minute, burst)
        self._clock = clock
        self._wait = wait
        self._turn = threading.Lock()
        self._wire = threading.Lock()
        self._faltering = False

    def run(self, request: Callable[[], T], cancelled: Cancelled) -> T:
        """Return what `request` returns, when it is its turn.

        Raises `FetchError`: "limited" at once while the breaker is open, "cancelled" within a moment of `cancelled`
        turning true, otherwise what the request raised last.  "offline" and "down" are tried again a few times.
        """
        with _held(self._turn, cancelled):
            self._breaker.check()
            try:
                result = self._persist(request, cancelled)
            except FetchError as error:
                if error.kind == "limited":
                    self._breaker.trip(error.retry_after)
                elif error.kind == "unknown":  # the host is well: it just does not know the symbol
                    self._succeeded()
                elif error.kind != "cancelled":
                    self._faltering = _passing(error)
                raise
            self._succeeded()
            return result

    def _succeeded(self) -> None:
        self._faltering = False
        self._breaker.close()

    def _persist(self, request: Callable[[], T], cancelled: Cancelled) -> T:
        """Try again while the failure may pass; once only when the call before this one failed like that to the end."""
        import stamina

        attempts = 1 if self._faltering else _ATTEMPTS
        # stamina's own pauses cannot be cancelled, so they are none and the pause is ours.
        for attempt in stamina.retry_context(
            on=_passing, attempts=attempts, timeout=_PATIENCE, wait_initial=0, wait_max=0, wait_jitter=0
        ):
            with attempt:
                if attempt.num > 1:
                    self._pause(_FIRST_BACKOFF * 2 ** (attempt.num - 2), cancelled)
                self._queue(cancelled)
                return self._send(request, cancelled)
        raise AssertionError("stamina ends with a result or an exception")  # pragma: no cover

    def _queue(self, cancelled: Cancelled) -> None:
        try:
            self._pause(self._bucket.reserve(self._clock()), cancelled)
        except FetchError:
            self._bucket.give_back()
            raise

    def _pause(self, seconds: float, cancelled: Cancelled) -> None:
        _stop_if(cancelled)
        while seconds > 0:
            self._wait(min(seconds, _GLANCE))
            seconds -= _GLANCE
            _stop_if(cancelled)

    def _send(self, request: Callable[[], T], cancelled: Cancelled) -> T:
        answer: futures.Future[T] = futures.Future()
        _acquire(self._wire, cancelled)
        threading.Thread(target=self._carry, args=(request, answer), name=f"lane {self.host}", daemon=True).start()
        while not futures.wait((answer,), timeout=_GLANCE).done:
            _stop_if(cancelled)
        return answer.result()

    def _carry(self, request: Callable[[], T], answer: futures.Future[T]) -> None:
        try:
            result = request()
        except BaseException as error:  # noqa: BLE001 - handed to the thread that asked, which raises it
            self._wire.release()
            answer.set_exception(error)
        else:
            self._wire.release()
            answer.set_result(result)


def _passing(error: Exception) -> bool:
    return isinstance(error, FetchError) and error.kind in ("offline", "down")


def _stop_if(cancelled: Cancelled) -> None:
    if cancelled():
        raise FetchError("cancelled", "The request was no longer needed and has been dropped.")


def _acquire(lock: threading.Lock, cancelled: Cancelled) -> None:
    _stop_if(cancelled)
    while not lock.acquire(timeout=_GLANCE):
        _stop_if(cancelled)


@contextmanager
def _held(lock: threading.Lock, cancelled: Cancelled) -> Iterator[None]:
    _acquire(lock, cancelled)
    try:
        yield
    finally:
        lock.release()


def _minutes(count: int) -> str:
    return "minute" if count == 1 else f"{count} minutes"

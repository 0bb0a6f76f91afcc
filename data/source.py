"""The protocol every price source speaks, and the ways in which one can fail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from data.bars import Bars
from data.catalog import Asset, Kind

FailureKind = Literal["offline", "limited", "refused", "unknown", "down", "unreadable", "cancelled"]
Cancelled = Callable[[], bool]


class FetchError(Exception):
    """A fetch that gave no bars.

    `message` is one sentence for the user (what happened, what it means, what to do), the `__cause__` is for
    the log, `kind` decides what happens next:
    offline (no route, time-out, reset), limited (asked too often; wait `retry_after` seconds), refused (the
    source rejects this request), unknown (no such symbol), down (the source has a fault), unreadable (an
    answer that makes no sense), cancelled (the app no longer wants it).
    """

    def __init__(self, kind: FailureKind, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a source answered: bars of one interval as they came, before the calendar and the audit have seen them.

    `fetched_at` is the UTC instant of the answer; `currency` and `name` are the source's own words, or None;
    `duplicates` how many bars came more than once, of which one each was kept.
    """

    symbol: str
    bars: Bars
    source: str
    fetched_at: dt.datetime
    currency: str | None = None
    name: str | None = None
    duplicates: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """One line of a symbol search."""

    symbol: str
    name: str
    kind: Kind
    exchange: str


class PriceSource(Protocol):
    """Where bars come from.  Safe to call from several worker threads."""

    @property
    def name(self) -> str:
        """How the source is called on the screen: "Yahoo"."""
        ...

    @property
    def host(self) -> str:
        """The host whose lane (token bucket, breaker) all of this source's requests share."""
        ...

    def covers(self, asset: Asset) -> bool:
        """Whether this source has prices of the asset."""
        ...

    def history(self, asset: Asset, since: dt.date | None, cancelled: Cancelled, interval: str = "1d") -> Fetched:
        """Return the bars from session `since` on (all there are when None), raising `FetchError`.

        An interval that the source does not have is refused.
        """
        ...

    def search(self, text: str, cancelled: Cancelled) -> tuple[Match, ...]:
        """Return symbols that fit the text, best first, raising `FetchError`."""
        ...

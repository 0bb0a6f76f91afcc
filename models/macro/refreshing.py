"""Brings the figures of the economy up to date, each at its own slow pace and only from where the user allowed it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from data.macro import SERIES, MacroSeries, Observed, series_of
from data.macro_store import Headline, MacroMerged, MacroState, MacroStore, Maturity
from data.source import Cancelled, FetchError

Clock = Callable[[], dt.datetime]

HEADLINES_EVERY = dt.timedelta(hours=1)
_EVERY = {
    "daily": dt.timedelta(hours=6),
    "weekly": dt.timedelta(hours=12),
    "monthly": dt.timedelta(days=1),
    "quarterly": dt.timedelta(days=2),
}
_AGAIN = dt.timedelta(hours=1)  # after a failure that may pass
_OVERLAP = dt.timedelta(days=60)
_MATURITIES_BACK = dt.timedelta(days=100)
_KINDS = ("MSPD_BILLS", "MSPD_NOTES", "MSPD_BONDS", "MSPD_TIPS", "MSPD_FRN", "MSPD_TOTAL")


class SeriesSource(Protocol):
    """FRED, with or without a key."""

    name: str

    def observed(self, series: MacroSeries, cancelled: Cancelled) -> Observed:
        """Return the whole history; raises `FetchError`."""
        ...


class DebtSource(Protocol):
    """The Treasury."""

    name: str

    def debt(self, since: dt.date | None, cancelled: Cancelled) -> Observed:
        """Return the whole debt from a day on; raises `FetchError`."""
        ...

    def cash(self, since: dt.date | None, cancelled: Cancelled) -> Observed:
        """Return the cash balance from a day on; raises `FetchError`."""
        ...

    def outstanding(self, since: dt.date | None, cancelled: Cancelled) -> tuple[Observed, ...]:
        """Return the marketable debt by kind from a day on; raises `FetchError`."""
        ...

    def maturities(self, since: dt.date, cancelled: Cancelled) -> tuple[Maturity, ...]:
        """Return what matures when, as of the months' ends from a day on; raises `FetchError`."""
        ...

    def within_a_year(self, maturities: Sequence[Maturity]) -> Observed:
        """Return what of it matures within twelve months; raises `FetchError`."""
        ...


class MoodIndex(Protocol):
    """alternative.me."""

    name: str

    def observed(self, cancelled: Cancelled) -> Observed:
        """Return the whole history; raises `FetchError`."""
        ...


class NewsSource(Protocol):
    """Yahoo."""

    @property
    def name(self) -> str:
        """How the source is called on the screen."""
        ...

    def headlines(self, symbol: str, cancelled: Cancelled) -> tuple[Headline, ...]:
        """Return the newest headlines on an asset; raises `FetchError`."""
        ...


@dataclass(frozen=True, slots=True)
class EconomySources:
    """The sources of figures that are switched on; None is never asked."""

    fred: SeriesSource | None = None
    treasury: DebtSource | None = None
    mood: MoodIndex | None = None
    news: NewsSource | None = None


@dataclass(frozen=True, slots=True)
class Brought:
    """What fetching one series came to; `failure` is None when the source answered."""

    series: str
    merged: MacroMerged | None = None
    failure: FetchError | None = None


@dataclass(frozen=True, slots=True)
class _Errand:
    """What one request brings: these series, by a call that is given since when it is needed."""

    series: tuple[str, ...]
    source: str
    fetch: Callable[[dt.date | None], Iterable[Observed]]


def refresh_economy(
    store: MacroStore, sources: EconomySources, clock: Clock, cancelled: Cancelled, *, every: bool = False
) -> tuple[Brought, ...]:
    """Fetch the series that are due, or `every` one, and keep them; a failure travels in the result, values stay.

    Raises `StoreError` where nothing can be kept.  Off the GUI thread.
    """
    brought: list[Brought] = []
    spent: set[str] = set()
    for errand in _errands(store, sources, cancelled, clock()):
        states = store.states()
        wanted = every or any(due(SERIES[name], states.get(name), clock()) for name in errand.series)
        if cancelled() or not wanted or errand.source in spent:
            continue
        results = _run(store, errand, clock)
        brought += results
        # A host that cannot be reached, or wants a pause, is not asked for its other series as well.
        if any(one.failure is not None and one.failure.kind in ("offline", "limited", "down") for one in results):
            spent.add(errand.source)
    return tuple(brought)


def due(series: MacroSeries, state: MacroState | None, now: dt.datetime) -> bool:
    """Whether a series is worth asking for again; after a failure that is sooner, and a clock set back asks at once."""
    if state is None or state.tried_at is None:
        return True
    pace = _EVERY[series.frequency] if state.outcome in ("ok", "refused", "unknown", "unreadable") else _AGAIN
    return not dt.timedelta(0) <= now - state.tried_at < pace


def refresh_headlines(
    store: MacroStore, news: NewsSource, symbols: Iterable[str], clock: Clock, cancelled: Cancelled
) -> tuple[int, FetchError | None]:
    """Fetch the headlines of the symbols and return how many are new, and the first failure, which ends it."""
    new = 0
    for symbol in symbols:
        try:
            new += store.keep_headlines(news.headlines(symbol, cancelled), clock())
        except FetchError as error:
            return new, error
    return new, None


def _errands(store: MacroStore, sources: EconomySources, cancelled: Cancelled, now: dt.datetime) -> Iterator[_Errand]:
    fred, treasury, mood = sources.fred, sources.treasury, sources.mood
    if fred is not None:
        for series in series_of("FRED"):
            yield _Errand((series.id,), fred.name, partial(_whole, fred, series, cancelled))
    if treasury is not None:
        yield _Errand(("DEBT",), treasury.name, lambda since: [treasury.debt(since, cancelled)])
        yield _Errand(("TGA",), treasury.name, lambda since: [treasury.cash(since, cancelled)])
        yield _Errand(_KINDS, treasury.name, lambda since: treasury.outstanding(since, cancelled))
        recent = (now - _MATURITIES_BACK).date()  # every security of every month is much
        yield _Errand(("MSPD_12M",), treasury.name, lambda _since: _near(store, treasury, recent, cancelled))
    if mood is not None:
        yield _Errand(("FEAR_GREED",), mood.name, lambda _since: [mood.observed(cancelled)])


def _whole(fred: SeriesSource, series: MacroSeries, cancelled: Cancelled, _since: dt.date | None) -> list[Observed]:
    return [fred.observed(series, cancelled)]


def _near(store: MacroStore, treasury: DebtSource, since: dt.date, cancelled: Cancelled) -> list[Observed]:
    """Keep what matures when, and return what of it matures soon."""
    maturities = treasury.maturities(since, cancelled)
    store.keep_maturities(maturities)
    return [treasury.within_a_year(maturities)]


def _run(store: MacroStore, errand: _Errand, clock: Clock) -> list[Brought]:
    try:
        return [Brought(one.series, store.merge(one)) for one in errand.fetch(_since(store, errand))]
    except FetchError as error:
        if error.kind == "cancelled":
            return []
        for name in errand.series:
            store.note_failure(name, errand.source, clock(), error.kind, error.message)
        return [Brought(name, failure=error) for name in errand.series]


def _since(store: MacroStore, errand: _Errand) -> dt.date | None:
    """Return from when on values are asked for: two months before the last, so that corrections are seen."""
    kept = [store.recorded(name).date for name in errand.series]
    if any(len(dates) == 0 for dates in kept):
        return None
    oldest: dt.date = min(dates[-1].astype(object) for dates in kept)
    return oldest - _OVERLAP

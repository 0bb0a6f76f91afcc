"""Bars shorter than a day, fetched on demand and kept: each fetch only adds what is new.  Runs in a worker."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from data.bars import Bars, Seconds, Sessions
from data.calendar import SETTLE_DELAY, Calendars
from data.catalog import Asset
from data.intervals import seconds_of
from data.source import Cancelled, FetchError
from data.store import FetchEntry, Merged, Store, Stored, StoreError
from models.refresh import Parts, primary_source
from models.resample import Interval
from models.snapshot import Freshness

OVERLAP = dt.timedelta(days=2)  # fetched again, so that what was in progress or revised is made good
AHEAD = dt.timedelta(days=30)  # sessions known beyond the stored ones, for what the daily history gains meanwhile
NEVER = 2**60


@dataclass(frozen=True, slots=True, eq=False)
class SessionCloses:
    """When each session of an asset closes, in UTC epoch seconds, oldest first."""

    sessions: Sessions = field(default_factory=lambda: np.empty(0, "datetime64[D]"))
    closes: Seconds = field(default_factory=lambda: np.empty(0, np.int64))

    def of(self, sessions: Sessions) -> Seconds:
        """Return the close of each session; one that is not known here has none yet, which is beyond all times."""
        if len(self.sessions) == 0:
            return np.full(len(sessions), NEVER)
        place = np.minimum(np.searchsorted(self.sessions, sessions), len(self.sessions) - 1)
        return np.where(self.sessions[place] == sessions, self.closes[place], NEVER)


@dataclass(frozen=True, slots=True, eq=False)
class IntradayView:
    """One asset's stored bars of an interval, with where and when they come from; nothing is derived from them.

    `freshness` compares them with what the market has traded since; `problem` says why the last fetch failed, or
    nothing.  `closes` say from when on a day's close was known, which is where the daily high belongs on these bars.
    `awaited` is True until the source was asked for the first time.
    """

    asset: Asset
    interval: Interval
    bars: Bars
    closes: SessionCloses
    source: str = ""
    fetched_at: dt.datetime | None = None
    freshness: Freshness = "unusable"
    problem: str = ""
    awaited: bool = False

    @staticmethod
    def nothing(asset: Asset, interval: Interval, problem: str) -> IntradayView:
        """Say why there is not even a look at what is stored."""
        return IntradayView(asset, interval, Bars.empty(), SessionCloses(), problem=problem)


@dataclass(frozen=True, slots=True)
class Intraday:
    """The bars of one interval of all assets on the charts, at one moment."""

    as_of: dt.datetime
    interval: Interval
    views: Mapping[str, IntradayView] = field(default_factory=lambda: MappingProxyType({}))


def stored_intraday(
    parts: Parts, asset: Asset, interval: Interval, *, problem: str = "", awaited: bool = False
) -> IntradayView:
    """Return what is stored of an asset's bars of an interval; raises `StoreError`."""
    stored = parts.store.bars(asset.symbol, interval)
    return IntradayView(
        asset=asset,
        interval=interval,
        bars=stored.bars,
        closes=_closes(parts, asset),
        source=stored.source,
        fetched_at=stored.fetched_at,
        freshness=intraday_freshness(stored.bars, asset, interval, parts.calendars, parts.clock()),
        problem=problem,
        awaited=awaited,
    )


def intraday_freshness(
    bars: Bars, asset: Asset, interval: Interval, calendars: Calendars, now: dt.datetime
) -> Freshness:
    """Return "fresh" while no bar is missing that the market had traded by now, less the delay of the sources."""
    step = seconds_of(interval) or 0
    valid = bars[bars.valid]
    if len(valid) == 0:
        return "unusable"
    due = (now - SETTLE_DELAY).timestamp() - step
    last = calendars.last_settled(asset.calendar, now)
    around = calendars.sessions(asset.calendar, last, last + AHEAD)
    opens, closes = calendars.opens(asset.calendar, around), calendars.closes(asset.calendar, around)
    traded = float(np.minimum(closes, due)[opens <= due].max(initial=0.0))
    return "fresh" if float(valid.time[-1]) + step > traded - step else "stale"


def _closes(parts: Parts, asset: Asset) -> SessionCloses:
    """Look up the close of every session that the daily history holds, and of those about to come."""
    held = parts.store.bars(asset.symbol).bars.session
    today = parts.clock().date()
    last = held[-1].astype(object) if len(held) else today
    coming = parts.calendars.sessions(asset.calendar, last, max(last, today) + AHEAD)
    sessions = np.union1d(held, coming)
    return SessionCloses(sessions, parts.calendars.closes(asset.calendar, sessions))


@dataclass(frozen=True, slots=True)
class RefreshedIntraday:
    """What a fetch of one asset's bars of an interval came to; `failure` is None when the source answered.

    `stored` is everything that is kept of them, with its source and the instant of the last fetch.
    """

    asset: Asset
    interval: str
    stored: Stored
    added: int = 0
    revised: int = 0
    failure: FetchError | StoreError | None = None


def refresh_intraday(parts: Parts, asset: Asset, interval: str, cancelled: Cancelled) -> RefreshedIntraday:
    """Fetch the asset's newest bars of an interval ("1m", "5m", "15m", "1h") and keep them beside the earlier ones.

    The daily history, and what is judged of it, are not touched.  A failure travels in the result and costs no stored
    bar; raises `StoreError` where not even what is stored can be read.
    """
    failure: FetchError | StoreError | None = None
    merged = Merged(asset.symbol)
    try:
        merged = _fetch(parts, asset, interval, cancelled)
    except (FetchError, StoreError) as error:
        failure = error
        _log(parts, asset, interval, error)
    stored = parts.store.bars(asset.symbol, interval)
    return RefreshedIntraday(asset, interval, stored, merged.added, len(merged.revisions), failure)


def _fetch(parts: Parts, asset: Asset, interval: str, cancelled: Cancelled) -> Merged:
    source = primary_source(asset, parts.sources)
    if source is None:
        raise FetchError("unknown", f"No source that is switched on has prices of {asset.name}.")
    fetched = source.history(asset, _since(parts.store, asset, interval), cancelled, interval)
    merged = parts.store.merge(fetched, interval)
    entry = FetchEntry(_key(asset, interval), source=source.name, at=fetched.fetched_at, outcome="ok")
    parts.store.log_fetch(entry)
    return replace(merged, duplicates=merged.duplicates + fetched.duplicates)


def _since(store: Store, asset: Asset, interval: str) -> dt.date | None:
    """Start two days before the last final bar; None, all that there is, while nothing is kept.

    After a long pause the source begins where its reach does, and a gap stays a gap.
    """
    settled = store.bars(asset.symbol, interval).bars.settled()
    if len(settled) == 0:
        return None
    return (dt.datetime.fromtimestamp(int(settled.time[-1]), dt.UTC) - OVERLAP).date()


def _key(asset: Asset, interval: str) -> str:
    """The log of fetches knows an asset's daily bars by its symbol; these are an errand of their own."""
    return f"{asset.symbol}/{interval}"


def _log(parts: Parts, asset: Asset, interval: str, error: FetchError | StoreError) -> None:
    if isinstance(error, StoreError) or error.kind == "cancelled":
        return
    source = primary_source(asset, parts.sources)
    name = source.name if source else ""
    with suppress(StoreError):  # the failure itself is what the user must hear of, and it travels on
        parts.store.log_fetch(FetchEntry(_key(asset, interval), name, parts.clock(), error.kind, error.message))

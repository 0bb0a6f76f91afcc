"""Bars shorter than a day, fetched on demand and kept: each fetch only adds what is new.  Runs in a worker."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass, replace

from data.catalog import Asset
from data.source import Cancelled, FetchError
from data.store import FetchEntry, Merged, Store, Stored, StoreError
from models.refresh import Parts, primary_source

OVERLAP = dt.timedelta(days=2)  # fetched again, so that what was in progress or revised is made good


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

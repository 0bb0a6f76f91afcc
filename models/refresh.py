"""One asset's way from its source to its view: fetch, merge, cross-check, derive.  Runs in a worker, knows no Qt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from data.calendar import Calendars
from data.catalog import BITCOIN, RUSSELL_2000, Asset, asset_for
from data.source import Cancelled, FetchError, PriceSource
from data.store import FetchEntry, Merged, Store, StoreError
from models.audit import freshness
from models.cross_check import CrossCheck, compare_closes, compare_returns
from models.derive import Definitions, derive
from models.snapshot import AssetView

Clock = Callable[[], dt.datetime]

OVERLAP_SESSIONS = 10
RUSSELL_FUND = "IWM"


@dataclass(frozen=True, slots=True)
class Parts:
    """What a refresh works with.  Everything in it may be used from several threads.

    `follower` and `horizon` (calendar days) are what the alert of a break looks back on; judgements that led to no
    alert are forgotten after `keep_judgements`.
    """

    store: Store
    calendars: Calendars
    clock: Clock
    sources: tuple[PriceSource, ...] = ()
    definitions: Definitions = field(default_factory=Definitions)
    cross_check: bool = True
    follower: str = BITCOIN.symbol
    horizon: int = 90
    keep_judgements: dt.timedelta = dt.timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh of one asset came to; `failure` is None when the source answered."""

    view: AssetView
    added: int = 0
    revised: int = 0
    failure: FetchError | StoreError | None = None


def primary_source(asset: Asset, sources: Sequence[PriceSource]) -> PriceSource | None:
    """Return the first source that covers the asset."""
    return next((source for source in sources if source.covers(asset)), None)


def stored_view(
    parts: Parts, asset: Asset, *, calendars: Calendars | None = None, problem: str = "", duplicates: int = 0
) -> AssetView:
    """Derive a view from what the store holds; raises `StoreError`.

    `duplicates` counts the repeated bars of the fetch just made.
    """
    return derive(
        asset,
        parts.store.bars(asset.symbol),
        calendars=calendars,
        now=parts.clock(),
        definitions=parts.definitions,
        check=_check(parts, asset) if parts.cross_check and calendars is not None else None,
        duplicates=duplicates,
        problems=(problem,) if problem else (),
    )


def refresh_asset(parts: Parts, asset: Asset, cancelled: Cancelled) -> Refreshed:
    """Fetch the asset's newest bars, keep them, and derive its view; a failure travels in the result.

    Raises `StoreError` where not even what is stored can be read.
    """
    failure: FetchError | StoreError | None = None
    merged = Merged(asset.symbol)
    try:
        source = primary_source(asset, parts.sources)
        if source is None:
            raise FetchError("unknown", f"No source that is switched on has prices of {asset.name}.")
        merged = _fetch_and_merge(parts, asset, source, cancelled)
        if parts.cross_check:
            _fetch_witness(parts, asset, source, cancelled)
    except (FetchError, StoreError) as error:
        failure = error
        _log(parts, asset, error)
    problem = failure.message if failure else ""
    repeated = merged.duplicates
    view = stored_view(parts, asset, calendars=parts.calendars, problem=problem, duplicates=repeated)
    return Refreshed(view, merged.added, len(merged.revisions), failure)


def _fetch_and_merge(parts: Parts, asset: Asset, source: PriceSource, cancelled: Cancelled) -> Merged:
    fetched = source.history(asset, _since(parts.store, asset.symbol, source), cancelled)
    merged = parts.store.merge(fetched)
    merged = replace(merged, duplicates=merged.duplicates + fetched.duplicates)
    now = parts.clock()
    parts.store.set_fresh_until(asset.symbol, parts.calendars.next_settle(asset.calendar, now))
    parts.store.log_fetch(FetchEntry(asset.symbol, at=fetched.fetched_at, source=source.name, outcome="ok"))
    return merged


def _since(store: Store, symbol: str, source: PriceSource) -> dt.date | None:
    """Start ten settled sessions back, or at the very beginning while this source never gave the whole history."""
    sessions = store.bars(symbol).bars.settled().session
    last = store.last_fetches().get(symbol)
    known = last is not None and last.source == source.name and last.ever_ok
    if not known or len(sessions) <= OVERLAP_SESSIONS:
        return None
    since: dt.date = sessions[-OVERLAP_SESSIONS].astype(object)
    return since


def _log(parts: Parts, asset: Asset, error: FetchError | StoreError) -> None:
    if isinstance(error, StoreError) or error.kind == "cancelled":
        return
    source = primary_source(asset, parts.sources)
    name = source.name if source else ""
    entry = FetchEntry(asset.symbol, at=parts.clock(), source=name, outcome=error.kind, message=error.message)
    with suppress(StoreError):  # the failure itself is what the user must hear of, and it travels on
        parts.store.log_fetch(entry)


def _witness_symbol(asset: Asset, source: PriceSource) -> str:
    return f"{asset.symbol}@{source.name}"


def _fetch_witness(parts: Parts, asset: Asset, primary: PriceSource, cancelled: Cancelled) -> None:
    """Fetch what the second source says.  Its failure is no failure of the asset: the check then says "not checked"."""
    if asset == RUSSELL_2000:
        fund = asset_for(RUSSELL_FUND)
        _fetch_quietly(parts, fund, primary, fund.symbol, _since(parts.store, fund.symbol, primary), cancelled)
        return
    second = _second_source(parts, asset, primary)
    if second is not None:
        since = parts.clock().date() - dt.timedelta(days=OVERLAP_SESSIONS)
        _fetch_quietly(parts, asset, second, _witness_symbol(asset, second), since, cancelled)


def _fetch_quietly(
    parts: Parts, asset: Asset, source: PriceSource, symbol: str, since: dt.date | None, cancelled: Cancelled
) -> None:
    """Fetch and keep under `symbol`; a failure goes to the log of fetches only."""
    try:
        fetched = replace(source.history(asset, since, cancelled), symbol=symbol)
    except FetchError as error:
        if error.kind == "cancelled":
            raise
        parts.store.log_fetch(FetchEntry(symbol, source.name, parts.clock(), error.kind, error.message))
        return
    parts.store.merge(fetched)
    parts.store.log_fetch(FetchEntry(symbol, source.name, fetched.fetched_at, "ok"))


def _second_source(parts: Parts, asset: Asset, primary: PriceSource | None) -> PriceSource | None:
    others = (source for source in parts.sources if source is not primary and source.covers(asset))
    return next(others, None) if asset.kind == "crypto" else None


def _check(parts: Parts, asset: Asset) -> CrossCheck | None:
    ours = parts.store.bars(asset.symbol).bars
    if asset == RUSSELL_2000:
        return compare_returns(ours, parts.store.bars(RUSSELL_FUND).bars, RUSSELL_FUND)
    second = _second_source(parts, asset, primary_source(asset, parts.sources))
    if second is None:
        return None
    return compare_closes(ours, parts.store.bars(_witness_symbol(asset, second)).bars, second.name)


def needs_fetch(view: AssetView | None, calendars: Calendars, now: dt.datetime) -> bool:
    """Whether a scheduled refresh can bring anything: the market is open, or a settled bar is missing by `now`."""
    if view is None or view.problems or not bool(view.bars.final.all()):
        return True
    aged = freshness(view.bars, view.asset, calendars, now)
    return aged != "fresh" or view.freshness != "fresh" or calendars.is_open(view.asset.calendar, now)

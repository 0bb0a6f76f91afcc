"""Reads what a study is given: settled histories, from the store or from the views that the window shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace

from data.calendar import Calendars
from data.catalog import asset_for
from data.macro_store import MacroStore
from models.evidence.alignment import series_of
from models.lab.asking import History, Inputs, RefusedError, Request
from models.refresh import Parts, stored_view
from models.snapshot import AssetView


def stored_inputs(parts: Parts, request: Request[object]) -> Inputs:
    """Return the stored histories that a request needs, and its figures of the economy.

    Raises `RefusedError` for one without prices, and `StoreError`.
    """
    optional = getattr(request, "optional", ())
    assets = {symbol: asset_for(symbol) for symbol in (*request.symbols, *optional)}
    views = {symbol: stored_view(parts, asset, calendars=parts.calendars) for symbol, asset in assets.items()}
    inputs = shown_inputs(views, request.symbols, parts.calendars, parts.clock(), optional)
    return with_economy(inputs, parts, request)


def with_economy(inputs: Inputs, parts: Parts, request: Request[object]) -> Inputs:
    """Return the inputs with what is stored of the economy for this request.  Raises `StoreError`."""
    store, names = MacroStore(parts.store.database), getattr(request, "series", ())
    return replace(
        inputs,
        macro={name: store.recorded(name) for name in names},
        states=store.states() if names else {},
        headlines=store.headlines() if getattr(request, "news", False) else (),
        maturities=store.maturities() if getattr(request, "maturities", False) else (),
    )


def shown_inputs(
    views: Mapping[str, AssetView],
    symbols: Iterable[str],
    calendars: Calendars,
    now: dt.datetime,
    optional: Iterable[str] = (),
) -> Inputs:
    """Return the histories behind views, for these symbols and for those of the optional ones that have prices.

    Raises `RefusedError` for one without prices that is not optional.
    """
    histories = {symbol: _history(symbol, views.get(symbol), calendars) for symbol in symbols}
    for symbol in optional:
        with suppress(RefusedError):  # whoever named it says that it is missing
            histories.setdefault(symbol, _history(symbol, views.get(symbol), calendars))
    return Inputs(histories, now)


def _history(symbol: str, view: AssetView | None, calendars: Calendars) -> History:
    settled = None if view is None else view.bars.settled()
    if view is None or settled is None or len(settled) == 0:
        raise RefusedError(f"No prices of {symbol} are stored. 'refresh' fetches them, 'import' reads a file.")
    blocking = [finding.message for finding in view.audit.findings if finding.severity == "blocking"]
    return History(settled, series_of(view.asset, settled, calendars, view.source), " ".join(blocking))

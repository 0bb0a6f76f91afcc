"""Reads what a study is given: settled histories, from the store or from the views that the window shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

from data.calendar import Calendars
from data.catalog import asset_for
from data.macro_store import MacroStore, Recorded
from models.evidence.alignment import series_of
from models.lab.asking import History, Inputs, RefusedError
from models.refresh import Parts, stored_view
from models.snapshot import AssetView


def stored_inputs(parts: Parts, symbols: Iterable[str], series: Iterable[str] = ()) -> Inputs:
    """Return the stored histories of the symbols, and figures of the economy by their series.

    Raises `RefusedError` for one without prices, and `StoreError`.
    """
    views = {symbol: stored_view(parts, asset_for(symbol), calendars=parts.calendars) for symbol in symbols}
    inputs = shown_inputs(views, views, parts.calendars, parts.clock())
    return replace(inputs, macro=figures_of(parts, series))


def figures_of(parts: Parts, series: Iterable[str]) -> Mapping[str, Recorded]:
    """Return what is stored of these figures of the economy.  Raises `StoreError`."""
    figures = MacroStore(parts.store.database)
    return {name: figures.recorded(name) for name in series}


def shown_inputs(
    views: Mapping[str, AssetView], symbols: Iterable[str], calendars: Calendars, now: dt.datetime
) -> Inputs:
    """Return the histories behind views, for these symbols.  Raises `RefusedError` for one without prices."""
    return Inputs({symbol: _history(symbol, views.get(symbol), calendars) for symbol in symbols}, now)


def _history(symbol: str, view: AssetView | None, calendars: Calendars) -> History:
    settled = None if view is None else view.bars.settled()
    if view is None or settled is None or len(settled) == 0:
        raise RefusedError(f"No prices of {symbol} are stored. 'refresh' fetches them, 'import' reads a file.")
    blocking = [finding.message for finding in view.audit.findings if finding.severity == "blocking"]
    return History(settled, series_of(view.asset, settled, calendars, view.source), " ".join(blocking))

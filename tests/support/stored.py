"""Profiles with made-up histories in their store, as a user who has had the app for years would have them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from data.bars import Bars
from data.calendar import Calendars
from data.catalog import CATALOG, asset_for
from data.profile import Profile
from data.source import Fetched
from data.store import FetchEntry, Store

FIRST_SESSION = dt.date(1987, 9, 10)
PRICES = {"^RUT": 168.0, "BTC-USD": 430.0, "ETH-USD": 300.0}
PANES: Mapping[str, int] = {"^RUT": 9700, "BTC-USD": 4200, "ETH-USD": 3000}
# What the default watchlist holds after its first fetch.
WATCHLIST: Mapping[str, int] = {
    asset.symbol: PANES.get(asset.symbol, 3000 if asset.kind == "crypto" else 7500) for asset in CATALOG
}


def walk(symbol: str, count: int, last: dt.date, calendars: Calendars) -> Bars:
    """Return settled daily bars of a random walk that drifts upwards, the same ones for the same symbol."""
    asset = asset_for(symbol)
    sessions = calendars.sessions(asset.calendar, FIRST_SESSION, last)[-count:]
    rng = np.random.default_rng(sum(symbol.encode()))
    steps = rng.normal(0.0004, 0.012, len(sessions))
    close = np.round(PRICES.get(symbol, 50.0) * np.exp(np.cumsum(steps)), asset.decimals)
    opened = np.concatenate((close[:1], close[:-1]))
    reach = np.abs(rng.normal(0, 0.004, (2, len(sessions))))
    return Bars(
        time=calendars.opens(asset.calendar, sessions),
        session=sessions,
        open=opened,
        high=np.maximum(opened, close) * (1 + reach[0]),
        low=np.minimum(opened, close) * (1 - reach[1]),
        close=close,
        volume=np.full(len(sessions), 1e6),
        final=np.ones(len(sessions), np.bool_),
    )


def stored_profile(folder: Path, counts: Mapping[str, int], now: dt.datetime) -> Profile:
    """Make a profile that watches these symbols and has so many bars of each, fetched at `now`."""
    profile = Profile(folder)
    profile.create()
    names = ", ".join(f'"{symbol}"' for symbol in counts)
    profile.settings.write_text(f"watchlist = [{names}]\n", encoding="utf-8")
    calendars = Calendars()
    store = Store.open(profile.database, now)
    for symbol, count in counts.items():
        asset = asset_for(symbol)
        bars = walk(symbol, count, calendars.last_settled(asset.calendar, now), calendars)
        store.merge(Fetched(symbol, bars, "Yahoo", now, asset.currency, asset.name))
        store.set_fresh_until(symbol, calendars.next_settle(asset.calendar, now))
        store.log_fetch(FetchEntry(symbol, "Yahoo", now, "ok"))
    store.close()
    return profile

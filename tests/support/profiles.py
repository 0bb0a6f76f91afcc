"""Profiles with something in them, for tests of the app as a whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from data.bars import BarRow, Bars
from data.calendar import Calendars
from data.profile import Profile
from data.source import Fetched
from data.store import Store
from tests.support.staged import SETTLED, index_rows


def profile_in(folder: Path, watchlist: Sequence[str] = ("^RUT", "BTC-USD")) -> Profile:
    """Make a profile that watches these symbols and shows charts of them."""
    profile = Profile(folder / "profile")
    profile.create()
    symbols = "[" + ", ".join(f'"{symbol}"' for symbol in watchlist) + "]"
    profile.settings.write_text(f'watchlist = {symbols}\npanes = {symbols}\non_close = "quit"\n')
    return profile


def keep(
    profile: Profile, symbol: str, bars: Bars, at: dt.datetime = SETTLED, *, source: str = "Yahoo", interval: str = "1d"
) -> None:
    """Store bars as if a source had just given them."""
    store = Store.open(profile.database, at)
    try:
        store.merge(Fetched(symbol, bars, source, at, "USD"), interval)
    finally:
        store.close()


def staged_bars(calendars: Calendars, *, without: int = 0) -> Bars:
    """The staged index, settled, without its last few bars."""
    rows: list[BarRow] = index_rows(calendars)
    bars = Bars.of(rows)
    return bars[: len(bars) - without]


def staged_hours(calendars: Calendars, *, first: float = 2380.0) -> Bars:
    """Bars of an hour of the staged index over its last ten sessions, the last one in progress, one point apart."""
    rows: list[BarRow] = []
    for day in index_rows(calendars)[-10:]:
        for hour in range(7):
            close = first + len(rows)
            rows.append(BarRow(day.session, day.time + 3600 * hour, close, close + 1, close - 1, close, 10.0))
    return Bars.of([*rows[:-1], rows[-1]._replace(final=False)])


def stored(profile: Profile, symbol: str) -> Bars:
    """Return the bars of a symbol that the profile holds."""
    store = Store.open(profile.database, SETTLED)
    try:
        return store.bars(symbol).bars
    finally:
        store.close()

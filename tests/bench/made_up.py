"""A made-up market of any size, for what is measured with more bars than any asset has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from types import MappingProxyType

import numpy as np

from data.bars import Bars
from data.catalog import asset_for
from models.audit import Audit
from models.breakout import Break, State
from models.highs import all_time_high, running_highs
from models.snapshot import AssetView, Snapshot


def walk(count: int, seed: int) -> Bars:
    """Return a random walk of one bar a minute."""
    rng = np.random.default_rng(seed)
    close = 2000 * np.exp(np.cumsum(rng.normal(0, 0.3 / np.sqrt(count), count)))
    opened = np.concatenate((close[:1], close[:-1]))
    wiggle = np.abs(rng.normal(0, 0.001, (2, count)))
    times = 1_000_000_000 + np.arange(count, dtype=np.int64) * 60
    return Bars(
        time=times,
        session=times.astype("datetime64[s]").astype("datetime64[D]"),
        open=opened,
        high=np.maximum(opened, close) * (1 + wiggle[0]),
        low=np.minimum(opened, close) * (1 - wiggle[1]),
        close=close,
        volume=np.ones(count),
        final=np.ones(count, np.bool_),
    )


def market(count: int, symbols: Sequence[str]) -> Snapshot:
    """Return assets with so many bars each; the first one has twenty breaks, spread over its history."""
    views = {symbol: _view(symbol, walk(count, seed), breaks=20 * (seed == 0)) for seed, symbol in enumerate(symbols)}
    return Snapshot(dt.datetime(2026, 1, 1, tzinfo=dt.UTC), MappingProxyType(views))


def _view(symbol: str, bars: Bars, breaks: int) -> AssetView:
    asset = asset_for(symbol)
    highs = running_highs(bars, asset.tick)
    rows = np.linspace(len(bars) // 20, len(bars) - 1, breaks).astype(int).tolist()
    made = tuple(_break(bars, row) for row in rows)
    return AssetView(
        asset, bars, "made up", None, "fresh", Audit(), highs, all_time_high(highs), None, made, (), State.BELOW
    )


def _break(bars: Bars, row: int) -> Break:
    session, close = bars.session[row].astype(object), float(bars.close[row])
    return Break(session, close, close, session, 63, 90, -0.1, "close", row)

"""A made-up world to scan: leaders on weekdays, followers on every date, and what a scan of them is given."""

from __future__ import annotations

import datetime as dt

import numpy as np

from data.bars import Bars
from data.catalog import asset_for
from models.evidence.alignment import Series
from models.lab.asking import History, Inputs
from tests.support.studied import coin, stock, walk

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def history_of(series: Series) -> History:
    """The history behind a series: bars that never moved within their session."""
    close = series.close
    starts = series.session.astype("datetime64[s]").astype(np.int64)
    bars = Bars(starts, series.session, close, close, close, close, close * 0, np.ones(len(close), np.bool_))
    return History(bars, series)


def world(leaders: int, followers: int, sessions: int = 2600, first: str = "2014-01-01") -> Inputs:
    """So many leaders, the first of them ^RUT, and so many coins, random walks all."""
    names = ["^RUT", "^GSPC", "^NDX", "IWM", *(f"LEAD{i}" for i in range(leaders))][:leaders]
    coins = ["BTC-USD", "ETH-USD", *(f"C{i}-USD" for i in range(followers))][:followers]
    made = [stock(walk(i, sessions, 0.0006, 0.012), first, asset_for(name)) for i, name in enumerate(names)]
    days = int((made[0].session[-1] - made[0].session[0]).astype(int)) + 2
    made += [coin(walk(500 + i, days, step=0.04), first, asset_for(name)) for i, name in enumerate(coins)]
    return Inputs({series.asset.symbol: history_of(series) for series in made}, NOW)


def names_of(inputs: Inputs) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The leaders and the followers of such a world."""
    coins = tuple(symbol for symbol in inputs.histories if symbol.endswith("-USD"))
    return tuple(symbol for symbol in inputs.histories if symbol not in coins), coins

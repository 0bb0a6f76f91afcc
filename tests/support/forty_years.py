"""Forty years of made-up figures of the economy and of prices, as much as the panels ever have to show."""

from __future__ import annotations

import datetime as dt

import numpy as np

from data.bars import Bars
from data.catalog import asset_for
from data.macro import SERIES, MacroSeries, Observed
from data.macro_store import MacroStore, Maturity
from models.evidence.alignment import Series
from models.lab.asking import History
from tests.support.studied import coin, stock, walk

NOW = dt.datetime(2026, 3, 27, 12, tzinfo=dt.UTC)
FIRST, LAST = np.datetime64("1986-01-01"), np.datetime64("2026-03-25")
COINS = ("ETH-USD", "SOL-USD", "XRP-USD", "ADA-USD", "LINK-USD", "LTC-USD", "DOGE-USD", "AVAX-USD", "BNB-USD")
_STEPS = {"daily": 1, "weekly": 7}


def store_figures(store: MacroStore) -> None:
    """Keep every series of the catalogue, within its guards, from 1986 on."""
    for number, series in enumerate(SERIES.values()):
        store.merge(Observed(series.id, *_figures(series, number), "FRED", NOW))
    record = dt.date(2026, 2, 28)
    store.keep_maturities(
        Maturity(record, kind, dt.date(2026 + year, 5, 15), 1e5) for kind in ("Bills", "Notes") for year in range(30)
    )


def histories() -> dict[str, History]:
    """Prices of the Russell 2000 since 1987, of bitcoin since 2014 and of nine coins since 2016."""
    days = int((LAST - np.datetime64("2014-09-17")).astype(int))
    told = [stock(walk(1, 9_900, step=0.012), "1987-09-10"), coin(walk(2, days), "2014-09-17")]
    told += [coin(walk(3 + row, days - 500), "2016-01-30", asset_for(symbol)) for row, symbol in enumerate(COINS)]
    return {one.asset.symbol: _history(one) for one in told}


def _history(series: Series) -> History:
    close, valid = series.close, np.ones(len(series), np.bool_)
    return History(Bars(series.ends, series.session, close, close, close, close, close * 0, valid), series)


def _figures(series: MacroSeries, seed: int) -> tuple[np.ndarray, np.ndarray]:
    if series.frequency in _STEPS:
        days = np.arange(np.datetime64("1986-01-01"), LAST, _STEPS[series.frequency])
        days = days[np.is_busday(days)]
    else:
        months = np.arange(
            np.datetime64("1986-01"), np.datetime64("2026-02"), 1 if series.frequency == "monthly" else 3
        )
        days = months.astype("datetime64[D]")
    noise = np.random.default_rng(seed).normal(size=len(days)).cumsum()
    if series.frequency == "weekly":  # a balance sheet does not change its mind every month
        noise = np.convolve(noise, np.ones(104) / 104, "same")
    share = (noise - noise.min()) / np.ptp(noise)
    least, most = max(series.least, -5.0), min(series.most, 1e8)
    if series.id == "DFEDTARU":  # steps, as rates are set
        share = np.repeat(share[::60], 60)[: len(share)]
    value = np.round(share) if series.unit == "flag" else least + (0.1 + 0.8 * share) * (most - least)
    return days, value

"""Made-up markets for the evidence: closes by day, with the instants at which their sessions end."""

from __future__ import annotations

import datetime as dt

import numpy as np

from data.bars import Bars
from data.catalog import Asset, asset_for
from models.evidence.alignment import Series
from models.lab.asking import History

LEADER, COIN, FUND = asset_for("^RUT"), asset_for("BTC-USD"), asset_for("GLD")
DAY = 86_400
NEW_YORK_CLOSES = 21 * 3600


def coin(closes: list[float], first: str = "2020-01-01", asset: Asset = COIN) -> Series:
    """Closes of every date; each day ends at midnight UTC."""
    days = np.datetime64(first, "D") + np.arange(len(closes))
    return Series(asset, days, np.array(closes, np.float64), (days.astype(np.int64) + 1) * DAY)


def stock(closes: list[float], first: str = "2020-01-01", asset: Asset = LEADER, ends: int = NEW_YORK_CLOSES) -> Series:
    """Closes of weekdays; each session ends `ends` seconds after midnight UTC."""
    days = np.busday_offset(np.datetime64(first, "D"), np.arange(len(closes)), roll="forward")
    return Series(asset, days, np.array(closes, np.float64), days.astype(np.int64) * DAY + ends)


def walk(seed: int, n: int, drift: float = 0.0, step: float = 0.03) -> list[float]:
    """A random walk of prices."""
    generator = np.random.default_rng(seed)
    return (100 * np.exp(np.cumsum(drift + step * generator.standard_normal(n)))).tolist()


def days_of(series: Series, rows: list[int]) -> list[dt.date]:
    """The dates of some rows."""
    return series.session[rows].astype(object).tolist()


def history(series: Series) -> History:
    """The bars of closes alone, all settled, beside the series itself."""
    close, whole = series.close, np.ones(len(series), np.bool_)
    return History(Bars(series.ends, series.session, close, close, close, close, close * 0, whole), series)

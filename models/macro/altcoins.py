"""The coins but bitcoin, together: an equal-weight basket, and how many of them are high or rising."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.bars import Floats, Sessions
from data.catalog import asset_for
from models.evidence.alignment import Series
from models.evidence.controls import Basket, equal_weight
from models.evidence.refusals import RefusedError

MEAN_DAYS = 200
NEAR = 0.8  # of the highest close so far: within 20 % of it
LEAST_COINS = 3
STALE_DAYS = 3
_BASKET = asset_for("ALTS-USD", "Basket of altcoins")


@dataclass(frozen=True, slots=True)
class Coin:
    """One coin as of its last close: shares of its mean of 200 days and of its highest close (1 is at it).

    `past` are log returns over 30 and 90 days.  None where its history is too short; `stale` when its prices end
    more than three days before those of the others, which keeps it out of the breadth.
    """

    symbol: str
    name: str
    first: dt.date
    last: dt.date
    close: float
    of_mean: float | None
    of_high: float
    past: tuple[float | None, float | None]
    stale: bool


@dataclass(frozen=True, slots=True, eq=False)
class Breadth:
    """By day: the share (0 to 1) of the coins above their mean and of those near their high, and of how many."""

    date: Sessions
    above: Floats
    above_n: Floats
    near: Floats
    near_n: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Altcoins:
    """The panel; `bitcoin` and `leader` are shown beside the basket where they are watched.

    Basket and breadth end on the last day on which three coins have a price.
    """

    basket: Basket
    breadth: Breadth
    coins: tuple[Coin, ...]
    bitcoin: Series | None
    leader: Series | None


def altcoins(coins: Sequence[Series], bitcoin: Series | None, leader: Series | None) -> Altcoins:
    """Return the panel; raises `RefusedError` with fewer than three coins."""
    held = [coin for coin in coins if len(coin)]
    if len(held) < LEAST_COINS:
        raise RefusedError(
            f"Coins beside bitcoin with stored prices: {len(held)}. {LEAST_COINS} are the least that make a basket. Add"
            " coins to the watchlist, and let their prices be fetched."
        )
    newest = max(coin.session[-1] for coin in held)
    told = tuple(_coin(coin, newest) for coin in held)
    last = last_together(held)
    while_together = [coin[coin.session <= last] for coin in held]
    basket = equal_weight(_BASKET, while_together, LEAST_COINS)
    return Altcoins(basket, breadth(while_together), told, bitcoin, leader)


def last_together(coins: Sequence[Series]) -> np.datetime64:
    """Return the last day on which three coins have a price; raises `RefusedError` without one."""
    days, n = np.unique(np.concatenate([coin.session for coin in coins]), return_counts=True)
    enough = days[n >= LEAST_COINS]
    if len(enough) == 0:
        raise RefusedError(f"There is no day on which {LEAST_COINS} of these coins have a price.")
    last: np.datetime64 = enough[-1]
    return last


def breadth(coins: Sequence[Series]) -> Breadth:
    """Return both shares of each day on which any coin has a price; NaN where fewer than three have what they need.

    The mean is that of a coin's own last 200 closes, the high its highest close up to and with that day.
    """
    first, last = min(coin.session[0] for coin in coins), max(coin.session[-1] for coin in coins)
    days = np.arange(first, last + 1)
    above, above_n, near, near_n = np.zeros((4, len(days)))
    for coin in coins:
        at = (coin.session - first).astype(np.int64)
        near[at] += coin.close >= NEAR * np.maximum.accumulate(coin.close)
        near_n[at] += 1
        mean = trailing_mean(coin.close)
        known = np.isfinite(mean)
        above[at[known]] += coin.close[known] > mean[known]
        above_n[at[known]] += 1
    kept = near_n > 0
    return Breadth(days[kept], _share(above, above_n)[kept], above_n[kept], _share(near, near_n)[kept], near_n[kept])


def trailing_mean(close: Floats, days: int = MEAN_DAYS) -> Floats:
    """Return the mean of each close and the 199 before it, NaN where there are fewer."""
    mean = np.full(len(close), np.nan)
    if len(close) >= days:
        mean[days - 1 :] = np.lib.stride_tricks.sliding_window_view(close, days).mean(axis=1)
    return mean


def _share(count: Floats, n: Floats) -> Floats:
    share: Floats = np.where(n >= LEAST_COINS, count / np.maximum(n, 1), np.nan)
    return share


def _coin(coin: Series, newest: np.datetime64) -> Coin:
    mean = float(trailing_mean(coin.close)[-1])
    return Coin(
        coin.asset.symbol, coin.asset.name, coin.first, coin.last, float(coin.close[-1]),
        float(coin.close[-1] / mean) if np.isfinite(mean) else None,
        float(coin.close[-1] / coin.close.max()), (_past(coin, 30), _past(coin, 90)),
        bool((newest - coin.session[-1]).astype(np.int64) > STALE_DAYS),
    )  # fmt: skip


def _past(coin: Series, days: int) -> float | None:
    row = int(np.searchsorted(coin.session, coin.session[-1] - days, side="right")) - 1
    return float(np.log(coin.close[-1] / coin.close[row])) if row >= 0 else None

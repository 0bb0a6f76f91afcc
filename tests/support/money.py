"""A made-up balance sheet beside a made-up coin."""

from __future__ import annotations

import numpy as np

from data.catalog import asset_for
from data.macro_store import Recorded
from models.macro.economy import Economy
from models.macro.money import Money, money
from tests.support.economy import LATER, recorded, weeks
from tests.support.studied import coin

COUNT = 150


def figures(seed: int = 1) -> dict[str, Recorded]:
    noise = np.random.default_rng(seed)
    dates = weeks("2021-01-06", COUNT)
    balance = 7e6 * np.exp(np.cumsum(noise.normal(scale=0.01, size=COUNT)))
    return {
        "WALCL": recorded("WALCL", dates, balance.tolist()),
        "WDTGAL": recorded("WDTGAL", dates, noise.uniform(3e5, 9e5, COUNT).tolist()),
        "RRPONTSYD": recorded("RRPONTSYD", dates, noise.uniform(10, 900, COUNT).tolist()),
    }


def a_panel(stored: dict[str, Recorded]) -> Money:
    close = np.exp(np.cumsum(np.random.default_rng(5).normal(scale=0.03, size=1000)))
    return money(Economy(stored, LATER), [coin(close, "2021-02-01", asset_for("BTC-USD"))])

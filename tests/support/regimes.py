"""Made-up regimes of a balance sheet."""

from __future__ import annotations

import numpy as np

from data.catalog import asset_for
from models.macro.regimes import Kind, Regimes

ETHER = asset_for("ETH-USD")


def regimes(seed: int, late_days: int = 3) -> Regimes:
    """Weeks of three regimes, each known some days after its date."""
    noise = np.random.default_rng(seed)
    date = np.datetime64("2020-01-01") + 7 * np.arange(40)
    words: tuple[Kind, ...] = ("expanding", "flat", "shrinking")
    kinds = tuple(words[which] for which in np.repeat(noise.integers(0, 3, 10), 4).tolist())
    return Regimes("Whole balance sheet", date, kinds, (date.astype(np.int64) + late_days) * 86_400)

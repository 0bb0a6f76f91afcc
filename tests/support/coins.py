"""Four made-up coins, two of which end early."""

from __future__ import annotations

from data.catalog import asset_for
from models.evidence.alignment import Series
from tests.support.studied import coin, walk

NAMES = ("ETH-USD", "SOL-USD", "XRP-USD", "ADA-USD")
FIRSTS = ("2020-01-01", "2020-03-15", "2020-09-01", "2020-01-20")


def coins(seed: int, lengths: tuple[int, ...] = (475, 400, 150, 260)) -> list[Series]:
    return [
        coin(walk(seed + row, count), first, asset_for(name))
        for row, (name, first, count) in enumerate(zip(NAMES, FIRSTS, lengths, strict=True))
    ]

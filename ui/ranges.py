"""The ranges that charts can show, counted back from the last bar, and which of them bars of a length can fill."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

RANGES = ("1D", "5D", "1M", "3M", "6M", "YTD", "1Y", "5Y", "10Y", "Max")
_TOO_SHORT_FOR_DAYS = ("1D", "5D")  # too few daily bars to be a picture
_TOO_LONG_FOR_SHORT = ("YTD", "5Y", "10Y")  # further than any source has bars shorter than a day

# What is shown first of bars of a length: a few hundred of them.
FIRST_RANGES: Mapping[str, str] = MappingProxyType({"1m": "1D", "5m": "5D", "15m": "5D", "1h": "1M"})


def ranges_for(*, short: bool) -> tuple[str, ...]:
    """Return the ranges that daily bars, or those shorter than a day, can fill."""
    left_out = _TOO_LONG_FOR_SHORT if short else _TOO_SHORT_FOR_DAYS
    return tuple(name for name in RANGES if name not in left_out)

"""Horizontal levels: prices that somebody marked, and how each is written down as text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from uuid import uuid4

_WRITTEN = re.compile(r"(?P<symbol>\S+) (?P<price>\S+) (?P<id>[0-9a-z-]{1,40})(?: (?P<label>.+))?")


def _new_id() -> str:
    return uuid4().hex[:12]


@dataclass(frozen=True, slots=True)
class Level:
    """A price in the asset's currency, with what it is for (such as the name of a rule), if anything.

    `id` stays the same wherever the level is moved to and whatever it is called, and after a restart.
    """

    price: float
    label: str = ""
    id: str = field(default_factory=_new_id)

    def moved(self, price: float) -> Level:
        """Return the same level at another price."""
        return replace(self, price=price)


def level_text(symbol: str, level: Level) -> str:
    """Return a level as one line: "^RUT 2718.77 1f6e0b9c72aa the old high"."""
    return " ".join(filter(None, (symbol, repr(float(level.price)), level.id, " ".join(level.label.split()))))


def read_level(text: str) -> tuple[str, Level] | None:
    """Return the symbol and the level that a line says; None where it says none."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    try:
        price = float(found["price"])
    except ValueError:
        return None
    if not (math.isfinite(price) and price > 0):
        return None
    return found["symbol"], Level(price, found["label"] or "", found["id"])


def levels_of(lines: Iterable[str]) -> dict[str, tuple[Level, ...]]:
    """Return the levels of each symbol in the order of their lines; lines that say none are left out."""
    levels: dict[str, tuple[Level, ...]] = {}
    for symbol, level in filter(None, map(read_level, lines)):
        levels[symbol] = (*levels.get(symbol, ()), level)
    return levels


def lines_of(levels: Mapping[str, Iterable[Level]]) -> tuple[str, ...]:
    """Return a line for each level of each symbol."""
    return tuple(level_text(symbol, level) for symbol, each in levels.items() for level in each)

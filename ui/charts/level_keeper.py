"""The levels of all assets: which one is chosen, what is done to it, and how the last change is undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from data.levels import Level

Levels = tuple[Level, ...]
PAST = 100  # changes that can be undone


class Chosen(NamedTuple):
    """Which level the keys act upon."""

    symbol: str
    id: str


class _Change(NamedTuple):
    symbol: str
    before: Levels
    moved: str  # the level that was moved and nothing else; "" for any other change


class LevelKeeper:
    """Keeps levels per symbol; moves of one level in a row are undone together."""

    def __init__(self) -> None:
        self._levels: dict[str, Levels] = {}
        self._past: list[_Change] = []
        self.chosen: Chosen | None = None

    def of(self, symbol: str) -> Levels:
        """Return the levels of a symbol in the order in which they were added."""
        return self._levels.get(symbol, ())

    @property
    def current(self) -> Level | None:
        """The level that the keys act upon."""
        if self.chosen is None:
            return None
        return next((level for level in self.of(self.chosen.symbol) if level.id == self.chosen.id), None)

    def put(self, symbol: str, levels: Sequence[Level]) -> None:
        """Take over levels that were kept elsewhere; what was done to the ones before cannot be undone any more."""
        if tuple(levels) != self.of(symbol):
            self._past = [change for change in self._past if change.symbol != symbol]
            self._levels[symbol] = tuple(levels)
            self._forget_missing()

    def add(self, symbol: str, level: Level) -> None:
        """Add a level and choose it."""
        self._change(symbol, (*self.of(symbol), level))
        self.chosen = Chosen(symbol, level.id)

    def move(self, symbol: str, moved: Level, *, step: bool = False) -> None:
        """Put a level where it was moved to; one `step` of several in a row is undone with those before it."""
        levels = tuple(moved if level.id == moved.id else level for level in self.of(symbol))
        goes_on = step and bool(self._past) and self._past[-1][::2] == (symbol, moved.id)
        if goes_on:
            self._levels[symbol] = levels
        else:
            self._change(symbol, levels, moved.id)

    def remove(self, symbol: str, level: Level) -> None:
        """Take a level away."""
        self._change(symbol, tuple(each for each in self.of(symbol) if each.id != level.id))
        self._forget_missing()

    def undo(self) -> tuple[str, Levels] | None:
        """Take back the last change; return the symbol and its levels before that, or None."""
        if not self._past:
            return None
        change = self._past.pop()
        left = self.of(change.symbol)
        self._levels[change.symbol] = change.before
        self._forget_missing()
        return change.symbol, left

    def choose_next(self, symbols: Sequence[str]) -> Level | None:
        """Choose the next level of these symbols, from the highest price down, and after the last the first."""
        order = [Chosen(s, each.id) for s in symbols for each in sorted(self.of(s), key=lambda level: -level.price)]
        if not order:
            self.chosen = None
            return None
        at = order.index(self.chosen) + 1 if self.chosen in order else 0
        self.chosen = order[at % len(order)]
        return self.current

    def _change(self, symbol: str, levels: Levels, moved: str = "") -> None:
        if levels != self.of(symbol):
            self._past = [*self._past[1 - PAST :], _Change(symbol, self.of(symbol), moved)]
            self._levels[symbol] = levels

    def _forget_missing(self) -> None:
        if self.current is None:
            self.chosen = None

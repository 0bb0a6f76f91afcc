"""A source whose answers a test writes beforehand, and the parts around it, with a real store."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from data.bars import Bars
from data.calendar import Calendars
from data.catalog import Asset
from data.source import Cancelled, Fetched, FetchError, Match
from data.store import Store
from models.breakout import BreakRule
from models.derive import Definitions
from models.refresh import Parts
from tests.support.views import SHORT

Clock = Callable[[], dt.datetime]


@dataclass
class ScriptedSource:
    """Answers with the bars or the failure in `answers`; notes what it was asked; waits at `gate` where one is set."""

    clock: Clock
    answers: dict[str, Bars | FetchError] = field(default_factory=dict)
    name: str = "Scripted"
    host: str = "scripted.example"
    currency: str = "USD"
    asked: list[tuple[str, dt.date | None]] = field(default_factory=list)
    gate: threading.Event | None = None
    matches: tuple[Match, ...] | FetchError = ()
    crypto_only: bool = False

    def covers(self, asset: Asset) -> bool:
        return asset.kind == "crypto" if self.crypto_only else True

    def history(self, asset: Asset, since: dt.date | None, cancelled: Cancelled) -> Fetched:
        self.asked.append((asset.symbol, since))
        while self.gate is not None and not self.gate.wait(0.01):
            if cancelled():
                raise FetchError("cancelled", "No longer wanted.")
        answer = self.answers.get(asset.symbol, FetchError("unknown", f"{self.name} does not know {asset.symbol}."))
        if isinstance(answer, FetchError):
            raise answer
        return Fetched(asset.symbol, answer, self.name, self.clock(), self.currency)

    def search(self, text: str, cancelled: Cancelled) -> tuple[Match, ...]:
        if isinstance(self.matches, FetchError):
            raise self.matches
        return tuple(match for match in self.matches if text.lower() in match.name.lower())


def parts_of(
    folder: Path, clock: Clock, sources: tuple[ScriptedSource, ...], calendars: Calendars | None = None
) -> Parts:
    """Return parts with a store in `folder` and short definitions; the caller closes the store."""
    store = Store.open(folder / "bellwether.sqlite3", clock())
    definitions = Definitions(BreakRule(sessions_below=SHORT.sessions_below), SHORT)
    return Parts(store, calendars or Calendars(), clock, sources, definitions)

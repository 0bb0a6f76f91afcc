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
    """Answers with the bars or the failure in `answers`, for bars below a day in `shorter` (by symbol and interval).

    Notes what it was asked, and waits at `gate` where one is set.
    """

    clock: Clock
    answers: dict[str, Bars | FetchError] = field(default_factory=dict)
    name: str = "Scripted"
    host: str = "scripted.example"
    currency: str = "USD"
    asked: list[tuple[str, dt.date | None]] = field(default_factory=list)
    shorter: dict[tuple[str, str], Bars | FetchError] = field(default_factory=dict)
    asked_shorter: list[tuple[str, str]] = field(default_factory=list)
    gate: threading.Event | None = None
    matches: tuple[Match, ...] | FetchError = ()
    crypto_only: bool = False

    def covers(self, asset: Asset) -> bool:
        return asset.kind == "crypto" if self.crypto_only else True

    def history(self, asset: Asset, since: dt.date | None, cancelled: Cancelled, interval: str = "1d") -> Fetched:
        if interval == "1d":
            self.asked.append((asset.symbol, since))
        else:
            self.asked_shorter.append((asset.symbol, interval))
        while self.gate is not None and not self.gate.wait(0.01):
            if cancelled():
                raise FetchError("cancelled", "No longer wanted.")
        unknown = FetchError("unknown", f"{self.name} does not know {asset.symbol}.")
        daily = interval == "1d"
        answer = (
            self.answers.get(asset.symbol, unknown) if daily else self.shorter.get((asset.symbol, interval), unknown)
        )
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

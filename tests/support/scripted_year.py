"""A year of settled bars with news on every other evening, and the source that gives them as the clock goes on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from data.bars import Bars
from data.calendar import SETTLE_DELAY, Calendars
from data.catalog import RUSSELL_2000, Asset
from data.source import Cancelled, Fetched, Match
from models.breakout import BreakRule
from models.derive import Definitions
from tests.support.views import SHORT

DEFINITIONS = Definitions(BreakRule(sessions_below=SHORT.sessions_below), SHORT)
WARM_UP = 30
SESSIONS = 252
FIRST = dt.date(2024, 1, 2)
# Fractions of the high at the start of each block: one that breaks and confirms, one that breaks and fails.
_DEEP = (0.91, 0.9, 0.905, 0.9, 0.91, 0.905, 0.9, 0.905, 0.91, 0.9, 0.905, 0.91, 0.9, 0.905, 0.91, 0.9)
_HOLDS = (0.992, 0.945, 0.93, *_DEEP, 0.95, 0.972, 0.98, 0.985, 1.0, 0.99, 1.008, 1.012, 1.017, 1.02, 1.022)
_FAILS = (0.99, 0.955, 0.94, *_DEEP, 0.945, 0.973, 0.98, 0.985, 1.004, 1.001, 0.97, 0.965, 0.94)
# The source takes a break back: the third one, two sessions after it, for as long as it gives these bars.
REVISED = 0.97


@dataclass(frozen=True, slots=True)
class Year:
    """Bars that settle one by one; `instants[i]` is when evening i of the year can be judged (UTC)."""

    bars: Bars
    closes: np.ndarray
    instants: tuple[dt.datetime, ...]
    revised: int
    revised_from: dt.datetime

    def seen(self, now: dt.datetime) -> Bars:
        """Return what a source gives at `now`: settled bars only."""
        count = int((self.closes <= (now - SETTLE_DELAY).timestamp()).sum())
        close = self.bars.close.copy()
        if now >= self.revised_from:
            close[self.revised] = round(float(close[self.revised]) * REVISED, 2)
        bars = self.bars
        shown = Bars(bars.time, bars.session, close, close, close, close, bars.volume, bars.final)
        return shown[:count]


def year_of(calendars: Calendars) -> Year:
    """Return the year: a warm-up that rises, then blocks of breaks that hold and breaks that fail."""
    prices = [1000.0 + number for number in range(WARM_UP)]
    broke: list[int] = []
    while len(prices) < WARM_UP + SESSIONS:
        block = _FAILS if len(broke) % 3 == 1 else _HOLDS
        high = max(prices)
        broke.append(len(prices) + next(place for place, share in enumerate(block) if share > 1))
        prices += [round(high * share, 2) for share in block]
    close = np.array(prices[: WARM_UP + SESSIONS])
    sessions = calendars.sessions("XNYS", FIRST, FIRST + dt.timedelta(days=600))[: len(close)]
    closes = calendars.closes("XNYS", sessions)
    instants = tuple(
        dt.datetime.fromtimestamp(second, dt.UTC) + SETTLE_DELAY + dt.timedelta(minutes=1)
        for second in closes[WARM_UP:].tolist()
    )
    bars = Bars(
        time=calendars.opens("XNYS", sessions), session=sessions, open=close, high=close, low=close, close=close,
        volume=np.full(len(close), 1e6), final=np.ones(len(close), np.bool_),
    )  # fmt: skip
    return Year(bars, closes, instants, broke[2], instants[broke[2] + 2 - WARM_UP])


class YearSource:
    """Gives the bars of the year that have settled by the clock."""

    name = "Scripted"
    host = "scripted.example"
    currency = "USD"

    def __init__(self, year: Year, clock: Callable[[], dt.datetime]) -> None:
        self._year = year
        self._clock = clock

    def covers(self, asset: Asset) -> bool:
        """Whether the asset is the one of the year."""
        return asset == RUSSELL_2000

    def history(self, asset: Asset, since: dt.date | None, cancelled: Cancelled, interval: str = "1d") -> Fetched:
        """Return the bars from `since` on."""
        bars = self._year.seen(self._clock())
        first = 0 if since is None else int(np.searchsorted(bars.session, np.datetime64(since, "D")))
        return Fetched(asset.symbol, bars[first:], self.name, self._clock(), self.currency)

    def search(self, text: str, cancelled: Cancelled) -> tuple[Match, ...]:
        """Find nothing."""
        return ()

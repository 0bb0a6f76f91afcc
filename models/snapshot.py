"""What the app knows at one moment, frozen; a refresh makes a new one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from data.bars import Bars
from data.catalog import Asset
from models.audit import Audit
from models.breakout import Break, State, Transition
from models.highs import AllTimeHigh, Highs

Freshness = Literal["fresh", "stale", "unusable"]
World = Literal["real", "simulated", "playback"]


@dataclass(frozen=True, slots=True, eq=False)
class AssetView:
    """One asset as it stands: its bars and everything derived from them, with where and when they come from.

    `bars` holds settled bars and, last, at most one in progress.  `highs`, `high`, `breaks`, `transitions` and
    `state` are about settled bars alone; `live_state` is the state that the bar in progress would give, None
    when there is none.  `held_back` says why a confirmed break is not announced as one (the second source
    disagrees), or None.  `live_distance` is the last price over the closing high, minus 1, at most 0.
    """

    asset: Asset
    bars: Bars
    source: str
    fetched_at: dt.datetime | None
    freshness: Freshness
    audit: Audit
    highs: Highs
    high: AllTimeHigh | None
    intraday_high: AllTimeHigh | None
    breaks: tuple[Break, ...]
    transitions: tuple[Transition, ...]
    state: State
    live_state: State | None = None
    live_distance: float | None = None
    held_back: str | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All watched assets at one moment, in the watchlist's order.

    `world` is "simulated" in the demo and "playback" while the past is played, and every view says so. `problems`
    are sentences about the whole app (offline, store rebuilt); those of one asset travel with it.
    """

    as_of: dt.datetime
    assets: Mapping[str, AssetView] = field(default_factory=lambda: MappingProxyType({}))
    world: World = "real"
    problems: tuple[str, ...] = ()

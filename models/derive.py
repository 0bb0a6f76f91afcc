"""From stored bars to what is known of an asset: audit, highs, breaks, state, freshness.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from data.bars import Bars
from data.calendar import Calendars
from data.catalog import Asset
from data.store import Stored
from models.audit import Audit, audit, freshness
from models.breakout import BreakRule, State, StateParameters, breaks
from models.cross_check import CrossCheck
from models.highs import all_time_high, running_highs
from models.snapshot import AssetView, Freshness
from models.states import live_state, state_path


@dataclass(frozen=True, slots=True)
class Definitions:
    """The definitions in force: what counts as a break, and the state machine's numbers."""

    rule: BreakRule = field(default_factory=BreakRule)
    states: StateParameters = field(default_factory=StateParameters)


def derive(
    asset: Asset,
    stored: Stored,
    *,
    calendars: Calendars | None,
    now: dt.datetime,
    definitions: Definitions,
    check: CrossCheck | None = None,
    duplicates: int = 0,
    problems: tuple[str, ...] = (),
) -> AssetView:
    """Return the asset's view at `now`.

    Without `calendars` (the first paint, before they are loaded) freshness follows from what the last refresh noted,
    the audit says that it is unfinished, and nothing may be announced.
    """
    settled = stored.bars.settled()
    found = audit(stored.bars, asset, calendars, now, stored.currency, duplicates=duplicates, revised=stored.revised)
    highs = running_highs(settled, asset.tick)
    path = state_path(highs, settled, definitions.states)
    high = all_time_high(highs)
    live = _bar_in_progress(stored.bars)
    held_back = check.sentence if check is not None and check.outcome == "disagrees" else None
    return AssetView(
        asset=asset,
        bars=stored.bars,
        source=stored.source,
        fetched_at=stored.fetched_at,
        freshness=_freshness(asset, stored, found, calendars, now),
        audit=found,
        highs=highs,
        high=high,
        intraday_high=all_time_high(running_highs(settled, asset.tick, "high")),
        breaks=breaks(highs, definitions.rule).events,
        transitions=path.transitions,
        state=path.states[-1] if len(path.states) else State.WARMUP,
        live_state=live_state(path, highs, live, definitions.states) if live is not None else None,
        live_distance=_live_distance(live, high.price) if live is not None and high is not None else None,
        held_back=held_back,
        problems=problems,
    )


def _bar_in_progress(bars: Bars) -> Bars | None:
    """Return the last bar where it is not final and has a price, else None."""
    return bars[-1:] if len(bars) and not bars.final[-1] and bars.valid[-1] else None


def _live_distance(live: Bars, high: float) -> float:
    return min(0.0, float(live.close[-1]) / high - 1)


def _freshness(asset: Asset, stored: Stored, found: Audit, calendars: Calendars | None, now: dt.datetime) -> Freshness:
    grave = any(finding.severity == "blocking" and finding.kind != "stale" for finding in found.findings)
    if len(stored.bars.settled()) == 0 or grave:
        return "unusable"
    if calendars is not None:
        return freshness(stored.bars, asset, calendars, now)
    return "fresh" if stored.fresh_until is not None and now < stored.fresh_until else "stale"

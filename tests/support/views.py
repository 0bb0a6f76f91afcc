"""Histories and views made by hand, for tests of what is judged and shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from data.bars import Bars
from data.catalog import RUSSELL_2000, Asset
from models.audit import Audit
from models.breakout import BreakRule, State, StateParameters, breaks
from models.highs import all_time_high, running_highs
from models.snapshot import AssetView
from models.states import state_path

SHORT = StateParameters(least_history=5, sessions_below=3)


def weekdays(first: dt.date, count: int) -> np.ndarray:
    """Return that many weekdays from the first on."""
    return np.busday_offset(first, np.arange(count), roll="forward").astype("datetime64[D]")


def bars_of(closes: Sequence[float], first: dt.date = dt.date(2020, 1, 6), *, final: bool = True) -> Bars:
    """Return weekday bars with these closes, each opening at 14:30 UTC and having no range; `final` of the last one."""
    close = np.array(closes, np.float64)
    session = weekdays(first, len(close))
    flags = np.ones(len(close), np.bool_)
    if len(close):
        flags[-1] = final
    time = session.astype("datetime64[s]").astype(np.int64) + 14 * 3600 + 1800
    return Bars(time, session, close.copy(), close.copy(), close.copy(), close, np.full(len(close), 1.0), flags)


def view_of(
    bars: Bars,
    asset: Asset = RUSSELL_2000,
    *,
    parameters: StateParameters = SHORT,
    audit: Audit | None = None,
    **changes: object,
) -> AssetView:
    """Return the view that the bars give under short parameters, with an audit that found nothing."""
    settled = bars.settled()
    highs = running_highs(settled, asset.tick)
    path = state_path(highs, settled, parameters)
    view = AssetView(
        asset=asset,
        bars=bars,
        source="Test",
        fetched_at=dt.datetime(2025, 9, 18, 21, tzinfo=dt.UTC),
        freshness="fresh",
        audit=audit or Audit(),
        highs=highs,
        high=all_time_high(highs),
        intraday_high=all_time_high(running_highs(settled, asset.tick, "high")),
        breaks=breaks(highs, BreakRule(sessions_below=parameters.sessions_below)).events,
        transitions=path.transitions,
        state=path.states[-1] if path.states else State.WARMUP,
    )
    return replace(view, **changes)

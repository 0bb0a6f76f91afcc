"""`status`: where each watched asset stands."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys

import numpy as np

from data.calendar import Calendars
from models.dates import date_text
from models.desk import Desk
from models.highs import to_tick
from models.refresh import refresh_asset, stored_view
from models.snapshot import AssetView
from ui.terminal.table import fraction, price, table


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Print every watched asset; with `--refresh` its newest bars are fetched first."""
    views = []
    for asset in desk.assets:
        if options.refresh:
            print(f"Fetching {asset.name}", file=sys.stderr)
            views.append(refresh_asset(desk.parts, asset, lambda: False).view)
        else:
            views.append(stored_view(desk.parts, asset, calendars=desk.parts.calendars))
    if options.json:
        print(json.dumps([as_json(view, desk.parts.calendars) for view in views], indent=2))
    else:
        _print(views)
    return 0


def as_json(view: AssetView, calendars: Calendars) -> dict[str, object]:
    """Return the stable keys of `status --json`: ISO 8601 times with zone, prices as numbers, missing as null."""
    high, intraday, bars = view.high, view.intraday_high, view.bars[view.bars.valid]
    last = float(to_tick(bars.close[-1:], view.asset.tick)[0]) if len(bars) else None
    return {
        "symbol": view.asset.symbol,
        "name": view.asset.name,
        "source": view.source or None,
        "last": last,
        "last_at": _last_at(view, calendars),
        "bar_final": bool(bars.final[-1]) if len(bars) else None,
        "ath_close": high.price if high else None,
        "ath_close_date": high.session.isoformat() if high else None,
        "ath_intraday": intraday.price if intraday else None,
        "ath_intraday_date": intraday.session.isoformat() if intraday else None,
        "history_from": str(bars.session[0]) if len(bars) else None,
        "distance": _distance(view),
        "sessions_below": high.below if high else None,
        "state": view.state.value,
        "freshness": view.freshness,
        "problems": [*view.problems, *_findings(view)],
    }


def _distance(view: AssetView) -> float | None:
    if view.live_distance is not None:
        return view.live_distance
    return view.high.distance if view.high else None


def _findings(view: AssetView) -> list[str]:
    held = [view.held_back] if view.held_back else []
    return held + [finding.message for finding in view.audit.findings if finding.severity != "note"]


def _last_at(view: AssetView, calendars: Calendars) -> str | None:
    """Return when the last price was made: the close of a final bar, the fetch of one in progress."""
    bars = view.bars[view.bars.valid]
    if not len(bars):
        return None
    if not bars.final[-1]:
        return view.fetched_at.isoformat() if view.fetched_at else None
    close = calendars.closes(view.asset.calendar, np.array(bars.session[-1:]))[0]
    return dt.datetime.fromtimestamp(int(close), dt.UTC).isoformat()


def _print(views: list[AssetView]) -> None:
    rows = []
    for view in views:
        bars, high = view.bars[view.bars.valid], view.high
        decimals = view.asset.decimals
        rows.append(
            (
                view.asset.symbol,
                price(float(bars.close[-1]), decimals) if len(bars) else "no prices",
                date_text(bars.session[-1].astype(object)) + ("" if bars.final[-1] else " in progress")
                if len(bars)
                else "",
                price(high.price, decimals) if high else "",
                date_text(high.session) if high else "",
                fraction(_distance(view)),
                view.state.value,
                view.freshness,
            )
        )
    head = ("symbol", "last", "session", "all-time high", "of", "distance", "state", "data")
    print(table(head, rows, right=(1, 3, 5)))
    for view in views:
        for problem in (*view.problems, *_findings(view)):
            print(f"{view.asset.symbol}: {problem}")

"""`breakouts`: every break of an asset's all-time high."""

from __future__ import annotations

import argparse
import json

from data.catalog import asset_for
from models.breakout import Break, BreakRule, breaks
from models.dates import date_text
from models.desk import Desk
from models.highs import running_highs
from ui.terminal.refusal import Refusal
from ui.terminal.table import fraction, price, table


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Print the breaks found in the settled bars that are stored."""
    asset = asset_for(options.symbol)
    bars = desk.parts.store.bars(asset.symbol).bars.settled()
    if len(bars) == 0:
        raise Refusal(f"No prices of {asset.symbol} are stored. 'refresh' fetches them, 'import' reads a file.")
    rule = BreakRule(
        sessions_below=options.sessions_below, basis=options.basis, buffer=options.buffer, confirm=options.confirm
    )
    found = breaks(running_highs(bars, asset.tick, rule.basis), rule)
    if options.json:
        print(json.dumps([as_json(event) for event in found.events], indent=2))
        return 0
    print(_table(found.events, asset.decimals))
    print(
        f"{len(found.events)} breaks of the {rule.basis} high since {date_text(bars.session[0].astype(object))}", end=""
    )
    print(f"; {len(found.cancelled)} more were not confirmed" if found.cancelled else "")
    return 0


def as_json(event: Break) -> dict[str, object]:
    """Return the stable keys of `breakouts --json`."""
    return {
        "date": event.session.isoformat(),
        "close": event.close,
        "prior_ath": event.prior_high,
        "prior_ath_date": event.prior_high_session.isoformat(),
        "sessions_below": event.sessions_below,
        "calendar_days": event.calendar_days,
        "depth": event.depth,
        "basis": event.basis,
    }


def _table(events: tuple[Break, ...], decimals: int) -> str:
    rows = [
        (
            date_text(event.session),
            price(event.close, decimals),
            price(event.prior_high, decimals),
            date_text(event.prior_high_session),
            f"{event.sessions_below:,}",
            fraction(event.depth),
        )
        for event in events
    ]
    return table(("break", event_word(events), "prior high", "of", "sessions below", "depth"), rows, right=(1, 2, 4, 5))


def event_word(events: tuple[Break, ...]) -> str:
    """Return what the price of the break is: its close, or its intraday high."""
    return events[0].basis if events else "close"

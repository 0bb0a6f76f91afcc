"""What the tray says of the watched assets, and which icon stands for them."""

from __future__ import annotations

import datetime as dt

from models.snapshot import AssetView, Snapshot
from ui.wording import STATE_NAMES, THIN, date_text, distance_of, last_row, session_of

MORNING = dt.time(8)


def distance_words(view: AssetView) -> str:
    """Return "3.60 % below its all-time high", of the last price against the closing high."""
    distance = distance_of(view)
    if distance is None:
        return "no prices yet"
    if distance >= 0:
        return "at its all-time high"
    return f"{-distance:.2%} below its all-time high".replace("%", f"{THIN}%")


def line_of(view: AssetView) -> str:
    """Return one asset in a line: distance, state, and which close it speaks of; stale is said."""
    row = last_row(view)
    if row is None:
        return f"{view.asset.name}: no prices yet"
    final = bool(view.bars.final[row])
    when = f"{date_text(session_of(view, row))} {'close' if final else 'so far'}"
    parts = [f"{view.asset.name}: {distance_words(view)}", STATE_NAMES[view.state].lower(), when]
    if view.freshness != "fresh":
        parts.append(view.freshness)
    return " · ".join(parts)


def icon_name(snapshot: Snapshot, lead: str) -> str:
    """Return which icon stands for the lead asset: its state, or "stale" or "simulated" where that matters more."""
    view = snapshot.assets.get(lead)
    if snapshot.world != "real":
        return "simulated"
    if view is None:
        return "warmup"
    return "stale" if view.freshness != "fresh" else view.state.value


def tomorrow_morning(now: dt.datetime) -> dt.datetime:
    """Return eight o'clock of the next day in the zone of `now`, which is aware."""
    return dt.datetime.combine(now.date() + dt.timedelta(days=1), MORNING, now.tzinfo)

"""What each line of the watchlist says, worked out once per snapshot and not at every repaint."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from data.bars import Floats
from models.snapshot import AssetView, Snapshot
from ui.wording import date_text, day_text, distance_of, last_row, percent_text, price_text, session_of, time_text

SPARK_BARS = 90
CAPTION = "last price · to all-time high"
GROUPS = MappingProxyType({"watched": "Watchlist", "altcoins": "Altcoins", "leaders": "Leaders"})


@dataclass(frozen=True, slots=True, eq=False)
class WatchRow:
    """One line: a group's heading (no `symbol`), or an asset with everything that is shown of it.

    `mark` is "fresh", "stale", "unusable", or "warmup" without prices; `when` says of which session the price is and
    what it is worth; `spark` holds the last closes.
    """

    title: str
    symbol: str = ""
    price: str = ""
    distance: str = ""
    at_high: bool = False
    when: str = ""
    mark: str = "fresh"
    state: str = ""
    spark: Floats = field(default_factory=lambda: np.empty(0))
    spoken: str = ""


def watch_rows(snapshot: Snapshot) -> tuple[WatchRow, ...]:
    """Return the lines of the watchlist, grouped, in the snapshot's order."""
    rows: list[WatchRow] = []
    for group, heading in GROUPS.items():
        members = [view for view in snapshot.assets.values() if view.asset.group == group]
        if members:
            title = CAPTION if group == "watched" else heading
            rows.append(WatchRow(title, spoken=f"{heading}, {len(members)} symbols"))
            rows.extend(_row(view, snapshot) for view in members)
    return tuple(rows)


def _row(view: AssetView, snapshot: Snapshot) -> WatchRow:
    asset = view.asset
    at = last_row(view)
    if at is None:
        problem = view.problems[0] if view.problems else "No prices yet."
        return WatchRow(
            asset.name, asset.symbol, "–", "", when=f"{asset.symbol} · no prices yet", mark="warmup",
            spoken=f"{asset.name}, {asset.symbol}: {problem}",
        )  # fmt: skip
    distance = distance_of(view)
    price = price_text(float(view.bars.close[at]), asset, short=True)
    tail = view.bars.close[-(SPARK_BARS + 10) :]
    return WatchRow(
        title=asset.name,
        symbol=asset.symbol,
        price=price,
        distance="" if distance is None else percent_text(distance),
        at_high=distance is not None and distance >= 0,
        when=f"{asset.symbol} · {_when(view, at, snapshot.as_of)}",
        mark=view.freshness,
        state=view.state.value,
        spark=tail[np.isfinite(tail) & (tail > 0)][-SPARK_BARS:],
        spoken=_spoken(view, at, price, snapshot),
    )


def _when(view: AssetView, at: int, now: dt.datetime) -> str:
    if view.freshness == "stale":
        return f"stale {_session_text(session_of(view, at), now)}"
    if view.freshness == "unusable":
        return "not usable"
    if not view.bars.final[at]:
        return "in progress"
    return _session_text(session_of(view, at), now)


def _session_text(session: dt.date, now: dt.datetime) -> str:
    near = abs((now.date() - session).days) < 300
    return day_text(session) if near else f"{day_text(session)} ’{session:%y}"


def _spoken(view: AssetView, at: int, price: str, snapshot: Snapshot) -> str:
    session = date_text(session_of(view, at))
    kind = "close of" if view.bars.final[at] else "in progress on"
    parts = [f"{view.asset.name}, {view.asset.symbol}", f"{price} {view.asset.currency}, {kind} {session}"]
    distance = distance_of(view)
    if distance is not None:
        parts.append(
            "at its all-time high" if distance >= 0
            else f"{percent_text(abs(distance), signed=False)} below its all-time high"
        )  # fmt: skip
    fetched = f", fetched {time_text(view.fetched_at)}" if view.fetched_at else ""
    parts.append(f"{view.freshness}, from {view.source}{fetched}")
    if snapshot.world != "real":
        parts.append(f"{snapshot.world} prices")
    return "; ".join(parts)

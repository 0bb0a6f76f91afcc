"""How numbers, dates and states are put into words on the screen."""

from __future__ import annotations

import datetime as dt
import math
from types import MappingProxyType

from data.catalog import Asset
from models.breakout import State
from models.snapshot import AssetView, World

MINUS = "\N{MINUS SIGN}"
THIN = "\N{NARROW NO-BREAK SPACE}"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

STATE_NAMES = MappingProxyType({
    State.WARMUP: "Warming up",
    State.BELOW: "Below",
    State.NEAR: "Near",
    State.TOUCH: "Touch",
    State.BREAK: "Break",
    State.CONFIRMED: "Confirmed",
    State.ABOVE: "New high",
    State.FAILED: "Failed",
})  # fmt: skip

STATE_SENTENCES = MappingProxyType({
    State.WARMUP: "Too little history yet to judge a break.",
    State.BELOW: "Well below the all-time high.",
    State.NEAR: "Close to the all-time high, not at it.",
    State.TOUCH: "Reached the high, but did not close above it.",
    State.BREAK: "Closed above a long-standing high; not confirmed yet.",
    State.CONFIRMED: "The break of the high has held.",
    State.ABOVE: "A routine new high; it broke no long-standing one.",
    State.FAILED: "Broke the high, then fell back below it.",
})  # fmt: skip

IF_CLOSED_NOW = MappingProxyType({
    State.WARMUP: "too little history to say",
    State.BELOW: "would be below the high",
    State.NEAR: "would be near the high",
    State.TOUCH: "would be a touch of the high",
    State.BREAK: "would be a break",
    State.CONFIRMED: "would be a confirmed break",
    State.ABOVE: "would be a routine new high",
    State.FAILED: "would be a failed break",
})  # fmt: skip


WORLD_BADGES: MappingProxyType[World, str] = MappingProxyType({"simulated": "SIMULATED", "playback": "PLAYBACK"})
WORLD_BANDS: MappingProxyType[World, str] = MappingProxyType({
    "simulated": "SIMULATED PRICES: made up by this app, kept apart from your own data",
    "playback": "PLAYBACK OF THE PAST: nothing here is news, and nothing of your own is touched",
})  # fmt: skip


def badge_of(world: World) -> str:
    """Return the word that everything of a world carries that is not the real one; "" for the real one."""
    return WORLD_BADGES.get(world, "")


def date_text(day: dt.date) -> str:
    """Return "22 Jan 2026"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def day_text(day: dt.date) -> str:
    """Return "22 Jan", where the year is plain from what stands beside it."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def time_text(at: dt.datetime) -> str:
    """Return "20 Nov 2026, 22:31" in the computer's own time zone; `at` is aware."""
    local = at.astimezone()
    return f"{date_text(local.date())}, {local:%H:%M}"


def price_text(price: float, asset: Asset, *, short: bool = False) -> str:
    """Return a price with as many decimals as its size calls for, at most those of the asset's tick."""
    if not math.isfinite(price):
        return "no price"
    if short and price >= 10_000:
        wanted = 0
    elif price >= (1 if short else 10):
        wanted = 2
    else:
        wanted = 4
    return f"{price:,.{min(wanted, asset.decimals)}f}".replace("-", MINUS)


def percent_text(fraction: float, decimals: int = 2, *, signed: bool = True) -> str:
    """Return "−3.60 %" for -0.036, with a true minus; nothing is shown as minus zero."""
    value = round(fraction * 100, decimals) + 0.0
    sign = MINUS if value < 0 else "+" if signed and value > 0 else ""
    return f"{sign}{abs(value):.{decimals}f}{THIN}%"


def age_text(age: dt.timedelta) -> str:
    """Return "just now", "4 min ago", "3 h ago" or "2 days ago"."""
    seconds = max(0, int(age.total_seconds()))
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{seconds // 60} min ago"
    if seconds < 86_400:
        return f"{seconds // 3600} h ago"
    days = seconds // 86_400
    return f"{days} {'day' if days == 1 else 'days'} ago"


def countdown_text(left: dt.timedelta) -> str:
    """Return "00:48", or "1:02:00" from an hour on; never below zero."""
    seconds = max(0, math.ceil(left.total_seconds()))
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def count_text(count: int, one: str, many: str) -> str:
    """Return "1 session" or "13,012 sessions"."""
    return f"{count:,} {one if count == 1 else many}"


def last_row(view: AssetView) -> int | None:
    """Return the row of the last bar that has a price, the one in progress included; None when there is none."""
    rows = view.bars.valid.nonzero()[0]
    return int(rows[-1]) if len(rows) else None


def session_of(view: AssetView, row: int) -> dt.date:
    """Return the session of a bar as a date."""
    day: dt.date = view.bars.session[row].astype(object)
    return day


def distance_of(view: AssetView) -> float | None:
    """Return the last price over the closing high, minus 1: of the bar in progress where there is one."""
    if view.live_distance is not None:
        return view.live_distance
    return view.high.distance if view.high is not None else None

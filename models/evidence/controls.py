"""Controls: is it this leader, this follower, these dates?  Other leaders, and all altcoins as one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.catalog import Asset
from models.evidence.alignment import Series
from models.evidence.event_study import EventStudy, Terms, event_study
from models.evidence.refusals import ENDED_DAYS


@dataclass(frozen=True, slots=True, eq=False)
class Basket:
    """Equal amounts of all members that have a price, evened out every day, as one series that starts at 1.

    `died` names the members whose prices end more than a month before the newest; `label` says what membership means.
    """

    series: Series
    members: tuple[str, ...]
    died: tuple[str, ...]
    label: str


def equal_weight(asset: Asset, members: Sequence[Series], least: int = 3, point_in_time: bool = False) -> Basket:
    """Return the basket of round-the-clock members, from the first day on which `least` of them have a return.

    Unless membership is that of the time itself (`point_in_time`), it holds only what is remembered today, and says so.
    """
    held = [member for member in members if len(member)]
    label = "members of the time" if point_in_time else "survivors only"
    if not held:
        empty = Series(asset, np.zeros(0, "datetime64[D]"), np.zeros(0), np.zeros(0, np.int64))
        return Basket(empty, (), (), label)
    first, newest = min(member.session[0] for member in held), max(member.session[-1] for member in held)
    days = np.arange(first, newest + 1)
    prices = np.full((len(held), len(days)), np.nan)
    for row, member in enumerate(held):
        prices[row, (member.session - first).astype(np.int64)] = member.close
    returns = prices[:, 1:] / prices[:, :-1] - 1
    enough = np.flatnonzero(np.isfinite(returns).sum(axis=0) >= least)
    begin = int(enough[0]) if len(enough) else len(days) - 1
    present = np.isfinite(returns[:, begin:])
    count = present.sum(axis=0)
    mean = np.where(present, returns[:, begin:], 0.0).sum(axis=0) / np.maximum(count, 1)
    close = np.concatenate(([1.0], np.cumprod(1 + mean)))
    kept = np.concatenate(([len(enough) > 0], count > 0))
    sessions = days[begin:][kept]
    ends = (sessions.astype(np.int64) + 1) * 86_400
    died = [member for member in held if (newest - member.session[-1]).astype(np.int64) > ENDED_DAYS]
    names = tuple(member.asset.symbol for member in held)
    source = f"equal weight of {len(held)} members, {len(died)} of which died; {label}"
    series = Series(asset, sessions, close[kept], ends, source)
    return Basket(series, names, tuple(member.asset.symbol for member in died), label)


def by_leader(
    leaders: Sequence[tuple[Series, Sequence[dt.date]]], followers: Sequence[Series], terms: Terms
) -> tuple[EventStudy, ...]:
    """Return the same study for each leader and its events, without the paths."""
    return tuple(event_study(leader, events, followers, terms, with_paths=False) for leader, events in leaders)

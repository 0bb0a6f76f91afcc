"""Fear and greed beside a price: the index, its zones, and how prices went on from each zone."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from data.bars import Flags, Floats, Sessions
from data.macro_store import Headline
from models.evidence.alignment import Series
from models.evidence.event_study import nonoverlapping
from models.evidence.liquidity import entry_rows, returns_after
from models.evidence.refusals import RefusedError
from models.macro.economy import Economy, SeriesRow
from models.macro.rates import Course, latest

SERIES = ("FEAR_GREED",)
ZONES = (("extreme fear", 0, 25), ("fear", 26, 46), ("neutral", 47, 54), ("greed", 55, 75), ("extreme greed", 76, 100))
"""Names and whole numbers, both included, as the source classifies them."""
WEEKS = (4, 13)
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class After:
    """What followed the days of one zone over `weeks`: median log return and the share that rose (0 to 1).

    Of `n` days that are over, `apart` stretches do not overlap.  None where there is no day.
    """

    zone: str
    weeks: int
    n: int
    apart: int
    median: float | None
    rose: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Mood:
    """The panel; `after` has each zone and then "any day" for each length, empty without a price.

    `headlines` are newest first, with titles that hold nothing but text.
    """

    index: Course
    asset: Series | None
    after: tuple[After, ...]
    headlines: tuple[Headline, ...]
    rows: tuple[SeriesRow, ...]
    now: dt.datetime


def mood(economy: Economy, asset: Series | None, headlines: Iterable[Headline]) -> Mood:
    """Return the panel; raises `RefusedError` where neither the index nor a headline is stored."""
    index = latest(economy, "FEAR_GREED")
    told = tuple(replace(one, title=plain_title(one.title)) for one in headlines if one.link.startswith("https://"))
    if len(index) == 0 and not told:
        raise RefusedError(
            "Neither the fear and greed index nor headlines are stored, so there is nothing to show. Switch on"
            " alternative.me or headlines in the settings, or run 'macro --refresh' after that."
        )
    after = () if asset is None or len(index) == 0 else _after(economy, asset)
    rows = tuple(row for row in economy.rows() if row.series.id in SERIES)
    return Mood(index, asset, after, told, rows, economy.now)


def zone_of(value: float) -> str:
    """Return the zone of a value from 0 to 100."""
    return next(name for name, _least, most in ZONES if value <= most)


def plain_title(title: str) -> str:
    """Return a headline as plain text: no control or direction characters, and no longer than can be read."""
    kept = "".join(" " if character.isspace() else character for character in title)
    shown = "".join(character for character in kept if unicodedata.category(character)[0] != "C")
    text = " ".join(shown.split())
    return text if len(text) <= _LONGEST_TITLE else text[: _LONGEST_TITLE - 1] + "…"


def _after(economy: Economy, asset: Series) -> tuple[After, ...]:
    known = economy.recorded("FEAR_GREED").as_of(economy.now)
    entry = entry_rows(known.known_at, asset)
    found = entry >= 0
    value, entry = known.value[found], entry[found]
    day = asset.session[entry]
    told = []
    for weeks in WEEKS:
        gained = returns_after(asset, entry, weeks)
        over: Flags = np.isfinite(gained)
        for name, least, most in (*ZONES, ("any day", 0, 100)):
            within = over & (value >= least) & (value <= most)
            told.append(_told(name, weeks, gained[within], day[within]))
    return tuple(told)


def _told(zone: str, weeks: int, gained: Floats, days: Sessions) -> After:
    if len(gained) == 0:
        return After(zone, weeks, 0, 0, None, None)
    free_of_each_other = nonoverlapping(days.astype(np.int64), 7 * weeks)
    return After(zone, weeks, len(gained), free_of_each_other, float(np.median(gained)), float(np.mean(gained > 0)))

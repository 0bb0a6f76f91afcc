"""What the panel on mood shows: fear and greed beside a price, and headlines."""

from __future__ import annotations

import datetime as dt

import numpy as np

from models.dates import date_text
from models.evidence.words import percent
from models.lab.mood import MoodRequest
from models.macro.mood import WEEKS, ZONES, After, Mood, zone_of
from ui.economy.latest import age_text, begin, day_of, days_of, latest_table, line, notes_of
from ui.lab.presentation import Axis, Layer, Level, Picture, Presentation, Table
from ui.theme import series_role

WARNING = (
    "The index is made of past prices, volatility, volume and searches, so it says again what the price just did."
    " Neighbouring days are one mood: few stretches are independent, and no test is made of them."
)
_NAMED = ", ".join(f"{name} {least} to {most}" for name, least, most in ZONES)
HOW = (
    "The index of a day is known from that day's beginning in UTC, and returns are counted from the close after that."
    " The zones are those of the source: "
    + ", ".join(f"{name} {least} to {most}" for name, least, most in ZONES)
    + ".",
    "Headlines are what the source has on the assets that are watched, with its own times. Their tone is not scored: a"
    " score would have to beat a coin on headlines that were labelled beforehand, and none here has.",
)


def present(found: Mood, request: MoodRequest) -> Presentation:
    """Return the panel as it is shown."""
    return Presentation(
        title="Mood",
        sentence=_sentence(found),
        pictures=_pictures(found, request.years),
        tables=(*_after(found), *_headlines(found), latest_table(found.rows)),
        notes=(*((WARNING,) if found.after else ()), *notes_of(found.rows)),
        how=HOW,
        provenance=("alternative.me, Fear & Greed", "headlines: Yahoo", f"as stored on {date_text(found.now.date())}"),
        links={one.key: one.link for one in found.headlines},
    )


def _sentence(found: Mood) -> str:
    said = []
    if len(found.index):
        value, day = float(found.index.value[-1]), found.index.date[-1].astype(object)
        said.append(f"On {date_text(day)} fear and greed stood at {value:.0f} of 100, which is {zone_of(value)}.")
        share = float(np.mean([zone_of(one) == zone_of(value) for one in found.index.value.tolist()]))
        said.append(f"So it was on {percent(share)} of {len(found.index):,} days.")
    if found.headlines:
        newest = found.headlines[0].published_at
        said.append(f"{len(found.headlines)} headlines are stored; the newest is {_ago(found.now - newest)} old.")
    return " ".join(said)


def _ago(age: dt.timedelta) -> str:
    hours = age.total_seconds() / 3600
    return f"{max(0, round(hours))} hours" if hours < 48 else age_text(age)


def _pictures(found: Mood, years: int) -> tuple[Picture, ...]:
    if len(found.index) == 0:
        return ()
    since = max(begin(found.now, years), float(days_of(found.index.date[:1])[0]))
    axis = Axis("date", low=since, high=day_of(found.now.date()))
    edges: tuple[Layer, ...] = tuple(Level(most + 0.5, "y", "grid") for _name, _least, most in ZONES[:-1])
    middle = tuple(((least + most) / 2, name) for name, least, most in ZONES)
    index = Picture(
        "Fear and greed, 0 to 100", (*edges, line(found.index.date, found.index.value, since, "accent", "")), axis,
        Axis("number", low=0.0, high=100.0, named=middle), f"{len(found.index):,} days", _sentence(found),
    )  # fmt: skip
    asset = found.asset
    if asset is None or days_of(asset.session[-1:])[0] < since:
        return (index,)
    shown = days_of(asset.session) >= since
    price = np.log(asset.close / asset.close[shown][0])
    return (
        Picture(
            f"{asset.asset.name} on the same dates, log scale",
            (line(asset.session, price, since, series_role(asset.asset.symbol), ""),),
            axis, Axis("log percent"), asset.asset.symbol, f"{asset.asset.name} since the first date that is shown.",
        ),
        index,
    )  # fmt: skip


def _after(found: Mood) -> tuple[Table, ...]:
    if found.asset is None:
        return ()
    heads = ("after days of", "days", "apart", "rose", "median")
    return tuple(
        Table(
            heads, tuple(_row(one) for one in found.after if one.weeks == weeks), (1, 2, 3, 4),
            f"{found.asset.asset.name} {weeks} weeks later",
        )
        for weeks in WEEKS
        if found.after
    )  # fmt: skip


def _row(one: After) -> tuple[str, ...]:
    if one.median is None or one.rose is None:
        return one.zone, "0", "0", "–", "–"
    median = f"{np.expm1(one.median) * 100:+.1f} %".replace("-", "−")
    return one.zone, f"{one.n:,}", str(one.apart), percent(one.rose), median


def _headlines(found: Mood) -> tuple[Table, ...]:
    if not found.headlines:
        return ()
    rows = tuple(
        (f"{one.published_at:%d %b %Y, %H:%M}".lstrip("0"), one.symbol, one.publisher, one.title)
        for one in found.headlines
    )
    keys = tuple(one.key for one in found.headlines)
    heads = ("published (UTC)", "about", "by", "headline")
    return (Table(heads, rows, (), "Headlines; Enter or a double click opens one in the browser", keys),)

"""What the panel on altcoins shows: the basket, its ratio to bitcoin, breadth, and each coin."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np

from data.bars import Floats, Sessions
from models.dates import date_text
from models.evidence.words import percent
from models.lab.mood import AltcoinsRequest
from models.macro.altcoins import MEAN_DAYS, Altcoins, Coin
from ui.economy.latest import begin, days_of, line
from ui.lab.presentation import Axis, Layer, Level, Picture, Presentation, Table
from ui.theme import series_role

HINDSIGHT = (
    "These are the coins of today's watchlist. Who chooses coins today knows which ones came through, so the basket"
    " flatters the past; coins that died are missing unless they are watched."
)
HOW = (
    "The basket holds equal amounts of all coins that have a price, evened out every day, from the first day on which"
    " three of them have one. A coin leaves when its prices end.",
    f"Breadth is the share of coins whose close is above the mean of their own last {MEAN_DAYS} closes, and of those"
    " whose close is within 20 % of their highest close up to that day. A coin counts from the day on which it can.",
)


def present(found: Altcoins, request: AltcoinsRequest) -> Presentation:
    """Return the panel as it is shown."""
    now = dt.datetime.combine(found.basket.series.last, dt.time(), dt.UTC)
    since = max(begin(now, request.years), float(days_of(found.breadth.date[:1])[0]))
    axis = Axis("date", low=since, high=float(days_of(found.breadth.date[-1:])[0]))
    return Presentation(
        title="Altcoins",
        sentence=_sentence(found),
        pictures=(_prices(found, axis, since), *_ratio(found, axis, since), _breadth(found, axis, since)),
        tables=(_coins(found),),
        notes=(HINDSIGHT, *_stale(found)),
        how=HOW,
        provenance=(found.basket.series.source, f"prices through {date_text(found.basket.series.last)}"),
    )


def _sentence(found: Altcoins) -> str:
    breadth = found.breadth
    said = f"On {date_text(breadth.date[-1].astype(object))}"
    if math.isfinite(breadth.above[-1]):
        said += f" {_count(breadth.above, breadth.above_n)} coins were above their mean of {MEAN_DAYS} days, and"
    begun = breadth.date[np.isfinite(breadth.near)][0].astype(object)
    usual = percent(float(np.nanmean(breadth.near)))
    return (
        f"{said} {_count(breadth.near, breadth.near_n)} within 20 % of their highest close. On average {usual} were,"
        f" since {date_text(begun)}."
    )


def _count(share: Floats, n: Floats) -> str:
    return f"{round(share[-1] * n[-1])} of {n[-1]:.0f}"


def _rebased(session: Sessions, close: Floats, since: float) -> Floats:
    shown = np.flatnonzero(days_of(session) >= since)
    logs: Floats = np.log(close / close[shown[0] if len(shown) else -1])
    return logs


def _prices(found: Altcoins, axis: Axis, since: float) -> Picture:
    basket = found.basket.series
    others = [one for one in (found.bitcoin, found.leader) if one is not None and days_of(one.session[-1:])[0] >= since]
    layers: tuple[Layer, ...] = (
        *(
            line(one.session, _rebased(one.session, one.close, since), since, series_role(one.asset.symbol),
                 one.asset.name)
            for one in others
        ),
        line(basket.session, _rebased(basket.session, basket.close, since), since, "text", "basket", width=2.0),
    )  # fmt: skip
    return Picture(
        "The basket beside others, log scale", layers, axis, Axis("log percent"),
        f"{len(found.basket.members)} coins", _sentence(found),
    )  # fmt: skip


def _ratio(found: Altcoins, axis: Axis, since: float) -> tuple[Picture, ...]:
    if found.bitcoin is None:
        return ()
    basket = found.basket.series
    days, ours, theirs = np.intersect1d(basket.session, found.bitcoin.session, return_indices=True)
    if len(days) == 0 or days_of(days[-1:])[0] < since:
        return ()
    ratio = basket.close[ours] / found.bitcoin.close[theirs]
    layers = (Level(0.0, dashed=False), line(days, _rebased(days, ratio, since), since, "accent", ""))
    title = "The basket in bitcoin: rising where altcoins do better"
    return (Picture(title, layers, axis, Axis("log percent"), "log scale", f"{title}."),)


def _breadth(found: Altcoins, axis: Axis, since: float) -> Picture:
    breadth = found.breadth
    layers = (
        line(breadth.date, breadth.near, since, "up", "within 20 % of their high"),
        line(breadth.date, breadth.above, since, "price", f"above their mean of {MEAN_DAYS} days"),
    )
    note = f"of {breadth.near_n[-1]:.0f} coins at the end"
    return Picture("Share of coins", layers, axis, Axis("percent", low=0.0, high=1.0), note, _sentence(found))


def _coins(found: Altcoins) -> Table:
    heads = (
        "coin",
        "close",
        "of",
        "against its high",
        f"against its {MEAN_DAYS}-day mean",
        "30 days",
        "90 days",
        "since",
    )
    return Table(heads, tuple(_row(coin) for coin in found.coins), (1, 3, 4, 5, 6), "Coins")


def _row(coin: Coin) -> tuple[str, ...]:
    month, quarter = coin.past
    return (
        coin.name, f"{coin.close:,.4g}" if coin.close < 1000 else f"{coin.close:,.0f}", date_text(coin.last),
        _change(math.log(coin.of_high)), _change(None if coin.of_mean is None else math.log(coin.of_mean)),
        _change(month), _change(quarter), date_text(coin.first),
    )  # fmt: skip


def _change(log: float | None) -> str:
    return "–" if log is None else f"{math.expm1(log) * 100:+.1f} %".replace("-", "−")


def _stale(found: Altcoins) -> tuple[str, ...]:
    old = [f"{coin.name} ({date_text(coin.last)})" for coin in found.coins if coin.stale]
    if not old:
        return ()
    return (f"Prices end earlier than those of the others, so they are missing from then on: {', '.join(old)}.",)

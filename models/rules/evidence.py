"""What rules are judged on: the views of their assets, the calendars, and what was known of liquidity.  Frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from data.bars import Bars, Floats, Seconds, Sessions
from data.calendar import Calendars
from models.derive import Definitions
from models.highs import Highs, running_highs, to_tick
from models.rules.rule import Liquidity, Subject
from models.snapshot import AssetView

# A ratio has no tick of its own: its prices are compared to so many digits.
_RATIO_DIGITS = 12


@dataclass(frozen=True, slots=True, eq=False)
class LiquidityHistory:
    """The regimes of liquidity, oldest first: each in force from the instant (UTC epoch seconds) it became known.

    None is in force from the instant at which newer figures should have been out.
    """

    known_at: Seconds
    regimes: tuple[Liquidity | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Everything that rules are judged on at one moment.

    `watched` names the symbols whose prices are kept up to date (None: those that have a view); `definitions` are the
    settings' own numbers, for conditions that leave theirs open.
    """

    views: Mapping[str, AssetView]
    calendars: Calendars
    definitions: Definitions = field(default_factory=Definitions)
    liquidity: LiquidityHistory | None = None
    watched: frozenset[str] | None = None

    def is_watched(self, symbol: str) -> bool:
        """Whether the symbol's prices are kept up to date."""
        return symbol in (self.views if self.watched is None else self.watched)


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """The settled prices of a subject, oldest first: valid ones only, rounded to the tick.

    `closes` is when each was known but for the settle delay: its session's close (of a ratio the later of both), UTC
    epoch seconds.  `highs` are those of the closes, made of `bars`.
    """

    subject: Subject
    session: Sessions
    price: Floats
    closes: Seconds
    highs: Highs
    bars: Bars

    def __len__(self) -> int:
        return len(self.price)


def series_of(subject: Subject, evidence: Evidence) -> Series:
    """Return the settled prices of a subject; a ratio has those of the sessions that both assets have.

    `KeyError` when an asset of it has no view.
    """
    view = evidence.views[subject.symbol]
    ours = view.highs
    closes = evidence.calendars.closes(view.asset.calendar, ours.session)
    if subject.over is None:
        return Series(subject, ours.session, ours.price, closes, ours, view.bars.settled())
    other = evidence.views[subject.over]
    session, mine, theirs = np.intersect1d(ours.session, other.highs.session, assume_unique=True, return_indices=True)
    known = evidence.calendars.closes(other.asset.calendar, session)
    ratio = ours.price[mine] / other.highs.price[theirs]
    bars = _closes_alone(session, ratio)
    highs = running_highs(bars, _ratio_tick(ratio))
    return Series(subject, highs.session, highs.price, np.maximum(closes[mine], known)[highs.row], highs, bars)


def price_of(subject: Subject, prices: Mapping[str, float], series: Series) -> float | None:
    """Return the subject's price by the latest prices of its assets, rounded as its series is; None without them."""
    price = prices.get(subject.symbol)
    if price is not None and subject.over is not None:
        below = prices.get(subject.over)
        price = price / below if below else None
    if price is None or not np.isfinite(price) or price <= 0:
        return None
    return float(to_tick(np.array([price]), series.highs.tick)[0])


def _ratio_tick(ratio: Floats) -> float:
    return float(10.0 ** (int(np.floor(np.log10(ratio[0]))) - _RATIO_DIGITS)) if len(ratio) else 1.0


def _closes_alone(session: Sessions, price: Floats) -> Bars:
    column, count = price.copy(), len(price)
    time = session.astype("datetime64[s]").astype(np.int64)
    return Bars(time, session, column, column, column, column, np.zeros(count), np.ones(count, np.bool_))

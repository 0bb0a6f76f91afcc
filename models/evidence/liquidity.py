"""Whether net liquidity predicts: returns after its growth over 13 weeks, as far as that was known by then.

Section 5 of the definitions.  A week counts from the first close after the last of its figures was out: the close of
Thursday in UTC, of Friday where Thursday is a holiday.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.bars import Flags, Floats, Seconds, Sessions
from models.dates import date_text
from models.evidence.alignment import Forward, Rows, Series
from models.evidence.event_study import nonoverlapping
from models.evidence.intervals import Interval, wilson
from models.evidence.multiplicity import adjusted
from models.evidence.refusals import RefusedError, called
from models.evidence.regression import Slope, slope
from models.macro.liquidity import NetLiquidity
from models.macro.regimes import Kind, Regimes

HORIZONS = (1, 4, 13, 26)  # weeks
LEAST_WEEKS = 52
LEAST_APART = 8
_LEAST_LAGS = 6
_EXACT = 1e-9
_LATE_DAYS = 4  # a close that comes later than this after the figures is not theirs


@dataclass(frozen=True, slots=True)
class Prediction:
    """Log returns over `weeks` on the growth of net liquidity before; `n_apart` of the n stretches do not overlap.

    `slope` says by how much the log return is larger per unit of growth (1 means doubled).  Its p value takes the
    stretches for longer than they are where few fit in; `shift_p` is the share of circular shifts of the growth whose
    slope is as steep, and keeps how each of both hangs together in time.  `adjusted` is the larger of the two p
    values, among all horizons.  With a `refusal` there are no figures.
    """

    weeks: int
    slope: Slope | None = None
    n_apart: int = 0
    shift_p: float = 1.0
    adjusted: float = 1.0
    refusal: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class LiquidityStudy:
    """What net liquidity had to do with one asset's returns.

    `level_r` is the correlation of the two levels, which proves nothing and is shown struck out; `wednesdays` is the
    share of weeks whose Treasury account is the Wednesday's and not the week's mean.
    """

    symbol: str
    first: dt.date
    last: dt.date
    n: int
    predictions: tuple[Prediction, ...]
    level_r: float
    wednesdays: float
    growth_now: float
    growth_known_at: dt.datetime
    sentence: str


@dataclass(frozen=True, slots=True)
class RegimeSplit:
    """The outcome after events within one regime, as it was known at each event, beside its share on any day of it."""

    kind: Kind
    n: int
    hits: int
    wilson: Interval | None
    base_n: int
    base_rate: float | None


def liquidity_study(net: NetLiquidity, asset: Series, horizons: Sequence[int] = HORIZONS) -> LiquidityStudy:
    """Return what followed the growth of net liquidity; raises `RefusedError` with fewer than 52 weeks in common."""
    growth = net.growth
    entry = entry_rows(net.known_at, asset)
    usable = np.isfinite(growth) & (entry >= 0)
    if int(usable.sum()) < LEAST_WEEKS:
        raise RefusedError(
            f"Net liquidity and {called(asset.asset)} have only {int(usable.sum())} weeks in common, and {LEAST_WEEKS} "
            "are the least that says anything. 'macro --refresh' fetches the figures of the Federal Reserve."
        )
    growth, entry, dates = growth[usable], entry[usable], net.date[usable]
    if float(np.ptp(growth)) == 0:
        raise RefusedError("Net liquidity grows at the same pace in every week of this sample, so nothing can be told.")
    raw = [_prediction(growth, entry, dates, asset, weeks) for weeks in horizons]
    predictions = _adjusted(raw)
    price: Floats = np.log(asset.close[entry])
    newest = int(np.flatnonzero(np.isfinite(net.growth))[-1])
    first, last = dates[0].astype(object), dates[-1].astype(object)
    return LiquidityStudy(
        asset.asset.symbol, first, last, len(dates), predictions,
        _level(net, usable, price),
        sum(name == "WDTGAL" for name in net.account) / len(net),
        float(net.growth[newest]), dt.datetime.fromtimestamp(int(net.known_at[newest]), dt.UTC),
        _sentence(called(asset.asset), predictions, len(dates), first, last),
    )  # fmt: skip


def entry_rows(known_at: Seconds, asset: Series) -> Rows:
    """Return the first close at or after each figure was known; -1 where none came within four days."""
    if len(asset) == 0:
        return np.full(len(known_at), -1)
    row = np.searchsorted(asset.ends, known_at)
    inside = np.minimum(row, len(asset) - 1)
    wait = asset.ends[inside] - known_at
    return np.where((row < len(asset)) & (wait <= _LATE_DAYS * 86_400), inside, -1)


def returns_after(asset: Series, entry: Rows, weeks: int) -> Floats:
    """Return the log return over `weeks` from each entry to the last close up to that day; NaN where it is not over."""
    due = asset.session[entry] + np.timedelta64(7 * weeks, "D")
    row = np.searchsorted(asset.session, due, side="right") - 1
    over = (due <= asset.session[-1]) & (row > entry) & ((due - asset.session[row]).astype(np.int64) <= _LATE_DAYS)
    logs: Floats = np.where(over, np.log(asset.close[row] / asset.close[entry]), np.nan)
    return logs


def by_regime(after: Forward, events: Sessions, regimes: Regimes) -> tuple[RegimeSplit, ...]:
    """Return the outcome after events, split by the regime that was known at the end of each session."""
    kinds = regimes.at(after.leader.ends)
    is_event = np.isin(after.leader.session, events)
    counted = np.zeros(len(after.leader), np.bool_)
    counted[after.base] = True
    splits = []
    for kind in dict.fromkeys(regimes.kind):
        within = counted & np.array([each == kind for each in kinds], np.bool_)
        n, hits = int((within & is_event).sum()), int((within & is_event & after.hit).sum())
        base_n = int(within.sum())
        rate = float(after.hit[within].mean()) if base_n else None
        splits.append(RegimeSplit(kind, n, hits, wilson(hits, n) if n else None, base_n, rate))
    return tuple(splits)


def _prediction(growth: Floats, entry: Rows, dates: Sessions, asset: Series, weeks: int) -> Prediction:
    after = returns_after(asset, entry, weeks)
    over = np.isfinite(after)
    apart = nonoverlapping(dates[over].astype(np.int64), 7 * weeks)
    if int(over.sum()) < LEAST_WEEKS:
        return Prediction(weeks, n_apart=apart, refusal=f"Only {int(over.sum())} stretches of {weeks} weeks are over.")
    found = slope(after, growth, max(_LEAST_LAGS, weeks + 6))
    return Prediction(weeks, found, apart, shift_p(after[over], growth[over]))


def shift_p(effect: Floats, cause: Floats) -> float:
    """Return the share of circular shifts of the cause, none included, whose slope is as steep as the true one."""
    y, x = effect - effect.mean(), cause - cause.mean()
    together = np.fft.irfft(np.fft.rfft(y) * np.conj(np.fft.rfft(x)), len(y))
    return float((np.abs(together) >= abs(float(y @ x)) * (1 - _EXACT)).mean())


def _adjusted(raw: Sequence[Prediction]) -> tuple[Prediction, ...]:
    told = [one for one in raw if one.slope is not None]
    each = [max(one.slope.p, one.shift_p) for one in told if one.slope is not None]
    p = iter(adjusted(each).tolist() if told else ())
    return tuple(one if one.slope is None else replace(one, adjusted=float(next(p))) for one in raw)


def _level(net: NetLiquidity, rows: Flags, price: Floats) -> float:
    return float(np.corrcoef(net.value[rows], price)[0, 1])


def _sentence(name: str, predictions: Sequence[Prediction], n: int, first: dt.date, last: dt.date) -> str:
    told = [one for one in predictions if one.slope is not None]
    found = [one for one in told if one.adjusted < 0.05 and one.n_apart >= LEAST_APART]
    span = f"In {n} weeks from {date_text(first)} to {date_text(last)}"
    if not told:
        return f"{span} no stretch is long enough to say anything."
    if not found:
        return (
            f"{span} the growth of net liquidity over 13 weeks did not predict the returns of {name} over any of the "
            "horizons better than chance would."
        )
    listed = " and ".join(f"{one.weeks} weeks" for one in found)
    ways = {np.sign(one.slope.value) for one in found if one.slope is not None}
    way = "higher" if ways == {1.0} else "lower" if ways == {-1.0} else "other"
    return (
        f"{span} faster growth of net liquidity over 13 weeks predicts {way} returns of {name} over {listed}. "
        "That is no cause, and the stretches overlap."
    )

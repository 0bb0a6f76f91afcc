"""How long a bar on the charts lasts, and weekly and monthly bars out of daily ones."""

from __future__ import annotations

from typing import Literal, TypeGuard

import numpy as np
import numpy.typing as npt

from data.bars import Bars
from data.calendar import ROUND_THE_CLOCK

Interval = Literal["1m", "5m", "15m", "1h"]
Calendric = Literal["day", "week", "month"]
Period = Literal["1m", "5m", "15m", "1h", "day", "week", "month"]

_MONDAY_BEFORE_EPOCH = 3  # 1 January 1970 was a Thursday


def is_intraday(period: Period) -> TypeGuard[Interval]:
    """Whether bars of this length are shorter than a day, which no daily bar can be made into."""
    return period not in ("day", "week", "month")


def resample(bars: Bars, period: Period, calendar: str) -> Bars:
    """Return one bar for each week (from Monday) or month in which the asset traded; days come back as they are.

    A bar begins when its first day does and is labelled with its last session; days without a usable close are left
    out.  It is final when all its days are and none can follow: the last weekday of the period is there (the
    last day, on a calendar that never closes), or a later period has begun.  ValueError for a period below a day.
    """
    if is_intraday(period):
        raise ValueError(f"no bars of {period} can be made out of daily ones")
    if period == "day":
        return bars
    days = bars[bars.valid]
    if len(days) == 0:
        return days
    number = _period_number(days.session, period)
    first = np.flatnonzero(np.diff(number, prepend=number[0] - 1))
    last = np.append(first[1:], len(days)) - 1
    final = np.logical_and.reduceat(days.final, first)
    final[-1] &= days.session[-1] >= _last_day(days.session[-1], period, calendar)
    return Bars(
        time=days.time[first],
        session=days.session[last],
        open=days.open[first],
        high=np.fmax.reduceat(days.high, first),
        low=np.fmin.reduceat(days.low, first),
        close=days.close[last],
        volume=np.add.reduceat(np.nan_to_num(days.volume), first),
        final=final,
    )


def _period_number(sessions: npt.NDArray[np.datetime64], period: Period) -> npt.NDArray[np.int64]:
    """Number the periods so that neighbours differ by one."""
    if period == "month":
        return sessions.astype("datetime64[M]").astype(np.int64)
    return (sessions.astype(np.int64) + _MONDAY_BEFORE_EPOCH) // 7


def _last_day(session: np.datetime64, period: Period, calendar: str) -> np.datetime64:
    """Return the last day of the session's period on which its market could trade, holidays not considered."""
    end: np.datetime64
    if period == "month":
        end = (session.astype("datetime64[M]") + 1).astype("datetime64[D]") - 1
    else:
        end = session + 6 - (session.astype(np.int64) + _MONDAY_BEFORE_EPOCH) % 7
    return end if calendar == ROUND_THE_CLOCK else np.datetime64(np.busday_offset(end, 0, roll="backward"))

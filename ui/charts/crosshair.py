"""What is read off all panes at one instant, in words and figures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from models.resample import Period, is_intraday
from ui.charts.high_steps import HighSteps
from ui.charts.series import Series
from ui.charts.ticks import MINUS, MONTHS, percent_text, price_text


@dataclass(frozen=True, slots=True)
class Reading:
    """One asset's bar that was current at an instant; `time` (UTC epoch seconds) is never after that instant.

    `value`, `session` and `time` are None before the asset's first bar.  `ratio` is the close over the base of a
    comparison that counts from `since`, the session of a bar or, of one shorter than a day, the instant at which it
    begins by the clocks of `zone`; both are None outside one.  `final` is False for a bar in progress.
    `high` is the closing all-time high as it stood when that bar ended, None where it is not known; `zone` is whose
    time of day is told.
    """

    symbol: str
    name: str
    value: float | None
    time: int | None
    session: dt.date | None
    final: bool
    decimals: int
    ratio: float | None = None
    since: dt.date | None = None
    high: float | None = None
    period: Period = "day"
    zone: dt.tzinfo = dt.UTC

    @property
    def value_text(self) -> str:
        """The figure as the header shows it."""
        if self.value is None:
            return "no price yet"
        return price_text(self.value, self.decimals) if self.ratio is None else percent_text(self.ratio)

    @property
    def since_text(self) -> str:
        """The bar that a comparison counts from."""
        if isinstance(self.since, dt.datetime):
            return minute_text(self.since.timestamp(), self.zone)
        return date_text(self.since) if self.since is not None else ""

    @property
    def date_text(self) -> str:
        """The session (and the time of day of a shorter bar's begin), and whether its bar is still in progress."""
        if self.session is None or self.time is None:
            return ""
        if is_intraday(self.period):
            day = minute_text(self.time, self.zone)
        else:
            day = {"day": "", "week": "week to ", "month": "month to "}[self.period] + date_text(self.session)
        return day + ("" if self.final else " · in progress")

    @property
    def high_text(self) -> str:
        """The all-time high of that day, and how far below it the price was."""
        if self.high is None or self.value is None:
            return ""
        distance = self.value / self.high - 1
        away = f" · {100 * distance:.1f} %".replace("-", MINUS) if distance < -0.0005 else ""
        return f"ATH {price_text(self.high, self.decimals)}{away}"

    def spoken(self, *, dated: bool) -> str:
        """Return name, figure, date if `dated`, and the distance to the high, as one would say them."""
        date = f"on {self.date_text}" if dated and self.session is not None else ""
        figure = " ".join(filter(None, (self.name, self.value_text, date)))
        return ", ".join(filter(None, (figure, self._spoken_high())))

    def _spoken_high(self) -> str:
        if self.high is None or self.value is None:
            return ""
        distance, high = self.value / self.high - 1, price_text(self.high, self.decimals)
        if abs(distance) < 0.0005:
            return f"at its all-time high of {high}"
        return f"{100 * abs(distance):.1f} % {'below' if distance < 0 else 'above'} its all-time high of {high}"

    @property
    def high_short(self) -> str:
        """The same where there is little room: the distance alone."""
        away = self.high_text.rpartition(" · ")[2]
        return away if away.startswith("ATH") or not away else f"ATH {away}"


@dataclass(frozen=True, slots=True)
class Readout:
    """The readings of all panes at one instant, in UTC epoch seconds."""

    instant: float
    readings: tuple[Reading, ...]

    @property
    def sentence(self) -> str:
        """The same as text for a screen reader."""
        return self.spoken()

    def spoken(self, first: str = "") -> str:
        """Return the same in words, asset `first` before the others; a date that all share is said once."""
        readings = sorted(self.readings, key=lambda reading: reading.symbol != first)
        dates = {r.date_text for r in self.readings if r.date_text}
        shared = dates.pop() if len(dates) == 1 else ""
        spoken = "; ".join(r.spoken(dated=not shared) for r in readings)
        return f"{shared}: {spoken}".replace(" · ", ", ") if shared else spoken.replace(" · ", ", ")


def date_text(day: dt.date) -> str:
    """Return a date as "17 Nov 2025"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def minute_text(instant: float, zone: dt.tzinfo) -> str:
    """Return an instant (UTC epoch seconds) as "17 Nov 2025 15:35 EST" by the clocks of a zone."""
    moment = dt.datetime.fromtimestamp(instant, zone)
    return f"{date_text(moment.date())} {moment:%H:%M} {moment.tzname()}"


def instant_text(instant: float, *, intraday: bool, zone: dt.tzinfo = dt.UTC) -> str:
    """Return an instant as "Mon 17 Nov 2025", with the time of day in a zone when bars are shorter than a day."""
    moment = dt.datetime.fromtimestamp(instant, zone)
    day = f"{moment:%a} {date_text(moment.date())}"
    return f"{day} {moment:%H:%M} {moment.tzname()}" if intraday else day


def read(
    series: Series,
    instant: float,
    base: int | None = None,
    steps: HighSteps | None = None,
    zone: dt.tzinfo = dt.UTC,
) -> Reading:
    """Return the bar of a series that was current at an instant, in a comparison with the close of row `base`."""
    asset = series.asset
    row = series.row_at(instant)
    if row < 0:
        return Reading(asset.symbol, asset.name, None, None, None, True, asset.decimals)
    close = float(series.close[row])
    return Reading(
        symbol=asset.symbol,
        name=asset.name,
        value=close,
        time=int(series.time[row]),
        session=series.session[row].astype(object),
        final=bool(series.final[row]),
        decimals=2 if series.unit == "number" else shown_decimals(close, asset.decimals),
        ratio=_ratio(series, close, base),
        since=None if base is None else _since(series, base, zone),
        period=series.period,
        zone=zone,
        high=None if steps is None else _high_after(series, row, steps),
    )


def _since(series: Series, base: int, zone: dt.tzinfo) -> dt.date:
    if is_intraday(series.period):
        return dt.datetime.fromtimestamp(int(series.time[base]), zone)
    session: dt.date = series.session[base].astype(object)
    return session


def _ratio(series: Series, close: float, base: int | None) -> float | None:
    if series.unit == "fraction":
        return close
    return None if base is None else close / float(series.close[base])


def _high_after(series: Series, row: int, steps: HighSteps) -> float | None:
    """Return the high at the end of a bar: what a bar's own session closes at is known only after its last one."""
    end = series.time[row + 1] - 1 if row + 1 < len(series) else np.iinfo(np.int64).max
    if series.step is not None:
        end = series.time[row] + series.step - 1
    level = float(steps.level_at(np.array([end]))[0]) if len(steps) else np.nan
    return level if np.isfinite(level) else None


def shown_decimals(price: float, most: int) -> int:
    """Return how many decimals say enough of a price: two above 1, about four figures below."""
    if price >= 1:
        return min(2, most)
    return min(most, 4 if price >= 0.01 else 6)

"""What changed between two instants: the arithmetic and the words of measuring."""

from __future__ import annotations

from dataclasses import dataclass

from ui.charts.crosshair import shown_decimals
from ui.charts.series import Series, Unit
from ui.charts.ticks import percent_text, price_text


@dataclass(frozen=True, slots=True)
class Span:
    """Two instants in UTC epoch seconds, the earlier one first."""

    first: float
    last: float

    @staticmethod
    def between(one: float, other: float) -> Span:
        """Return the span of two instants in whichever order."""
        return Span(min(one, other), max(one, other))


@dataclass(frozen=True, slots=True)
class Measured:
    """One asset over a span, from the bar that was current at its start to the one that was at its end.

    `change` is in the unit of the closes, for a price the asset's currency; `ratio` the last price over the first,
    None for what is no price.  `bars` counts steps from bar to bar, `days` the calendar days between both sessions.
    """

    symbol: str
    name: str
    change: float
    ratio: float | None
    bars: int
    days: int
    decimals: int
    unit: Unit = "price"

    @property
    def text(self) -> str:
        """The figures as they are shown on the chart."""
        scale, name = (100, " points") if self.unit == "fraction" else (1, "")
        sign = "+" if self.change > 0 else ""
        parts = [f"{sign}{price_text(scale * self.change, self.decimals)}{name}"]
        if self.ratio is not None:
            parts.append(percent_text(self.ratio))
        return " · ".join([*parts, _counted(self.bars, "bar"), _counted(self.days, "day")])


def measured(series: Series, span: Span) -> Measured | None:
    """Return what happened to an asset within a span; None where it had no bar yet at the start."""
    first, last = series.row_at(span.first), series.row_at(span.last)
    if first < 0:
        return None
    begin, end = float(series.close[first]), float(series.close[last])
    days = int((series.session[last] - series.session[first]).astype(int))
    asset, priced = series.asset, series.unit == "price"
    decimals = shown_decimals(max(begin, end), asset.decimals) if priced else 1 if series.unit == "fraction" else 2
    ratio = end / begin if priced else None
    return Measured(asset.symbol, asset.name, end - begin, ratio, last - first, days, decimals, series.unit)


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")

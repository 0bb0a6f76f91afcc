"""What changed between two instants: the arithmetic and the words of measuring."""

from __future__ import annotations

from dataclasses import dataclass

from ui.charts.crosshair import shown_decimals
from ui.charts.series import Series
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

    `change` is in the asset's currency, `ratio` the last close over the first; `bars` counts steps from bar to bar,
    `days` the calendar days between the two sessions.
    """

    symbol: str
    name: str
    change: float
    ratio: float
    bars: int
    days: int
    decimals: int

    @property
    def text(self) -> str:
        """The figures as they are shown on the chart."""
        bars, days = _counted(self.bars, "bar"), _counted(self.days, "day")
        sign = "+" if self.change > 0 else ""
        return f"{sign}{price_text(self.change, self.decimals)} · {percent_text(self.ratio)} · {bars} · {days}"


def measured(series: Series, span: Span) -> Measured | None:
    """Return what happened to an asset within a span; None where it had no bar yet at the start."""
    first, last = series.row_at(span.first), series.row_at(span.last)
    if first < 0:
        return None
    begin, end = float(series.close[first]), float(series.close[last])
    days = int((series.session[last] - series.session[first]).astype(int))
    decimals = shown_decimals(max(begin, end), series.asset.decimals)
    return Measured(series.asset.symbol, series.asset.name, end - begin, end / begin, last - first, days, decimals)


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")

"""Weekly and monthly bars, made when they are first asked for."""

from __future__ import annotations

from data.bars import Bars
from ui.charts.contents import Period


def resampled(bars: Bars, period: Period, calendar_name: str) -> Bars:
    """Return weekly or monthly bars of daily ones."""
    from models.resample import resample

    return resample(bars, period, calendar_name)

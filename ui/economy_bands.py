"""The regimes of the economy as bands behind the charts, dated by the rules; the legend says whose they are."""

from __future__ import annotations

import datetime as dt

from models.macro.economy import Economy
from models.macro.regimes import Phase, Regimes
from ui.charts.bands import Band

_ROLES = {"expanding": "up", "shrinking": "down", "recession": "other"}
_DAYS = {"recession": 31}
_WEEK = 7


def bands_of(economy: Economy) -> tuple[Band, ...]:
    """Return when the Federal Reserve's securities (else all its assets) grew or shrank, and recessions.

    Some milliseconds of work: for a job.
    """
    held = economy.securities()
    name = "Fed securities" if len(held) else "Fed balance sheet"
    return (*bands(held if len(held) else economy.total(), name), *bands(economy.recessions(), ""))


def bands(regimes: Regimes, name: str) -> tuple[Band, ...]:
    """Return the stretches that are drawn; flat ones and growth are the ground itself."""
    return tuple(_band(phase, name) for phase in regimes.phases() if phase.kind in _ROLES)


def _band(phase: Phase, name: str) -> Band:
    length = dt.timedelta(days=_DAYS.get(phase.kind, _WEEK))
    first, last = (dt.datetime.combine(day, dt.time(), dt.UTC) for day in (phase.first, phase.last))
    label = f"{name} {phase.kind}" if name else phase.kind.capitalize()
    return Band(first.timestamp(), (last + length).timestamp(), _ROLES[phase.kind], label)

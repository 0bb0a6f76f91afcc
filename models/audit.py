"""Is this history whole?  What is wrong with it is named, and decides what may be said of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import numpy as np

from data.bars import Bars
from data.calendar import Calendars
from data.catalog import Asset
from models.findings import Finding, History, Severity, of_prices, of_receiving, of_sessions

__all__ = ["RECENT_SESSIONS", "Audit", "Finding", "Severity", "audit", "freshness"]

# A fault among so many of the newest sessions can change today's verdict; an older one only casts doubt.
RECENT_SESSIONS = 5


@dataclass(frozen=True, slots=True)
class Audit:
    """Everything found in one history.

    `calendar_checked` is False where the sessions could not be compared with the exchange's calendar yet, as at the
    first paint: then nothing may be announced, whatever else was found.
    """

    findings: tuple[Finding, ...] = ()
    calendar_checked: bool = True

    @property
    def whole(self) -> bool:
        """Whether verdicts may be given on this history."""
        return not any(finding.severity == "blocking" for finding in self.findings)


def audit(
    bars: Bars,
    asset: Asset,
    calendars: Calendars | None,
    now: dt.datetime,
    currency: str | None,
    duplicates: int = 0,
    revised: int = 0,
) -> Audit:
    """Return everything that is wrong with, or worth knowing of, an asset's daily bars at `now` (UTC).

    `currency` is the source's own word for it, None when it said nothing; `duplicates` and `revised` are counts from
    receiving the bars.  Without `calendars` the sessions stay unchecked and the answer says so.
    """
    findings = list(of_receiving(asset, currency, duplicates, revised))
    settled = bars.settled()
    if bool((np.diff(settled.session).astype(np.int64) <= 0).any()):
        findings.append(
            Finding("order", "blocking", f"The bars of {asset.name} are not in the order of their sessions.")
        )
    elif not settled.valid.any():
        findings.append(Finding("empty", "blocking", f"There are no usable prices of {asset.name} yet."))
    else:
        history = _history(settled, asset, calendars, now)
        findings.extend(of_sessions(history))
        # nonsense prices are what this is for, and their ratios may well overflow
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            findings.extend(of_prices(history))
    return Audit(tuple(findings), calendar_checked=calendars is not None)


def freshness(
    bars: Bars, asset: Asset, calendars: Calendars, now: dt.datetime
) -> Literal["fresh", "stale", "unusable"]:
    """Return how far a history reaches at `now`: fresh when its newest settled bar is the newest there can be.

    Stale when sessions have settled since, unusable when it has no usable settled close at all.
    """
    settled = bars.settled()
    usable = settled.session[settled.valid]
    if len(usable) == 0:
        return "unusable"
    newest: dt.date = usable[-1].astype(object)
    return "fresh" if newest >= calendars.last_settled(asset.calendar, now) else "stale"


def _history(settled: Bars, asset: Asset, calendars: Calendars | None, now: dt.datetime) -> History:
    bars = settled[int(np.argmax(settled.valid)) :]
    first, last = bars.session[0].astype(object), bars.session[-1].astype(object)
    expected = overdue = ahead = np.empty(0, "datetime64[D]")
    first_known = np.datetime64("9999-12-31", "D")
    if calendars is not None:
        expected = calendars.sessions(asset.calendar, first, last)
        newest = calendars.last_settled(asset.calendar, now)
        overdue = calendars.sessions(asset.calendar, last + dt.timedelta(days=1), newest)
        ahead = bars.session[bars.session > np.datetime64(newest, "D")]
        first_known = np.datetime64(calendars.first_known(asset.calendar), "D")
    newest_sessions = expected if len(expected) >= RECENT_SESSIONS else bars.session
    recent = newest_sessions[-RECENT_SESSIONS:][0]
    return History(asset, bars, expected, overdue, ahead, first_known, recent)

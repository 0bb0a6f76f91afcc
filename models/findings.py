"""What an audit can find in a history: each fault as a sentence, graded by what it forbids."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from data.bars import Bars, Flags, Sessions
from data.calendar import ROUND_THE_CLOCK
from data.catalog import Asset
from models.dates import date_text, dates_text
from models.plausibility import (
    impossible_prices,
    likely_splits,
    reverted_spikes,
    taken_before_the_day_ended,
    unheard_of_at_the_end,
    without_volume,
)

Severity = Literal["note", "warning", "blocking"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the audit found, in a sentence for the user, with the sessions it is about.

    A note is worth knowing, a warning casts doubt, a blocking one forbids every verdict.
    """

    kind: str
    severity: Severity
    message: str
    sessions: tuple[dt.date, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """A history under audit: its settled bars from the first usable close on, and what the calendar expects.

    `expected` are the known sessions from its first to its last bar, `overdue` those settled since; both empty
    where there is no calendar.  `ahead` are its bars that cannot be settled yet, by the clock.  What happens from
    session `recent` on is recent.
    """

    asset: Asset
    bars: Bars
    expected: Sessions
    overdue: Sessions
    ahead: Sessions
    first_known: np.datetime64
    recent: np.datetime64


def of_receiving(asset: Asset, currency: str | None, duplicates: int, revised: int) -> Iterator[Finding]:
    """Yield what is known from how the bars came."""
    if currency is not None and currency != asset.currency:
        text = f"The source quotes {asset.name} in {currency}, not in {asset.currency}; its prices cannot be compared."
        yield Finding("currency", "blocking", text)
    if duplicates:
        text = f"{_counted(duplicates, 'bar')} of {asset.name} came twice; the one received last was kept."
        yield Finding("duplicates", "note", text)
    if revised:
        text = (
            f"The source changed {_counted(revised, 'settled bar')} of {asset.name} afterwards; the changes are kept."
        )
        yield Finding("revised", "note", text)


def of_sessions(history: History) -> Iterator[Finding]:
    """Yield what the calendar says: where the history begins, what it lacks and what it has too much."""
    bars, name = history.bars, history.asset.name
    since: dt.date = bars.session[0].astype(object)
    text = f"All-time high since {date_text(since)}: the history of {name} begins there; what was before is unknown."
    yield Finding("late start", "note", text, (since,))
    missing = np.setdiff1d(history.expected, bars.session)
    if len(missing):
        text = f"{name} lacks {_counted(missing, 'session')}, so that sessions below the high are undercounted"
        yield _graded("missing", text, missing, history)
    yield from _of_the_end(history)
    extra = bars.session[bars.valid & _off_calendar(history)]
    if len(extra):
        text = f"{name} has {_counted(extra, 'bar')} on days without a session: {dates_text(_dates(extra))}."
        yield Finding("extra", "warning", text, _dates(extra))


def _of_the_end(history: History) -> Iterator[Finding]:
    """Yield how far the newest bar is from where it should be.

    One session behind is every source's way just after a close; more than one is not.
    """
    name = history.asset.name
    if len(history.overdue):
        severity: Severity = "blocking" if len(history.overdue) > 1 else "warning"
        newest = date_text(history.bars.session[-1].astype(object))
        text = f"{name} has no settled bar after {newest}; {_counted(history.overdue, 'session')} closed since."
        yield Finding("stale", severity, text, _dates(history.overdue))
    if len(history.ahead):
        text = f"{name} has {_counted(history.ahead, 'bar')} from after now by this computer's clock; please check it."
        yield Finding("ahead", "warning", text, _dates(history.ahead))


def of_prices(history: History) -> Iterator[Finding]:
    """Yield what the prices themselves give away."""
    name, bars = history.asset.name, history.bars
    invalid = bars.session[~bars.valid & ~_off_calendar(history)]
    if len(invalid):
        text = f"{name} has {_counted(invalid, 'close')} missing, zero or negative, and left out"
        yield _graded("invalid", text, invalid, history)
    usable = bars[bars.valid]
    yield from _of_single_bars(history, usable)
    splits = usable.session[likely_splits(usable, history.asset.kind)]
    if len(splits):
        text = f"{name} jumps as if it had been split on {dates_text(_dates(splits))}; its high may mean nothing."
        yield Finding("SUSPECT_SPLIT", "blocking", text, _dates(splits))
    yield from _of_the_newest(history, usable)
    yield from _of_early_bars(history, usable)


def _of_the_newest(history: History, usable: Bars) -> Iterator[Finding]:
    """Yield a newest close that no market has seen the like of."""
    leap = unheard_of_at_the_end(usable, history.asset.kind)
    if leap is not None:
        newest: dt.date = usable.session[-1].astype(object)
        size = f"{leap:+.1%}".replace("-", "−").replace("%", " %")
        change = f"{history.asset.name} changed by {size} on {date_text(newest)}"
        text = f"{change}; nothing follows from that before the next session."
        yield Finding("leap", "blocking", text, (newest,))


def _of_single_bars(history: History, usable: Bars) -> Iterator[Finding]:
    """Yield bars that contradict themselves or their neighbours; on the bar of the high itself, they block."""
    name = history.asset.name
    impossible = usable.session[impossible_prices(usable, history.asset.tick)]
    if len(impossible):
        text = f"{name} has {_counted(impossible, 'bar')} whose high, low and close contradict each other"
        yield _graded("impossible", text, impossible, history, usable)
    spikes = usable.session[reverted_spikes(usable)]
    if len(spikes):
        text = f"{name} has {_counted(spikes, 'close')} far off both neighbours, perhaps wrong"
        yield _graded("spike", text, spikes, history, usable)


def _of_early_bars(history: History, usable: Bars) -> Iterator[Finding]:
    """Yield signs of bars that were stored as final before their session was over."""
    name = history.asset.name
    if history.asset.calendar == ROUND_THE_CLOCK:
        if taken_before_the_day_ended(history.bars):
            text = f"Many bars of {name} seem to have been taken before their day was over; its closes may be off."
            yield Finding("taken early", "warning", text)
        return
    silent = usable.session[without_volume(usable)]
    if len(silent):
        when = dates_text(_dates(silent))
        text = f"{name} has {_counted(silent, 'bar')} without volume, perhaps taken before the close: {when}."
        yield Finding("no volume", "note", text, _dates(silent))


def _off_calendar(history: History) -> Flags:
    """Return which bars stand on a day of which the calendar knows that it had no session."""
    session = history.bars.session
    return (session >= history.first_known) & ~np.isin(session, history.expected)


def _graded(kind: str, text: str, sessions: Sessions, history: History, usable: Bars | None = None) -> Finding:
    """Block when recent, or when it is about a bar of `usable` that an all-time high hangs on; warn otherwise."""
    grave = bool((sessions >= history.recent).any())
    if usable is not None:
        tops = usable.session[[int(np.argmax(usable.close)), int(np.argmax(np.nan_to_num(usable.high)))]]
        grave = grave or bool(np.isin(tops, sessions).any())
    dates = _dates(sessions)
    return Finding(kind, "blocking" if grave else "warning", f"{text}: {dates_text(dates)}.", dates)


def _dates(sessions: Sessions) -> tuple[dt.date, ...]:
    return tuple(sessions.astype("datetime64[D]").tolist())


def _counted(what: Sessions | int, noun: str) -> str:
    count = what if isinstance(what, int) else len(what)
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"

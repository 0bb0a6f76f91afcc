"""When a rule speaks: what begins to hold, and what keeps it silent although something does.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.rules.rule import Rule
from models.rules.signals import News, Signals

FIRED = "fired"

Silence = Literal["not armed yet", "expired", "cooldown"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A session on which a rule has something to say.

    `transitions` are the words for it in keys: the states entered, else "fired".  `closes` is when the session was
    known but for the settle delay (UTC).  `silence` says why nothing is told all the same, None when it is.
    """

    place: int
    session: dt.date
    closes: dt.datetime
    transitions: tuple[str, ...]
    news: tuple[News, ...] = ()
    silence: Silence | None = None


def candidates(
    rule: Rule,
    found: Signals,
    *,
    armed_at: dt.datetime | None = None,
    after: dt.date | None = None,
    last: dt.datetime | None = None,
) -> tuple[Candidate, ...]:
    """Return everything the rule has to say of the sessions after `after`, oldest first.

    Told is only what closed after `armed_at` (None: everything), not after the rule's last day, and not within its
    cooldown, which counts from close to close; `last` is the close of the session that was last told of.
    """
    told = []
    for place in _places(found, after):
        closes = dt.datetime.fromtimestamp(int(found.closes[place]), dt.UTC)
        news = found.news.get(place, ())
        silence = _silence(rule, closes, armed_at, last)
        told.append(
            Candidate(
                place=place,
                session=found.session[place].astype(object),
                closes=closes,
                transitions=tuple(item.step.after.value for item in news) or (FIRED,),
                news=news,
                silence=silence,
            )
        )
        last = closes if silence is None else last
    return tuple(told)


def firings(rule: Rule, found: Signals, *, armed_at: dt.datetime | None = None) -> tuple[Candidate, ...]:
    """Return what the rule would have told of the whole history, had it been armed at `armed_at` (None: ever)."""
    return tuple(one for one in candidates(rule, found, armed_at=armed_at) if one.silence is None)


def expires_at(rule: Rule) -> dt.datetime | None:
    """Return the end of the rule's last day (UTC), None for a rule without one."""
    if rule.expires is None or rule.expires == dt.date.max:
        return None
    return dt.datetime.combine(rule.expires + dt.timedelta(days=1), dt.time(), dt.UTC)


def _places(found: Signals, after: dt.date | None) -> list[int]:
    places = sorted({*np.flatnonzero(found.edge).tolist(), *found.news})
    first = 0 if after is None else int(np.searchsorted(found.session, np.datetime64(after), side="right"))
    return [place for place in places if place >= first]


def _silence(rule: Rule, closes: dt.datetime, armed_at: dt.datetime | None, last: dt.datetime | None) -> Silence | None:
    end = expires_at(rule)
    if armed_at is not None and closes <= armed_at:
        return "not armed yet"
    if end is not None and closes > end:
        return "expired"
    if last is not None and last < closes and closes - last < rule.cooldown:
        return "cooldown"
    return None

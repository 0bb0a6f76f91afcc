"""What a rule would have told over all of history, and what became of it: by the same code that judges it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from data.calendar import SETTLE_DELAY
from models.breakout import State
from models.rules.evidence import Evidence
from models.rules.firing import Candidate, firings
from models.rules.judge import obstacle_of
from models.rules.rule import AtHigh, InRegime, Rule
from models.rules.signals import Reading, Signals, signals

Outcome = Literal["confirmed", "failed", "over", "running"]

_RUNNING = frozenset({State.BREAK, State.CONFIRMED})


@dataclass(frozen=True, slots=True)
class Spell:
    """One break of a high that the rule speaks of, and what became of it.

    `level` is the high that was broken.  It "failed" when a close within 21 sessions fell back below it by more than
    the margin, also where it had been confirmed before (`confirmed_on` says so).  Without that it is, after those
    sessions, "confirmed", or merely "over" where it never was; until then it is "running".  `sessions` and `days` are
    those from the break to the failure, None without one.
    """

    session: dt.date
    level: float
    outcome: Outcome
    confirmed_on: dt.date | None = None
    failed_on: dt.date | None = None
    sessions: int | None = None

    @property
    def days(self) -> int | None:
        """Calendar days from the break to its failure."""
        return None if self.failed_on is None else (self.failed_on - self.session).days


@dataclass(frozen=True, slots=True)
class Firing:
    """One time the rule would have spoken: of which session, at which price, against which level.

    `received_at` is when a user would have had it at the earliest (UTC), `lateness` the time since the close of the
    session that it happened in.  `level` is NaN where there is none; `spell` is the break that it speaks of, if any.
    """

    session: dt.date
    transition: str
    price: float
    level: float
    received_at: dt.datetime
    lateness: dt.timedelta
    spell: Spell | None = None

    @property
    def outcome(self) -> Outcome | None:
        """What became of the break that it speaks of."""
        return None if self.spell is None else self.spell.outcome


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a rule would have done between two sessions: each time it spoke, and every break that it speaks of.

    `problems` are sentences about what makes it less certain.
    """

    rule: Rule
    first: dt.date | None
    last: dt.date | None
    firings: tuple[Firing, ...] = ()
    spells: tuple[Spell, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def share_failed(self) -> float | None:
        """The share of the breaks told of that failed, of those that are no longer running; None without any."""
        told = dict.fromkeys(one.spell for one in self.firings if one.spell is not None)
        ended = [spell for spell in told if spell.outcome != "running"]
        return sum(spell.outcome == "failed" for spell in ended) / len(ended) if ended else None

    @property
    def days_to_failure(self) -> tuple[int, ...]:
        """Calendar days from break to failure, of each break told of that failed, oldest first."""
        told = dict.fromkeys(one.spell for one in self.firings if one.spell is not None)
        return tuple(spell.days for spell in told if spell.days is not None)

    @property
    def worst_lateness(self) -> dt.timedelta | None:
        """The longest time from a session's close until the rule could have spoken of it."""
        return max((one.lateness for one in self.firings), default=None)


def rehearse(rule: Rule, evidence: Evidence, since: dt.date | None = None) -> Rehearsal:
    """Return what the rule would have told, had it been armed before all history, or at the start of `since` (UTC).

    `KeyError` when an asset of it has no view, `ValueError` when it looks at no asset at all.
    """
    found = signals(rule, evidence)
    spells = {leaf: tuple(_spells(reading)) for leaf, reading in found.readings.items() if isinstance(leaf, AtHigh)}
    start = None if since is None else dt.datetime.combine(since, dt.time(), dt.UTC)
    told = firings(rule, found, armed_at=start)
    sessions = found.session if since is None else found.session[found.session >= np.datetime64(since)]
    return Rehearsal(
        rule,
        first=sessions[0].astype(object) if len(sessions) else None,
        last=sessions[-1].astype(object) if len(sessions) else None,
        firings=tuple(firing for one in told for firing in _firings(one, found, spells)),
        spells=tuple(spell for each in spells.values() for spell in each if since is None or spell.session >= since),
        problems=_problems(rule, evidence, found),
    )


def _firings(one: Candidate, found: Signals, spells: dict[AtHigh, tuple[Spell, ...]]) -> Iterator[Firing]:
    received = one.closes + SETTLE_DELAY
    for news in one.news:
        step, track = news.step, found.readings[news.leaf].track
        place = int(np.searchsorted(track.session, np.datetime64(step.session)))
        happened = dt.datetime.fromtimestamp(int(track.closes[place]), dt.UTC)
        spell = _spell_at(spells[news.leaf], step.session) if step.after in (*_RUNNING, State.FAILED) else None
        yield Firing(one.session, step.after.value, step.close, step.level, received, received - happened, spell)
    if not one.news:
        price = float(found.series.price[one.place])
        yield Firing(one.session, one.transitions[0], price, _level(found, one.place), received, SETTLE_DELAY)


def _level(found: Signals, place: int) -> float:
    """Return the level that the leading subject's first condition compares with; NaN where there is none."""
    for reading in found.readings.values():
        if not isinstance(reading.leaf, InRegime) and reading.leaf.subject == found.series.subject:
            row = int(reading.row[place])
            return float(reading.track.level[row]) if row >= 0 else float("nan")
    return float("nan")


def _spell_at(spells: tuple[Spell, ...], session: dt.date) -> Spell | None:
    return next((spell for spell in reversed(spells) if spell.session <= session), None)


def _spells(reading: Reading) -> Iterator[Spell]:
    """Yield every break that the state machine of a condition went through, oldest first."""
    track = reading.track
    steps = track.path.transitions if track.path is not None else ()
    for at, step in enumerate(steps):
        if step.after not in _RUNNING or step.before in _RUNNING:
            continue
        course = [step]
        for later in steps[at + 1 :]:
            course.append(later)
            if later.after not in _RUNNING:
                break
        confirmed = next((one.session for one in course if one.after is State.CONFIRMED), None)
        end = course[-1]
        failed = end.session if end.after is State.FAILED else None
        yield Spell(
            step.session,
            step.level,
            _outcome(end.after, was_confirmed=confirmed is not None),
            confirmed,
            failed,
            None if failed is None else _sessions_between(track.session, step.session, failed),
        )


def _outcome(end: State, *, was_confirmed: bool) -> Outcome:
    if end is State.FAILED:
        return "failed"
    if end in _RUNNING:
        return "running"
    return "confirmed" if was_confirmed else "over"


def _sessions_between(sessions: np.ndarray, first: dt.date, last: dt.date) -> int:
    return int(np.searchsorted(sessions, np.datetime64(last)) - np.searchsorted(sessions, np.datetime64(first)))


def _problems(rule: Rule, evidence: Evidence, found: Signals) -> tuple[str, ...]:
    obstacle = obstacle_of(rule, evidence)
    problems = [] if obstacle is None else [obstacle.sentence]
    if any(isinstance(leaf, InRegime) for leaf in found.readings) and evidence.liquidity is None:
        problems.append("Nothing is known of liquidity, so what depends on it cannot be told.")
    if rule.scope == "live":
        problems.append("A live rule is rehearsed on settled bars: what came and went within a session is not seen.")
    return tuple(problems)

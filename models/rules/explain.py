"""Why a rule spoke on a session, and why it did not: each condition with its numbers, and what silenced it.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.dates import date_text
from models.rules.evidence import Evidence
from models.rules.firing import Candidate, candidates, expires_at
from models.rules.judge import Standing, obstacle_of
from models.rules.rule import Leaf, Rule, subjects
from models.rules.signals import HOLDS, HOLDS_NOT, UNKNOWN, Reading, Signals, signals
from models.rules.telling import stands

Truth = Literal["holds", "does not hold", "not known"]
Reason = Literal[
    "told",
    "cannot tell",
    "no session",
    "not known",
    "does not hold",
    "not armed again",
    "no news",
    "not armed yet",
    "expired",
    "cooldown",
    "switched off",
]

_TRUTHS: dict[int, Truth] = {HOLDS: "holds", UNKNOWN: "not known", HOLDS_NOT: "does not hold"}


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition on a session: whether it holds, the price and its level (None without one), and in words.

    `session` is that of the condition's own asset, as known by then: the last one that had settled.
    """

    leaf: Leaf
    truth: Truth
    session: dt.date | None
    value: float | None
    level: float | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a rule was, or was not, told of on a session, on the bars and the audit as they are in the evidence.

    `reason` names what decided, `sentence` says it; `transitions` are what was told, or would have been but for it.
    `basis` says of when the prices are, "" where whoever asked knows.
    """

    rule: Rule
    session: dt.date
    truth: Truth
    reason: Reason
    sentence: str
    clauses: tuple[Clause, ...] = ()
    transitions: tuple[str, ...] = ()
    basis: str = ""

    @property
    def told(self) -> bool:
        """Whether the rule speaks on this session."""
        return self.reason == "told"


def explain(rule: Rule, evidence: Evidence, session: dt.date, standing: Standing | None = None) -> Explanation:
    """Say why the rule speaks, or is silent, on a session; `standing` has since when it watches (None: ever)."""
    obstacle = obstacle_of(rule, evidence)
    if obstacle is not None:
        return Explanation(rule, session, "not known", "cannot tell", obstacle.sentence)
    if not subjects(rule.condition):
        return Explanation(rule, session, "not known", "cannot tell", "The rule looks at no asset's price.")
    found = signals(rule, evidence)
    place = int(np.searchsorted(found.session, np.datetime64(session)))
    if place == len(found.session) or found.session[place] != np.datetime64(session):
        sentence = f"There is no settled bar of {date_text(session)}."
        return Explanation(rule, session, "not known", "no session", sentence)
    chosen = _candidate(rule, found, place, standing)
    reason, sentence = _reason(rule, found, place, chosen, standing)
    clauses = tuple(_clause(reading, place, evidence) for reading in found.readings.values())
    transitions = chosen.transitions if chosen is not None else ()
    return Explanation(rule, session, _TRUTHS[int(found.truth[place])], reason, sentence, clauses, transitions)


def _candidate(rule: Rule, found: Signals, place: int, standing: Standing | None) -> Candidate | None:
    armed_at = standing.armed_at if standing is not None else None
    return next((one for one in candidates(rule, found, armed_at=armed_at) if one.place == place), None)


def _reason(
    rule: Rule, found: Signals, place: int, chosen: Candidate | None, standing: Standing | None
) -> tuple[Reason, str]:
    if not rule.enabled:
        return "switched off", "The rule is switched off."
    if chosen is None:
        return _why_nothing(rule, found, place)
    if chosen.silence == "not armed yet" and standing is not None:
        since = f"{date_text(standing.armed_at.date())}, {standing.armed_at:%H:%M} UTC"
        return "not armed yet", f"The session closed before the rule was armed ({since})."
    if chosen.silence == "expired" and expires_at(rule) is not None and rule.expires is not None:
        return "expired", f"The rule had expired with {date_text(rule.expires)}."
    if chosen.silence == "cooldown":
        before = _last_told(rule, found, place, standing)
        return "cooldown", f"It had been told of {date_text(before)}, and the cooldown was not over." if before else ""
    return "told", f"It is told of: {', '.join(chosen.transitions)}."


def _why_nothing(rule: Rule, found: Signals, place: int) -> tuple[Reason, str]:
    truth = int(found.truth[place])
    if truth == UNKNOWN:
        return "not known", "Not every condition could be told on this session."
    if truth == HOLDS_NOT:
        return "does not hold", "The condition does not hold."
    if any(reading.track.path is not None for reading in found.readings.values()):
        return "no news", "The condition holds, and nothing new has happened: no state was entered that is news."
    began = _began(found, place)
    since = f" since {date_text(began)}" if began is not None else " since the history begins"
    return (
        "not armed again",
        f"The condition has held{since}, and must first cease by {rule.rearm * 100:g} % before it is told again.",
    )


def _began(found: Signals, place: int) -> dt.date | None:
    edges = np.flatnonzero(found.edge[: place + 1])
    if len(edges) == 0:
        return None
    began: dt.date = found.session[edges[-1]].astype(object)
    return began


def _last_told(rule: Rule, found: Signals, place: int, standing: Standing | None) -> dt.date | None:
    armed_at = standing.armed_at if standing is not None else None
    told = [one for one in candidates(rule, found, armed_at=armed_at) if one.silence is None and one.place < place]
    return told[-1].session if told else None


def _clause(reading: Reading, place: int, evidence: Evidence) -> Clause:
    row, track = int(reading.row[place]), reading.track
    truth = _TRUTHS[int(reading.truth[place])]
    sentence = stands(reading, place, evidence)
    if row < 0:
        return Clause(reading.leaf, truth, None, None, None, sentence)
    value, level = (float(column[row]) for column in (track.price, track.level))
    session: dt.date = track.session[row].astype(object)
    return Clause(reading.leaf, truth, session, _known(value), _known(level), sentence)


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None

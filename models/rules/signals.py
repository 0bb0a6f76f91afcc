"""A condition over a whole settled history: whether it holds, session by session, and what is news.  Pure.

Nothing of a session follows from anything that settled after it: what is appended to a history, or changed in it, on
a later day changes no earlier answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from data.bars import Flags, Floats, Seconds, Sessions
from data.calendar import SETTLE_DELAY
from models.announcer import newsworthy
from models.breakout import State, StateParameters, Transition
from models.derive import Definitions
from models.highs import running_highs
from models.rules.evidence import Evidence, Series, series_of
from models.rules.levels import levels_of
from models.rules.rule import AllOf, AnyOf, AtHigh, Condition, InRegime, Leaf, Rule, Subject, subjects
from models.states import StatePath, state_path

Truths = npt.NDArray[np.int8]
Rows = npt.NDArray[np.intp]

# Three-valued: so ordered, "all of" is the least and "any of" the greatest of its parts (Kleene).
HOLDS, UNKNOWN, HOLDS_NOT = 1, 0, -1


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """One condition on the sessions of its own subject, or, for liquidity, on the changes of regime.

    `closes` is when each entry was known but for the settle delay (UTC epoch seconds), `price` what was compared with
    `level`; a condition on states has `news` (what is worth telling, whatever states it asks for) and its `path`.
    """

    session: Sessions
    closes: Seconds
    truth: Truths
    price: Floats
    level: Floats
    news: tuple[Transition, ...] = ()
    path: StatePath | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A track as the leading subject's sessions see it: `row` is the newest entry known by then, -1 for none."""

    leaf: Leaf
    track: Track
    row: Rows

    @property
    def truth(self) -> Truths:
        """Whether the condition holds, as known on each session of the leading subject."""
        return _seen(self.track.truth, self.row)


@dataclass(frozen=True, slots=True)
class News:
    """A state of the all-time high that was newly entered, and the condition that asks for it."""

    leaf: AtHigh
    step: Transition


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """A rule's condition on each session of its leading subject.

    `closes` is when a session was known but for the settle delay (UTC epoch seconds).  `edge` is where the condition
    begins to hold, other than by the states of a high alone: those are told by their names, and `news` has them by the
    place of the session that first sees them, each state once.
    """

    series: Series
    truth: Truths
    edge: Flags
    news: Mapping[int, tuple[News, ...]]
    readings: Mapping[Leaf, Reading]

    @property
    def session(self) -> Sessions:
        """The sessions of the leading subject."""
        return self.series.session

    @property
    def closes(self) -> Seconds:
        """When each session was known but for the settle delay."""
        return self.series.closes


def signals(rule: Rule, evidence: Evidence) -> Signals:
    """Evaluate the rule's condition on all settled sessions of its leading subject.

    `KeyError` when an asset of it has no view, `ValueError` when the condition looks at no asset at all.
    """
    named = subjects(rule.condition)
    if not named:
        raise ValueError("a rule must look at the price of something")
    series = {subject: series_of(subject, evidence) for subject in named}
    leading = series[named[0]]
    readings = {}
    for leaf in leaves_of(rule.condition):
        track = _track(leaf, series, evidence, rule.rearm)
        readings[leaf] = Reading(leaf, track, np.searchsorted(track.closes, leading.closes, side="right") - 1)
    now = {leaf: reading.truth for leaf, reading in readings.items()}
    truth = combined(rule.condition, now.__getitem__)
    edge = _edges(rule.condition, now, truth)
    return Signals(leading, truth, edge, _news(readings, now, truth), readings)


def combined(condition: Condition, truth_of: Callable[[Leaf], Truths]) -> Truths:
    """Return whether a condition holds, from whether its leaves do."""
    if not isinstance(condition, AllOf | AnyOf):
        return truth_of(condition)
    parts = [combined(part, truth_of) for part in condition.conditions]
    if not parts:
        raise ValueError("and, or: of nothing at all")
    together: Truths = (np.minimum if isinstance(condition, AllOf) else np.maximum).reduce(parts)
    return together


def latched(known: Flags, reached: Flags, left: Flags) -> Truths:
    """Return whether something holds that begins when it is reached, and ceases when it is left.

    Both at once is a beginning; while nothing is known, what was so before stays so, unsaid.
    """
    place = np.arange(len(known))
    last = np.maximum.accumulate(np.where(known & (reached | left), place, -1))
    held = (last >= 0) & reached[last]
    truth: Truths = np.where(known, np.where(held, HOLDS, HOLDS_NOT), UNKNOWN).astype(np.int8)
    return truth


def parameters_of(leaf: AtHigh, definitions: Definitions) -> StateParameters:
    """Return the state machine's numbers for a condition: its own ones, the settings' where it leaves them open."""
    states = definitions.states
    near = states.near_in if leaf.near is None else leaf.near
    return replace(
        states,
        near_in=near,
        near_out=near + states.near_out - states.near_in,
        confirm_closes=states.confirm_closes if leaf.confirm is None else leaf.confirm,
        sessions_below=states.sessions_below if leaf.sessions_below is None else leaf.sessions_below,
    )


def leaves_of(condition: Condition) -> tuple[Leaf, ...]:
    """Return the conditions that look at something themselves, in their order, each once."""
    if isinstance(condition, AllOf | AnyOf):
        return tuple(dict.fromkeys(leaf for part in condition.conditions for leaf in leaves_of(part)))
    return (condition,)


def _seen(truth: Truths, row: Rows) -> Truths:
    if len(truth) == 0:
        return np.zeros(len(row), np.int8)
    seen: Truths = np.where(row >= 0, truth[row], UNKNOWN).astype(np.int8)
    return seen


def _track(leaf: Leaf, series: Mapping[Subject, Series], evidence: Evidence, rearm: float) -> Track:
    if isinstance(leaf, InRegime):
        return _regime_track(leaf, evidence)
    if isinstance(leaf, AtHigh):
        return _high_track(leaf, series[leaf.subject], evidence)
    own = series[leaf.subject]
    levels = levels_of(leaf, own)
    level = levels.level[:-1]
    truth = latched(np.isfinite(level), levels.reached(own.price), levels.left(own.price, rearm))
    return Track(own.session, own.closes, truth, own.price, level)


def _regime_track(leaf: InRegime, evidence: Evidence) -> Track:
    history = evidence.liquidity
    if history is None:
        nothing = np.empty(0)
        return Track(np.empty(0, "datetime64[D]"), np.empty(0, np.int64), np.empty(0, np.int8), nothing, nothing)
    by_name = {leaf.regime: HOLDS, None: UNKNOWN}
    truth = np.array([by_name.get(name, HOLDS_NOT) for name in history.regimes], np.int8)
    blank = np.full(len(truth), np.nan)
    days = history.known_at.astype("datetime64[s]").astype("datetime64[D]")
    # Known at once: whatever a session is told with counts from its close, and the settle delay after it.
    return Track(days, history.known_at - int(SETTLE_DELAY.total_seconds()), truth, blank, blank)


def _high_track(leaf: AtHigh, series: Series, evidence: Evidence) -> Track:
    """Run the state machine; on intraday highs it sees only the sessions that have one."""
    view = evidence.views[leaf.subject.symbol]
    highs, closes = series.highs, series.closes
    if leaf.basis == "high" and leaf.subject.over is None:
        highs = running_highs(series.bars, view.asset.tick, "high")
        closes = evidence.calendars.closes(view.asset.calendar, highs.session)
    path = state_path(highs, series.bars, parameters_of(leaf, evidence.definitions), leaf.buffer)
    wanted = [HOLDS if state in leaf.states else HOLDS_NOT for state in State]
    by_state = dict(zip(State, wanted, strict=True)) | {State.WARMUP: UNKNOWN}
    truth = np.array([by_state[state] for state in path.states], np.int8)
    return Track(highs.session, closes, truth, highs.price, path.levels, newsworthy(path.transitions), path)


def _edges(condition: Condition, now: Mapping[Leaf, Truths], truth: Truths) -> Flags:
    """Return where the condition begins to hold, having not held when that was last known.

    What begins by a change of an all-time high's state alone is none: had only the states been as they are now one
    session ago, it would have held then.
    """
    place = np.arange(len(truth))
    known = np.maximum.accumulate(np.where(truth != UNKNOWN, place, -1))
    before = np.concatenate(([-1], known))[: len(truth)]
    begins: Flags = (truth == HOLDS) & (before >= 0) & (truth[before] == HOLDS_NOT)
    if any(isinstance(leaf, AtHigh) for leaf in now):
        by_states = combined(condition, lambda leaf: now[leaf] if isinstance(leaf, AtHigh) else _earlier(now[leaf]))
        begins &= by_states != HOLDS
    return begins


def _earlier(truth: Truths) -> Truths:
    shifted: Truths = np.concatenate((np.zeros(1, np.int8), truth))[: len(truth)].astype(np.int8)
    return shifted


def _news(readings: Mapping[Leaf, Reading], now: Mapping[Leaf, Truths], truth: Truths) -> dict[int, tuple[News, ...]]:
    """Return the states newly entered, by the place of the session that first sees them, while all else holds too."""
    found: dict[int, dict[State, News]] = {}
    for leaf, reading in readings.items():
        if not isinstance(leaf, AtHigh):
            continue
        for place, step in _newest(leaf, reading).items():
            if truth[place] == HOLDS and now[leaf][place] == HOLDS:
                found.setdefault(place, {}).setdefault(step.after, News(leaf, step))
    return {place: tuple(found[place].values()) for place in sorted(found)}


def _newest(leaf: AtHigh, reading: Reading) -> dict[int, Transition]:
    """Return the last news that each session is the first to see."""
    news = [step for step in reading.track.news if step.after in leaf.states]
    own = np.searchsorted(reading.track.session, np.array([step.session for step in news], "datetime64[D]"))
    places = np.searchsorted(reading.row, own, side="left").tolist()
    return {place: step for place, step in zip(places, news, strict=True) if place < len(reading.row)}

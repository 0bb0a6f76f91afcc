"""The state a market is in against its closing all-time high, bar by bar."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from data.bars import Bars, Floats
from models.breakout import EXACT, BreakRule, State, StateParameters, Transition, levels_broken
from models.highs import Highs, to_tick

_RUNNING = (State.BREAK, State.CONFIRMED)
_OF_A_LEVEL = (State.BREAK, State.CONFIRMED, State.FAILED)
_CLOSE_BY = (State.NEAR, State.TOUCH, State.ABOVE, State.FAILED)


class _Seen(NamedTuple):
    """What the machine looks at on one bar: its place, close q, prior high M, its own high, and the level it breaks.

    `broken` is NaN on a bar that is no break.
    """

    place: int
    price: float
    prior: float
    high: float
    broken: float


class _Columns(NamedTuple):
    """What the machine looks at on every bar, a list for each field."""

    price: list[float]
    prior: list[float]
    high: list[float]
    broken: list[float]

    def at(self, place: int) -> _Seen:
        """Return what it sees on one bar."""
        return _Seen(place, self.price[place], self.prior[place], self.high[place], self.broken[place])


class _Machine(NamedTuple):
    """What the machine remembers: the state, the frozen level L, closes above it in a row, bars since the break."""

    state: State = State.WARMUP
    level: float = float("nan")
    closes_above: int = 0
    age: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class StatePath:
    """The state on every valid bar, oldest first, and its changes (the end of the warm-up is the first one).

    `levels` has the high that each state speaks of: the frozen one while a break runs and on the bar where it fails,
    else the prior high (NaN on the first bar).  `memory` is what the machine remembers after the last bar.
    """

    states: tuple[State, ...]
    levels: Floats
    transitions: tuple[Transition, ...]
    memory: _Machine


def state_path(highs: Highs, bars: Bars, parameters: StateParameters, buffer: float = 0.0) -> StatePath:
    """Run the state machine over the highs of a history, of closes or of intraday highs; pass settled bars only.

    `bars` are those that `highs` was made of.  With a `buffer` (a fraction) a break is the first bar that far above
    the high that stood when the sessions below it first were enough; that high stays the level, though a lesser new
    one may follow it.  Source: section 1 of the definitions, "State machine" and "Buffer", where the first line that
    applies decides.
    """
    machine = _Machine()
    states: list[State] = []
    levels: list[float] = []
    seen_bars = _seen(highs, bars, BreakRule(parameters.sessions_below, buffer=buffer, basis=highs.basis))
    calm_until = _calm_until(highs, bars, parameters)
    while (place := len(states)) < len(seen_bars.price):
        calm = calm_until[place] - place
        if calm and machine.state not in _RUNNING:
            machine = _Machine(State.BELOW)
            states.extend([State.BELOW] * calm)
            levels.extend(seen_bars.prior[place : place + calm])
            continue
        seen = seen_bars.at(place)
        machine = _next(machine, seen, parameters)
        states.append(machine.state)
        levels.append(machine.level if machine.state in _OF_A_LEVEL else seen.prior)
    return StatePath(tuple(states), np.array(levels, np.float64), _transitions(highs, states, levels), machine)


def live_state(path: StatePath, highs: Highs, live: Bars, parameters: StateParameters) -> State | None:
    """Return the state that the bar in progress, the last of `live`, would give if it closed now.

    `path` and `highs` are about the settled bars before it.  None when the bar has no usable close.
    """
    if len(live) == 0 or not live.valid[-1]:
        return None
    price, high = to_tick(np.array([live.close[-1], live.high[-1]]), highs.tick).tolist()
    if len(highs) == 0:
        return _next(path.memory, _Seen(0, price, float("nan"), high, float("nan")), parameters).state
    prior = float(np.fmax(highs.prior[-1], highs.price[-1]))
    fresh = len(highs) == 1 or bool(highs.is_new[-1])
    below = 0 if fresh else int(highs.below[-1]) + 1
    broken = prior if price > prior and below >= parameters.sessions_below else float("nan")
    return _next(path.memory, _Seen(len(highs), price, prior, high, broken), parameters).state


def _seen(highs: Highs, bars: Bars, rule: BreakRule) -> _Columns:
    """Return what the machine looks at, as plain lists: one entry of an array at a time is slow to get at."""
    own = to_tick(bars.high[highs.row], highs.tick)
    broken = [float("nan")] * len(highs)
    for place, level in levels_broken(highs, rule):
        broken[place] = level
    return _Columns(highs.price.tolist(), highs.prior.tolist(), own.tolist(), broken)


def _calm_until(highs: Highs, bars: Bars, parameters: StateParameters) -> list[int]:
    """Return for each bar the end of the stretch of calm bars that begins with it; its own place where it is not calm.

    On a calm bar a market without a running break is below its high and nothing else, whatever it was before: most
    bars are, and they need not be judged one by one.
    """
    place = np.arange(len(highs))
    own = to_tick(bars.high[highs.row], highs.tick)
    near = highs.prior * (1 - max(parameters.near_out, parameters.near_in)) * (1 - EXACT)
    calm = (place >= parameters.least_history) & (highs.price < near) & ~(own > highs.prior)
    ends = np.where(calm, len(highs), place)[::-1]
    until: list[int] = np.minimum.accumulate(ends)[::-1].tolist()
    return until


def _next(machine: _Machine, seen: _Seen, parameters: StateParameters) -> _Machine:
    """Return the machine after one more bar."""
    if seen.place < parameters.least_history:
        return machine
    if machine.state in _RUNNING:
        return _while_running(machine, seen.price, parameters)
    if not math.isnan(seen.broken):
        strong = _at_least(seen.price, seen.broken * (1 + parameters.confirm_margin))
        return _Machine(State.CONFIRMED if strong else State.BREAK, seen.broken, 1, 0)
    return _Machine(_while_waiting(machine.state, seen, parameters))


def _while_running(machine: _Machine, price: float, parameters: StateParameters) -> _Machine:
    """Judge a running break: failed, confirmed, over, or still running."""
    level, age = machine.level, machine.age + 1
    count = machine.closes_above + 1 if price > level else 0
    state = machine.state
    if not _at_least(price, level * (1 - parameters.fail_margin)):
        state = State.FAILED
    elif state is State.BREAK and (
        count >= parameters.confirm_closes or _at_least(price, level * (1 + parameters.confirm_margin))
    ):
        state = State.CONFIRMED
    elif age >= parameters.spell_sessions:
        state = State.ABOVE
    return _Machine(state, level, count, age)


def _while_waiting(before: State, seen: _Seen, parameters: StateParameters) -> State:
    """Say where a market without a running break stands; `before` decides between the two near thresholds."""
    if seen.price > seen.prior:
        return State.ABOVE
    if seen.price == seen.prior or seen.high > seen.prior:
        return State.TOUCH
    reach = parameters.near_out if before in _CLOSE_BY else parameters.near_in
    return State.NEAR if _at_least(seen.price, seen.prior * (1 - max(reach, parameters.near_in))) else State.BELOW


def _at_least(price: float, threshold: float) -> bool:
    """Compare with a threshold that is a product of floats: a price exactly on it counts as there."""
    return price >= threshold * (1 - EXACT)


def _transitions(highs: Highs, states: list[State], levels: list[float]) -> tuple[Transition, ...]:
    """Return the changes of state between neighbouring bars."""
    changes = [place for place in range(1, len(states)) if states[place] is not states[place - 1]]
    return tuple(
        Transition(
            session=highs.session[place].astype(object),
            before=states[place - 1],
            after=states[place],
            close=float(highs.price[place]),
            level=levels[place],
            row=int(highs.row[place]),
        )
        for place in changes
    )

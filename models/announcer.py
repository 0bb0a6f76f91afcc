"""Which transitions are news: a pure judgement on settled bars."""

from __future__ import annotations

from collections.abc import Iterable

from models.breakout import State, Transition

_TOLD = {State.NEAR, State.TOUCH, State.BREAK, State.CONFIRMED, State.FAILED}


def newsworthy(transitions: Iterable[Transition]) -> tuple[Transition, ...]:
    """Keep what a person wants to be told of.

    Breaks, confirmations and failures always; "near" only when coming from below; a touch only when the price has been
    below since it was last at its high.  Whoever hovers around the high is not told so every day.
    """
    kept = []
    at_high = False
    for step in transitions:
        told = step.after in _TOLD
        if step.after is State.NEAR:
            told = step.before is State.BELOW
        elif step.after is State.TOUCH:
            told = not at_high
        if told:
            kept.append(step)
        at_high = step.after is not State.BELOW and (at_high or step.after is not State.NEAR)
    return tuple(kept)

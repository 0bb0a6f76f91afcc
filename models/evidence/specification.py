"""Every reasonable definition of a break at once, since an effect must not hang on the one that was chosen."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.bars import Bars, Floats
from models.breakout import BreakRule, breaks
from models.evidence.alignment import Forward
from models.evidence.paths import chosen
from models.evidence.resampling import circular_means, share_as_large
from models.highs import Basis, running_highs

SESSIONS_BELOW = (21, 42, 63, 126, 252)
BUFFERS = (0.0, 0.005, 0.01, 0.02, 0.03)
BASES: tuple[Basis, ...] = ("close", "high")
CONFIRMS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Specification:
    """One definition: its events that count, and the mean log return after them less that of any day (None: no events).

    `z` is that effect in standard deviations of the same events shifted.
    """

    rule: BreakRule
    n: int
    effect: float | None
    z: float | None


@dataclass(frozen=True, slots=True)
class SpecificationCurve:
    """All definitions, and how chance does on them together: the same shifts for each, so that their kinship counts.

    `median_effect` is the middle one and `p_median` the share of shifts whose middle effect is at least as large;
    `p_largest` the share whose largest z is.  None where no definition has an event.
    """

    horizon: int
    specifications: tuple[Specification, ...]
    median_effect: float | None
    p_median: float | None
    p_largest: float | None


def all_rules(
    sessions_below: Sequence[int] = SESSIONS_BELOW,
    buffers: Sequence[float] = BUFFERS,
    bases: Sequence[Basis] = BASES,
    confirms: Sequence[int] = CONFIRMS,
) -> tuple[BreakRule, ...]:
    """Return every combination of the numbers that a break is defined by."""
    return tuple(
        BreakRule(sessions_below=n, buffer=buffer, basis=basis, confirm=confirm)
        for n, buffer, basis, confirm in itertools.product(sessions_below, buffers, bases, confirms)
    )


def specification_curve(bars: Bars, tick: float, known: Forward, rules: Sequence[BreakRule]) -> SpecificationCurve:
    """Return the effect under each rule; `bars` are the leader's settled ones, `known` what followed its sessions."""
    highs = {basis: running_highs(bars, tick, basis) for basis in {rule.basis for rule in rules}}
    logs = known.log
    base = known.leader.session[known.base]
    found: list[Specification] = []
    shifts: list[Floats] = []
    for rule in rules:
        events = [event.session for event in breaks(highs[rule.basis], rule).events]
        rows = chosen(known.leader, events)
        positions = np.flatnonzero(np.isin(base, known.leader.session[rows]))
        if len(positions) == 0:
            found.append(Specification(rule, 0, None, None))
            continue
        effects = circular_means(logs, positions) - logs.mean()
        spread = float(effects.std())
        z = float(effects[0]) / spread if spread > 0 else 0.0
        found.append(Specification(rule, len(positions), float(effects[0]), z))
        shifts.append(effects)
    return _together(known.horizon, tuple(found), shifts)


def _together(horizon: int, found: tuple[Specification, ...], shifts: Sequence[Floats]) -> SpecificationCurve:
    if not shifts:
        return SpecificationCurve(horizon, found, None, None, None)
    effects = np.array(shifts)
    spread = effects.std(axis=1, keepdims=True)
    scaled = np.divide(effects, spread, out=np.zeros_like(effects), where=spread > 0)
    middle = np.median(effects, axis=0)
    return SpecificationCurve(
        horizon=horizon,
        specifications=found,
        median_effect=float(middle[0]),
        p_median=share_as_large(middle),
        p_largest=share_as_large(scaled.max(axis=0)),
    )

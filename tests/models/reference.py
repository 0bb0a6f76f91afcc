"""Section 1 of the definitions once more: plain loops, slow, written from the text and from nothing else."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import NamedTuple


class SlowBar(NamedTuple):
    """One valid bar: where it stands in the history, q, M, new, u, depth, and where M was first reached."""

    row: int
    q: Fraction
    prior: Fraction | None
    is_new: bool
    below: int
    depth: Fraction
    high_at: int | None


def on_tick(price: float, tick: float) -> Fraction:
    """Round to the tick exactly."""
    step = Decimal(str(tick))
    return Fraction((Decimal(price / tick)).quantize(Decimal(1), ROUND_HALF_EVEN) * step)


def slow_highs(close: Sequence[float], tick: float, judged: Sequence[float] | None = None) -> list[SlowBar]:
    """The running high over the valid bars, of the closes or of another price of the same bars."""
    prices = close if judged is None else judged
    valid = [
        row
        for row in range(len(close))
        if math.isfinite(close[row]) and close[row] > 0 and math.isfinite(prices[row]) and prices[row] > 0
    ]
    q = [on_tick(prices[row], tick) for row in valid]
    bars: list[SlowBar] = []
    for t in range(len(q)):
        if t == 0:
            bars.append(SlowBar(valid[0], q[0], None, False, 0, Fraction(0), None))
            continue
        prior = max(q[:t])
        latest = max([s for s in range(t) if s == 0 or q[s] > max(q[:s])])
        high_at = min(s for s in range(t) if q[s] == prior)
        depth = min(q[high_at : t + 1]) / prior - 1
        bars.append(SlowBar(valid[t], q[t], prior, q[t] > prior, t - latest - 1, depth, high_at))
    return bars


def slow_first_bars(
    bars: Sequence[SlowBar], n: int, depth: Fraction, buffer: Fraction
) -> list[tuple[int, int, Fraction]]:
    """The bars that broke a level, each (place, place of the high, level)."""
    found: list[tuple[int, int, Fraction]] = []
    frozen: tuple[int, Fraction] | None = None
    for t, bar in enumerate(bars):
        if frozen is None and bar.prior is not None and bar.high_at is not None and bar.below >= n:
            frozen = (bar.high_at, bar.prior)
        if frozen is None:
            continue
        high_at, level = frozen
        if bar.q > level * (1 + buffer):
            if min(b.q for b in bars[high_at : t + 1]) / level - 1 <= -depth:
                found.append((t, high_at, level))
            frozen = None
    return found


def slow_breaks(
    bars: Sequence[SlowBar], n: int, depth: Fraction, buffer: Fraction, confirm: int
) -> tuple[list[tuple[int, int, int]], list[tuple[int, int, int]]]:
    """Events and cancelled ones, each (place named, place of the high, places strictly between high and break)."""
    events, cancelled = [], []
    for t, high_at, level in slow_first_bars(bars, n, depth, buffer):
        for k in range(1, confirm + 1):
            if t + k - 1 >= len(bars):
                break
            if bars[t + k - 1].q <= level:
                cancelled.append((t, high_at, t - high_at - 1))
                break
            if k == confirm:
                events.append((t + k - 1, high_at, t - high_at - 1))
    return events, cancelled


class Numbers(NamedTuple):
    """The state machine's parameters, exact."""

    near_in: Fraction
    near_out: Fraction
    k: int
    margin: Fraction
    fail: Fraction
    spell: int
    n: int
    least: int


def slow_states(  # noqa: C901 - one branch per line of the text is the point
    bars: Sequence[SlowBar], highs: Sequence[float], tick: float, p: Numbers
) -> list[str]:
    """The state on every valid bar, line by line as the text has it; `highs` are the bars' own highs by row."""
    states: list[str] = []
    s, frozen, cnt, j = "warmup", Fraction(0), 0, 0
    for i, bar in enumerate(bars):
        q, m, u = bar.q, bar.prior, bar.below
        own = highs[bar.row]
        above = m is not None and math.isfinite(own) and on_tick(own, tick) > m
        if i < p.least:
            s = "warmup"
        elif s in ("break", "confirmed"):
            j += 1
            cnt = cnt + 1 if q > frozen else 0
            if q < frozen * (1 - p.fail):
                s = "failed"
            elif s == "break" and (cnt >= p.k or q >= frozen * (1 + p.margin)):
                s = "confirmed"
            elif j >= p.spell:
                s = "above"
        else:
            assert m is not None
            if q > m and u >= p.n:
                frozen, cnt, j = m, 1, 0
                s = "confirmed" if q >= frozen * (1 + p.margin) else "break"
            elif q > m:
                s = "above"
            elif q == m or above:
                s = "touch"
            elif q / m - 1 >= -p.near_in or (q / m - 1 >= -p.near_out and s in ("near", "touch", "above", "failed")):
                s = "near"
            else:
                s = "below"
        states.append(s)
    return states

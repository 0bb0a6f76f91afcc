"""The pictures of cycles: turns over time, phases side by side, a wave in a price, and which period explains most."""

from __future__ import annotations

import numpy as np

from data.bars import Flags, Floats, Sessions
from models.dates import date_text
from models.evidence.four_year import PERIOD, PERIODS, Wave
from models.evidence.words import percent
from models.lab.business_cycle import HALVED, HALVINGS, RECESSIONS
from models.lab.cycles import Cycles, Phases
from ui.lab.presentation import Axis, Band, Layer, Level, Line, Picture, Points, Span
from ui.theme import series_role


def pictures(found: Cycles) -> tuple[Picture, ...]:
    """Return all pictures, those over time with one axis for both assets."""
    waves = () if isinstance(found.waves, str) else found.waves
    shared = _shared(found)
    return (
        *(_turns(phases, shared) for phases in (found.leader, found.follower)),
        *_strip(found, shared),
        *(_fit(wave, found.follower) for wave in waves),
        *(_spectrum(wave, found.follower) for wave in waves),
    )


def key_of(phases: Phases, row: int) -> str:
    """Return what marks a turn in every picture and table."""
    return f"{phases.symbol} {date_text(phases.session[row].astype(object))}"


def _turns(phases: Phases, shared: tuple[float, float]) -> Picture:
    """The log price over the time that both assets have, falls tinted, each turn joined to the day it was known."""
    days = _days(phases.session)
    kept = (days >= shared[0]) & (days <= shared[1])
    level = np.log(phases.close) - np.log(phases.close[kept][0] if kept.any() else phases.close[0])
    layers: list[Layer] = [*_recessions(shared), *_falls(phases, shared)]
    layers.append(Line(days[kept], level[kept], series_role(phases.symbol), name="log price"))
    layers += [
        Line(np.array([days[turn.row], days[turn.known]]), np.full(2, level[turn.row]), "muted", dashed=True)
        for turn in phases.turns
        if shared[0] <= days[turn.row] <= shared[1]
    ]
    for peak, role, name in ((True, "down", "peak"), (False, "up", "trough")):
        rows = np.array([turn.row for turn in phases.turns if turn.peak == peak and kept[turn.row]], np.intp)
        keys = tuple(key_of(phases, row) for row in rows.tolist())
        layers.append(Points(days[rows], level[rows], role, 8, name, keys))
    known = [turn for turn in phases.turns if kept[turn.row]]
    ends = days[[turn.known for turn in known]], level[[turn.row for turn in known]]
    layers.append(Points(*ends, "muted", 5, "first known"))
    if phases.symbol == HALVED:
        layers += _halvings(shared)
    inside = int(sum(kept[turn.row] for turn in phases.turns))
    return Picture(
        f"{phases.symbol}: {_rule(phases)}", tuple(layers), Axis("date", low=shared[0], high=shared[1]),
        Axis("log percent"), f"{inside} turns here, {len(phases.turns)} in all",
        f"{inside} turning points of {phases.symbol}; each is listed in a table with the day on which it was known.",
    )  # fmt: skip


def _falls(phases: Phases, shared: tuple[float, float]) -> list[Layer]:
    days = _days(phases.session)
    ends = [*(turn.row for turn in phases.turns[1:]), len(days) - 1]
    stretches = [(days[turn.row], days[end]) for turn, end in zip(phases.turns, ends, strict=True) if turn.peak]
    if phases.turns and not phases.turns[0].peak:
        stretches.insert(0, (days[0], days[phases.turns[0].row]))
    return _spans(stretches, shared, "danger", 0.12, "falling")


def _recessions(shared: tuple[float, float]) -> list[Layer]:
    months = [(_number(first), _number(np.datetime64(last, "M") + 1)) for first, last in RECESSIONS]
    return _spans(months, shared, "muted", 0.22, "recession")


def _halvings(shared: tuple[float, float]) -> list[Layer]:
    days = [float(np.datetime64(day).astype(np.int64)) for day in HALVINGS]
    return [Level(day, "x", "faint", name="halving, no test") for day in days if shared[0] <= day <= shared[1]]


def _spans(
    stretches: list[tuple[float, float]], shared: tuple[float, float], role: str, opacity: float, name: str
) -> list[Layer]:
    """Return those stretches that reach into the shared time, cut to it."""
    cut = [(max(first, shared[0]), min(last, shared[1])) for first, last in stretches]
    return [Span(float(first), float(last), role, opacity, name) for first, last in cut if first < last]


def _strip(found: Cycles, shared: tuple[float, float]) -> tuple[Picture, ...]:
    """Both phases month by month, one above the other; the months in which they agree are tinted."""
    common, rows, others = np.intersect1d(found.leader.month, found.follower.month, return_indices=True)
    if len(common) < 2:
        return ()
    one, other = found.leader.state[rows], found.follower.state[others]
    days = _days(common)
    layers: list[Layer] = list(_agreeing(days, one == other))
    for state, base, phases in ((one, 1.5, found.leader), (other, 0.0, found.follower)):
        layers.append(Line(days, base + state, series_role(phases.symbol), 2.0, name=phases.symbol, steps=True))
    named = ((0.0, "falling"), (1.0, "rising"), (1.5, "falling"), (2.5, "rising"))
    share = float((one == other).mean())
    return (
        Picture(
            "In the same phase?", tuple(layers), Axis("date", low=shared[0], high=shared[1]),
            Axis(low=-0.3, high=3.4, named=named), f"{percent(share)} of {len(common)} months",
            f"Both were in the same phase in {percent(share)} of {len(common)} months.",
        ),
    )  # fmt: skip


def _agreeing(days: Floats, same: Flags) -> list[Layer]:
    """Return one tinted stretch for each run of months that agree; a month reaches to the next one's start."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], same.astype(np.int8), [0]))))
    until = np.append(days, days[-1] + 31)
    return [
        Span(float(until[first]), float(until[last]), "ok", 0.14, "same phase")
        for first, last in edges.reshape(-1, 2).tolist()
    ]


def _fit(wave: Wave, phases: Phases) -> Picture:
    days = _days(phases.month)
    shared = float(days[0]), float(days[-1])
    layers = (
        Level(0.0, dashed=False),
        *(_halvings(shared) if phases.symbol == HALVED else ()),
        Line(days, wave.detrended, series_role(phases.symbol), name="log price less its trend"),
        Line(days, wave.fitted, "text", 2.0, dashed=True, name=f"wave of {PERIOD} months"),
    )
    return Picture(
        f"{phases.symbol} and a wave of four years, {wave.trend} trend, {wave.cycles:.1f} cycles", layers, Axis("date"),
        Axis("log percent"), f"{percent(wave.share)} explained, as {percent(wave.p_walk)} of random walks",
        f"The wave explains {percent(wave.share)}; {percent(wave.p_walk)} of random walks show as much.",
    )  # fmt: skip


def _spectrum(wave: Wave, phases: Phases) -> Picture:
    periods = np.array(PERIODS, np.float64)
    layers = (
        Band(periods, np.zeros(len(periods)), wave.walk_95, "muted", 0.18, "95 of 100 random walks, each period"),
        Line(periods, wave.inertia_95, "muted", dashed=True, name="95 of 100 with the price’s inertia lie below"),
        Level(wave.best_95, "y", "warning", name="best period of 95 of 100 random walks lies below"),
        Line(periods, wave.spectrum, "price", 2.0, name="share explained"),
        Level(float(PERIOD), "x", "accent", name=f"{PERIOD} months"),
    )
    return Picture(
        f"{phases.symbol}: which period explains how much, {wave.trend} trend, {wave.cycles:.1f} cycles", layers,
        Axis("days", "months"), Axis("percent", low=0.0), f"best {wave.best} months, p = {wave.p_best:.2f}",
        f"The best period is {wave.best} months; {percent(wave.p_best)} of random walks have one as good.",
    )  # fmt: skip


def _rule(phases: Phases) -> str:
    if phases.fall is None or phases.rise is None:
        return "phases that last, on month-end closes"
    return f"falls over {percent(phases.fall)} and rises over {percent(phases.rise)}"


def _shared(found: Cycles) -> tuple[float, float]:
    """Return the days on which both have prices, as numbers; those of both together where they share none."""
    both = [_days(phases.session) for phases in (found.leader, found.follower)]
    firsts, lasts = [days[0] for days in both], [days[-1] for days in both]
    first, last = float(max(firsts)), float(min(lasts))
    return (first, last) if first < last else (float(min(firsts)), float(max(lasts)))


def _days(session: Sessions) -> Floats:
    return session.astype("datetime64[D]").astype(np.int64).astype(np.float64)


def _number(month: str | np.datetime64) -> float:
    return float(np.datetime64(month, "M").astype("datetime64[D]").astype(np.int64))

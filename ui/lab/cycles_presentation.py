"""What the page and the report show of cycles."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from models.dates import date_text
from models.evidence.concordance import Concordance
from models.evidence.four_year import PERIOD, PERIODS, Wave
from models.lab.cycles import HALVINGS, Cycles, CyclesRequest, Phases
from ui.lab.presentation import Axis, Layer, Level, Line, Picture, Points, Presentation, Span, Table
from ui.theme import series_role

HOW = (
    "A bull market ends once the close has fallen from its top by more than the threshold, and a bear market once it"
    " has risen from its bottom by more than the other (Lunde and Timmermann). The turn is dated at the extreme, but"
    " nobody knew it before the day the threshold was hit, which is why both dates are shown.",
    "Two series are compared month by month: how often were both in the same phase? Two that mostly rise agree by"
    " chance, so the share stands beside that of independence, and all shifts of one against the other decide. A t is"
    " given only where both have six changes of phase or more.",
    "For a cycle of four years a wave of 48 months is fitted to what a trend leaves of the monthly log price. Random"
    " walks show such waves too, so thousands of them, made of the same monthly changes, are fitted in the same way.",
)


def present(found: Cycles, _request: CyclesRequest) -> Presentation:
    """Return the study as it is shown."""
    waves = () if isinstance(found.waves, str) else found.waves
    return Presentation(
        title="Cycles",
        sentence=found.sentence,
        pictures=(
            _turns(found.leader),
            _turns(found.follower),
            *(_fit(wave, found.follower) for wave in waves[:1]),
            *(_spectrum(wave) for wave in waves),
        ),
        tables=(_concordances(found), *(_table(phases) for phases in (found.leader, found.follower))),
        how=HOW,
        provenance=tuple(f"{wave.draws:,} random walks, seed {wave.seed}" for wave in waves[:1]),
        charts={
            f"{phases.symbol} {date_text(_day(phases, turn.row))}": (phases.symbol, _day(phases, turn.row))
            for phases in (found.leader, found.follower)
            for turn in phases.turns
        },
    )


def _turns(phases: Phases) -> Picture:
    days = phases.session.astype(np.int64).astype(np.float64)
    level = np.log(phases.close)
    layers: list[Layer] = [
        Span(days[one.row], days[following.row], "danger", 0.12, "falling")
        for one, following in pairwise(phases.turns)
        if one.peak
    ]
    if phases.turns and phases.turns[-1].peak:
        layers.append(Span(days[phases.turns[-1].row], days[-1], "danger", 0.12, "falling"))
    layers.append(Line(days, level - level[0], series_role(phases.symbol), name="log price"))
    for peak, role, name in ((True, "down", "peak"), (False, "up", "trough")):
        rows = [turn.row for turn in phases.turns if turn.peak == peak]
        keys = tuple(f"{phases.symbol} {date_text(_day(phases, row))}" for row in rows)
        layers.append(Points(days[rows], level[rows] - level[0], role, 8, name, keys))
    known = [turn.known for turn in phases.turns]
    layers.append(Points(days[known], level[known] - level[0], "muted", 4, "first known"))
    if phases.symbol == "BTC-USD":
        halvings = [float(np.datetime64(day).astype(np.int64)) for day in HALVINGS]
        layers += [Level(day, "x", "faint", name="halving") for day in halvings if day >= days[0]]
    return Picture(
        f"{phases.symbol}: falls over {phases.fall:.0%} and rises over {phases.rise:.0%}", tuple(layers), Axis("date"),
        Axis("log percent"), f"{len(phases.turns)} turns", f"{len(phases.turns)} turning points of {phases.symbol}.",
    )  # fmt: skip


def _fit(wave: Wave, phases: Phases) -> Picture:
    days = phases.month.astype(np.int64).astype(np.float64)
    role = series_role(phases.symbol)
    layers = (
        Level(0.0, dashed=False),
        Line(days, wave.detrended, role, name="log price less its trend"),
        Line(days, wave.fitted, "accent", 2.0, name="wave of 48 months"),
    )
    return Picture(
        f"{phases.symbol} and a wave of four years", layers, Axis("date"), Axis("log percent"),
        f"{wave.cycles:.1f} cycles · {wave.share:.0%} explained", f"{wave.share:.0%} explained.",
    )  # fmt: skip


def _spectrum(wave: Wave) -> Picture:
    periods = np.array(PERIODS, np.float64)
    layers = (
        Line(periods, wave.walk_95, "muted", dashed=True, name="95 of 100 random walks lie below"),
        Line(periods, wave.spectrum, "price", 2.0, name="share explained"),
        Level(float(PERIOD), "x", "accent", name="48 months"),
    )
    return Picture(
        f"Which period explains how much, {wave.trend} trend", layers, Axis("days", "months"), Axis("percent", low=0.0),
        f"best {wave.best} months, p = {wave.p_best:.2f}", f"The best period is {wave.best} months.",
    )  # fmt: skip


def _concordances(found: Cycles) -> Table:
    pairs = (
        (f"{found.leader.symbol} and {found.follower.symbol}", found.together),
        (f"recessions and {found.follower.symbol}", found.with_economy),
    )
    heads = ("", "months", "same phase", "by chance", "rho", "p (shifts)", "changes", "t, 12 lags")
    return Table(heads, tuple(_row(name, one) for name, one in pairs), tuple(range(1, 8)), "In the same phase?")


def _row(name: str, found: Concordance | str) -> tuple[str, ...]:
    if isinstance(found, str):
        return (name, *("–",) * 7)
    return (
        name, str(found.n), f"{found.share:.0%}", f"{found.expected:.0%}", f"{found.rho:+.2f}", f"{found.p:.2f}",
        f"{found.changes[0]} and {found.changes[1]}", f"{found.t[0]:+.1f}" if found.t else "too few changes",
    )  # fmt: skip


def _table(phases: Phases) -> Table:
    rows = tuple(
        (
            "peak" if turn.peak else "trough",
            date_text(_day(phases, turn.row)),
            f"{phases.close[turn.row]:,.2f}",
            date_text(_day(phases, turn.known)),
        )
        for turn in phases.turns
    )
    return Table(("", "date", "close", "known on"), rows, (2,), f"Turning points of {phases.symbol}")


def _day(phases: Phases, row: int) -> object:
    return phases.session[row].astype(object)

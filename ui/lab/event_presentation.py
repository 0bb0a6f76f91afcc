"""What the page and the report show of an event study."""

from __future__ import annotations

import numpy as np

from models.dates import date_text
from models.evidence.alignment import Status
from models.evidence.event_study import Cell, EventStudy
from models.evidence.paths import AveragePath
from models.evidence.verdict import verdict
from models.evidence.words import percent, sentence, span
from models.lab.event import EventRequest
from ui.lab.presentation import Axis, Band, Intervals, Level, Line, Picture, Points, Presentation, Table
from ui.theme import series_role

HOW = (
    "A break is a close above every earlier one, after so many sessions in a row below the high. The follower is bought"
    " at its first close at or after the leader's, never before, and looked at so many calendar days later. Events"
    " whose horizon is not over yet are left out and counted as censored.",
    "The base rate asks the same of every session of the sample. An interval (Wilson, 95 %) says how far the share may"
    " be off with so few events; events that overlap tell less than their number, so the verdict counts those that do"
    " not.",
    "p is exact: all breaks are shifted together through the whole history, one session at a time, and it is the share"
    " of shifts that did at least as well. It is adjusted (Holm) for all horizons on the page.",
)


def present(study: EventStudy, request: EventRequest, horizon: int) -> Presentation:
    """Return the study with the chosen horizon's verdict and pictures."""
    cell = study.cell(request.followers[0], horizon)
    finding = verdict(cell, ())
    pictures = tuple(_paths(path, cell, request) for path in study.paths if path.n) + _shares(study)
    return Presentation(
        title="Event study",
        sentence=sentence(study, cell.symbol, horizon),
        pictures=pictures,
        tables=(_cells(study), _occurrences(cell)),
        verdict=finding.verdict.value,
        reason=finding.reason,
        how=HOW,
        provenance=(
            study.leader.source,
            f"sessions below {request.rule.sessions_below}, buffer {request.rule.buffer:.1%}",
            f"outcome {study.terms.outcome}",
            f"seed {study.terms.seed}, {study.terms.draws:,} draws",
        ),
        charts={date_text(day): (request.leader, day) for day in study.events},
    )


def _paths(path: AveragePath, cell: Cell, request: EventRequest) -> Picture:
    role, days = series_role(cell.symbol), path.offsets.astype(np.float64)
    lines = tuple(
        Line(days, way.values, role, 1.0, opacity=0.4, name="each break", key=date_text(way.session))
        for way in path.ways
    )
    layers = (
        Band(days, path.low, path.high, "muted", name="95 % of shifted breaks"),
        Level(0.0),
        Level(0.0, "x"),
        Level(float(cell.horizon), "x", name=f"{cell.horizon} days"),
        *lines,
        Line(days, path.mean, "text", 1.5, dashed=True, name="mean"),
        Line(days, path.median, role, 2.5, name="median"),
    )
    says = f"{path.n} courses of {cell.symbol} from 30 days before to 365 days after breaks of {request.leader}."
    return Picture(
        f"{cell.symbol} around breaks of {request.leader}", layers, Axis("days", "days from the break"),
        Axis("log percent"), note=f"n = {path.n} of {path.sessions:,} days · p = {path.p:.2f}", says=says,
    )  # fmt: skip


def _shares(study: EventStudy) -> tuple[Picture, ...]:
    told = [
        (at, cell.figures, cell.base)
        for at, cell in enumerate(study.cells)
        if cell.figures is not None and cell.base is not None
    ]
    if not told:
        return ()
    x = np.array([at for at, _, _ in told], np.float64)
    layers = (
        Level(study.terms.claimed, role="faint", name=f"the claimed {study.terms.claimed:.0%}"),
        Intervals(x, *_columns([(figures.wilson.low, figures.wilson.high) for _, figures, _ in told]), "price"),
        Points(x, np.array([figures.share for _, figures, _ in told]), "price", 9, "after breaks"),
        Points(x, np.array([base.rate for _, _, base in told]), "accent", 9, "any day"),
    )
    names = tuple((float(at), f"{cell.horizon} days") for at, cell in enumerate(study.cells))
    across = Axis("number", "", -0.5, len(study.cells) - 0.5, names)
    says = "; ".join(
        f"{study.cells[at].horizon} days: {figures.share:.0%}, any day {base.rate:.0%}" for at, figures, base in told
    )
    return (
        Picture(
            "Share with the outcome, after breaks and on any day", layers, across,
            Axis("percent", low=0.0, high=1.0), note="95 % intervals (Wilson)", says=says,
        ),
    )  # fmt: skip


def _columns(pairs: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    table = np.array(pairs, np.float64)
    return table[:, 0], table[:, 1]


def _cells(study: EventStudy) -> Table:
    heads = ("days", "n", "apart", "censored", "hits", "share", "interval", "any day", "of days", "p", "adjusted")
    rows = tuple(_row(cell) for cell in study.cells)
    return Table(heads, rows, tuple(range(len(heads))), "All horizons")


def _row(cell: Cell) -> tuple[str, ...]:
    start = (str(cell.horizon), str(cell.n), str(cell.nonoverlapping), str(cell.censored))
    figures, base = cell.figures, cell.base
    if figures is None or base is None:
        return (*start, *["–"] * 7)
    return (
        *start, str(cell.hits), percent(figures.share), span(figures.wilson), percent(base.rate),
        f"{base.sessions:,}", f"{figures.p.upper:.3f}", f"{figures.adjusted.upper:.3f}",
    )  # fmt: skip


def _occurrences(cell: Cell) -> Table:
    rows = tuple(
        (
            date_text(one.session),
            one.status.name.lower(),
            f"{one.entry:,.2f}" if one.entry is not None else "–",
            date_text(one.left) if one.left is not None else "–",
            f"{one.exit:,.2f}" if one.exit is not None else "–",
            f"{one.simple:+.1%}".replace("-", "−") if one.simple is not None else "–",
        )
        for one in cell.occurrences
        if one.status is not Status.NO_PRICE
    )
    heads = ("break", "", "entry", "until", "exit", "return")
    return Table(heads, rows, (2, 4, 5), f"{cell.symbol}, {cell.horizon} days after each break")

"""What the page and the report show of analogs."""

from __future__ import annotations

import math

import numpy as np

from models.dates import date_text
from models.evidence.analogs import NEIGHBOURS, Analogs, Match
from models.lab.analogs import AnalogsRequest
from ui.lab.presentation import Axis, Columns, Level, Line, Picture, Presentation, Table

HOW = (
    "The last bars of the one price are laid over every stretch of the other's history, each brought to the same mean"
    " and spread, and the five nearest that lie apart are kept. Only stretches whose horizon is over count, so what"
    " came next is known.",
    "That brings everything to one scale: a rise of 5 % and one of 500 % can look alike. And the length was chosen by"
    " somebody, perhaps after looking.",
    "With thousands of stretches some always fit. So the search is run again on histories put together from blocks of"
    " the same returns in random order, and the headline is how many of those hold a match as good.",
)


def present(found: Analogs, request: AnalogsRequest) -> Presentation:
    """Return the study as it is shown."""
    notes: tuple[str, ...] = ()
    if found.walk is not None:
        beat = "have" if found.walk.nearest < found.walk.climatology else "have not"
        notes = (
            f"Forecasts from the {NEIGHBOURS} nearest stretches, made at {found.walk.n} past dates, {beat} scored"
            f" better than the base rate: Brier {found.walk.nearest:.3f} against {found.walk.climatology:.3f}, with"
            f" about {found.walk.apart:.0f} horizons that do not overlap.",
        )
    return Presentation(
        title="Analogs",
        sentence=found.sentence,
        pictures=(_courses(found, request), _null(found)),
        tables=(_matches(found),),
        notes=notes,
        how=HOW,
        provenance=(f"{found.draws} random histories, mean block 20 bars, seed {found.seed}",),
        charts={_name(match): (found.history, match.last.astype(object)) for match in found.matches},
    )


def _courses(found: Analogs, request: AnalogsRequest) -> Picture:
    past = np.arange(1 - found.m, 1, dtype=np.float64)
    whole = np.arange(1 - found.m, found.horizon + 1, dtype=np.float64)
    lines = tuple(
        Line(whole, match.course, "price", 1.2, opacity=0.6, name="nearest stretches", key=_name(match))
        for match in found.matches
    )
    layers = (
        Level(0.0), Level(0.0, "x", name="now"), *lines,
        Line(past, found.course, "accent", 2.5, name=f"{found.query} now"),
    )  # fmt: skip
    bars = "weeks" if request.weekly else "bars"
    return Picture(
        f"{found.query} and the stretches of {found.history} most like it", layers, Axis("days", f"{bars} from now"),
        Axis("log percent"), f"n = {len(found.matches)} of {found.candidates:,}", found.sentence,
    )  # fmt: skip


def _null(found: Analogs) -> Picture:
    counts, edges = np.histogram(found.null, bins=24)
    layers = (
        Columns((edges[1:] + edges[:-1]) / 2, counts.astype(np.float64), float(edges[1] - edges[0]), "muted",
                "random histories"),
        Level(found.matches[0].distance, "x", "accent", dashed=False, name="the match found"),
    )  # fmt: skip
    return Picture(
        "How near a random history comes", layers, Axis("number", "distance of the nearest stretch"), Axis("number"),
        f"p = {found.p:.2f}", f"{found.p:.0%} of random histories hold a match as good.",
    )  # fmt: skip


def _matches(found: Analogs) -> Table:
    rows = tuple(
        (
            date_text(match.first.astype(object)), date_text(match.last.astype(object)), f"{match.distance:.2f}",
            f"{match.r:.3f}", f"{math.expm1(match.ahead):+.0%}",
        )
        for match in found.matches
    )  # fmt: skip
    return Table(("from", "to", "distance", "correlation", "return after"), rows, (2, 3, 4), "Nearest stretches")


def _name(match: Match) -> str:
    return f"until {date_text(match.last.astype(object))}"

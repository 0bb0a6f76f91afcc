"""What the page, the terminal and the report show of analogs."""

from __future__ import annotations

import math

import numpy as np

from data.bars import Floats
from models.dates import date_text
from models.evidence.analog_forecasts import NEIGHBOURS, Walk
from models.evidence.analogs import Analogs, Match
from models.evidence.words import percent
from models.lab.analogs import AnalogsRequest
from ui.lab.presentation import Axis, Band, Columns, Layer, Level, Line, Picture, Presentation, Span, Table
from ui.wording import MINUS

HOW = (
    "The last stretch of the one price is laid over every stretch of the other's history, each brought to the same mean"
    " and spread, and the five nearest that lie at least half a length apart are kept. Only stretches that were over"
    " before the one asked about began count, and only those whose horizon is over too, so that what came next is"
    " known. The correlation is that of the two courses of log prices.",
    "Bringing everything to one scale hides the scale: a rise of 5 % and one of 500 % can look alike, so the table says"
    " how far each stretch itself went. And somebody chose the length, perhaps after looking: each length that is tried"
    " is another chance to find something.",
    "Among thousands of stretches some always fit. So the search is run again in random histories, put together from"
    " pieces of the same price's own returns (about 20 days each, in random order), and the headline is how many of"
    " those hold a match as good. The pieces are real: if the share errs, then towards calling a likeness common.",
    "What came after five stretches is no forecast. It is drawn beyond the last day only with all five courses and the"
    " room between them. Forecasts from such stretches, made at past dates with what was known then, are scored beside"
    " the plain base rate (Brier score, lower is better).",
)
_DRAWN = 1500  # points of a history that a picture can show
_ROUND = (1.0, 2.0, 5.0)
_LABELS = 7


def present(found: Analogs, request: AnalogsRequest) -> Presentation:
    """Return the study as it is shown."""
    terms = found.terms
    return Presentation(
        title="Analogs",
        sentence=found.sentence,
        pictures=(_courses(found), _places(found), _null(found)),
        tables=(_matches(found), _chance(found)),
        notes=() if found.walk is None else (_forecast(found.walk, request),),
        how=HOW,
        provenance=(
            *found.sources,
            f"stretches of {terms.m} {terms.unit}, {terms.horizon} {terms.unit} after them",
            f"{terms.draws} random histories, mean block {terms.block:g} {terms.unit}, seed {terms.seed}",
        ),
        charts={_name(match): (found.history, match.last.astype(object)) for match in found.matches},
    )


def _forecast(walk: Walk, request: AnalogsRequest) -> str:
    beat = "have beaten" if walk.beats else "have not beaten"
    skill = f"{walk.skill:+.2f}, 95 % interval {walk.skill_interval.low:+.2f} to {walk.skill_interval.high:+.2f}"
    return (
        f"Forecasts of {request.query} from the {NEIGHBOURS} nearest stretches, made at {walk.n} past dates (about"
        f" {walk.apart} horizons that do not overlap), {beat} the base rate: Brier score {walk.nearest:.3f} against"
        f" {walk.climatology:.3f}, skill {skill}."
    ).replace("-", MINUS)


def _courses(found: Analogs) -> Picture:
    m, spread = found.terms.m, found.spread
    shown = found.terms.horizon if spread is not None else 0  # nothing beyond the last day without all five
    across = np.arange(1 - m, shown + 1, dtype=np.float64)
    courses = [match.course[: len(across)] for match in found.matches]
    beyond: tuple[Layer, ...] = ()
    if spread is not None:
        after = np.array([course[m - 1 :] for course in courses])
        beyond = (Band(across[m - 1 :], after.min(axis=0), after.max(axis=0), "price", 0.18, "room between the five"),)
    lines = tuple(
        Line(across, course, "price", 1.2, opacity=0.7, name="nearest stretches", key=_name(match))
        for match, course in zip(found.matches, courses, strict=True)
    )
    layers = (
        *beyond, Level(0.0), Level(0.0, "x"), *lines,
        Line(across[:m], found.course, "accent", 2.5, name=f"{found.query} until {_day(found.last)}"),
    )  # fmt: skip
    return Picture(
        f"{found.query} and the stretches of {found.history} most like it", layers,
        Axis("days", f"{found.terms.unit} from the last one"), Axis("log percent"),
        f"n = {len(found.matches)} of {found.candidates:,}", found.sentence,
    )  # fmt: skip


def _places(found: Analogs) -> Picture:
    days = found.days.astype("datetime64[D]").astype(np.float64)
    step = max(1, math.ceil(len(days) / _DRAWN))
    spans = tuple(
        Span(_number(match.first), _number(match.last), "price", 0.3, "nearest stretches") for match in found.matches
    )
    query = Span(_number(found.first), _number(found.last), "accent", 0.2, f"{found.query}, the stretch asked about")
    within = (query,) if _number(found.first) <= float(days[-1]) else ()
    says = "; ".join(f"{_day(match.first)} to {_day(match.last)}" for match in found.matches)
    return Picture(
        f"Where they lie in the history of {found.history}",
        (*spans, *within, Line(days[::step], found.level[::step], "text", 1.0)),
        Axis("date"), Axis("number", named=_prices(found.level)), "log scale", says,
    )  # fmt: skip


def _null(found: Analogs) -> Picture:
    counts, edges = np.histogram(found.null, bins=24)
    layers = (
        Columns((edges[1:] + edges[:-1]) / 2, counts.astype(np.float64), float(edges[1] - edges[0]), "muted",
                "random histories"),
        Level(found.matches[0].distance, "x", "accent", dashed=False, name="the match found"),
    )  # fmt: skip
    said = f"{percent(found.p)} of random histories hold a match as good."
    return Picture(
        "How near a random history comes", layers, Axis("number", "distance of the nearest stretch"), Axis("number"),
        f"p = {found.p:.3f} · {found.terms.draws} histories", said,
    )  # fmt: skip


def _matches(found: Analogs) -> Table:
    asked = _day(found.first), _day(found.last), "", "", _change(float(-found.course[0])), ""
    rows = [(f"{found.query}, asked about", *asked)]
    rows += [
        (
            str(number), _day(match.first), _day(match.last), f"{match.distance:.2f}",
            f"{match.r:.3f}".replace("-", MINUS), _change(match.within), _change(match.ahead),
        )
        for number, match in enumerate(found.matches, 1)
    ]  # fmt: skip
    if found.spread is not None:
        told = zip(("lowest of the five", "middle", "highest"), found.spread, strict=True)
        rows += [(name, "", "", "", "", "", _change(ahead)) for name, ahead in told]
    rows.append((f"any of {found.candidates:,}, middle", "", "", "", "", "", _change(found.base_median)))
    after = f"{found.terms.horizon} {found.terms.unit} on"
    heads = ("", "from", "to", "distance", "correlation", "went by itself", after)
    return Table(heads, tuple(rows), (3, 4, 5, 6), f"Stretches of {found.history} nearest to {found.query}")


def _chance(found: Analogs) -> Table:
    low, middle, high = np.quantile(found.null, (0.05, 0.5, 0.95)).tolist()
    rows = (
        ("the nearest stretch found", f"{found.matches[0].distance:.2f}"),
        ("nearest in a random history: 5 % are below", f"{low:.2f}"),
        ("half are below", f"{middle:.2f}"),
        ("95 % are below", f"{high:.2f}"),
        ("middle of all stretches of the history", f"{found.median_distance:.2f}"),
    )
    return Table(("distance", ""), rows, (1,), f"p = {found.p:.3f}")


def _prices(level: Floats) -> tuple[tuple[float, str], ...]:
    """Return round prices at their places among log prices."""
    low, high = float(level.min()), float(level.max())
    powers = range(math.floor(low / math.log(10)), math.ceil(high / math.log(10)) + 1)
    prices = [each * 10.0**power for power in powers for each in _ROUND]
    within = [price for price in prices if low <= math.log(price) <= high]
    kept = within[:: max(1, math.ceil(len(within) / _LABELS))]
    return tuple((math.log(price), f"{price:,.10g}") for price in kept)


def _change(log_return: float) -> str:
    return f"{math.expm1(log_return):+.1%}".replace("%", " %").replace("-", MINUS)


def _number(day: np.datetime64) -> float:
    return float(day.astype("datetime64[D]").astype(np.int64))


def _day(day: np.datetime64) -> str:
    return date_text(day.astype(object))


def _name(match: Match) -> str:
    return f"until {_day(match.last)}"

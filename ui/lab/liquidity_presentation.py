"""What the page and the report show of net liquidity and returns."""

from __future__ import annotations

import numpy as np

from models.dates import date_text
from models.evidence.liquidity import LiquidityStudy, Prediction
from models.lab.liquidity import LiquidityRequest
from ui.lab.presentation import Axis, Intervals, Level, Picture, Points, Presentation, Table

HOW = (
    "Net liquidity is the balance sheet of the Federal Reserve less the Treasury's account and the reverse repo"
    " facility, each as it was published at the time. It is known on Thursday evening in New York, so returns are"
    " counted from the close after that.",
    "The slope says by how much the log return over so many weeks was larger per unit of growth over 13 weeks. Its"
    " errors allow for stretches that overlap (Newey and West), and p is adjusted for all horizons.",
    "Levels of two things that grow always correlate. That number is shown only so that nobody takes it for evidence.",
)
_WIDE = 1.959964


def present(found: LiquidityStudy, _request: LiquidityRequest) -> Presentation:
    """Return the study as it is shown."""
    return Presentation(
        title="Liquidity",
        sentence=found.sentence,
        pictures=(_slopes(found),),
        tables=(Table(("weeks", "n", "apart", "slope", "t", "p", "adjusted"), _rows(found), tuple(range(7))),),
        struck=(f"The levels correlate at {found.level_r:+.2f}.",),
        how=HOW,
        provenance=(
            f"{date_text(found.first)} to {date_text(found.last)}, {found.n} weeks",
            f"{found.wednesdays:.0%} of weeks with the Wednesday's level of the Treasury account",
        ),
    )


def _told(found: LiquidityStudy) -> list[Prediction]:
    return [one for one in found.predictions if one.slope is not None]


def _slopes(found: LiquidityStudy) -> Picture:
    told = [(at, one.slope) for at, one in enumerate(_told(found)) if one.slope is not None]
    x = np.array([at for at, _ in told], np.float64)
    value = np.array([slope.value for _, slope in told])
    error = np.array([slope.error for _, slope in told])
    names = tuple((float(at), f"{one.weeks} weeks") for at, one in enumerate(_told(found)))
    layers = (
        Level(0.0, dashed=False),
        Intervals(x, value - _WIDE * error, value + _WIDE * error, "price", "95 %"),
        Points(x, value, "price", 9, "slope"),
    )
    return Picture(
        f"Log return of {found.symbol} per unit of growth of net liquidity before", layers,
        Axis("number", "", -0.5, len(told) - 0.5, names), Axis("number"), f"n = {found.n} weeks", found.sentence,
    )  # fmt: skip


def _rows(found: LiquidityStudy) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            str(one.weeks), str(one.slope.n), str(one.n_apart), f"{one.slope.value:+.2f}", f"{one.slope.t:+.2f}",
            f"{one.slope.p:.3f}", f"{one.adjusted:.3f}",
        )
        for one in found.predictions
        if one.slope is not None
    )  # fmt: skip

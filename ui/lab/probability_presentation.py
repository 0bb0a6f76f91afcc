"""What the page and the report show of forecasts."""

from __future__ import annotations

import numpy as np

from models.dates import date_text
from models.evidence.probability import MODELS, Forecasts
from models.lab.probability import ProbabilityRequest
from ui.lab.presentation import Axis, Level, Line, Picture, Points, Presentation, Table

HOW = (
    "A forecast is made for every Friday at the UTC close, from those Fridays alone whose outcome was over a week"
    " before. “Climatology” is the base rate of those; “state” the base rate of Fridays that were alike (leader within"
    " 3 % of its high or not, price above its 200-day mean or not), drawn towards the whole; “ridge” a logistic"
    " regression with a strong penalty; “claimed” always says 65 %, “coin” always 50 %.",
    "The Brier score is the mean squared distance of the forecast from what came (1 or 0); lower is better. Skill says"
    " how much better than climatology that is; an interval that includes 0 means that nothing was shown. p is that of"
    " Diebold and Mariano.",
    "A forecast is calibrated if of all days given 60 % about 60 % came true. The line in the second picture is the"
    " best monotone correction of the forecasts (CORP); on the diagonal there is nothing to correct.",
)
_ROLES = ("accent", "price", "other", "faint", "faint")


def present(found: Forecasts, _request: ProbabilityRequest) -> Presentation:
    """Return the study as it is shown; the headline is the base rate."""
    low, high = found.interval.low, found.interval.high
    return Presentation(
        title="Probability",
        sentence=f"{found.headline:.0%} (interval {low:.0%} to {high:.0%}). {found.sentence}",
        pictures=(_forecasts(found), _calibration(found)),
        tables=(_scores(found),),
        how=HOW,
        provenance=(
            f"{len(found.made)} Fridays, {date_text(found.made[0].astype(object))} to"
            f" {date_text(found.made[-1].astype(object))}",
            f"seed {found.seed}",
        ),
    )


def _forecasts(found: Forecasts) -> Picture:
    days = found.made.astype(np.int64).astype(np.float64)
    came = np.where(found.outcome == 1, 1.0, np.nan)
    failed = np.where(found.outcome == 0, 0.0, np.nan)
    lines = tuple(
        Line(days, found.p[:, column], _ROLES[column], 2.0 if column == 0 else 1.2, name=MODELS[column])
        for column in range(3)
    )
    layers = (
        Level(0.65, role="faint", name="the claimed 65 %"), *lines,
        Points(days, came, "up", 4, "higher in the end"), Points(days, failed, "down", 4, "not higher"),
    )  # fmt: skip
    return Picture(
        f"Each Friday's forecast that {found.symbol} is higher after {found.horizon} days", layers, Axis("date"),
        Axis("percent", low=-0.04, high=1.04), f"n = {len(found.made)}, {found.apart} apart", found.sentence,
    )  # fmt: skip


def _calibration(found: Forecasts) -> Picture:
    diagonal = np.array([0.0, 1.0])
    lines = tuple(
        Line(parts.forecast, parts.recalibrated, _ROLES[column], 2.0, name=MODELS[column], steps=True)
        for column, parts in enumerate(found.calibrations[:3])
    )
    return Picture(
        "Came true as often as was said?", (Line(diagonal, diagonal, "muted", 1.0, dashed=True), *lines),
        Axis("percent", "forecast", 0.0, 1.0), Axis("percent", "came true", -0.02, 1.02), "CORP",
        "Calibration of three models.",
    )  # fmt: skip


def _scores(found: Forecasts) -> Table:
    rows = tuple(
        (
            one.model, f"{now:.0%}", str(one.n), f"{one.brier:.3f}", f"{one.log_loss:.3f}", f"{one.skill:+.2f}",
            f"{one.skill_interval.low:+.2f} to {one.skill_interval.high:+.2f}", f"{one.skill_claimed:+.2f}",
            "–" if np.isnan(one.p) else f"{one.p:.2f}",
        )
        for one, now in zip(found.scores, found.latest.tolist(), strict=True)
    )  # fmt: skip
    heads = ("model", "says now", "n", "Brier", "log loss", "skill", "95 %", "against 65 %", "p")
    return Table(heads, rows, tuple(range(1, 9)), "Scores out of sample")

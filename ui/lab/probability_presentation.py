"""What the page and the report show of forecasts."""

from __future__ import annotations

import numpy as np

from data.forecasts import Kept
from models.dates import date_text
from models.evidence.probability import MODELS, Forecasts
from models.evidence.scores import Score
from models.lab.forecast_log import DEFINITION
from models.lab.probability import ProbabilityRequest
from ui.lab.presentation import Axis, Band, Level, Line, Picture, Points, Presentation, Table

HOW = (
    "A forecast is made for every Friday at the UTC close, from those Fridays alone whose outcome was over a week"
    " before, once there are three years of them. “Climatology” is the base rate of those; “state” the base rate of"
    " Fridays that were alike (leader within 3 % of its high or not, price above its 200-day mean or not), drawn"
    " towards the whole; “ridge” a logistic regression with a strong penalty, on the leader’s distance from its high,"
    " whether it broke it within 90 days, the price over its 200-day mean, and its volatility of 30 days; “claimed”"
    " always says 65 %, “coin” always 50 %. The growth of net liquidity is not among the features.",
    "Weekly outcomes overlap: each counts as one over so many weeks as the horizon has. The headline is the base rate"
    " of all Fridays, with Wilson’s interval for as many outcomes as do not overlap.",
    "The Brier score is the mean squared distance of the forecast from what came (1 or 0), log loss is harder on"
    " certainty that was wrong; lower is better. Skill says how much better than climatology the Brier score is, with"
    " the middle 95 % of resamples in blocks; an interval that includes 0 means that nothing was shown, and the model"
    " is drawn in grey. p is that of Diebold and Mariano.",
    "A forecast is calibrated if of all days given 60 % about 60 % came true. The steps in the second picture are the"
    " best monotone correction of the forecasts (CORP); on the diagonal there is nothing to correct. The band is where"
    " the steps of a calibrated forecast would lie in 95 % of cases, with as few separate outcomes as here.",
    "The forecast of each week is kept once, when it is first asked for after its Friday, and scored by settled closes"
    " when its day has passed. Neither is ever changed; where prices were revised since, the ledger says so.",
)
_ROLES = ("accent", "price", "btc", "faint", "faint")
_GREYS = ("accent", "faint", "muted")  # of models whose skill was not shown
_SHARES = tuple((share / 100, f"{share} %") for share in range(0, 101, 20))
_WEEKS_SHOWN = 12


def present(found: Forecasts, _request: ProbabilityRequest, model: str = "ridge") -> Presentation:
    """Return the study as it is shown; the headline is the base rate, the diagram is that of one model."""
    low, high = found.interval.low, found.interval.high
    return Presentation(
        title="Probability",
        sentence=f"{found.headline * 100:.0f} % (interval {low * 100:.0f} to {high * 100:.0f} %). {found.sentence}",
        pictures=(_forecasts(found), _calibration(found, MODELS.index(model))),
        tables=(_scores(found), *((_ledger(found),) if found.ledger else ())),
        notes=_notes(found),
        how=HOW,
        provenance=(
            *found.sources,
            f"{len(found.made)} Fridays, {_day(found, 0)} to {_day(found, -1)}",
            f"definition {DEFINITION}",
            f"seed {found.seed}",
        ),
    )


def _day(found: Forecasts, at: int) -> str:
    return date_text(found.made[at].astype(object))


def _notes(found: Forecasts) -> tuple[str, ...]:
    told = [found.ledger_fault] if found.ledger_fault else []
    if found.revised:
        days = ", ".join(date_text(day) for day in found.revised)
        told.append(f"Prices were revised after the forecast of {days} had been scored; the score stays as it was.")
    return tuple(told)


def _forecasts(found: Forecasts) -> Picture:
    days = found.made.astype(np.int64).astype(np.float64)
    came = np.where(found.outcome == 1, 1.0, np.nan)
    failed = np.where(found.outcome == 0, 0.0, np.nan)
    lines = tuple(_line(found.scores[column], column, days, found.p[:, column]) for column in (2, 1, 0))
    rose = f"at least {found.step * 100:.0f} % higher" if found.step else "higher"
    layers = (
        Level(0.65, role="faint", name="the claimed 65 %"), *lines,
        Points(days, came, "text", 4, f"{rose} in the end"), Points(days, failed, "muted", 4, f"not {rose}"),
    )  # fmt: skip
    return Picture(
        f"Each Friday’s forecast that {found.symbol} is {rose} after {found.horizon} days", layers, Axis("date"),
        Axis("percent", low=-0.06, high=1.3, named=_SHARES), f"n = {len(found.made)}, {found.apart} apart",
        found.sentence,
    )  # fmt: skip


def _line(score: Score, column: int, x: np.ndarray, y: np.ndarray) -> Line:
    if column == 0:
        return Line(x, y, _ROLES[0], 2.2, name="climatology (the base rate)")
    if score.shows_nothing:
        return Line(x, y, _GREYS[column], 1.2, dashed=column == 1, name=f"{score.model} (no skill shown)")
    return Line(x, y, _ROLES[column], 1.4, dashed=column == 1, name=score.model)


def _calibration(found: Forecasts, column: int) -> Picture:
    parts, score = found.calibrations[column], found.scores[column]
    role = (_GREYS if score.shows_nothing else _ROLES)[column]
    diagonal = np.array([0.0, 1.0])
    layers = (
        Band(parts.forecast, parts.low, parts.high, name="if it were calibrated, 95 %"),
        Line(diagonal, diagonal, "muted", 1.0, dashed=True),
        Line(parts.forecast, parts.recalibrated, role, 2.0, name=score.model, steps=True),
    )
    figures = (
        f"Brier {parts.score:.3f} = miscalibration {parts.miscalibration:.3f} − discrimination"
        f" {parts.discrimination:.3f} + uncertainty {parts.uncertainty:.3f}"
    )
    return Picture(
        f"Came true as often as was said? The {score.model} model", layers,
        Axis("percent", "forecast", -0.03, 1.03, _SHARES), Axis("percent", "", -0.04, 1.18, _SHARES), figures,
        f"Calibration of the {score.model} model. {figures}.",
    )  # fmt: skip


def _scores(found: Forecasts) -> Table:
    rows = tuple(
        (
            one.model, f"{now * 100:.0f} %", str(one.n), f"{one.brier:.3f}", f"{one.log_loss:.3f}",
            "–" if number == 0 else f"{one.skill:+.2f}", _span(one.skill_interval.low, one.skill_interval.high),
            "–" if np.isnan(one.p) else f"{one.p:.2f}",
            "–" if one.model == "claimed" else f"{one.skill_claimed:+.2f}",
            _span(one.claimed_interval.low, one.claimed_interval.high),
            "" if number == 0 else "has" if one.beats else "has not",
        )
        for number, (one, now) in enumerate(zip(found.scores, found.latest.tolist(), strict=True))
    )  # fmt: skip
    heads = (
        "model", "says now", "n", "Brier", "log loss", "skill", "95 %", "p", "against 65 %", "95 %",
        "beaten the base rate",
    )  # fmt: skip
    return Table(heads, rows, tuple(range(1, 10)), "Scores out of sample")


def _span(low: float, high: float) -> str:
    return "–" if low == high == 0 else f"{low:+.2f} to {high:+.2f}"


def _ledger(found: Forecasts) -> Table:
    rows = tuple(_kept(one) for one in reversed(found.ledger[-_WEEKS_SHOWN:]))
    scored = [one for one in found.ledger if one.came is not None]
    title = f"Live forecasts: {len(found.ledger)} kept, {len(scored)} scored"
    if scored:
        brier = np.mean([[_loss(one, model) for model in MODELS[:3]] for one in scored], axis=0)
        told = ", ".join(f"{model} {value:.3f}" for model, value in zip(MODELS, brier.tolist(), strict=False))
        title += f"; mean Brier score {told}"
    return Table(("Friday", "made", *MODELS[:3], "due", "came", "Brier (climatology)"), rows, (2, 3, 4, 7), title)


def _kept(one: Kept) -> tuple[str, ...]:
    made, came = one.made, one.came
    return (
        date_text(made.friday), f"{made.made_at:%Y-%m-%d %H:%M} UTC",
        *(f"{made.p[model] * 100:.0f} %" for model in MODELS[:3]), date_text(made.due),
        "open" if came is None else "higher" if came.hit else "not higher",
        "" if came is None else f"{_loss(one, MODELS[0]):.3f}",
    )  # fmt: skip


def _loss(one: Kept, model: str) -> float:
    return (one.made.p[model] - float(one.came is not None and one.came.hit)) ** 2

"""What the panel on rates and credit shows."""

from __future__ import annotations

import datetime as dt

import numpy as np

from models.dates import date_text
from models.evidence.words import percent
from models.lab.rates import RatesRequest
from models.macro.rates import Course, Rates
from models.macro.regimes import Regimes
from ui.economy.latest import begin, day_of, days_of, latest_table, line, notes_of, period_text, phase_table, span
from ui.lab.presentation import Axis, Layer, Level, Picture, Presentation

HOW = (
    "The policy rate is the upper bound of the federal funds target. It is called hiking when that is above the one of"
    " 182 days before, easing when it is below, and on hold when both are the same.",
    "Recessions are dated by the NBER, many months after they began. A recession that is tinted here was not known"
    " while it lasted; the table says since when.",
    "Money and industrial production are shown against the same month a year before, as they stand now. Both are"
    " revised after they first come out, so what is shown was not quite what was known then.",
)
_MONTH = dt.timedelta(days=31)


def present(found: Rates, request: RatesRequest) -> Presentation:
    """Return the panel as it is shown."""
    since = _since(found, request.years)
    axis = Axis("date", low=since, high=day_of(found.now.date()))
    policy_bands = [
        *_bands(found.policy_regimes, since, {"hiking": ("down", "hiking"), "easing": ("up", "easing")}),
        line(found.policy.date, found.policy.value, since, "accent", "upper bound", width=2),
    ]
    tints = _bands(found.recessions, since, {"recession": ("muted", "recession")}, _MONTH)
    inverted = [
        one
        for first, last in found.inverted
        if (one := span(first, last, since, "down", "ten-year below two-year")) is not None
    ]
    pictures = (
        _picture("Policy rate", found.policy, policy_bands, axis),
        _picture("Ten-year less two-year yield", found.slope, [*inverted, *_curve(found.slope, since, "price")], axis),
        _picture("Spread of high-yield bonds", found.spread, [*tints, *_curve(found.spread, since, "eth")], axis),
        _picture(
            f"Money (M2) against a year before{_revised(found, 'M2SL')}", found.money,
            [*tints, *_curve(found.money, since, "sol")], axis, monthly=True,
        ),
        _picture(
            f"Industrial production against a year before{_revised(found, 'INDPRO')}", found.output,
            [*tints, *_curve(found.output, since, "btc")], axis, monthly=True,
        ),
    )  # fmt: skip
    recessions = [phase for phase in found.recessions.phases() if phase.kind == "recession"]
    return Presentation(
        title="Rates and credit",
        sentence=_sentence(found),
        pictures=tuple(picture for picture in pictures if picture is not None),
        tables=(
            latest_table(found.rows),
            phase_table("Regimes of the policy rate", found.policy_regimes.phases()),
            phase_table("Recessions, by months", recessions, monthly=True),
        ),
        notes=(*_begun(found), *notes_of(found.rows)),
        how=HOW,
        provenance=("FRED, Federal Reserve Bank of St. Louis", f"as stored on {date_text(found.now.date())}"),
    )


def _revised(found: Rates, name: str) -> str:
    """Say so where what is shown was partly not yet known at the time."""
    return ", revised data" if any(row.series.id == name and row.look_ahead for row in found.rows) else ""


def _since(found: Rates, years: int) -> float:
    begun = [day_of(one.date[0].astype(object)) for one in _courses(found) if len(one)]
    return max(begin(found.now, years), min(begun))


def _courses(found: Rates) -> tuple[Course, ...]:
    return found.policy, found.slope, found.spread, found.money, found.output


def _curve(course: Course, since: float, role: str) -> list[Layer]:
    return [Level(0.0, dashed=False), line(course.date, course.value, since, role, "")]


def _picture(title: str, course: Course, layers: list[Layer], axis: Axis, *, monthly: bool = False) -> Picture | None:
    if len(course) == 0 or days_of(course.date[-1:])[0] < (axis.low or 0.0):
        return None
    day: dt.date = course.date[-1].astype(object)
    when = f"in {period_text(day, 1)}" if monthly else f"on {date_text(day)}"
    last = f"{course.value[-1]:+.2f} % {when}".replace("-", "−")
    return Picture(f"{title}, percent", tuple(layers), axis, Axis("number"), last, f"{title}: {last}.")


def _bands(
    regimes: Regimes, since: float, tints: dict[str, tuple[str, str]], more: dt.timedelta = dt.timedelta()
) -> list[Layer]:
    found = (
        span(phase.first, phase.last + more, since, *tints[phase.kind])
        for phase in regimes.phases()
        if phase.kind in tints
    )
    return [one for one in found if one is not None]


def _sentence(found: Rates) -> str:
    said = []
    if len(found.policy) and len(found.policy_regimes):
        phase = found.policy_regimes.phases()[-1]
        word = {"hold": "on hold", "hiking": "hiking", "easing": "easing"}[phase.kind]
        said.append(
            f"The policy rate is {found.policy.value[-1]:.2f} % and by our rule {word} since {date_text(phase.first)}."
        )
    if len(found.slope):
        value = found.slope.value[-1]
        word = "less" if value < 0 else "more"
        said.append(f"Ten-year bonds yield {abs(value):.2f} points {word} than two-year ones.")
    if len(found.spread):
        rank = float(np.mean(found.spread.value <= found.spread.value[-1]))
        said.append(
            f"High-yield bonds pay {found.spread.value[-1]:.2f} points more than Treasuries, as much or more than on"
            f" {percent(rank)} of the days that are stored."
        )
    past = [phase for phase in found.recessions.phases() if phase.kind == "recession"]
    if past:
        first, last = past[-1].first, past[-1].last
        said.append(f"The last recession that has been dated ran from {first:%B %Y} through {last:%B %Y}.")
    return " ".join(said)


def _begun(found: Rates) -> tuple[str, ...]:
    """Say since when the short histories run: the source cut that of the spread to three years."""
    told = []
    if len(found.policy):
        begun = date_text(found.policy.date[0].astype(object))
        told.append(f"The upper bound of the policy rate is stored since {begun}; no regime is told before.")
    if len(found.spread):
        begun = date_text(found.spread.date[0].astype(object))
        told.append(f"The spread of high-yield bonds is stored since {begun}; the source gives three years only.")
    return tuple(told)

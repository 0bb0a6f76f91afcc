"""What the panel on the debt shows: context, not evidence."""

from __future__ import annotations

import datetime as dt

import numpy as np

from models.dates import date_text
from models.evidence.words import percent
from models.lab.rates import DebtRequest
from models.macro.debt import Debt, Wall
from models.macro.rates import Course
from ui.economy.latest import begin, day_of, latest_table, line, notes_of, period_text
from ui.lab.presentation import Axis, Columns, Layer, Picture, Presentation, Table

LABEL = (
    "Context, not evidence: a debt that must be refinanced says nothing about when, or whether, any price rises."
    " Nothing on this page is tested, and no claim is judged by it."
)
HOW = (
    "The debt to the penny is the whole public debt at the close of each business day. Interest is what the government"
    " pays in a quarter, at a yearly rate, as the national accounts have it.",
    "The share that matures within twelve months is that of the marketable debt outstanding at the end of a month. It"
    " is added up here from the Treasury’s monthly list of securities, with 365 days as twelve months.",
)
_ROLES = ("price", "btc", "eth", "sol", "other")


def present(found: Debt, request: DebtRequest) -> Presentation:
    """Return the panel as it is shown."""
    begun = [day_of(one.date[0].astype(object)) for one in _courses(found) if len(one)]
    since = max(begin(found.now, request.years), min(begun, default=0.0))
    axis = Axis("date", low=since, high=day_of(found.now.date()))
    stock = found.daily if len(found.daily) else found.quarterly
    held = "mean of each week" if found.is_average else "close of each day"
    pictures = [
        _picture(
            "Federal debt", "billion dollars", [("debt", stock, "accent")], axis, since, quarterly=not len(found.daily)
        ),
        _picture(
            "Interest paid, yearly rate", "billion dollars", [("interest", found.interest, "down")], axis, since,
            quarterly=True,
        ),
        _picture(f"The Treasury’s account, {held}", "billion dollars", [("account", found.cash, "price")], axis, since),
        _share(found.share, axis, since),
        _picture(
            "Marketable debt by kind", "billion dollars",
            [(name, course, role) for (name, course), role in zip(found.kinds, _ROLES, strict=True)], axis, since,
        ),
        _wall(found.wall),
    ]  # fmt: skip
    return Presentation(
        title="Debt",
        sentence=_sentence(found, stock),
        pictures=tuple(picture for picture in pictures if picture is not None),
        tables=(latest_table(found.rows), *_wall_table(found.wall)),
        notes=(LABEL, *notes_of(found.rows)),
        how=HOW,
        provenance=("US Treasury, Fiscal Data", "FRED", f"as stored on {date_text(found.now.date())}"),
    )


def _courses(found: Debt) -> tuple[Course, ...]:
    kinds = (course for _, course in found.kinds)
    return found.daily, found.quarterly, found.interest, found.cash, found.share, *kinds


def _sentence(found: Debt, stock: Course) -> str:
    said = []
    if len(stock):
        when = f"on {_when(stock)}" if len(found.daily) else f"at the end of {_quarter(stock)}"
        said.append(f"The federal debt was {stock.value[-1]:,.0f} billion dollars {when}.")
    if len(found.interest):
        said.append(
            f"Interest was paid at a rate of {found.interest.value[-1]:,.0f} billion a year in"
            f" {_quarter(found.interest)}."
        )
    if len(found.share):
        said.append(
            f"Of the marketable debt {percent(float(found.share.value[-1]))} matures within twelve months of"
            f" {_when(found.share)}."
        )
    return " ".join(said)


def _when(course: Course) -> str:
    day: dt.date = course.date[-1].astype(object)
    return date_text(day)


def _quarter(course: Course) -> str:
    day: dt.date = course.date[-1].astype(object)
    return period_text(day, 3)


def _picture(
    title: str,
    unit: str,
    courses: list[tuple[str, Course, str]],
    axis: Axis,
    since: float,
    *,
    quarterly: bool = False,
) -> Picture | None:
    shown = [(name, course, role) for name, course, role in courses if len(course)]
    if not shown:
        return None
    layers: tuple[Layer, ...] = tuple(
        line(course.date, course.value, since, role, name if len(shown) > 1 else "") for name, course, role in shown
    )
    last = shown[0][1]
    when = f"in {_quarter(last)}" if quarterly else f"on {_when(last)}"
    note = f"{last.value[-1]:,.0f} {when}" if len(shown) == 1 else ""
    return Picture(f"{title}, {unit}", layers, axis, Axis("number"), note, f"{title}. {note}")


def _share(share: Course, axis: Axis, since: float) -> Picture | None:
    if len(share) == 0:
        return None
    layers = (line(share.date, share.value, since, "warning", ""),)
    note = f"{share.value[-1]:.1%} on {_when(share)}"
    title = "Share of the marketable debt that matures within twelve months"
    return Picture(title, layers, axis, Axis("percent"), note, f"{title}: {note}.")


def _wall(wall: Wall | None) -> Picture | None:
    if wall is None:
        return None
    years = np.array(wall.years, np.float64)
    named = tuple((float(year), str(year)) for year in wall.years if year % 5 == 0)
    return Picture(
        "What matures in which year, billion dollars", (Columns(years, np.array(wall.totals), 1.0, "accent"),),
        Axis("number", "", years[0] - 1, years[-1] + 1, named), Axis("number", low=0.0),
        f"as of {date_text(wall.record)}", f"Marketable debt by the year in which it matures, as of {wall.record}.",
    )  # fmt: skip


def _wall_table(wall: Wall | None) -> tuple[Table, ...]:
    if wall is None:
        return ()
    rows = tuple(
        (str(year), *(f"{amount:,.0f}" if amount else "–" for amount in amounts), f"{sum(amounts):,.0f}")
        for year, amounts in zip(wall.years, wall.amounts, strict=True)
    )
    heads = ("matures in", *wall.kinds, "all")
    return (Table(heads, rows, tuple(range(1, len(heads))), "What matures when, billion dollars"),)

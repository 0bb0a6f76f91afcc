"""The federal debt: how much, at what interest, and when it matures.  Context, no evidence: nothing is tested."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from data.macro_store import Maturity
from models.evidence.refusals import RefusedError
from models.macro.economy import Economy, SeriesRow
from models.macro.rates import Course, latest

KINDS = ("MSPD_BILLS", "MSPD_NOTES", "MSPD_BONDS", "MSPD_TIPS", "MSPD_FRN")
SERIES = ("DEBT", "GFDEBTN", "A091RC1Q027SBEA", "TGA", "WTREGEN", *KINDS, "MSPD_TOTAL", "MSPD_12M")
_THOUSAND = 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class Wall:
    """What matures when, as of the end of the month `record`: USD billions by calendar year and kind."""

    record: dt.date
    years: tuple[int, ...]
    kinds: tuple[str, ...]
    amounts: tuple[tuple[float, ...], ...]

    @property
    def totals(self) -> tuple[float, ...]:
        """All kinds of each year together."""
        return tuple(map(sum, self.amounts))


@dataclass(frozen=True, slots=True, eq=False)
class Debt:
    """The panel, in USD billions: debt by day and by quarter, interest at a yearly rate, cash, and kinds by month.

    `share` is how much of the marketable debt matures within twelve months (0 to 1), by month.  `cash` are closes of
    days or, where those are not stored, the `is_average` means of weeks.
    """

    daily: Course
    quarterly: Course
    interest: Course
    cash: Course
    is_average: bool
    kinds: tuple[tuple[str, Course], ...]
    share: Course
    wall: Wall | None
    rows: tuple[SeriesRow, ...]
    now: dt.datetime


def debt(economy: Economy, maturities: Iterable[Maturity] = ()) -> Debt:
    """Return the panel; raises `RefusedError` where none of its figures is stored."""
    if not any(len(economy.recorded(name)) for name in SERIES):
        raise RefusedError(
            "No figures of the debt are stored, so there is nothing to show. Switch on the Treasury or FRED in the"
            " settings, or run 'macro --refresh' after that."
        )
    cash = _billions(latest(economy, "TGA"))
    titles = {row.series.id: row.series.title for row in economy.rows()}
    return Debt(
        _billions(latest(economy, "DEBT")), _billions(latest(economy, "GFDEBTN")), latest(economy, "A091RC1Q027SBEA"),
        cash if len(cash) else _billions(latest(economy, "WTREGEN")), len(cash) == 0,
        tuple((titles[name], _billions(latest(economy, name))) for name in KINDS),
        share_within_a_year(economy), wall(maturities),
        tuple(row for row in economy.rows() if row.series.id in SERIES), economy.now,
    )  # fmt: skip


def share_within_a_year(economy: Economy) -> Course:
    """Return which share of the marketable debt matures within twelve months, of the months that have both."""
    near, whole = latest(economy, "MSPD_12M"), latest(economy, "MSPD_TOTAL")
    date, mine, all_of_it = np.intersect1d(near.date, whole.date, return_indices=True)
    return Course(date, near.value[mine] / whole.value[all_of_it])


def wall(maturities: Iterable[Maturity]) -> Wall | None:
    """Return what matures in each year, as of the latest month there is; None without any."""
    held = list(maturities)
    if not held:
        return None
    record = max(one.record for one in held)
    sums: dict[tuple[int, str], float] = defaultdict(float)
    for one in held:
        if one.record == record:
            sums[one.matures.year, one.kind] += one.amount / _THOUSAND
    years = tuple(sorted({year for year, _ in sums}))
    kinds = tuple(sorted({kind for _, kind in sums}))
    return Wall(record, years, kinds, tuple(tuple(sums.get((year, kind), 0.0) for kind in kinds) for year in years))


def _billions(course: Course) -> Course:
    return Course(course.date, course.value / _THOUSAND)

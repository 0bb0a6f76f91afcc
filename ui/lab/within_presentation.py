"""What the page and the report show of breaks within regimes."""

from __future__ import annotations

import numpy as np

from models.dates import date_text
from models.evidence.liquidity import RegimeSplit
from models.evidence.within import FEWEST, Split, Within
from models.evidence.words import percent
from models.lab.within import WithinRequest
from ui.lab.presentation import Axis, Intervals, Picture, Points, Presentation, Table
from ui.theme import series_role

HOW = (
    "Each break is put into the regime that was known at the end of its session: figures count from the moment they"
    " were published, recessions from the day on which they were announced. The base rate is that of all days of the"
    " same regime.",
    "Regimes are dated by rules that were fixed beforehand. The interval (Wilson, 95 %) says how far a share may be off"
    " with so few breaks. No verdict is given here: a verdict on all breaks is on the page Event study.",
)


def present(found: Within, request: WithinRequest) -> Presentation:
    """Return the split as it is shown."""
    return Presentation(
        title="Within regimes",
        sentence=found.sentence,
        pictures=tuple(
            _picture(found, split) for split in found.splits if any(one.n >= FEWEST for one in split.regimes)
        ),
        tables=(_table(found),),
        how=HOW,
        provenance=(
            f"{found.leader} {date_text(found.first)} to {date_text(found.last)}, {found.events} breaks",
            f"sessions below {request.rule.sessions_below}, outcome {found.outcome}",
            f"regimes of: {found.regimes.lower()}",
        ),
    )


def _picture(found: Within, split: Split) -> Picture:
    told = [one for one in split.regimes if one.n >= FEWEST and one.wilson is not None and one.base_rate is not None]
    at = np.arange(len(told), dtype=np.float64)
    share = np.array([one.hits / one.n for one in told])
    low = np.array([one.wilson.low for one in told if one.wilson is not None])
    high = np.array([one.wilson.high for one in told if one.wilson is not None])
    base = np.array([one.base_rate for one in told], np.float64)
    role = series_role(found.follower)
    layers = (
        Intervals(at, low, high, role, "95 %"),
        Points(at, base, "muted", 8, "any day of the regime"),
        Points(at, share, role, 9, "after breaks"),
    )
    named = tuple((float(row), f"{one.kind}, n = {one.n}") for row, one in enumerate(told))
    return Picture(
        f"{found.follower} {split.horizon} days after breaks of {found.leader}", layers,
        Axis("number", "", -0.5, max(0.5, len(told) - 0.5), named), Axis("percent", low=-0.04, high=1.04),
        f"{split.apart} do not overlap", found.sentence,
    )  # fmt: skip


def _table(found: Within) -> Table:
    rows = tuple(_row(split, one) for split in found.splits for one in split.regimes)
    heads = ("days", "regime", "breaks", "share", "95 %", "any day", "days of it")
    return Table(heads, rows, (0, 2, 3, 4, 5, 6), "Share of breaks after which the outcome came")


def _row(split: Split, one: RegimeSplit) -> tuple[str, ...]:
    told = one.n >= FEWEST and one.wilson is not None
    return (
        str(split.horizon), one.kind, str(one.n), percent(one.hits / one.n) if told else "too few",
        f"{percent(one.wilson.low)} to {percent(one.wilson.high)}" if told and one.wilson is not None else "",
        "–" if one.base_rate is None else percent(one.base_rate), f"{one.base_n:,}",
    )  # fmt: skip

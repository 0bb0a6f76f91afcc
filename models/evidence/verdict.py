"""The verdict on a claim, one of five, by a rule that was fixed before anybody looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.evidence.event_study import BaseRate, Cell, Figures

LEAST_NONOVERLAPPING = 8
WIDEST = 0.5
SIGNIFICANT = 0.05


class Verdict(StrEnum):
    """What the data say of a claim."""

    NOT_TESTABLE = "not testable"
    CANNOT_TELL = "cannot tell"
    NO_EXTRA_INFORMATION = "no extra information"
    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict, and in one sentence why it is this one."""

    verdict: Verdict
    reason: str


def verdict(cell: Cell, others: Sequence[Cell | None]) -> Finding:
    """Return the verdict on one cell; `others` are the samples in which a support must have the same sign.

    A sample that is missing (None), or of which nothing can be said, has not the same sign.

    Cannot tell: fewer than eight events that do not overlap, or an interval wider than a half.  No extra information:
    the interval holds the base rate and the adjusted p is not small.  Supported: it lies above the base rate, the
    adjusted p is below 0.05, and every other sample, of which there is one at least, points the same way.
    Contradicted: it lies below, and the adjusted p of the lower tail is below 0.05.  Where interval and placebo
    disagree, one cannot tell.
    """
    figures, base = cell.figures, cell.base
    if figures is None or base is None:
        return Finding(Verdict.CANNOT_TELL, cell.refusal or "There are no figures.")
    if cell.nonoverlapping < LEAST_NONOVERLAPPING:
        return Finding(
            Verdict.CANNOT_TELL,
            f"Only {cell.nonoverlapping} of the events do not overlap; at least {LEAST_NONOVERLAPPING} are needed.",
        )
    if figures.wilson.width > WIDEST:
        return Finding(Verdict.CANNOT_TELL, "The interval is wider than half of all possible shares.")
    return _weighed(figures, base, others)


def not_testable(reason: str) -> Finding:
    """Return the verdict on a claim that no data could speak to."""
    return Finding(Verdict.NOT_TESTABLE, reason)


def _weighed(figures: Figures, base: BaseRate, others: Sequence[Cell | None]) -> Finding:
    above, below = figures.wilson.low > base.rate, figures.wilson.high < base.rate
    if above and figures.adjusted.upper < SIGNIFICANT:
        if others and all(_points_up(other) for other in others):
            return Finding(Verdict.SUPPORTED, "The share lies above the base rate, and chance hardly does as well.")
        return Finding(
            Verdict.CANNOT_TELL,
            "The share lies above the base rate here, but not in every other sample, or in none that was looked at.",
        )
    if below and figures.adjusted.lower < SIGNIFICANT:
        return Finding(Verdict.CONTRADICTED, "The share lies below the base rate, and chance hardly does as badly.")
    if not above and not below and figures.adjusted.upper >= SIGNIFICANT:
        return Finding(Verdict.NO_EXTRA_INFORMATION, "The interval holds the base rate, and chance does as well.")
    return Finding(Verdict.CANNOT_TELL, "The interval and the comparison with chance do not agree.")


def _points_up(cell: Cell | None) -> bool:
    if cell is None or cell.figures is None or cell.base is None:
        return False
    return cell.figures.share > cell.base.rate

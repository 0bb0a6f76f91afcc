"""The five verdicts, each by the fixed rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.evidence.event_study import Cell, Terms, event_study
from models.evidence.intervals import Interval
from models.evidence.placebo import Tails
from models.evidence.verdict import Verdict, not_testable, verdict
from tests.support.studied import coin, days_of, stock, walk


def made(low: float, high: float, upper: float, lower: float, apart: int = 8, base: float = 0.5) -> Cell:
    leader = stock(walk(1, 300))
    study = event_study(
        leader, days_of(leader, [5, 50, 90]), [coin(walk(2, 430))], Terms(horizons=(7,), draws=5), with_paths=False
    )
    cell = study.cells[0]
    assert cell.figures is not None
    assert cell.base is not None
    figures = replace(cell.figures, share=(low + high) / 2, wilson=Interval(low, high), adjusted=Tails(upper, lower))
    return replace(cell, figures=figures, base=replace(cell.base, rate=base), nonoverlapping=apart)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (made(0.6, 0.9, 0.01, 0.99, apart=7), Verdict.CANNOT_TELL),
        (made(0.2, 0.71, 0.5, 0.5), Verdict.CANNOT_TELL),
        (made(0.4, 0.7, 0.3, 0.7), Verdict.NO_EXTRA_INFORMATION),
        (made(0.6, 0.9, 0.01, 0.99), Verdict.SUPPORTED),
        (made(0.6, 0.9, 0.05, 0.99), Verdict.CANNOT_TELL),
        (made(0.1, 0.4, 0.99, 0.01), Verdict.CONTRADICTED),
        (made(0.1, 0.4, 0.99, 0.2), Verdict.CANNOT_TELL),
        (made(0.4, 0.7, 0.01, 0.99), Verdict.CANNOT_TELL),
    ],
)
def test_that_the_fixed_rule_decides(cell: Cell, expected: Verdict) -> None:
    assert verdict(cell, [made(0.5, 0.7, 0.5, 0.5)]).verdict is expected


def test_that_a_support_needs_the_same_sign_in_every_other_sample() -> None:
    cell = made(0.6, 0.9, 0.01, 0.99)
    assert verdict(cell, [made(0.5, 0.7, 0.5, 0.5)]).verdict is Verdict.SUPPORTED
    assert verdict(cell, [made(0.2, 0.4, 0.5, 0.5)]).verdict is Verdict.CANNOT_TELL
    assert verdict(cell, [replace(cell, figures=None)]).verdict is Verdict.CANNOT_TELL
    assert verdict(cell, ()).verdict is Verdict.CANNOT_TELL


def test_that_no_figures_and_no_test_have_verdicts_of_their_own() -> None:
    cell = replace(made(0.6, 0.9, 0.01, 0.99), figures=None, refusal="Too few.")
    assert (verdict(cell, ()).verdict, verdict(cell, ()).reason) == (Verdict.CANNOT_TELL, "Too few.")
    assert not_testable("There was one such surge.").verdict is Verdict.NOT_TESTABLE

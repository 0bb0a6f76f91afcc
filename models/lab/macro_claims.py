"""What the claim on liquidity and rates is judged by: the growth of net liquidity, and the begins of two regimes.

The claim table names three things: tightening ends, rates fall, liquidity rises.  Each is a part with a verdict of its
own, all by the rule that was fixed beforehand; the claim has the verdict on which the parts agree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from models.evidence.verdict import LEAST_NONOVERLAPPING, SIGNIFICANT, Finding, Verdict
from models.lab.asking import Inputs, RefusedError
from models.lab.claim_tests import FOLLOWERS, LATE, LEADER, sampled
from models.macro.economy import HOLDINGS, NET_PARTS, Economy
from models.macro.regimes import Kind, Regimes

if TYPE_CHECKING:
    from models.evidence.alignment import Series
    from models.evidence.claim_figures import Figure
    from models.evidence.claims import Claim, Judged
    from models.evidence.event_study import Cell
    from models.evidence.liquidity import LiquidityStudy, Prediction

Begin: TypeAlias = Callable[[Kind, Kind], bool]

RATE = "DFEDTARU"
SERIES = (*NET_PARTS, *HOLDINGS, RATE)
HORIZONS = (90, 180, 365)
HEADS = ("what", "after", "n", "apart", "found", "beside", "p", "adjusted", "verdict")
NOTHING = "No figures of the economy are stored that could tell; 'macro --refresh' fetches them."
RULE = (
    "The rule: net liquidity over each horizon with eight stretches that do not overlap, and after each begin of a"
    " regime the same test as after a break; support needs the same sign in ether and from 2014 on, and all three"
    " parts. A regime counts from the session at whose end it was known."
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the claim: a verdict with its lines and figures; without a finding, why it could not be judged."""

    name: str
    finding: Finding | None
    lines: tuple[tuple[str, ...], ...] = ()
    figures: tuple[Figure, ...] = ()
    said: str = ""


def judge_liquidity(claim: Claim, inputs: Inputs) -> Judged:
    """Return the verdict on which the parts agree that stored figures allow; support needs all of them."""
    from models.evidence.claims import Judged, agreed

    economy = Economy(inputs.macro, inputs.now, inputs.states)
    parts = (
        _growth(economy, inputs),
        _begins("End of tightening", "securities leave shrinking", economy.securities(), _stops_shrinking, inputs),
        _begins("Cuts of the rate", "policy rate enters easing", economy.rates(), _starts_easing, inputs),
    )
    findings = [part.finding for part in parts if part.finding is not None]
    finding = agreed(findings, "parts") if findings else Finding(Verdict.CANNOT_TELL, NOTHING)
    if finding.verdict is Verdict.SUPPORTED and len(findings) < len(parts):
        finding = Finding(Verdict.CANNOT_TELL, "What could be judged supports it, but a part of it is not stored.")
    note = " ".join((RULE, *dict.fromkeys(part.said for part in parts if part.said)))
    lines = tuple(line for part in parts for line in part.lines)
    return Judged(claim, finding, HEADS, lines, note, tuple(one for part in parts for one in part.figures))


def begins(regimes: Regimes, leader: Series, is_begin: Begin) -> list[dt.date]:
    """Return the leader's sessions at whose end it was first known that a regime had changed in this way.

    The first regime of a series did not begin with it, so it is no event; nor is one that became known after the
    leader's last session.
    """
    known = np.maximum.accumulate(regimes.known_at) if len(regimes) else regimes.known_at
    changes = zip(regimes.kind, regimes.kind[1:], known[1:].tolist(), strict=False)
    at = [moment for before, after, moment in changes if is_begin(before, after)]
    rows = np.unique(np.searchsorted(leader.ends, np.array(at, np.int64)))
    found: list[dt.date] = leader.session[rows[rows < len(leader)]].astype(object).tolist()
    return found


def predicted(found: LiquidityStudy, others: Sequence[LiquidityStudy | None]) -> Finding:
    """Return the verdict on predictions: by horizons with eight stretches apart, and the sign in the other samples."""
    told = [one for one in found.predictions if one.slope is not None and one.n_apart >= LEAST_NONOVERLAPPING]
    if not told:
        reason = f"No horizon has {LEAST_NONOVERLAPPING} stretches that do not overlap."
        return Finding(Verdict.CANNOT_TELL, reason)
    signs = [(one, _sign(one)) for one in told if one.adjusted < SIGNIFICANT]
    if not signs:
        return Finding(Verdict.NO_EXTRA_INFORMATION, "Growth of net liquidity did not foretell returns.")
    if all(sign < 0 for _, sign in signs):
        return Finding(Verdict.CONTRADICTED, "Growth of net liquidity came before lower returns.")
    if any(sign < 0 for _, sign in signs):
        return Finding(Verdict.CANNOT_TELL, "Over some horizons higher returns followed, over others lower ones.")
    if others and all(_rises(other, one.weeks) for other in others for one, _ in signs):
        return Finding(Verdict.SUPPORTED, "Growth of net liquidity came before higher returns.")
    return Finding(Verdict.CANNOT_TELL, "Higher returns followed here, but not in every other sample.")


def _growth(economy: Economy, inputs: Inputs) -> Part:
    from models.evidence.claim_figures import slope_figures

    name, (first, other) = "Net liquidity", (inputs.histories[symbol].series for symbol in FOLLOWERS)
    try:
        found = _studied(economy, first)
    except RefusedError as refused:
        return Part(name, None, said=str(refused))
    late = first[first.session >= np.datetime64(LATE)]
    samples = [_study_or_none(economy, series) for series in (other, late)]
    finding = predicted(found, samples)
    lines = tuple(
        (
            name, f"{one.weeks} weeks", str(one.slope.n), str(one.n_apart), f"slope {one.slope.value:+.2f}", "0",
            f"{max(one.slope.p, one.shift_p):.3f}", f"{one.adjusted:.3f}", finding.verdict.value,
        )
        for one in found.predictions
        if one.slope is not None
    )  # fmt: skip
    figures = tuple(
        figure for study in (found, *samples) if study is not None for figure in slope_figures(study)
    )  # fmt: skip
    return Part(name, finding, lines, figures, found.sentence)


def _begins(name: str, definition: str, regimes: Regimes, is_begin: Begin, inputs: Inputs) -> Part:
    from models.evidence.claims import agreed, judged_cells
    from models.evidence.event_study import Terms

    if len(regimes) == 0:
        return Part(name, None, said=f"{name} could not be judged: its figures are not stored ('macro --refresh').")
    leader, *followers = (inputs.histories[symbol].series for symbol in (LEADER, *FOLLOWERS))
    found = sampled(
        f"regime:{definition}", leader, begins(regimes, leader, is_begin), followers, Terms(horizons=HORIZONS)
    )  # fmt: skip
    cells = judged_cells(found.cells, (found.beside, found.late))
    lines = tuple(_line(name, cell, finding) for cell, finding in cells)
    return Part(name, agreed([finding for _, finding in cells]), lines, found.figures())


def _line(name: str, cell: Cell, finding: Finding) -> tuple[str, ...]:
    from models.evidence.words import percent

    start = (name, f"{cell.horizon} days", str(cell.n), str(cell.nonoverlapping))
    figures, base = cell.figures, cell.base
    if figures is None or base is None:
        return (*start, *("–",) * 4, finding.verdict.value)
    return (
        *start, percent(figures.share), percent(base.rate), f"{figures.p.upper:.3f}", f"{figures.adjusted.upper:.3f}",
        finding.verdict.value,
    )  # fmt: skip


def _stops_shrinking(before: Kind, after: Kind) -> bool:
    return before == "shrinking" and after != "shrinking"


def _starts_easing(before: Kind, after: Kind) -> bool:
    return after == "easing" and before != "easing"


def _studied(economy: Economy, asset: Series) -> LiquidityStudy:
    from models.evidence.liquidity import liquidity_study

    return liquidity_study(economy.net(), asset)


def _study_or_none(economy: Economy, asset: Series) -> LiquidityStudy | None:
    try:
        return _studied(economy, asset)
    except RefusedError:
        return None  # a sample that is not there does not point the same way


def _sign(one: Prediction) -> float:
    return 0.0 if one.slope is None else float(np.sign(one.slope.value))


def _rises(study: LiquidityStudy | None, weeks: int) -> bool:
    return study is not None and any(one.weeks == weeks and _sign(one) > 0 for one in study.predictions)

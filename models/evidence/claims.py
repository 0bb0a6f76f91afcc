"""The claims that people read, what would test each, and the verdict by a rule fixed before looking.

The claim table at the head of the definitions.  The words are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from models.evidence.claim_figures import Figure, concordance_figures, wave_figures
from models.evidence.concordance import LEAST_CHANGES, Concordance
from models.evidence.event_study import Cell
from models.evidence.four_year import Wave
from models.evidence.verdict import LEAST_NONOVERLAPPING, SIGNIFICANT, Finding, Verdict, not_testable, verdict
from models.evidence.words import percent, span

Test = Literal["events", "outcomes", "concordance", "waves", "liquidity", "none"]


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: `quote` in our words, `tested_by` what would test it, and which `test` that is.

    A claim without a test says in `tested_by` why there is none.
    """

    key: str
    quote: str
    tested_by: str
    test: Test


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim with its verdict and its figures, a line each, heads first; `note` is what a reader must know besides.

    `figures` are the same as typed values, with more of them than the lines have room for.
    """

    claim: Claim
    finding: Finding
    heads: tuple[str, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()
    note: str = ""
    figures: tuple[Figure, ...] = ()


HORIZONS = (30, 90, 180, 365)
CLAIMS = (
    Claim(
        "break",
        "Once the Russell 2000 breaks its all-time high, bitcoin, ether and altcoins follow with a bull run.",
        "What bitcoin and ether did 30, 90, 180 and 365 days after each break (63 sessions below the high before),"
        " beside what they did after any day.",
        "events",
    ),
    Claim(
        "share",
        "A bullish shift by late 2026 has a probability of about 65 %.",
        "How often bitcoin had each of four outcomes 365 days after a break, against 65 %. Which outcome is meant the"
        " claim does not say, so all four stand side by side; the verdict is on the one that you choose.",
        "outcomes",
    ),
    Claim(
        "together",
        "When the business cycle peaks and bottoms, crypto does so too, with high correlation.",
        "In how many months recessions and falling markets of bitcoin coincide, beside all shifts of one against the"
        " other.",
        "concordance",
    ),
    Claim(
        "cycle",
        "Business and crypto move in a cycle of about four years.",
        "How much of bitcoin's price a wave of 48 months explains, beside the same wave in random walks.",
        "waves",
    ),
    Claim(
        "liquidity",
        "Tightening has ended and rates fall, so liquidity will rise, and with it crypto.",
        "Whether net liquidity growing over 13 weeks came before bitcoin's returns, and what bitcoin and ether did 90,"
        " 180 and 365 days after the Federal Reserve's securities stopped shrinking, and after cuts of its rate began.",
        "liquidity",
    ),
    Claim(
        "debt",
        "Government debt to be refinanced peaks in 2026; that floods the economy with liquidity before crypto surges.",
        "Nothing could: such a peak came about once. What matures is context, not evidence.",
        "none",
    ),
    Claim(
        "insiders",
        "Large investors know early and buy before easing is announced.",
        "No data that anybody can have show who knew what, and when.",
        "none",
    ),
    Claim(
        "mood",
        "The mood is expectant: people are ready for a bull market.",
        "A mood is no statement about what follows. Its history can be looked at, not tested by this sentence.",
        "none",
    ),
    Claim(
        "cars",
        "It resembles the electric-car industry in the early 2010s, when the old makers took an interest.",
        "Curves can be laid over each other (page Analogs), and chance does that well too. That one causes the other"
        " cannot be tested.",
        "none",
    ),
)

EVENT_HEADS = (
    "follower", "days", "n", "apart", "censored", "hits", "share", "interval", "any day", "p", "adjusted", "verdict",
)  # fmt: skip


def judged_events(claim: Claim, cells: Sequence[Cell], samples: Sequence[Sequence[Cell]]) -> Judged:
    """Return the claim by its cells: what all of them say, else that one cannot tell.

    Support must have the same sign in each of the `samples`; one that lacks the cell's horizon has not.
    """
    found = judged_cells(cells, samples)
    lines = tuple(_line(cell, finding) for cell, finding in found)
    return Judged(claim, agreed([finding for _, finding in found]), EVENT_HEADS, lines)


def judged_cells(cells: Sequence[Cell], samples: Sequence[Sequence[Cell]]) -> tuple[tuple[Cell, Finding], ...]:
    """Return each cell with its verdict; the samples as of `judged_events`."""
    return tuple((cell, verdict(cell, [_of_horizon(sample, cell.horizon) for sample in samples])) for cell in cells)


def agreed(findings: Sequence[Finding], of: str = "horizons") -> Finding:
    """Return what all say, else that one cannot tell, as the `of` differ.  ValueError for none."""
    if not findings:
        raise ValueError("no findings to agree")
    first = findings[0]
    if all(finding.verdict is first.verdict for finding in findings):
        return first
    told = ", ".join(dict.fromkeys(finding.verdict.value for finding in findings))
    return Finding(Verdict.CANNOT_TELL, f"The {of} do not agree: {told}.")


def judged_concordance(
    claim: Claim, symbol: str, found: Concordance | str, others: Sequence[Concordance | str]
) -> Judged:
    """Return the verdict on going together: the shifts decide, and few changes of phase can decide nothing.

    Support must have the same sign in each of the `others`, of which there is one at least.
    """
    if isinstance(found, str):
        return Judged(claim, Finding(Verdict.CANNOT_TELL, found))
    line = (
        str(found.n), percent(found.share), percent(found.expected), f"{found.rho:+.2f}", f"{found.p:.2f}",
        f"{found.changes[0]} and {found.changes[1]}",
    )  # fmt: skip
    heads = ("months", "same phase", "by chance", "rho", "p (shifts)", "changes of phase")
    finding = _together(found, others)
    return Judged(claim, finding, heads, (line,), figures=(concordance_figures(symbol, found),))


def _together(found: Concordance, others: Sequence[Concordance | str]) -> Finding:
    if min(found.changes) < LEAST_CHANGES:
        reason = f"Only {min(found.changes)} changes of phase in one of the two; at least {LEAST_CHANGES} are needed."
        return Finding(Verdict.CANNOT_TELL, reason)
    if found.p < SIGNIFICANT and found.rho > 0:
        if others and all(not isinstance(other, str) and other.rho > 0 for other in others):
            return Finding(Verdict.SUPPORTED, "They coincide more often than nearly all shifts.")
        return Finding(Verdict.CANNOT_TELL, "They coincide here, but not in every other sample.")
    if found.p > 1 - SIGNIFICANT and found.rho < 0:
        return Finding(Verdict.CONTRADICTED, "They coincide less often than nearly all shifts.")
    return Finding(Verdict.NO_EXTRA_INFORMATION, "Shifts of one against the other coincide as often.")


def judged_waves(claim: Claim, found: Sequence[Wave] | str) -> Judged:
    """Return the verdict on a cycle: fewer than eight of them cannot tell, however well a wave fits."""
    if isinstance(found, str):
        return Judged(claim, Finding(Verdict.CANNOT_TELL, found))
    heads = ("trend", "cycles", "share explained", "of random walks", "best period")
    lines = tuple(
        (wave.trend, f"{wave.cycles:.1f}", percent(wave.share), percent(wave.p_walk), f"{wave.best} months")
        for wave in found
    )
    cycles = min(wave.cycles for wave in found)
    if cycles < LEAST_NONOVERLAPPING:
        reason = f"Prices hold only {cycles:.1f} such cycles; at least {LEAST_NONOVERLAPPING} are needed."
        return Judged(claim, Finding(Verdict.CANNOT_TELL, reason), heads, lines, figures=wave_figures(found))
    if all(wave.p_walk < SIGNIFICANT for wave in found):
        finding = Finding(Verdict.SUPPORTED, "Random walks hardly show such a wave, with either trend.")
    else:
        finding = Finding(Verdict.NO_EXTRA_INFORMATION, "Random walks show such waves too.")
    return Judged(claim, finding, heads, lines, figures=wave_figures(found))


def untestable(claim: Claim) -> Judged:
    """Return the claim that no data can speak to."""
    return Judged(claim, not_testable(claim.tested_by))


def _of_horizon(sample: Sequence[Cell], horizon: int) -> Cell | None:
    return next((cell for cell in sample if cell.horizon == horizon), None)


def _line(cell: Cell, finding: Finding) -> tuple[str, ...]:
    start = (cell.symbol, str(cell.horizon), str(cell.n), str(cell.nonoverlapping), str(cell.censored))
    figures, base = cell.figures, cell.base
    if figures is None or base is None:
        return (*start, *("–",) * 6, finding.verdict.value)
    return (
        *start, str(cell.hits), percent(figures.share), span(figures.wilson), percent(base.rate),
        f"{figures.p.upper:.3f}", f"{figures.adjusted.upper:.3f}", finding.verdict.value,
    )  # fmt: skip

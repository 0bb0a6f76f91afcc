"""What the claims on breaks are judged by: the claim's sample, and the two in which support must have the same sign."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from data.claim_book import ClaimTerms, Outcome, OwnClaim
from models.lab.asking import Inputs

if TYPE_CHECKING:
    from models.evidence.alignment import Series
    from models.evidence.claim_figures import CellFigures
    from models.evidence.claims import Claim, Judged
    from models.evidence.event_study import Cell, EventStudy, Terms

LEADER, FOLLOWERS = "^RUT", ("BTC-USD", "ETH-USD")
OUTCOMES: tuple[Outcome, ...] = ("A", "B", "C", "D")
LATE = dt.date(2014, 9, 17)  # since when bitcoin has daily prices at the usual source: the other sample in time


@dataclass(frozen=True, slots=True, eq=False)
class Sampled:
    """A study, whose first follower is judged, and the cells of two other samples: another coin, and from 2014 on.

    A sample that is not there has no cells.  `definition` is the id of what counts as an event.
    """

    definition: str
    study: EventStudy
    beside: tuple[Cell, ...]
    late: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Return the cells that are judged."""
        return of(self.study, self.study.followers[0].asset.symbol)

    def judged(self, claim: Claim) -> Judged:
        """Return the claim by these cells, with the figures of all samples."""
        from models.evidence.claims import judged_events

        judged = judged_events(claim, self.cells, (self.beside, self.late))
        return replace(judged, figures=self.figures())

    def figures(self) -> tuple[CellFigures, ...]:
        """Return the figures of all samples; those that are judged have a verdict."""
        from models.evidence.claim_figures import cell_figures
        from models.evidence.claims import judged_cells

        terms = self.study.terms
        found = judged_cells(self.cells, (self.beside, self.late))
        return (
            *(cell_figures(self.definition, "judged", cell, terms, finding.verdict) for cell, finding in found),
            *(cell_figures(self.definition, "another coin", cell, terms) for cell in self.beside),
            *(cell_figures(self.definition, "from 2014 on", cell, _late(terms)) for cell in self.late),
        )


def sampled(
    definition: str, leader: Series, events: Sequence[dt.date], followers: Sequence[Series | None], terms: Terms,
    *, together: bool = False,
) -> Sampled:  # fmt: skip
    """Return what the first follower did, and the second, which may be missing; `together` adjusts p for both."""
    from models.evidence.event_study import event_study

    first, other = followers
    if first is None:
        raise ValueError("the first follower is the one that is judged")
    shown = (first, other) if together and other is not None else (first,)
    study = event_study(leader, events, shown, terms, with_paths=False)
    if other is None:
        beside: tuple[Cell, ...] = ()
    elif together:
        beside = of(study, other.asset.symbol)
    else:
        beside = event_study(leader, events, (other,), terms, with_paths=False).cells
    late = event_study(leader, events, (first,), _late(terms), with_paths=False).cells
    return Sampled(definition, study, beside, late)


def breaks_of(
    inputs: Inputs, leader: str, followers: Sequence[str | None], terms: Terms, below: int = 63, *,
    together: bool = False,
) -> Sampled:  # fmt: skip
    """Return what two followers did after the leader's breaks; the second may be None."""
    from models.breakout import BreakRule, breaks
    from models.evidence.claim_figures import break_definition
    from models.highs import running_highs

    history, rule = inputs.histories[leader], BreakRule(sessions_below=below)
    found = breaks(running_highs(history.bars, history.series.asset.tick, rule.basis), rule).events
    series = [None if symbol is None else inputs.histories[symbol].series for symbol in followers]
    days = [event.session for event in found]
    return sampled(break_definition(rule), history.series, days, series, terms, together=together)


def judge_breaks(claim: Claim, inputs: Inputs) -> Judged:
    """Return the verdict on what bitcoin did after breaks; ether's figures stand beside it."""
    from models.evidence.claims import HORIZONS, judged_events
    from models.evidence.event_study import Terms

    found = breaks_of(inputs, LEADER, FOLLOWERS, Terms(horizons=HORIZONS), together=True)
    judged = found.judged(claim)
    beside = judged_events(claim, found.beside, ())
    unjudged = tuple((*line[:-1], "–") for line in beside.lines)
    note = "The verdict is on bitcoin; support needs the same sign in ether and from 2014 on."
    return replace(judged, lines=judged.lines + unjudged, note=note)


def judge_share(claim: Claim, inputs: Inputs, outcome: Outcome) -> Judged:
    """Return the verdict on the claimed 65 %, by the outcome that was chosen; all four stand side by side."""
    from models.evidence.claim_figures import cell_figures
    from models.evidence.event_study import Terms
    from models.evidence.record import DEFINITIONS

    terms = Terms(horizons=(365,), outcome=outcome)
    found = breaks_of(inputs, LEADER, FOLLOWERS, terms)
    judged = found.judged(claim)
    lines, figures = [], list(judged.figures)
    for each in OUTCOMES:
        if each == outcome:
            (cell,) = found.cells
        else:
            other = replace(terms, outcome=each)
            (cell,) = breaks_of(inputs, LEADER, (FOLLOWERS[0], None), other).cells
            figures.append(cell_figures(found.definition, "another outcome", cell, other))
        lines.append(_share_line(cell, f"{each} (chosen)" if each == outcome else each))
    heads = ("outcome", "n", "apart", "hits", "share", "any day", "p of 65 %", "Bayes factor", "power")
    note = (
        f"The verdict is on outcome {outcome}: {DEFINITIONS[outcome]}. A higher, B 20 % higher, C a close 20 % higher"
        " on the way, D that before a fall as deep. Power: how often so few events would speak against 65 % if the base"
        " rate were true."
    )
    return replace(judged, heads=heads, lines=tuple(lines), note=note, figures=tuple(figures))


def judge_own(own: OwnClaim, inputs: Inputs) -> Judged:
    """Return the verdict on a claim of the user's, by the same rule: another coin, and from 2014 on, must agree."""
    from models.evidence.claims import Claim, Judged
    from models.evidence.event_study import Terms
    from models.evidence.verdict import Finding, Verdict
    from models.evidence.words import percent

    claim = Claim(f"own: {own.name}", own.name, _tested_by(own), "events")
    if missing := [symbol for symbol in (own.leader, own.follower) if symbol not in inputs.histories]:
        reason = f"No prices of {' and '.join(missing)} are stored. 'refresh' fetches them, 'import' reads a file."
        return Judged(claim, Finding(Verdict.CANNOT_TELL, reason), note=_changes(own))
    other = next((symbol for symbol in FOLLOWERS if symbol not in (own.leader, own.follower)), None)
    terms = Terms(horizons=(own.horizon,), outcome=own.outcome, claimed=own.share)
    found = breaks_of(inputs, own.leader, (own.follower, other), terms, own.sessions_below)
    figures = found.cells[0].figures
    against = (
        "" if figures is None else f"The claimed {percent(own.share)} against these hits: p = {figures.claim.p:.2f}."
    )
    beside = f"Support needs the same sign in {other or 'another coin, which there is none of here,'} and from 2014 on."
    return replace(found.judged(claim), note=" ".join(filter(None, (against, beside, _changes(own)))))


def of(study: EventStudy, symbol: str) -> tuple[Cell, ...]:
    """Return the cells of one follower."""
    return tuple(cell for cell in study.cells if cell.symbol == symbol)


def _late(terms: Terms) -> Terms:
    return replace(terms, first=max(LATE, terms.first or LATE))


def _share_line(cell: Cell, name: str) -> tuple[str, ...]:
    from models.evidence.words import factor_words, percent

    figures, start = cell.figures, (name, str(cell.n), str(cell.nonoverlapping))
    if figures is None or cell.base is None:
        return (*start, *("–",) * 6)
    against = figures.claim
    return (
        *start, str(cell.hits), percent(figures.share), percent(cell.base.rate), f"{against.p:.2f}",
        f"{against.factor_uniform:.2f} ({factor_words(against.factor_uniform)})", percent(against.power),
    )  # fmt: skip


def _tested_by(own: OwnClaim) -> str:
    from models.dates import date_text

    return f"{_terms_said(own.terms)}. First fixed on {date_text(own.created)}."


def _terms_said(terms: ClaimTerms) -> str:
    from models.evidence.words import percent

    return (
        f"{terms.follower} {terms.horizon} days after breaks of {terms.leader} ({terms.sessions_below} sessions below),"
        f" outcome {terms.outcome}, against {percent(terms.share)}"
    )


def _changes(own: OwnClaim) -> str:
    """Return what was changed and when: a claim that is redefined once its data can be seen proves less."""
    from models.dates import date_text

    if not own.revisions:
        return ""
    told = "; ".join(f"{_terms_said(one.terms)}, until {date_text(one.until)}" for one in own.revisions)
    return f"Changed after its data could be seen, last on {date_text(own.revisions[-1].until)}. Before: {told}."

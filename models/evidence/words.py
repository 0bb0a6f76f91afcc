"""What a careful person would say of the numbers, in plain sentences."""

from __future__ import annotations

from data.catalog import Asset
from models.evidence.alignment import STEP, Outcome
from models.evidence.event_study import Claim, EventStudy, Figures
from models.evidence.intervals import Interval
from models.evidence.refusals import called, sentence_case


def alert_sentence(study: EventStudy, symbol: str, horizon: int) -> str:
    """Return what followed earlier breaks, in one sentence for a break's alert; KeyError for what was not studied.

    "After 8 earlier breaks bitcoin was higher 90 days later in 4 (50 %, interval 22 to 78 %); on any day it was in
    58 %."  Where nothing can be said, the sentence that says so.
    """
    cell = study.cell(symbol, horizon)
    if cell.refusal is not None or cell.figures is None or cell.base is None or cell.hits is None:
        return cell.refusal or "There are no figures."
    name = called(_follower(study, symbol))
    return (
        f"After {cell.n} earlier breaks {name} {_happened(cell.outcome, horizon, study.terms.step)} in {cell.hits}"
        f" ({percent(cell.figures.share)}, interval {span(cell.figures.wilson)});"
        f" on any day it {_auxiliary(cell.outcome)} in {percent(cell.base.rate)}."
    )


def sentence(study: EventStudy, symbol: str, horizon: int) -> str:
    """Return the alert's sentence, and what must be known beside it: overlap, what is open, chance, and the claim."""
    cell = study.cell(symbol, horizon)
    said = alert_sentence(study, symbol, horizon)
    if cell.figures is None or cell.base is None:
        return said
    further = [said, _chance(cell.figures, cell.outcome), _claimed(cell.figures.claim, cell.n)]
    if cell.nonoverlapping < cell.n:
        further.append(f"Only {cell.nonoverlapping} of these stretches do not overlap.")
    if cell.censored:
        further.append(f"{_many(cell.censored, 'break is', 'breaks are')} too recent to be counted.")
    if cell.undecided:
        further.append(f"{_many(cell.undecided, 'break was', 'breaks were')} decided neither way and left out.")
    if cell.no_price:
        lacking = _many(cell.no_price, "break has", "breaks have")
        further.append(f"{lacking} no price of {called(_follower(study, symbol))} to go with.")
    return " ".join(further)


def factor_words(factor: float) -> str:
    """Return how much a Bayes factor says, after Jeffreys; the same for a factor and for one over it."""
    strength = max(factor, 1 / factor) if factor > 0 else float("inf")
    limits = ((3.0, "barely worth mentioning"), (10.0, "substantial"), (30.0, "strong"), (100.0, "very strong"))
    return next((words for limit, words in limits if strength <= limit), "decisive")


def percent(share: float) -> str:
    """Return "58 %", and one decimal below one percent."""
    return f"{share:.1%}".replace("%", " %") if 0 < share < 0.01 else f"{share:.0%}".replace("%", " %")


def span(interval: Interval) -> str:
    """Return "22 to 78 %"."""
    return f"{interval.low * 100:.0f} to {interval.high * 100:.0f} %"


def _follower(study: EventStudy, symbol: str) -> Asset:
    return next(follower.asset for follower in study.followers if follower.asset.symbol == symbol)


def _happened(outcome: Outcome, horizon: int, step: float = STEP) -> str:
    later = f"{horizon} day{'s' if horizon > 1 else ''}"
    return {
        "A": f"was higher {later} later",
        "B": f"was at least {percent(step)} higher {later} later",
        "C": f"had closed at least {percent(step)} higher within {later}",
        "D": f"had risen by {percent(step)} before it fell by {percent(step)}, within {later},",
    }[outcome]


def _auxiliary(outcome: Outcome) -> str:
    return "was" if outcome in ("A", "B") else "had"


def _chance(figures: Figures, outcome: Outcome) -> str:
    tail = figures.p.upper
    what = "a mean return" if outcome == "A" else "a share"
    return f"Breaks at other times, as far apart as these, had {what} at least as high in {percent(tail)} of all cases."


def _claimed(claim: Claim, n: int) -> str:
    stands = "do not fit" if claim.p < 0.05 else "do not rule out"
    said = f"The figures {stands} a share of {percent(claim.share)}"
    if claim.refused_up_to is None:
        return f"{said}; so few breaks could never rule it out from below."
    limit = "no hit at all" if claim.refused_up_to == 0 else f"{claim.refused_up_to} or fewer"
    return f"{said}; with {n} breaks only {limit} would have spoken against it."


def _many(count: int, one: str, more: str) -> str:
    return sentence_case(f"one {one}" if count == 1 else f"{count} {more}")

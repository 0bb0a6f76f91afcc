"""What a careful person would say of a scan."""

from __future__ import annotations

from data.catalog import asset_for
from models.evidence.refusals import called, sentence_case
from models.evidence.scan import Finding, Ranked, Scan
from models.evidence.standing import Place, Standing
from models.evidence.words import percent, span

HEADS = (
    "leader", "N", "follower", "days", "n", "hits", "share", "interval", "any day", "effect", "p", "all N", "BH", "BY",
)  # fmt: skip


def scan_sentence(scan: Scan) -> str:
    """Return how many answers look unlikely, how many would by chance, and how many stand."""
    answered = len(scan.rows)
    small = f"{scan.small} {'has' if scan.small == 1 else 'have'}"
    said = [
        f"Of {_many(answered, 'answer')}, {small} a p below 5 %; where breaks mean nothing, about"
        f" {_expected(scan.expected)} would by chance.",
        _standing_up(scan),
    ]
    if scan.refused:
        said.append(f"{sentence_case(_many(len(scan.refused), 'further question'))} could not be answered.")
    return " ".join(said)


def best_sentence(scan: Scan) -> str:
    """Return the least probable answer with its n and base rate, or nothing where there is none."""
    if not scan.rows:
        return ""
    row = scan.rows[0]
    one = row.finding
    if one.p is None or one.share is None or one.rate is None or one.wilson is None:
        return ""
    return (
        f"The least probable: after {one.n} breaks of {name_of(one.leader)} ({one.sessions_below} or more sessions"
        f" below its high), {name_of(one.follower)} {happened(scan)} over {one.horizon} days in {one.hits}"
        f" ({percent(one.share)}, interval {span(one.wilson)}); on any day in {percent(one.rate)}. Its p is"
        f" {p_text(one.p.upper)}, and {p_text(row.bh)} when adjusted for all {len(scan.rows)} questions."
    )


def standing_sentence(stands: Standing) -> str:
    """Return whether the leader is special among those scanned."""
    name, place = name_of(stands.leader), stands.overall
    if place is None:
        if not stands.scores:
            return f"{sentence_case(name)} answers none of these questions, so it cannot be told whether it is special."
        return f"There is no other leader to compare {name} with, so it cannot be told whether it is special."
    did = _do_as_well(place.as_well, place.of - 1)
    return (
        f"Over all these questions {name} comes {_ordinal(place.rank)} of {place.of} leaders: {did}, so one drawn"
        f" blindly would do as well in {percent(place.p)} of all cases. {_special(name, place)}"
    )


def happened(scan: Scan) -> str:
    """Return what a hit is, in the past."""
    step = percent(scan.terms.step)
    return {
        "A": "rose",
        "B": f"rose by {step} or more",
        "C": f"had closed {step} higher at some time",
        "D": f"had risen by {step} before it fell by {step},",
    }[scan.terms.outcome]


def p_text(p: float) -> str:
    """Return a p value with three decimals; "below 0.001" where it would read as nothing."""
    return "below 0.001" if p < 0.0005 else f"{p:.3f}"


def effect_text(one: Finding, outcome: str) -> str:
    """Return an effect: a log return, or a difference of shares, in points of a percent."""
    if one.effect is None:
        return "–"
    unit = " %" if outcome == "A" else " points"
    return f"{one.effect * 100:+.1f}{unit}".replace("-", "−")


def answer_texts(row: Ranked, outcome: str) -> tuple[str, ...]:
    """Return an answer as the cells of a table below `HEADS`."""
    one = row.finding
    return (
        one.leader,
        str(one.sessions_below),
        one.follower,
        str(one.horizon),
        str(one.n),
        str(one.hits),
        "–" if one.share is None else percent(one.share),
        "–" if one.wilson is None else span(one.wilson),
        "–" if one.rate is None else percent(one.rate),
        effect_text(one, outcome),
        "–" if one.p is None else p_text(one.p.upper),
        "–" if one.joint is None else p_text(one.joint),
        p_text(row.bh),
        p_text(row.by),
    )


def name_of(symbol: str) -> str:
    """Return the name of an asset in the middle of a sentence."""
    return called(asset_for(symbol))


def _do_as_well(count: int, others: int) -> str:
    if others == 1:
        return "the other one does at least as well" if count else "the other one does less well"
    if count in (0, 1):
        return f"{'one' if count else 'none'} of the {others} others does at least as well"
    return f"{'all' if count == others else count} of the {others} others do at least as well"


def _special(name: str, place: Place) -> str:
    if place.p < 0.05:
        return f"By this measure {name} is special among them."
    if place.of < 20 and place.as_well == 0:
        return (
            f"It is the first, but among {place.of} leaders one always is: {name} cannot be told to be special by this."
        )
    return f"By this measure {name} is not special."


def _standing_up(scan: Scan) -> str:
    if scan.stand_bh == 0:
        return "Adjusted for how many questions were asked, none stands."
    stands = "one stands" if scan.stand_bh == 1 else f"{scan.stand_bh} stand"
    strict = "none" if scan.stand_by == 0 else "one" if scan.stand_by == 1 else str(scan.stand_by)
    return (
        f"Adjusted for how many questions were asked, {stands} (Benjamini and Hochberg), and {strict} where the"
        " questions may hang together in any way (Benjamini and Yekutieli)."
    )


def _expected(count: float) -> str:
    return f"{count:.0f}" if count >= 5 else f"{count:.1f}"


def _many(count: int, what: str) -> str:
    return f"one {what}" if count == 1 else f"{count:,} {what}s"


def _ordinal(number: int) -> str:
    small = ("first", "second", "third", "fourth", "fifth")
    if number <= len(small):
        return small[number - 1]
    ending = "th" if 10 < number % 100 < 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"

"""The question which of the claims the stored data support, contradict, or cannot tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from data.claim_book import OwnClaim
from models.lab.asking import Inputs, RefusedError, Report

if TYPE_CHECKING:
    from models.evidence.claims import Claim, Judged
    from models.evidence.event_study import Cell, EventStudy, Terms

LEADER, FOLLOWERS = "^RUT", ("BTC-USD", "ETH-USD")
LATE = dt.date(2014, 9, 17)  # since when bitcoin has daily prices at the usual source: the other sample in time


@dataclass(frozen=True, slots=True)
class ClaimsAnswer:
    """All claims, each judged; `data` are symbol, source and last settled session, `seed` that of all draws."""

    judged: tuple[Judged, ...]
    data: tuple[tuple[str, str, dt.date], ...]
    seed: int


@dataclass(frozen=True, slots=True)
class ClaimsRequest:
    """Asks for the verdicts on the claims of the thesis and on the user's own."""

    own: tuple[OwnClaim, ...] = ()

    @property
    def symbols(self) -> tuple[str, ...]:
        """Return the assets that the claims of the thesis speak of."""
        return LEADER, *FOLLOWERS

    @property
    def optional(self) -> tuple[str, ...]:
        """Return the assets of the user's own claims; one without prices lets the other claims be judged."""
        spoken = [symbol for claim in self.own for symbol in (claim.leader, claim.follower)]
        return tuple(dict.fromkeys(symbol for symbol in spoken if symbol not in self.symbols))

    @property
    def series(self) -> tuple[str, ...]:
        """Return the figures of the economy that the claim on liquidity needs."""
        from models.macro.economy import NET_PARTS

        return NET_PARTS

    def perform(self, inputs: Inputs, report: Report) -> ClaimsAnswer:
        """Judge each."""
        from models.evidence.claims import CLAIMS
        from models.evidence.event_study import Terms

        tests = self._tests(inputs)
        judged = []
        for number, claim in enumerate(CLAIMS):
            report(number / (len(CLAIMS) + len(self.own)), claim.quote)
            judged.append(tests[claim.test](claim))
        judged += [_own(claim, inputs) for claim in self.own]
        histories = inputs.histories.items()
        data = tuple((symbol, history.series.source, history.series.last) for symbol, history in histories)
        return ClaimsAnswer(tuple(judged), data, Terms().seed)

    def _tests(self, inputs: Inputs) -> dict[str, Callable[[Claim], Judged]]:
        from models.evidence.claims import untestable

        return {
            "events": lambda claim: _events(claim, inputs),
            "outcomes": lambda claim: _outcomes(claim, inputs),
            "concordance": lambda claim: _concordance(claim, inputs),
            "waves": lambda claim: _waves(claim, inputs),
            "liquidity": lambda claim: _liquidity(claim, inputs),
            "none": untestable,
        }


def _events(claim: Claim, inputs: Inputs) -> Judged:
    from models.evidence.claims import HORIZONS, judged_events
    from models.evidence.event_study import Terms

    terms = Terms(horizons=HORIZONS)
    study = _study(inputs, LEADER, FOLLOWERS, terms)
    late = _study(inputs, LEADER, FOLLOWERS[:1], replace(terms, first=LATE))
    leading, others = _of(study, FOLLOWERS[0]), (*_of(study, FOLLOWERS[1]), *late.cells)
    judged = judged_events(claim, leading, others)
    beside = judged_events(claim, _of(study, FOLLOWERS[1]), ())
    return replace(
        judged,
        lines=judged.lines + beside.lines,
        note="The verdict is on bitcoin; support needs the same sign in ether and from 2014 on.",
    )


def _outcomes(claim: Claim, inputs: Inputs) -> Judged:
    from models.evidence.claims import judged_events
    from models.evidence.event_study import Terms
    from models.evidence.words import factor_words, percent

    lines, first = [], None
    for outcome in ("A", "B", "C", "D"):
        cell = _study(inputs, LEADER, FOLLOWERS[:1], Terms(horizons=(365,), outcome=outcome)).cells[0]
        first = cell if first is None else first
        figures = cell.figures
        if figures is None or cell.base is None:
            lines.append((outcome, str(cell.n), *("–",) * 6))
            continue
        against = figures.claim
        lines.append(
            (
                outcome, str(cell.n), str(cell.hits), percent(figures.share), percent(cell.base.rate),
                f"{against.p:.2f}", f"{against.factor_uniform:.2f} ({factor_words(against.factor_uniform)})",
                percent(against.power),
            )
        )  # fmt: skip
    assert first is not None  # noqa: S101 - there are four outcomes
    terms = Terms(horizons=(365,))
    samples = (
        *_study(inputs, LEADER, FOLLOWERS[1:], terms).cells,
        *_study(inputs, LEADER, FOLLOWERS[:1], replace(terms, first=LATE)).cells,
    )
    heads = ("outcome", "n", "hits", "share", "any day", "p of 65 %", "Bayes factor", "power")
    note = (
        "A higher, B 20 % higher, C a close 20 % higher on the way, D that before a fall as deep. Power: how often so"
        " few events would speak against 65 % if the base rate were true."
    )
    return replace(judged_events(claim, (first,), samples), heads=heads, lines=tuple(lines), note=note)


def _concordance(claim: Claim, inputs: Inputs) -> Judged:
    from models.evidence.claims import judged_concordance
    from models.lab.cycles import with_economy

    return judged_concordance(claim, with_economy(inputs.histories[FOLLOWERS[0]].series))


def _waves(claim: Claim, inputs: Inputs) -> Judged:
    from models.evidence.claims import judged_waves
    from models.lab.cycles import waves

    return judged_waves(claim, waves(inputs.histories[FOLLOWERS[0]].series))


def _liquidity(claim: Claim, inputs: Inputs) -> Judged:
    from models.evidence.claims import Judged
    from models.evidence.liquidity import liquidity_study
    from models.evidence.verdict import SIGNIFICANT, Finding, Verdict
    from models.macro.economy import Economy

    try:
        found = liquidity_study(Economy(inputs.macro, inputs.now).net(), inputs.histories[FOLLOWERS[0]].series)
    except RefusedError as refused:
        return Judged(claim, Finding(Verdict.CANNOT_TELL, str(refused)))
    told = [one for one in found.predictions if one.slope is not None]
    rising = [one for one in told if one.slope is not None and one.slope.value > 0 and one.adjusted < SIGNIFICANT]
    falling = [one for one in told if one.slope is not None and one.slope.value < 0 and one.adjusted < SIGNIFICANT]
    if rising and not falling:
        finding = Finding(Verdict.SUPPORTED, "Growth of net liquidity came before higher returns.")
    elif falling and not rising:
        finding = Finding(Verdict.CONTRADICTED, "Growth of net liquidity came before lower returns.")
    else:
        finding = Finding(Verdict.NO_EXTRA_INFORMATION, "Growth of net liquidity did not foretell returns.")
    lines = tuple(
        (str(one.weeks), str(one.slope.n), str(one.n_apart), f"{one.slope.value:+.2f}", f"{one.slope.p:.3f}",
         f"{one.adjusted:.3f}")
        for one in told
        if one.slope is not None
    )  # fmt: skip
    return Judged(claim, finding, ("weeks", "n", "apart", "slope", "p", "adjusted"), lines, found.sentence)


def _own(own: OwnClaim, inputs: Inputs) -> Judged:
    from models.evidence.claims import Claim, Judged, judged_events
    from models.evidence.event_study import Terms
    from models.evidence.verdict import Finding, Verdict

    terms = Terms(horizons=(own.horizon,), outcome=own.outcome, claimed=own.share)
    tested = (
        f"{own.follower} {own.horizon} days after breaks of {own.leader} ({own.sessions_below} sessions below), outcome"
        f" {own.outcome}, against {own.share:.0%}. Fixed on {own.created:%d %b %Y}."
    )
    claim = Claim(f"own: {own.name}", own.name, tested, "events")
    if missing := [symbol for symbol in (own.leader, own.follower) if symbol not in inputs.histories]:
        return Judged(claim, Finding(Verdict.CANNOT_TELL, f"No prices of {' and '.join(missing)} are stored."))
    study = _study(inputs, own.leader, (own.follower,), terms, own.sessions_below)
    other = FOLLOWERS[1] if own.follower == FOLLOWERS[0] else FOLLOWERS[0]
    samples = (
        *_study(inputs, own.leader, (other,), terms, own.sessions_below).cells,
        *_study(inputs, own.leader, (own.follower,), replace(terms, first=LATE), own.sessions_below).cells,
    )
    judged = judged_events(claim, study.cells, samples)
    figures = study.cells[0].figures
    note = "" if figures is None else f"The claimed {own.share:.0%} against these hits: p = {figures.claim.p:.2f}."
    return replace(judged, note=note)


def _study(
    inputs: Inputs, leader: str, followers: tuple[str, ...], terms: Terms, sessions_below: int = 63
) -> EventStudy:
    from models.breakout import BreakRule
    from models.lab.event import EventRequest

    request = EventRequest(leader, followers, BreakRule(sessions_below=sessions_below), terms)
    return request.perform(inputs, lambda _done, _doing: None)


def _of(study: EventStudy, symbol: str) -> tuple[Cell, ...]:
    return tuple(cell for cell in study.cells if cell.symbol == symbol)

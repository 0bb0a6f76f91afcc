"""The question which of the claims the stored data support, contradict, or cannot tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from data.claim_book import Outcome, OwnClaim
from models.lab.asking import Inputs, Report
from models.lab.claim_tests import FOLLOWERS, LATE, LEADER, judge_breaks, judge_own, judge_share
from models.lab.macro_claims import SERIES, judge_liquidity

if TYPE_CHECKING:
    from models.evidence.claims import Claim, Judged


@dataclass(frozen=True, slots=True)
class ClaimsAnswer:
    """All claims, each judged; `data` are symbol, source and last settled session, `seed` that of all draws.

    `economy` are the stored figures of the economy that were used, by name, and the newest date of each.

    `outcome` is the one that was chosen for the claimed 65 %; `removed` are claims of the user's that were dropped, by
    name, and when.
    """

    judged: tuple[Judged, ...]
    data: tuple[tuple[str, str, dt.date], ...]
    seed: int
    outcome: Outcome = "A"
    removed: tuple[tuple[str, dt.date], ...] = ()
    economy: tuple[tuple[str, dt.date], ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimsRequest:
    """Asks for the verdicts on the claims of the thesis and on the user's own; `own` is all of their book.

    `outcome` is what the claimed 65 % is taken to mean, of the four outcomes of an event study.
    """

    own: tuple[OwnClaim, ...] = ()
    outcome: Outcome = "A"

    @property
    def symbols(self) -> tuple[str, ...]:
        """Return the assets that the claims of the thesis speak of."""
        return LEADER, *FOLLOWERS

    @property
    def optional(self) -> tuple[str, ...]:
        """Return the assets of the user's own claims; one without prices lets the other claims be judged."""
        spoken = [symbol for claim in self.kept for symbol in (claim.leader, claim.follower)]
        return tuple(dict.fromkeys(symbol for symbol in spoken if symbol not in self.symbols))

    @property
    def kept(self) -> tuple[OwnClaim, ...]:
        """Return the user's claims that were not dropped."""
        return tuple(claim for claim in self.own if claim.removed is None)

    @property
    def series(self) -> tuple[str, ...]:
        """Return the figures of the economy that the claim on liquidity needs."""
        return SERIES

    def perform(self, inputs: Inputs, report: Report) -> ClaimsAnswer:
        """Judge each."""
        from models.evidence.claims import CLAIMS
        from models.evidence.event_study import Terms

        tests = self._tests(inputs)
        judged = []
        for number, claim in enumerate(CLAIMS):
            report(number / (len(CLAIMS) + len(self.kept)), claim.quote)
            judged.append(tests[claim.test](claim))
        judged += [judge_own(claim, inputs) for claim in self.kept]
        histories = inputs.histories.items()
        data = tuple((symbol, history.series.source, history.series.last) for symbol, history in histories)
        removed = tuple((claim.name, claim.removed) for claim in self.own if claim.removed is not None)
        return ClaimsAnswer(tuple(judged), data, Terms().seed, self.outcome, removed, _dated(inputs))

    def _tests(self, inputs: Inputs) -> dict[str, Callable[[Claim], Judged]]:
        from models.evidence.claims import untestable

        return {
            "events": lambda claim: judge_breaks(claim, inputs),
            "outcomes": lambda claim: judge_share(claim, inputs, self.outcome),
            "concordance": lambda claim: _concordance(claim, inputs),
            "waves": lambda claim: _waves(claim, inputs),
            "liquidity": lambda claim: judge_liquidity(claim, inputs),
            "none": untestable,
        }


def _dated(inputs: Inputs) -> tuple[tuple[str, dt.date], ...]:
    known = ((name, recorded.as_of(inputs.now)) for name, recorded in inputs.macro.items())
    return tuple((name, series.date[-1].astype(object)) for name, series in known if len(series))


def _concordance(claim: Claim, inputs: Inputs) -> Judged:
    from models.evidence.claims import judged_concordance
    from models.lab.cycles import with_economy

    first, other = (inputs.histories[symbol].series for symbol in FOLLOWERS)
    late = first[first.session >= np.datetime64(LATE)]
    judged = judged_concordance(
        claim, FOLLOWERS[0], with_economy(first), (with_economy(other), with_economy(late))
    )  # fmt: skip
    return replace(judged, note="The verdict is on bitcoin; support needs the same sign in ether and from 2014 on.")


def _waves(claim: Claim, inputs: Inputs) -> Judged:
    from models.evidence.claims import judged_waves
    from models.lab.cycles import waves

    return judged_waves(claim, waves(inputs.histories[FOLLOWERS[0]].series))

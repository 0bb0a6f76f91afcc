"""The question what followed the breaks of an asset's high."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from models.breakout import BreakRule, breaks
from models.highs import running_highs
from models.lab.asking import Inputs, Report

if TYPE_CHECKING:
    from models.evidence.event_study import EventStudy, Terms


def usual_terms() -> Terms:
    """Return the terms that nothing was changed in."""
    from models.evidence.event_study import Terms

    return Terms()


@dataclass(frozen=True, slots=True)
class EventRequest:
    """Asks what the followers did after the leader's breaks, under one definition of a break."""

    leader: str
    followers: tuple[str, ...]
    rule: BreakRule = field(default_factory=BreakRule)
    terms: Terms = field(default_factory=usual_terms)

    @property
    def symbols(self) -> tuple[str, ...]:
        """The leader, then the followers."""
        return self.leader, *self.followers

    def perform(self, inputs: Inputs, report: Report) -> EventStudy:
        """Work it out; a cell that nothing can be said of says why."""
        from models.evidence.event_study import event_study

        report(0.0, f"Looking at what followed the breaks of {self.leader} …")
        leader = inputs.histories[self.leader]
        highs = running_highs(leader.bars, leader.series.asset.tick, self.rule.basis)
        found = breaks(highs, self.rule).events
        followers = [inputs.histories[symbol].series for symbol in self.followers]
        return event_study(leader.series, [event.session for event in found], followers, self.terms)

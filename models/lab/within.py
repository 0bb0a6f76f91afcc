"""The question whether what followed breaks depends on the regime of the economy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from models.breakout import BreakRule, breaks
from models.highs import running_highs
from models.lab.asking import Inputs, Report

if TYPE_CHECKING:
    from models.evidence.alignment import Outcome
    from models.evidence.within import Within

By = Literal["securities", "total", "rates", "recessions"]
SERIES: dict[By, tuple[str, ...]] = {
    "securities": ("TREAST", "WSHOMCB"),
    "total": ("WALCL",),
    "rates": ("DFEDTARU",),
    "recessions": ("USREC",),
}


@dataclass(frozen=True, slots=True)
class WithinRequest:
    """Asks what the follower did after the leader's breaks, within each regime of one kind."""

    leader: str
    follower: str
    by: By = "total"
    rule: BreakRule = field(default_factory=BreakRule)
    outcome: Outcome = "A"
    horizons: tuple[int, ...] = (30, 90, 180, 365)

    @property
    def symbols(self) -> tuple[str, ...]:
        """The leader and the follower."""
        return self.leader, self.follower

    @property
    def series(self) -> tuple[str, ...]:
        """The figures that date the regimes."""
        return SERIES[self.by]

    def perform(self, inputs: Inputs, report: Report) -> Within:
        """Work it out; raises `RefusedError`."""
        from models.evidence.within import within
        from models.macro.economy import Economy

        report(0.0, f"Splitting the breaks of {self.leader} by regimes …")
        leader = inputs.histories[self.leader]
        highs = running_highs(leader.bars, leader.series.asset.tick, self.rule.basis)
        events = [event.session for event in breaks(highs, self.rule).events]
        regimes = getattr(Economy(inputs.macro, inputs.now), self.by)()
        follower = inputs.histories[self.follower].series
        return within(leader.series, events, follower, regimes, self.horizons, self.outcome)

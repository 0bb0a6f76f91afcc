"""The question how likely a rise is, and whether anything tells more than the base rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.evidence.resampling import SEED
from models.lab.asking import Inputs, Report

if TYPE_CHECKING:
    from models.evidence.probability import Forecasts


@dataclass(frozen=True, slots=True)
class ProbabilityRequest:
    """Asks for the forecasts of `target` over `horizon` days, with the leader's distance from its high as a feature."""

    leader: str
    target: str
    horizon: int = 90
    seed: int = SEED

    @property
    def symbols(self) -> tuple[str, ...]:
        """Both assets."""
        return tuple(dict.fromkeys((self.leader, self.target)))

    def perform(self, inputs: Inputs, report: Report) -> Forecasts:
        """Work it out; raises `RefusedError`."""
        import numpy as np

        from models.breakout import BreakRule, breaks
        from models.evidence.probability import walk_forward
        from models.highs import running_highs

        leader, target = inputs.histories[self.leader], inputs.histories[self.target]
        found = breaks(running_highs(leader.bars, leader.series.asset.tick, "close"), BreakRule()).events
        close = leader.series.close
        distance = close / np.maximum.accumulate(close) - 1

        def tell(done: float) -> None:
            report(done, "Making each Friday's forecast anew, with what was known then …")

        days = [np.datetime64(event.session) for event in found]
        return walk_forward(target.series, leader.series, days, distance, self.horizon, tell, self.seed)

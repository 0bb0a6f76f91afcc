"""The question whether one asset's returns come before another's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.evidence.resampling import DRAWS, SEED
from models.lab.asking import Inputs, Report

if TYPE_CHECKING:
    from models.evidence.lead_lag import Frequency, LeadLag


@dataclass(frozen=True, slots=True)
class LeadLagRequest:
    """Asks for the leads and lags of two assets, week by week or session by session."""

    leader: str
    follower: str
    frequency: Frequency = "weekly"
    draws: int = DRAWS
    seed: int = SEED

    @property
    def symbols(self) -> tuple[str, ...]:
        """Both assets."""
        return self.leader, self.follower

    def perform(self, inputs: Inputs, report: Report) -> LeadLag:
        """Work it out; raises `RefusedError`."""
        from models.evidence.lead_lag import lead_lag

        report(0.0, f"Comparing the returns of {self.leader} and {self.follower} with those of resampled histories …")
        leader, follower = (inputs.histories[symbol].series for symbol in self.symbols)
        return lead_lag(leader, follower, self.frequency, self.draws, self.seed)

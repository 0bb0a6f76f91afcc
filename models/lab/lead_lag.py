"""The question whether one asset's returns come before another's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.evidence.resampling import DRAWS, SEED
from models.lab.asking import Inputs, Report

if TYPE_CHECKING:
    from models.evidence.lead_lag import Frequency, LeadLag
    from models.evidence.lead_lag_regimes import Stretch
    from models.macro.regimes import Regimes


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

    @property
    def series(self) -> tuple[str, ...]:
        """The figures of the economy whose regimes it is split by, where they are stored."""
        from models.macro.economy import HOLDINGS

        return (*HOLDINGS, "DFEDTARU")

    def perform(self, inputs: Inputs, report: Report) -> LeadLag:
        """Work it out; raises `RefusedError`."""
        from models.evidence.lead_lag import lead_lag
        from models.macro.economy import Economy

        report(0.0, f"Comparing the returns of {self.leader} and {self.follower} with those of resampled histories …")
        leader, follower = (inputs.histories[symbol].series for symbol in self.symbols)
        economy = Economy(inputs.macro, inputs.now)
        stretches = [one for regimes in (economy.securities(), economy.rates()) for one in stretches_of(regimes)]
        return lead_lag(leader, follower, self.frequency, self.draws, self.seed, stretches)


def stretches_of(regimes: Regimes) -> tuple[Stretch, ...]:
    """Return the regimes as stretches without gaps: each lasts until the day before the next one's first date."""
    from models.evidence.lead_lag_regimes import Stretch

    phases = regimes.phases()
    lasts = [after.first - dt.timedelta(days=1) for after in phases[1:]] + [phase.last for phase in phases[-1:]]
    return tuple(
        Stretch(f"{regimes.title}: {phase.kind}", phase.first, last) for phase, last in zip(phases, lasts, strict=True)
    )

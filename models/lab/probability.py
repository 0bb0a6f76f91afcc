"""The question how likely a rise is, and whether anything tells more than the base rate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from data.database import Database, StoreError
from data.forecasts import ForecastBook, Question
from models.evidence.resampling import SEED
from models.lab.asking import Inputs, Report
from models.lab.forecast_log import breaks_and_distance, log

if TYPE_CHECKING:
    from models.evidence.probability import Forecasts


@dataclass(frozen=True, slots=True)
class ProbabilityRequest:
    """Asks for the forecasts of `target` over `horizon` days, with the leader's distance from its high as a feature.

    The outcome is a rise, or one of `step` or more (a fraction) where that is above 0.
    """

    leader: str
    target: str
    horizon: int = 90
    step: float = 0.0
    seed: int = SEED

    @property
    def symbols(self) -> tuple[str, ...]:
        """Both assets."""
        return tuple(dict.fromkeys((self.leader, self.target)))

    def perform(self, inputs: Inputs, report: Report) -> Forecasts:
        """Work it out; raises `RefusedError`."""
        from models.evidence.probability import walk_forward

        leader, target = inputs.histories[self.leader], inputs.histories[self.target]
        days, distance = breaks_and_distance(leader)
        return walk_forward(
            target.series, leader.series, days, distance, self.horizon, report, self.seed, self.step
        )  # fmt: skip

    def file(self, found: Forecasts, inputs: Inputs, database: Database) -> Forecasts:
        """Keep the forecast of this week, score what is due, and return the answer with the ledger."""
        question = Question(self.leader, self.target, self.horizon, self.step)
        try:
            book = log(ForecastBook(database), question, inputs)
        except StoreError as error:
            return replace(found, ledger_fault=error.message)
        return replace(found, ledger=book.kept, revised=book.revised, ledger_fault=book.fault)

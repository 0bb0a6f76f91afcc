"""The page on how likely a rise is."""

from __future__ import annotations

from typing import Any

from models.lab.asking import Request
from models.lab.probability import ProbabilityRequest
from ui.lab.page import AssetPage
from ui.lab.probability_presentation import present
from ui.theme import Theme


class ProbabilityPage(AssetPage):
    """Any coin over any horizon."""

    title = "Probability"

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, present)

    def make_more(self) -> None:
        """Add the horizon."""
        self.horizon = self.add_choice("After", [(f"{days} days", days) for days in (30, 90, 180, 365)], 90)

    def request(self) -> Request[Any] | None:
        """Return what is chosen."""
        leader, target = self.leader.currentData(), self.follower.currentData()
        return ProbabilityRequest(leader, target, self.horizon.currentData()) if leader and target else None

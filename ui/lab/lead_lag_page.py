"""The page on whose returns come first."""

from __future__ import annotations

from typing import Any

from models.lab.asking import Request
from models.lab.lead_lag import LeadLagRequest
from ui.lab.lead_lag_presentation import present
from ui.lab.page import AssetPage
from ui.theme import Theme


class LeadLagPage(AssetPage):
    """Any two assets, week by week or session by session."""

    title = "Lead-lag"

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, present)

    def make_more(self) -> None:
        """Add the length of a return."""
        self.frequency = self.add_choice("Returns", (("weekly", "weekly"), ("daily", "daily")))

    def request(self) -> Request[Any] | None:
        """Return what is chosen."""
        leader, follower = self.leader.currentData(), self.follower.currentData()
        if not leader or not follower or leader == follower:
            return None
        return LeadLagRequest(leader, follower, self.frequency.currentData())

"""The page on how likely a rise is."""

from __future__ import annotations

from typing import Any

from models.lab.asking import Request
from models.lab.probability import ProbabilityRequest
from ui.lab.page import AssetPage
from ui.lab.probability_presentation import present
from ui.theme import Theme

OUTCOMES = (("higher", 0.0), ("10 % higher or more", 0.1), ("20 % higher or more", 0.2))
HORIZONS = (30, 90, 180, 365)
DIAGRAMS = ("climatology", "state", "ridge")


class ProbabilityPage(AssetPage):
    """Any coin over any horizon."""

    title = "Probability"
    captions = ("Leader", "Target")

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, lambda result, request: present(result, request, self.diagram.currentData()))

    def make_more(self) -> None:
        """Add the horizon, what counts as a rise, and whose calibration is drawn."""
        self.horizon = self.add_choice("After", [(f"{days} days", days) for days in HORIZONS], 90)
        self.outcome = self.add_choice("Outcome", OUTCOMES)
        self.diagram = self.add_choice("Calibration of", [(name, name) for name in DIAGRAMS], "ridge")

    def request(self) -> Request[Any] | None:
        """Return what is chosen."""
        leader, target = self.leader.currentData(), self.follower.currentData()
        if not leader or not target:
            return None
        return ProbabilityRequest(leader, target, self.horizon.currentData(), self.outcome.currentData())

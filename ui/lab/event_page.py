"""The page on what followed breaks of a high."""

from __future__ import annotations

from typing import Any

from models.breakout import BreakRule
from models.evidence.event_study import HORIZONS, Terms
from models.lab.asking import Request
from models.lab.event import EventRequest
from ui.lab.event_presentation import present
from ui.lab.page import AssetPage
from ui.theme import Theme

OUTCOMES = (
    ("higher", "A"),
    ("20 % higher or more", "B"),
    ("20 % higher at any close", "C"),
    ("20 % up before 20 % down", "D"),
)


class EventPage(AssetPage):
    """Any leader, any follower, any definition of a break."""

    title = "Event study"

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, lambda result, request: present(result, request, self.horizon.currentData()))

    def make_more(self) -> None:
        """Add the definition of a break and of what counts."""
        self.below = self.add_number("Sessions below", 0, 999, 63)
        self.buffer = self.add_choice("Buffer", [(f"{share:.1%}", share) for share in (0.0, 0.005, 0.01, 0.03)])
        self.horizon = self.add_choice("After", [(f"{days} days", days) for days in HORIZONS], 90)
        self.outcome = self.add_choice("Outcome", OUTCOMES)

    def request(self) -> Request[Any] | None:
        """Return the study of all horizons, of which the chosen one is drawn."""
        leader, follower = self.leader.currentData(), self.follower.currentData()
        if not leader or not follower:
            return None
        rule = BreakRule(sessions_below=self.below.value(), buffer=self.buffer.currentData())
        return EventRequest(leader, (follower,), rule, Terms(outcome=self.outcome.currentData()))

"""The page on breaks within regimes."""

from __future__ import annotations

from typing import Any

from models.breakout import BreakRule
from models.lab.asking import Request
from models.lab.within import WithinRequest
from ui.lab.event_page import OUTCOMES
from ui.lab.page import AssetPage
from ui.lab.within_presentation import present
from ui.theme import Theme

REGIMES = (
    ("the whole balance sheet", "total"),
    ("securities held", "securities"),
    ("the policy rate", "rates"),
    ("recessions", "recessions"),
)


class WithinPage(AssetPage):
    """Any leader and follower, split by any regime."""

    title = "Within regimes"

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, present)

    def make_more(self) -> None:
        """Add which regimes, the definition of a break and what counts."""
        self.by = self.add_choice("By", REGIMES)
        self.below = self.add_number("Sessions below", 0, 999, 63)
        self.outcome = self.add_choice("Outcome", OUTCOMES)

    def request(self) -> Request[Any] | None:
        """Return what is chosen."""
        leader, follower = self.leader.currentData(), self.follower.currentData()
        if not leader or not follower:
            return None
        rule = BreakRule(sessions_below=self.below.value())
        return WithinRequest(leader, follower, self.by.currentData(), rule, self.outcome.currentData())

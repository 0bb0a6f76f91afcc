"""The page on cycles."""

from __future__ import annotations

from typing import Any

from models.lab.asking import Request
from models.lab.cycles import CyclesRequest
from ui.lab.cycles_presentation import present
from ui.lab.page import AssetPage
from ui.theme import Theme

METHODS = (("by size of the move", "size"), ("by duration", "duration"))


class CyclesPage(AssetPage):
    """The turns of any two assets, found in either way."""

    title = "Cycles"

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, present)

    def make_more(self) -> None:
        """Add the way in which turns are found."""
        self.method = self.add_choice("Turns", METHODS)

    def request(self) -> Request[Any] | None:
        """Return what is chosen."""
        leader, follower = self.leader.currentData(), self.follower.currentData()
        if not leader or not follower or leader == follower:
            return None
        return CyclesRequest(leader, follower, self.method.currentData())

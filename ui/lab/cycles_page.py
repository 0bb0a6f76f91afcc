"""The page on cycles."""

from __future__ import annotations

from typing import Any

from models.lab.asking import Request
from models.lab.cycles import CyclesRequest
from ui.lab.cycles_presentation import present
from ui.lab.page import AssetPage
from ui.theme import Theme


class CyclesPage(AssetPage):
    """The turns of any two assets."""

    title = "Cycles"

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, present)

    def request(self) -> Request[Any] | None:
        """Return what is chosen."""
        leader, follower = self.leader.currentData(), self.follower.currentData()
        return CyclesRequest(leader, follower) if leader and follower and leader != follower else None

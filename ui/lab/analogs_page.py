"""The page on stretches that look like now."""

from __future__ import annotations

from typing import Any

from models.lab.analogs import AnalogsRequest
from models.lab.asking import Request
from ui.lab.analogs_presentation import present
from ui.lab.page import AssetPage
from ui.theme import Theme


class AnalogsPage(AssetPage):
    """Any asset now, against its own past or that of another."""

    title = "Analogs"
    captions = ("History", "Now")
    usual = ("BTC-USD", "BTC-USD")

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, present)

    def make_more(self) -> None:
        """Add the lengths."""
        self.length = self.add_choice("Length", [(f"{bars} bars", bars) for bars in (90, 180, 104)])
        self.horizon = self.add_choice("Then", [(f"{bars} bars", bars) for bars in (30, 90, 180)], 90)

    def request(self) -> Request[Any] | None:
        """Return what is chosen."""
        history, query = self.leader.currentData(), self.follower.currentData()
        if not history or not query:
            return None
        return AnalogsRequest(query, history, self.length.currentData(), self.horizon.currentData())

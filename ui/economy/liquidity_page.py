"""The panel on net liquidity beside prices."""

from __future__ import annotations

from typing import Any

from models.lab.asking import Request
from models.lab.money import MoneyRequest
from ui.economy.liquidity_presentation import present
from ui.lab.page import AssetPage
from ui.theme import Theme

YEARS = (("5 years", 5), ("10 years", 10), ("20 years", 20), ("all years", 0))


class LiquidityPanel(AssetPage):
    """Net liquidity, its parts and its regimes beside two assets."""

    title = "Liquidity"
    captions = ("Beside", "and")
    usual = ("BTC-USD", "^RUT")

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, present)

    def make_more(self) -> None:
        """Add how much is shown, and which values."""
        self.years = self.add_choice("Show", YEARS, 10)
        self.values = self.add_choice("Values", (("as first published", True), ("as they stand now", False)), True)

    def request(self) -> Request[Any] | None:
        """Return what is chosen; without stored prices the figures stand alone."""
        chosen = dict.fromkeys(box.currentData() for box in (self.leader, self.follower) if box.currentData())
        return MoneyRequest(tuple(chosen), self.years.currentData(), self.values.currentData())

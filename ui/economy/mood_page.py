"""The panels on mood and on altcoins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from data.catalog import Asset
from models.lab.asking import Request
from models.lab.mood import AltcoinsRequest, MoodRequest
from ui.economy import altcoins_presentation, mood_presentation
from ui.economy.liquidity_page import YEARS
from ui.lab.page import Page
from ui.theme import Theme

BITCOIN, ETHER, LEADER = "BTC-USD", "ETH-USD", "^RUT"


class MoodPanel(Page):
    """Fear and greed, and headlines."""

    title = "Mood"

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mood_presentation.present)

    def make_controls(self) -> None:
        """Add the asset beside the index, whose headlines, and how much is shown."""
        self.asset = self.add_choice("Beside", ())
        self.about = self.add_choice("Headlines", (("of all", ""),))
        self.years = self.add_choice("Show", YEARS, 0)

    def show_choices(self, assets: Sequence[Asset]) -> None:
        """Offer the watchlist; what was chosen stays chosen."""
        self.fill(self.asset, [(asset.name, asset.symbol) for asset in assets], BITCOIN)
        self.fill(self.about, [("of all", ""), *((asset.name, asset.symbol) for asset in assets)], "")

    def request(self) -> Request[Any] | None:
        """Return what is chosen; without stored prices the index stands alone."""
        return MoodRequest(self.asset.currentData() or "", self.about.currentData() or "", self.years.currentData())


class AltcoinsPanel(Page):
    """The coins but bitcoin."""

    title = "Altcoins"

    def __init__(self, theme: Theme) -> None:
        self._symbols: tuple[str, ...] = ()
        self._coins: tuple[str, ...] = ()
        super().__init__(theme, altcoins_presentation.present)

    def make_controls(self) -> None:
        """Add whether ether is one of them, and how much is shown."""
        self.ether = self.add_choice("Ether", (("counts as one", True), ("left out", False)), True)
        self.years = self.add_choice("Show", YEARS, 5)

    def show_choices(self, assets: Sequence[Asset]) -> None:
        """Take the coins of the watchlist."""
        self._symbols = tuple(asset.symbol for asset in assets)
        self._coins = tuple(asset.symbol for asset in assets if asset.kind == "crypto" and asset.symbol != BITCOIN)

    def request(self) -> Request[Any] | None:
        """Return what is chosen."""
        coins = tuple(symbol for symbol in self._coins if symbol != ETHER or self.ether.currentData())
        bitcoin, leader = (symbol if symbol in self._symbols else "" for symbol in (BITCOIN, LEADER))
        return AltcoinsRequest(coins, bitcoin, leader, self.years.currentData())

"""The page on net liquidity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from data.catalog import Asset
from models.lab.asking import Request
from models.lab.liquidity import LiquidityRequest
from ui.lab.liquidity_presentation import present
from ui.lab.page import Page
from ui.theme import Theme


class LiquidityPage(Page):
    """Net liquidity before the returns of any asset."""

    title = "Liquidity"

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, present)

    def make_controls(self) -> None:
        """Add the asset."""
        self.asset = self.add_choice("Asset", ())

    def show_choices(self, assets: Sequence[Asset]) -> None:
        """Offer the watchlist; what was chosen stays chosen."""
        self.fill(self.asset, [(asset.name, asset.symbol) for asset in assets], "BTC-USD")

    def request(self) -> Request[Any] | None:
        """Return what is chosen."""
        symbol = self.asset.currentData()
        return LiquidityRequest(symbol) if symbol else None

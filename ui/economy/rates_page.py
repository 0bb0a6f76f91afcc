"""The panels on rates and credit, and on the debt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from data.catalog import Asset
from models.lab.asking import Request
from models.lab.rates import DebtRequest, RatesRequest
from ui.economy import debt_presentation, rates_presentation
from ui.economy.liquidity_page import YEARS
from ui.lab.page import Page
from ui.theme import Theme


class SpanPage(Page):
    """A panel that asks only how many years are shown."""

    def make_controls(self) -> None:
        """Add how much is shown."""
        self.years = self.add_choice("Show", YEARS, 20)

    def show_choices(self, assets: Sequence[Asset]) -> None:
        """Offer nothing: the figures are those of the whole economy."""


class RatesPanel(SpanPage):
    """The policy rate, the curve, credit, money and output."""

    title = "Rates and credit"

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, rates_presentation.present)

    def request(self) -> Request[Any] | None:
        """Return what is chosen."""
        return RatesRequest(self.years.currentData())


class DebtPanel(SpanPage):
    """The federal debt, as context."""

    title = "Debt"

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, debt_presentation.present)

    def request(self) -> Request[Any] | None:
        """Return what is chosen."""
        return DebtRequest(self.years.currentData())

"""The page of claims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from data.catalog import Asset
from models.lab.asking import Request
from models.lab.claims import ClaimsRequest
from ui.lab.claims_presentation import present
from ui.lab.page import Page
from ui.theme import Theme


class ClaimsPage(Page):
    """Every claim, judged by the same rule."""

    title = "Claims"

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, present)

    def make_controls(self) -> None:
        """There is nothing to choose: the tests were fixed beforehand."""

    def show_choices(self, assets: Sequence[Asset]) -> None:
        """Nothing hangs on the watchlist."""

    def request(self) -> Request[Any] | None:
        """Return the claims of the thesis."""
        return ClaimsRequest()

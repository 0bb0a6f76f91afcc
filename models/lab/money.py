"""The panel on net liquidity: what it needs, and how it is put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from models.lab.asking import Inputs, Report

if TYPE_CHECKING:
    from models.macro.money import Money


@dataclass(frozen=True, slots=True)
class MoneyRequest:
    """Asks for net liquidity beside these assets; `years` is how much is shown, 0 for all of it."""

    symbols: tuple[str, ...] = ("BTC-USD", "^RUT")
    years: int = 10
    first_published: bool = True

    light: ClassVar[bool] = True

    @property
    def series(self) -> tuple[str, ...]:
        """The figures of the economy that it needs."""
        from models.macro.economy import HOLDINGS, NET_PARTS

        return (*NET_PARTS, *HOLDINGS)

    def perform(self, inputs: Inputs, _report: Report) -> Money:
        """Put it together; raises `RefusedError`."""
        from models.macro.economy import Economy
        from models.macro.money import money

        economy = Economy(inputs.macro, inputs.now, inputs.states)
        assets = [inputs.histories[symbol].series for symbol in self.symbols]
        return money(economy, assets, first_published=self.first_published)

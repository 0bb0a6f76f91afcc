"""The question whether the growth of net liquidity comes before an asset's returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.lab.asking import Inputs, Report

if TYPE_CHECKING:
    from models.evidence.liquidity import LiquidityStudy


@dataclass(frozen=True, slots=True)
class LiquidityRequest:
    """Asks for an asset's log returns over some weeks after the growth of net liquidity over 13 weeks."""

    symbol: str = "BTC-USD"
    horizons: tuple[int, ...] = (1, 4, 13, 26)

    @property
    def symbols(self) -> tuple[str, ...]:
        """The asset."""
        return (self.symbol,)

    @property
    def series(self) -> tuple[str, ...]:
        """The figures of the economy that it needs."""
        from models.macro.economy import NET_PARTS

        return NET_PARTS

    def perform(self, inputs: Inputs, report: Report) -> LiquidityStudy:
        """Work it out; raises `RefusedError`."""
        from models.evidence.liquidity import liquidity_study
        from models.macro.economy import Economy

        report(0.0, f"Holding the returns of {self.symbol} against the growth of net liquidity …")
        net = Economy(inputs.macro, inputs.now).net()
        return liquidity_study(net, inputs.histories[self.symbol].series, self.horizons)

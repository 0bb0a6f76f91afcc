"""The panels on mood and on altcoins: what they need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from models.lab.asking import Inputs, Report

if TYPE_CHECKING:
    from models.macro.altcoins import Altcoins
    from models.macro.mood import Mood


@dataclass(frozen=True, slots=True)
class MoodRequest:
    """Asks for fear and greed beside an asset (empty: none), and for headlines of one symbol (empty: of all)."""

    symbol: str = "BTC-USD"
    about: str = ""
    years: int = 0

    light: ClassVar[bool] = True
    news: ClassVar[bool] = True
    series: ClassVar[tuple[str, ...]] = ("FEAR_GREED",)

    @property
    def symbols(self) -> tuple[str, ...]:
        """The asset, if there is one."""
        return (self.symbol,) if self.symbol else ()

    def perform(self, inputs: Inputs, _report: Report) -> Mood:
        """Put it together; raises `RefusedError`."""
        from models.macro.economy import Economy
        from models.macro.mood import mood

        asset = inputs.histories[self.symbol].series if self.symbol else None
        told = [one for one in inputs.headlines if not self.about or one.symbol == self.about]
        return mood(Economy(inputs.macro, inputs.now, inputs.states), asset, told)


@dataclass(frozen=True, slots=True)
class AltcoinsRequest:
    """Asks for these coins together; bitcoin and the leader stand beside them where they are given."""

    coins: tuple[str, ...]
    bitcoin: str = ""
    leader: str = ""
    years: int = 5

    light: ClassVar[bool] = True

    @property
    def symbols(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.coins, *filter(None, (self.bitcoin, self.leader)))

    def perform(self, inputs: Inputs, _report: Report) -> Altcoins:
        """Put it together; raises `RefusedError`."""
        from models.macro.altcoins import altcoins

        bitcoin, leader = (
            inputs.histories[symbol].series if symbol else None for symbol in (self.bitcoin, self.leader)
        )
        return altcoins([inputs.histories[symbol].series for symbol in self.coins], bitcoin, leader)

"""The panels on rates and credit, and on the debt: what they need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from models.lab.asking import Inputs, Report

if TYPE_CHECKING:
    from models.macro.debt import Debt
    from models.macro.rates import Rates


@dataclass(frozen=True, slots=True)
class RatesRequest:
    """Asks for rates, credit, money and output; `years` is how much is shown, 0 for all of it."""

    years: int = 20

    light: ClassVar[bool] = True
    symbols: ClassVar[tuple[str, ...]] = ()

    @property
    def series(self) -> tuple[str, ...]:
        """The figures of the economy that it needs."""
        from models.macro.rates import SERIES

        return SERIES

    def perform(self, inputs: Inputs, _report: Report) -> Rates:
        """Put it together; raises `RefusedError`."""
        from models.macro.economy import Economy
        from models.macro.rates import rates

        return rates(Economy(inputs.macro, inputs.now, inputs.states))


@dataclass(frozen=True, slots=True)
class DebtRequest:
    """Asks for the federal debt; `years` is how much is shown, 0 for all of it."""

    years: int = 20

    light: ClassVar[bool] = True
    maturities: ClassVar[bool] = True
    symbols: ClassVar[tuple[str, ...]] = ()

    @property
    def series(self) -> tuple[str, ...]:
        """The figures of the economy that it needs."""
        from models.macro.debt import SERIES

        return SERIES

    def perform(self, inputs: Inputs, _report: Report) -> Debt:
        """Put it together; raises `RefusedError`."""
        from models.macro.debt import debt
        from models.macro.economy import Economy

        return debt(Economy(inputs.macro, inputs.now, inputs.states), inputs.maturities)

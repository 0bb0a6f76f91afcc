"""The pages of the economy's window, in the order of its menu."""

from __future__ import annotations

from collections.abc import Callable

from ui.economy.liquidity_page import LiquidityPanel
from ui.economy.mood_page import AltcoinsPanel, MoodPanel
from ui.economy.rates_page import DebtPanel, RatesPanel
from ui.lab.page import Page
from ui.theme import Theme

PAGES: tuple[Callable[[Theme], Page], ...] = (LiquidityPanel, RatesPanel, DebtPanel, MoodPanel, AltcoinsPanel)
"""Liquidity, rates and credit, debt, mood, altcoins."""

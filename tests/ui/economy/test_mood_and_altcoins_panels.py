"""The panels on mood and altcoins: warnings, headlines that open, coins that are asked for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QTableWidget
from pytestqt.qtbot import QtBot

from data.catalog import asset_for
from data.macro_store import Headline
from models.lab.asking import Inputs
from models.lab.mood import AltcoinsRequest, MoodRequest
from models.macro.altcoins import altcoins
from models.macro.economy import Economy
from models.macro.mood import mood
from tests.support.coins import coins
from tests.support.economy import LATER, recorded
from tests.support.studied import coin, stock, walk
from ui.economy.altcoins_presentation import HINDSIGHT
from ui.economy.altcoins_presentation import present as present_altcoins
from ui.economy.mood_page import AltcoinsPanel, MoodPanel
from ui.economy.mood_presentation import WARNING
from ui.economy.mood_presentation import present as present_mood
from ui.theme import load_theme

JANUARY = [f"2024-01-{day:02}" for day in range(1, 32)]
STORED = {"FEAR_GREED": recorded("FEAR_GREED", JANUARY, [20.0, 60.0] * 15 + [80.0])}
ASSETS = [asset_for(symbol) for symbol in ("^RUT", "BTC-USD", "ETH-USD", "SOL-USD")]


def headline(title: str) -> Headline:
    return Headline("BTC-USD", "k", title, "A Paper", "https://example.org/a", LATER)


def test_that_the_index_is_told_to_be_made_of_past_prices_wherever_returns_stand_beside_it() -> None:
    asset = coin(walk(4, 330), "2023-12-20")
    assert present_mood(mood(Economy(STORED, LATER), asset, ()), MoodRequest()).notes[0] == WARNING
    assert WARNING not in present_mood(mood(Economy(STORED, LATER), None, ()), MoodRequest("")).notes


def test_that_a_headline_opens_its_link_once_its_row_is_activated(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).toString()))
    page = MoodPanel(load_theme("dark"))
    qtbot.addWidget(page)
    page.show_choices([])
    request = MoodRequest("", "", 0)
    assert page.request() == request
    page.show_result(request, request.perform(Inputs({}, LATER, {}, {}, (headline("<b>Up</b>"),)), lambda _d, _t: None))
    table = page.findChildren(QTableWidget)[0]
    assert table.item(0, 3).text() == "<b>Up</b>"
    assert opened == []
    table.cellActivated.emit(0, 3)
    assert opened == ["https://example.org/a"]


def test_that_the_basket_is_told_to_be_chosen_with_hindsight() -> None:
    leader, bitcoin = stock(walk(1, 300)), coin(walk(2, 400))
    shown = present_altcoins(altcoins(coins(1), bitcoin, leader), AltcoinsRequest((), years=0))
    assert shown.notes[0] == HINDSIGHT
    assert len(shown.pictures) == 3
    assert "XRP" in shown.notes[1]


def test_that_the_watched_coins_but_bitcoin_are_asked_for_and_ether_can_be_left_out(qtbot: QtBot) -> None:
    page = AltcoinsPanel(load_theme("dark"))
    qtbot.addWidget(page)
    page.show_choices(ASSETS)
    assert page.request() == AltcoinsRequest(("ETH-USD", "SOL-USD"), "BTC-USD", "^RUT", 5)
    page.ether.setCurrentIndex(1)
    assert page.request() == AltcoinsRequest(("SOL-USD",), "BTC-USD", "^RUT", 5)


def test_that_without_bitcoin_there_is_no_ratio_to_it() -> None:
    shown = present_altcoins(altcoins(coins(1), None, None), AltcoinsRequest((), years=0))
    assert len(shown.pictures) == 2

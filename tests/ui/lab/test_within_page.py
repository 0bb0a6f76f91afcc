"""The page on breaks within regimes."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from data.catalog import asset_for
from models.breakout import BreakRule
from models.evidence.within import within
from models.lab.within import WithinRequest
from tests.support.regimes import ETHER, regimes
from tests.support.studied import coin, stock, walk
from ui.lab.within_page import WithinPage
from ui.lab.within_presentation import present
from ui.theme import load_theme


def test_that_it_asks_for_the_chosen_regimes(qtbot: QtBot) -> None:
    page = WithinPage(load_theme("dark"))
    qtbot.addWidget(page)
    assert page.request() is None
    page.show_choices([asset_for("^RUT"), asset_for("BTC-USD")])
    page.by.setCurrentIndex(2)
    assert page.request() == WithinRequest("^RUT", "BTC-USD", "rates", BreakRule(sessions_below=63), "A")


def test_that_a_regime_with_two_breaks_has_no_share() -> None:
    leader, follower = stock(walk(1, 160)), coin(walk(2, 300), asset=ETHER)
    found = within(leader, leader.session[20:60:5].astype(object).tolist(), follower, regimes(3), [30, 90])
    shown = present(found, WithinRequest("^RUT", "ETH-USD"))
    rows = shown.tables[0].rows
    assert all((int(row[2]) < 3) == (row[3] == "too few") for row in rows)
    assert shown.verdict == ""

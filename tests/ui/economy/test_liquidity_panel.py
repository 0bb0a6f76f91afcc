"""The panel on net liquidity: what it says, strikes out and warns of."""

from __future__ import annotations

import dataclasses

from PySide6.QtWidgets import QLabel, QTableWidget
from pytestqt.qtbot import QtBot

from models.lab.money import MoneyRequest
from tests.support.money import a_panel, figures
from ui.economy.liquidity_page import LiquidityPanel
from ui.economy.liquidity_presentation import present
from ui.theme import load_theme


def test_that_the_correlation_of_levels_is_shown_struck_out_and_nowhere_else() -> None:
    shown = present(a_panel(figures()), MoneyRequest(years=0))
    assert len(shown.struck) == 1
    assert "as all that grows does" in shown.struck[0]
    assert "levels" not in shown.sentence


def test_that_old_figures_are_told_to_be_old() -> None:
    shown = present(a_panel(figures()), MoneyRequest(years=0))
    assert any("Newer values should be out by now" in note for note in shown.notes)
    assert ("Balance sheet of the Federal Reserve" in row[0] for row in shown.tables[0].rows)


def test_that_all_pictures_share_one_axis_of_time() -> None:
    shown = present(a_panel(figures()), MoneyRequest(years=2))
    assert len({dataclasses.astuple(picture.x) for picture in shown.pictures}) == 1


def test_that_a_series_that_is_not_stored_says_so() -> None:
    rows = present(a_panel(figures()), MoneyRequest()).tables[0].rows
    assert [row[1] for row in rows if "securities" in row[0].lower() or row[1] == "not stored"] != []


def test_that_a_refresh_replaces_what_is_shown_piece_by_piece_and_leaves_nothing_behind(qtbot: QtBot) -> None:
    page = LiquidityPanel(load_theme("dark"))
    qtbot.addWidget(page)
    page.show()
    request = page.request()
    assert request is not None
    page.show_result(request, a_panel(figures(1)))
    assert not page.is_building()
    before = [table.rowCount() for table in page.findChildren(QTableWidget)]
    page.show_result(request, a_panel(figures(2)))
    assert page.is_building()
    qtbot.waitUntil(lambda: not page.is_building() and len(page.findChildren(QTableWidget)) == len(before))
    shown = page.presentation()
    assert shown is not None
    assert [label.text() for label in page.findChildren(QLabel)].count(shown.sentence) == 1

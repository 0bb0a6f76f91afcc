from __future__ import annotations

import gc

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.support.charts import SYMBOLS, three_markets
from ui.charts.linked import LinkedCharts
from ui.charts.spoken import chart_interface

NAME, DESCRIPTION = QAccessible.Text.Name, QAccessible.Text.Description


@pytest.fixture(scope="module", autouse=True)
def told(qapp: object) -> None:
    QAccessible.installFactory(chart_interface)  # Qt offers no way to take it back


def test_that_the_view_is_a_chart_whose_name_and_words_are_those_of_now(qtbot: QtBot) -> None:
    charts = LinkedCharts()
    qtbot.addWidget(charts)
    view = QAccessible.queryAccessibleInterface(charts.view)
    assert view.role() == QAccessible.Role.Chart
    assert view.text(NAME) == "Chart: nothing to show yet"
    charts.set_panes(SYMBOLS[:2])
    charts.show_snapshot(three_markets())
    assert view.text(NAME) == "Chart: Russell 2000, Bitcoin"
    last = view.text(DESCRIPTION)
    charts.walk(0)
    charts.walk(-1)
    assert view.text(DESCRIPTION) == charts.view.accessibleDescription() != last


def test_that_what_is_no_chart_is_told_as_ever(qtbot: QtBot) -> None:
    label = QLabel("Prices")
    qtbot.addWidget(label)
    assert chart_interface("QLabel", label) is None
    assert chart_interface("", None) is None
    assert QAccessible.queryAccessibleInterface(label).role() == QAccessible.Role.StaticText


def test_that_charts_come_and_go_while_somebody_listens(qtbot: QtBot) -> None:
    for _ in range(30):
        charts = LinkedCharts()
        view = QAccessible.queryAccessibleInterface(charts.view)
        assert view.role() == QAccessible.Role.Chart
        charts.deleteLater()
        del view, charts
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()

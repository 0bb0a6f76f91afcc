"""Charts with three markets on show, as most tests of them begin."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.support.charts import SYMBOLS, three_markets
from ui.charts.linked import LinkedCharts
from ui.theme import load_theme


@pytest.fixture
def charts(qtbot: QtBot) -> LinkedCharts:
    made = LinkedCharts()
    qtbot.addWidget(made)
    made.resize(1000, 800)
    made.set_theme(load_theme("dark"))
    made.set_panes(SYMBOLS)
    made.show_snapshot(three_markets())
    made.show()
    made.set_preset("1Y")
    made.grab()
    return made

"""The lab's window answers from a process of its own, marks and chooses by mouse and keys, and refuses in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from models.lab.lead_lag import LeadLagRequest
from ui.lab.lead_lag_page import LeadLagPage
from ui.lab.page import table_view
from ui.lab.painting import projection
from ui.lab.plot import Plot
from ui.lab.presentation import Axis, Line, Picture, Points, Presentation, Table
from ui.theme import load_theme

DARK = load_theme("dark")


def picture() -> Picture:
    x = np.arange(5.0)
    lines = tuple(Line(x, x * slope, key=f"times {slope}") for slope in (0, 1, 3))
    return Picture("Lines", (*lines, Points(np.array([2.0]), np.array([9.0]), keys=("dot",))), Axis(), Axis())


def test_that_the_pointer_marks_the_nearest_line_and_a_click_chooses_it(qtbot: QtBot) -> None:
    plot = Plot(DARK, picture())
    qtbot.addWidget(plot)
    plot.resize(600, 300)
    plot.show()
    at = projection(plot.picture, QRectF(plot.rect()))
    place = QPointF(at.x(3.0), at.y(3.0)).toPoint()
    chosen = QSignalSpy(plot.chosen)
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=place)
    assert [one[0] for one in (chosen.at(row) for row in range(chosen.count()))] == ["times 1"]


def test_that_the_arrow_keys_walk_all_that_can_be_marked_and_enter_chooses(qtbot: QtBot) -> None:
    plot = Plot(DARK, picture())
    qtbot.addWidget(plot)
    seen, chosen = QSignalSpy(plot.pointed), QSignalSpy(plot.chosen)
    for _ in range(4):
        qtbot.keyClick(plot, Qt.Key.Key_Right)
    qtbot.keyClick(plot, Qt.Key.Key_Return)
    assert [seen.at(row)[0] for row in range(seen.count())] == ["times 0", "times 1", "times 3", "dot"]
    assert chosen.at(0)[0] == "dot"


def test_that_a_page_shows_sentence_pictures_and_tables_and_says_a_refusal(qtbot: QtBot) -> None:
    page = LeadLagPage(DARK)
    qtbot.addWidget(page)
    page.show_presentation(
        Presentation("Lead-lag", "A sentence.", (picture(),), (Table(("a",), (("1",),)),), "cannot tell", "Too few.")
    )
    assert len(page.findChildren(Plot)) == 1
    request = LeadLagRequest("^RUT", "BTC-USD")
    page.request = lambda: request  # type: ignore[method-assign]
    page.show_refusal(request, "Nothing can be said.")
    shown = page.presentation()
    assert shown is not None
    assert shown.sentence == "Nothing can be said."


def test_that_an_answer_to_what_is_no_longer_asked_is_dropped(qtbot: QtBot) -> None:
    page = LeadLagPage(DARK)
    qtbot.addWidget(page)
    page.request = lambda: LeadLagRequest("^RUT", "ETH-USD")  # type: ignore[method-assign]
    page.show_refusal(LeadLagRequest("^RUT", "BTC-USD"), "Of something else.")
    assert page.presentation() is None


def test_that_a_table_can_be_read_row_by_row(qtbot: QtBot) -> None:
    view = table_view(Table(("a", "b"), (("1", "2"), ("3", "4")), (1,)))
    qtbot.addWidget(view)
    found = [[view.item(row, column).text() for column in range(2)] for row in range(view.rowCount())]
    assert found == [["1", "2"], ["3", "4"]]


def test_that_nothing_of_the_lab_is_imported_before_it_is_opened() -> None:
    source = (Path(__file__).resolve().parents[3] / "ui/application.py").read_text(encoding="utf-8")
    top = source.split("if TYPE_CHECKING:")[0]
    assert "ui.lab" not in top

"""Sentences in a pane without bars: whole, within the pane, whatever its width."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tests.support.charts import SYMBOLS, three_markets
from ui.charts.header import HEADER
from ui.charts.linked import LinkedCharts
from ui.charts.notice import ASIDE, wrapped
from ui.theme import load_theme

LONG = (
    "Yahoo has been asked too often and wants a pause. Stored prices stay as they are, and fetching goes on by itself."
)
WORDS = st.lists(st.text("abcdefghij", min_size=1, max_size=12), min_size=1, max_size=30)


@given(WORDS, st.integers(1, 80))
def test_that_no_word_is_lost_and_no_line_is_wider_than_there_is_room(words: list[str], room: int) -> None:
    lines = wrapped(" ".join(words), room, len)
    assert " ".join(lines) == " ".join(words)
    assert all(len(line) <= room or " " not in line for line in lines)


@given(WORDS, st.integers(12, 80))
def test_that_there_are_no_more_lines_than_filling_each_would_take(words: list[str], room: int) -> None:
    filled = [""]
    for word in words:
        longer = f"{filled[-1]} {word}".strip()
        filled = [*filled[:-1], longer] if len(longer) <= room else [*filled, word]
    assert len(wrapped(" ".join(words), room, len)) == len(filled)


def test_that_lines_are_of_nearly_equal_lengths() -> None:
    assert wrapped("one two three four five six", 24, len) == ("one two three", "four five six")
    assert wrapped("nothing", 3, len) == ("nothing",)
    assert wrapped("", 3, len) == ()


def test_that_a_long_sentence_stays_within_the_narrow_panes_of_a_small_window(qtbot: QtBot) -> None:
    charts = LinkedCharts()
    qtbot.addWidget(charts)
    charts.set_theme(load_theme("light"))
    charts.resize(600, 620)  # what a window of 1280 by 800 leaves
    charts.set_panes(SYMBOLS)
    charts.show_snapshot(three_markets())
    charts.set_period("5m")
    for pane in charts.stack.panes:
        pane.notice.show("", simulated=False)
    charts.view.refresh()
    without = pixels(charts)
    for pane in charts.stack.panes:
        pane.notice.show(LONG, simulated=False)
    charts.view.refresh()
    said = pixels(charts) != without
    for pane in charts.stack.panes:
        rect = pane.rect.toRect()
        rows, columns = np.nonzero(said[rect.top() : rect.bottom(), rect.left() : rect.right()])
        assert len(rows) > 1000
        assert columns.min() >= ASIDE - 1
        assert columns.max() <= rect.width() - ASIDE
        assert rows.min() > HEADER
        assert rows.max() < rect.height() - 4


def pixels(charts: LinkedCharts) -> npt.NDArray[np.uint32]:
    picture = charts.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(picture.constBits(), np.uint32).reshape(picture.height(), -1).copy()

"""The view: a frame is worked out for the dots that it is painted with, on a screen or in a picture."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from tests.support.window import a_snapshot
from ui.charts.linked import LinkedCharts
from ui.theme import load_theme

SIZE = QSize(640, 400)


@pytest.fixture
def charts(qtbot: QtBot) -> LinkedCharts:
    made = LinkedCharts()
    qtbot.addWidget(made)
    made.set_theme(load_theme("dark"))
    made.set_panes(("^RUT",))
    made.show_snapshot(a_snapshot())
    made.resize(SIZE)
    made.show()
    qtbot.waitExposed(made)
    return made


def picture(charts: LinkedCharts, density: float) -> QImage:
    image = QImage(SIZE * density, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(density)
    with QPainter(image) as painter:
        charts.render(painter, QPoint())
    return image


@pytest.mark.parametrize("density", [1.0, 1.5, 2.0, 3.0])
def test_that_a_frame_is_worked_out_for_the_dots_it_is_painted_with(charts: LinkedCharts, density: float) -> None:
    picture(charts, density)
    assert charts.view.density == density
    assert charts.stack.panes[0].view.density == density


def test_that_a_picture_with_more_dots_leaves_the_window_as_it_was(charts: LinkedCharts) -> None:
    before = picture(charts, 1.0)
    picture(charts, 2.0)
    assert picture(charts, 1.0) == before

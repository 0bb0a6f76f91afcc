"""Hairlines as boxes: the same pixels as strokes one device pixel wide."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from ui.charts.painting import Rules, centred_at, pen

WIDE, TALL = 60, 40  # pixels
INK = QColor("red")
AREA = QRectF(3, 4, 50, 30)
places = st.lists(st.floats(5, 33, allow_nan=False), max_size=6)


def paper(density: float) -> QImage:
    made = QImage(round(WIDE * density), round(TALL * density), QImage.Format.Format_RGB32)
    made.setDevicePixelRatio(density)
    made.fill(Qt.GlobalColor.white)
    return made


def inked(image: QImage) -> npt.NDArray[np.bool_]:
    """Return which device pixels, by row and column, are no longer white; all of those are of the ink alone."""
    dots = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())
    assert set(np.unique(dots)) <= {INK.rgb(), QColor("white").rgb()}
    return dots != QColor("white").rgb()


def ruled(x: Sequence[float], y: Sequence[float], density: float) -> npt.NDArray[np.bool_]:
    image, rules = paper(density), Rules()
    rules.cross(AREA, [centred_at(at, density) for at in x], [centred_at(at, density) for at in y], density)
    with QPainter(image) as painter:
        rules.fill(painter, INK)
    return inked(image)


@given(places, places, st.sampled_from([1.0, 2.0, 3.0]))
def test_that_each_rule_fills_one_row_or_column_of_device_pixels_across_the_area(
    x: list[float], y: list[float], density: float
) -> None:
    wanted = np.zeros((round(TALL * density), round(WIDE * density)), np.bool_)
    left, top, width, height = (round(value * density) for value in AREA.getRect())
    for at in x:
        wanted[top : top + height, int(at * density)] = True
    for at in y:
        wanted[int(at * density), left : left + width] = True
    assert (ruled(x, y, density) == wanted).all()


def test_that_rules_are_the_pixels_that_strokes_of_a_hairline_are() -> None:
    x, y = [10.2, 20.7, 44.0], [8.9, 15.5]
    image = paper(1.0)
    with QPainter(image) as painter:
        painter.setPen(pen(INK))
        for at in (centred_at(value, 1.0) for value in x):
            painter.drawLine(QLineF(at, AREA.top(), at, AREA.bottom()))
        for at in (centred_at(value, 1.0) for value in y):
            painter.drawLine(QLineF(AREA.left(), at, AREA.right(), at))
    assert (ruled(x, y, 1.0) == inked(image)).all()


@pytest.mark.parametrize("density", [1.25, 1.5, 1.75])
def test_that_rules_are_as_thin_where_pixels_do_not_fall_on_device_pixels(density: float) -> None:
    dots = ruled([11.3, 29.8], [17.1], density)
    assert int(dots[round(TALL * density) - 12].sum()) == 2  # a row below the one rule across
    assert int(dots[:, round(8 * density)].sum()) == 1


def test_that_rules_taken_anew_replace_those_before_and_none_draw_nothing() -> None:
    rules, image = Rules(), paper(1.0)
    rules.cross(AREA, [10.5, 20.5, 30.5], [12.5], 1.0)
    rules.cross(AREA, [], [], 1.0)
    with QPainter(image) as painter:
        rules.fill(painter, INK)
        assert painter.brush().style() == Qt.BrushStyle.NoBrush  # the next item's outlines stay hollow
    assert not inked(image).any()

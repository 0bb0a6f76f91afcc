"""The charts against their reference pictures, and as sharp at any scale as at the first.

The references are drawn by `.venv/bin/python -m tests.support.pictures`.
"""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.charts import SYMBOLS, three_markets
from tests.support.pictures import ALIKE, CASES, FOLDER, Case, Dots, apart, dots_of, draw, market
from ui.charts.header import HEADER
from ui.charts.linked import LinkedCharts
from ui.charts.picture import charts_image
from ui.theme import apply_theme, load_theme

SCALES = (1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)
FIRST = CASES[0]


@pytest.fixture
def charts(qtbot: QtBot, qapp: QApplication) -> LinkedCharts:
    apply_theme(qapp, load_theme("dark"))
    made = LinkedCharts()
    qtbot.addWidget(made)
    return made


def reference(case: Case) -> Dots:
    assert case.path.is_file(), f"{case.path.name} is missing: run python -m tests.support.pictures"
    return dots_of(QImage(str(case.path)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.path.stem)
def test_that_the_charts_look_as_they_did(charts: LinkedCharts, case: Case) -> None:
    assert apart(dots_of(draw(case, charts, market())), reference(case)) <= ALIKE


def test_that_every_reference_is_of_a_case() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {case.path.name for case in CASES}


def test_that_the_comparison_sees_what_an_eye_sees(charts: LinkedCharts) -> None:
    drawn = dots_of(draw(FIRST, charts, market()))
    assert apart(drawn, np.roll(drawn, 2, axis=0)) > ALIKE
    assert apart(drawn, np.roll(drawn, 2, axis=1)) > ALIKE
    assert apart(drawn, reference(CASES[7])) > 0.5, "the other theme"
    assert apart(drawn, drawn[:-1]) == 1.0
    without_label = drawn.copy()
    without_label[2:20, 60:110] = without_label[0, 0]
    assert apart(drawn, without_label) > ALIKE


def test_that_the_comparison_overlooks_what_no_eye_sees(charts: LinkedCharts) -> None:
    drawn = dots_of(draw(FIRST, charts, market()))
    grain = np.random.default_rng(1).integers(-6, 7, drawn.shape)
    assert apart(drawn, np.clip(drawn + grain, 0, 255)) == 0.0


def plain_charts(charts: LinkedCharts, scale: float) -> Dots:
    """Return the charts at a scale, with a row of dots that only upright grid lines and separators cross."""
    charts.resize(640, 480)
    charts.set_panes(SYMBOLS[:1])
    charts.show_snapshot(three_markets())
    charts.set_preset("5Y")
    charts.stack.arrange(charts.size())
    return dots_of(charts_image(charts, load_theme("dark"), scale))


@pytest.mark.parametrize("scale", SCALES)
def test_that_grid_lines_are_one_dot_wide_and_of_one_colour_at_any_scale(charts: LinkedCharts, scale: float) -> None:
    picture = plain_charts(charts, scale)
    theme = load_theme("dark")
    grid, ground = (np.array(theme.colour(role).getRgb()[2::-1]) for role in ("grid", "window"))
    row = picture[round((HEADER + 3) * scale), : int(charts.stack.plot_width() * scale) - 2]
    lines = np.flatnonzero((row == grid).all(axis=1))
    assert len(lines) >= 2
    assert np.diff(lines).min() > 1, "a line is wider than a dot"
    for at in lines:
        assert (row[[at - 1, at + 1]] == ground).all(), "a line is blurred into its neighbours"


def test_that_a_comparison_survives_a_change_of_period(charts: LinkedCharts) -> None:
    charts.resize(500, 300)
    charts.set_panes(SYMBOLS)
    charts.show_snapshot(three_markets())
    charts.set_compare(True)
    charts.set_preset("1M")
    charts.grab()
    for period in ("month", "day", "week"):
        charts.set_period(period)  # type: ignore[arg-type]
        assert not charts.grab().isNull()

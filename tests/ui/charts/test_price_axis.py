from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from data.levels import Level
from tests.support.charts import SYMBOLS
from tests.support.pictures import market
from ui.charts.linked import LinkedCharts
from ui.charts.pane import Pane
from ui.theme import load_theme

LEAST = 80  # pixels from which a pane promises two labels
PRESETS = ("1M", "3M", "1Y", "Max")


@pytest.fixture
def charts(qtbot: QtBot) -> LinkedCharts:
    made = LinkedCharts()
    qtbot.addWidget(made)
    made.set_theme(load_theme("dark"))
    made.set_panes(SYMBOLS)
    made.show_snapshot(market())
    return made


def drawn(charts: LinkedCharts, height: int) -> list[Pane]:
    charts.resize(700, height)
    charts.stack.arrange(QSize(700, height))
    charts.grab()
    return [pane for pane in charts.stack.visible if pane.rect.height() >= LEAST]


def assert_readable(pane: Pane) -> None:
    half = 7.0
    labels = [y + half for y, _ in pane.axis.labels]
    assert len(labels) >= 2, (pane.rect.height(), pane.contents.title, pane.axis.tags)
    assert len({text for _, text in pane.axis.labels}) == len(labels)
    assert all(half <= y <= pane.rect.height() - half + 1 for y in labels)
    places = [*labels, *(tag.at for tag in pane.axis.tags)]
    assert all(abs(a - b) >= 2 * half - 0.5 for a, b in combinations(places, 2))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    height=st.integers(330, 1100),
    measures=st.sets(st.sampled_from(("ratio", "drawdown", "correlation"))),
    scale=st.sampled_from(("linear", "log", "percent")),
    style=st.sampled_from(("line", "candle")),
    preset=st.sampled_from(PRESETS),
    compared=st.booleans(),
    levels=st.lists(st.floats(60, 200), max_size=12),
)
def test_that_every_pane_from_eighty_pixels_on_tells_two_prices(
    charts: LinkedCharts, height: int, measures: set[str], scale: str, style: str, preset: str, compared: bool,
    levels: list[float],
) -> None:  # fmt: skip
    for measure in ("ratio", "drawdown", "correlation"):
        charts.show_measure(measure, measure in measures)
    charts.set_scale(scale)
    charts.set_style(style)
    charts.set_compare(compared)
    charts.set_levels(SYMBOLS[0], [Level(round(price, 2)) for price in levels])
    charts.set_preset(preset)
    panes = drawn(charts, height)
    assert panes
    for pane in panes:
        assert_readable(pane)


def test_that_a_low_pane_of_one_asset_keeps_its_last_price_beside_the_labels(charts: LinkedCharts) -> None:
    for height in range(420, 560, 7):
        for pane in drawn(charts, height)[1:]:
            assert_readable(pane)
            assert len(pane.axis.tags) == 1


def test_that_a_high_pane_keeps_every_tag(charts: LinkedCharts) -> None:
    charts.set_panes(SYMBOLS[:1])
    charts.set_levels(SYMBOLS[0], [Level(p) for p in (105.0, 115.0, 125.0, 135.0)])
    charts.set_preset("1Y")
    (pane,) = drawn(charts, 600)
    assert len(pane.axis.tags) == 5
    assert_readable(pane)


def test_that_nobody_is_told_of_more_than_a_high_or_a_whole_correlation(charts: LinkedCharts) -> None:
    charts.show_measure("drawdown", True)
    charts.show_measure("correlation", True)
    for height in range(640, 900, 23):
        *_, drawdown, correlation = drawn(charts, height)
        assert drawdown.contents.title.startswith("Below")
        assert not [text for _, text in drawdown.axis.labels if text.startswith("+")]
        assert all(-1 <= float(text.replace("−", "-")) <= 1 for _, text in correlation.axis.labels)

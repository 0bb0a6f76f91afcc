"""How the charts were looked at comes back with the next start, before the first paint, and nonsense does not."""

from __future__ import annotations

from pathlib import Path

import pytest
import shiboken6
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from data.settings import Settings
from tests.support.charts import three_markets
from tests.support.window import NOW
from ui.chart_commands import PeriodMark, chart_handlers
from ui.chart_memory import SWITCHES, ChartMemory
from ui.charts.linked import LinkedCharts
from ui.commands import COMMANDS, PERIODS, STYLES, make_actions
from ui.ranges import RANGES
from ui.theme import load_theme
from ui.window import MainWindow


def a_start(qtbot: QtBot, folder: Path) -> MainWindow:
    """A window with real charts, not shown yet."""
    charts = LinkedCharts()
    window = MainWindow(
        charts,
        theme=load_theme("dark"),
        settings=Settings(),
        clock=lambda: NOW,
        layout=QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat),
        on_close=lambda: "quit",
    )
    qtbot.addWidget(window)
    return window


def press(window: MainWindow, *commands: str) -> None:
    for command in commands:
        window.actions_by_id[command].trigger()


def chosen(window: MainWindow) -> set[str]:
    names = [f"period_{name}" for name in PERIODS] + [f"style_{name}" for name in STYLES] + list(SWITCHES)
    return {name for name in names if window.actions_by_id[name].isChecked()}


def test_that_the_first_start_is_as_it_always_was(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_start(qtbot, tmp_path)
    assert chosen(window) == {"period_day", "style_line", "log", "bands", "show_watchlist", "show_cards"}
    assert (window.charts.period, window.charts.preset) == ("day", "5Y")


def test_that_everything_chosen_is_there_before_the_next_first_paint(qtbot: QtBot, tmp_path: Path) -> None:
    first = a_start(qtbot, tmp_path)
    press(
        first, "period_week", "style_candle", "percent", "volume", "bands", "ratio", "compare", "range_1Y", "show_cards"
    )
    before = chosen(first)
    first.save_layout()
    again = a_start(qtbot, tmp_path)
    assert not again.isVisible()
    assert chosen(again) == before
    charts = again.charts
    assert isinstance(charts, LinkedCharts)
    charts.show_snapshot(three_markets())
    assert (charts.period, charts.preset) == ("week", "1Y")
    assert charts._mode == first.charts._mode  # type: ignore[attr-defined]
    assert (charts._mode.style, charts._mode.scale, charts._mode.volume, charts._mode.bands) == (
        "candle", "percent", True, False,
    )  # fmt: skip
    assert charts._compared
    assert charts._measures == ("ratio",)


def test_that_a_linear_scale_comes_back(qtbot: QtBot, tmp_path: Path) -> None:
    first = a_start(qtbot, tmp_path)
    press(first, "log")
    first.save_layout()
    again = a_start(qtbot, tmp_path)
    assert again.charts._mode.scale == "linear"  # type: ignore[attr-defined]
    assert not again.actions_by_id["log"].isChecked()


def test_that_short_bars_and_days_keep_a_range_each(qtbot: QtBot, tmp_path: Path) -> None:
    first = a_start(qtbot, tmp_path)
    press(first, "range_10Y", "period_5m", "range_1D")
    first.save_layout()
    again = a_start(qtbot, tmp_path)
    assert (again.charts.period, again.charts.preset) == ("5m", "1D")
    press(again, "period_day")
    assert again.charts.preset == "10Y"


def test_that_a_range_changed_by_hand_gives_way_to_the_last_one_with_a_name(qtbot: QtBot, tmp_path: Path) -> None:
    first = a_start(qtbot, tmp_path)
    first.charts.show_snapshot(three_markets())
    press(first, "range_6M", "zoom_in")
    assert first.charts.preset is None
    first.save_layout()
    assert a_start(qtbot, tmp_path).charts.preset == "6M"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("period", "7m"),
        ("period", ["1m", "5m"]),
        ("period", ""),
        ("style", "waterfall"),
        ("range", "1D"),  # days have no such range
        ("range", "7Y"),
        ("short_range", "1D"),  # there are no short bars
        ("log", "perhaps"),
        ("volume", 17),
        ("ratio", None),
    ],
)
def test_that_a_wrong_value_is_ignored(qtbot: QtBot, tmp_path: Path, name: str, value: object) -> None:
    layout = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    layout.setValue(f"charts/{name}", value)
    layout.sync()
    window = a_start(qtbot, tmp_path)
    assert chosen(window) == {"period_day", "style_line", "log", "bands", "show_watchlist", "show_cards"}
    assert window.charts.preset == "5Y"


COUNTED = [f"range_{n}" for n in RANGES] + [f"period_{n}" for n in PERIODS] + [f"style_{n}" for n in STYLES]


@given(st.lists(st.sampled_from([*COUNTED, *(name for name in SWITCHES if not name.startswith("show"))]), max_size=25))
def test_that_any_way_of_choosing_comes_back(tmp_path_factory: pytest.TempPathFactory, pressed: list[str]) -> None:
    layout = QSettings(str(tmp_path_factory.mktemp("kept") / "window.ini"), QSettings.Format.IniFormat)
    owners: list[QWidget] = []

    def start() -> tuple[LinkedCharts, dict, ChartMemory]:
        owner = QWidget()
        charts = LinkedCharts(owner)
        actions: dict = {}
        handlers = {command.id: (lambda: None) for command in COMMANDS} | chart_handlers(charts, actions)
        actions |= make_actions(owner, owner, handlers)
        charts.set_scale("log")
        PeriodMark(charts, actions, owner)
        owners.append(owner)
        memory = ChartMemory(layout, charts, actions)
        memory.restore()
        return charts, actions, memory

    charts, actions, memory = start()
    for name in pressed:
        actions[name].trigger()
    memory.save()
    again, restored, _memory = start()
    assert again.period == charts.period
    assert again.preset == charts.preset
    assert again._mode == charts._mode
    assert (again._compared, again._measures) == (charts._compared, charts._measures)
    for name in (*SWITCHES, *(f"style_{n}" for n in STYLES), *(f"period_{n}" for n in PERIODS)):
        assert restored[name].isChecked() == actions[name].isChecked(), name
    for owner in owners:
        shiboken6.delete(owner)

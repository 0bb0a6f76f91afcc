"""What the charts show decides what is fetched, and only while the window can be seen."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from data.catalog import RUSSELL_2000
from models.intraday import Intraday, IntradayView, SessionCloses
from tests.support.window import LAST, MainWindow, a_window, some_bars
from ui.chart_feed import ChartFeed


class Noted(QObject):
    """Stands for the market and the feed of ticks: `asked` lists each call."""

    changed = Signal(object)
    ticked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[Any, ...]] = []

    def show(self, assets: Any, period: str) -> None:
        self.asked.append((tuple(asset.symbol for asset in assets), period))

    def rest(self) -> None:
        self.asked.append(("rest",))


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    made = a_window(qtbot, tmp_path)
    made.charts.symbols = ("^RUT", "BTC-USD")  # type: ignore[misc]
    made.charts.show_tick = lambda tick: None  # type: ignore[attr-defined]
    return made


def fed(window: MainWindow) -> tuple[Noted, Noted]:
    market, live = Noted(), Noted()
    ChartFeed(window, window.charts, market, live)  # type: ignore[arg-type]
    return market, live


def test_that_short_bars_are_asked_for_when_they_are_chosen_and_no_more_on_days(window: MainWindow) -> None:
    market, live = fed(window)
    for period in ("5m", "day"):
        window.charts.period = period  # type: ignore[misc]
        window.charts.wanted_changed.emit()
    assert market.asked == [(("^RUT", "BTC-USD"), "5m"), ("rest",)]
    assert live.asked == [(("^RUT", "BTC-USD"), "5m"), (("^RUT", "BTC-USD"), "day")]


def test_that_a_hidden_window_has_nothing_fetched_and_a_shown_one_again(window: MainWindow) -> None:
    window.charts.period = "1h"  # type: ignore[misc]
    market, live = fed(window)
    window.hide()
    assert (market.asked, live.asked) == ([("rest",)], [("rest",)])
    window.show()
    assert market.asked[-1] == live.asked[-1] == (("^RUT", "BTC-USD"), "1h")


def test_that_bars_chosen_while_hidden_wait_for_the_window(window: MainWindow) -> None:
    market, _live = fed(window)
    window.hide()
    window.charts.period = "1m"  # type: ignore[misc]
    window.charts.wanted_changed.emit()
    assert set(market.asked) == {("rest",)}


def test_that_what_keeps_bars_from_being_new_is_said_once(window: MainWindow) -> None:
    market, _live = fed(window)
    told: list[str] = []
    window.toast = lambda text, *rest: told.append(text)  # type: ignore[method-assign,assignment]
    view = IntradayView(RUSSELL_2000, "1h", some_bars([1.0, 2.0], LAST), SessionCloses(), problem="No way there.")
    for _ in range(3):
        market.changed.emit(Intraday(dt.datetime.now(dt.UTC), "1h", MappingProxyType({"^RUT": view})))
    assert told == ["No way there."]


@pytest.mark.parametrize("period", ["1m", "5m", "15m", "1h", "day", "week", "month"])
def test_that_every_length_of_bars_is_a_command(window: MainWindow, period: str) -> None:
    window.actions_by_id[f"period_{period}"].trigger()
    assert window.charts.asked[-1] == ("set_period", period)  # type: ignore[attr-defined]


def test_that_only_ranges_that_the_bars_can_fill_are_offered(window: MainWindow) -> None:
    def offered() -> set[str]:
        names = ("1D", "5D", "1M", "YTD", "5Y", "10Y", "Max")
        return {name for name in names if window.actions_by_id[f"range_{name}"].isEnabled()}

    assert offered() == {"1M", "YTD", "5Y", "10Y", "Max"}
    window.charts.period = "5m"  # type: ignore[misc]
    window.charts.wanted_changed.emit()
    assert offered() == {"1D", "5D", "1M", "Max"}
    assert window.actions_by_id["period_5m"].isChecked()

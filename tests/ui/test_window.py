"""The window as a whole: requests out, pictures in, and a way back whatever closes it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, QSize, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from data.admission import Refused
from data.settings import Settings
from models.audit import Audit
from models.findings import Finding
from models.progress import Progress
from tests.support.window import NOW, NotedCharts, a_snapshot, a_window, nothing_stored
from ui.charts.linked import LinkedCharts
from ui.commands import COMMANDS
from ui.details import DetailsDialog
from ui.dialogs import MOST_ROWS
from ui.snapshot_image import png_bytes, render_window
from ui.status import problem_details
from ui.theme import load_theme
from ui.window import MainWindow

SIGNALS = {
    "refresh": "refresh_requested",
    "demo": "demo_requested",
    "quit": "quit_requested",
}


@pytest.mark.parametrize(("command", "signal"), SIGNALS.items())
def test_that_a_command_becomes_a_request(qtbot: QtBot, tmp_path: Path, command: str, signal: str) -> None:
    window = a_window(qtbot, tmp_path)
    with qtbot.waitSignal(getattr(window, signal)):
        window.actions_by_id[command].trigger()


def test_that_the_loading_can_be_stopped_only_while_there_is_some(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_window(qtbot, tmp_path)
    window.show_snapshot(a_snapshot())
    assert not window.actions_by_id["cancel"].isEnabled()
    window.show_progress(Progress(1, 10, "Fetching Ether"))
    with qtbot.waitSignal(window.cancel_requested):
        window.actions_by_id["cancel"].trigger()
    window.show_progress(Progress(10, 10, "Done"))
    assert not window.actions_by_id["cancel"].isEnabled()


def test_that_f5_asks_for_a_refresh(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_window(qtbot, tmp_path)
    with qtbot.waitSignal(window.refresh_requested):
        qtbot.keyClick(window, Qt.Key.Key_F5)


def test_that_the_charts_are_told_range_scale_and_style(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_window(qtbot, tmp_path)
    for command in ("range_10Y", "period_week", "style_candle", "log", "compare", "bar_before"):
        window.actions_by_id[command].trigger()
    asked = window.charts.asked  # type: ignore[attr-defined]
    for call in (
        ("set_preset", "10Y"),
        ("set_period", "week"),
        ("set_style", "candle"),
        ("set_scale", "linear"),
        ("set_compare", True),
        ("walk", -1),
    ):
        assert call in asked


@pytest.mark.parametrize(
    ("closing", "hidden", "minimised", "asks_to_quit"),
    [("hide", True, False, False), ("minimise", False, True, False), ("quit", True, False, True)],
)
def test_that_closing_does_what_the_policy_says(
    qtbot: QtBot, tmp_path: Path, closing: str, hidden: bool, minimised: bool, asks_to_quit: bool
) -> None:
    window = a_window(qtbot, tmp_path, closing=closing)  # type: ignore[arg-type]
    asked: list[bool] = []
    window.quit_requested.connect(lambda: asked.append(True))
    window.close()
    assert window.isHidden() is hidden
    assert window.isMinimized() is minimised
    assert bool(asked) is asks_to_quit


def test_that_geometry_survives_a_restart(qtbot: QtBot, tmp_path: Path) -> None:
    first = a_window(qtbot, tmp_path)
    first.resize(798, 610)
    first.closeEvent(QCloseEvent())
    second = MainWindow(
        NotedCharts(),
        theme=load_theme("dark"),
        settings=Settings(),
        clock=lambda: NOW,
        layout=QSettings(str(tmp_path / "layout.ini"), QSettings.Format.IniFormat),
        on_close=lambda: "quit",
    )
    qtbot.addWidget(second)
    assert second.height() == 610


def test_that_a_simulation_says_so_in_the_window_on_each_card_and_on_the_watchlist(
    qtbot: QtBot, tmp_path: Path
) -> None:
    window = a_window(qtbot, tmp_path)
    window.show_snapshot(a_snapshot())
    badges = [window.frame._band, window.watchlist._badge]
    badges += [card._badge for card in (window.panels.standing, window.panels.breaks, window.panels.alerts)]
    assert not any(badge.isVisible() for badge in badges)
    window.show_snapshot(a_snapshot(world="simulated"))
    assert all(badge.isVisible() for badge in badges)
    assert "simulated" in window.status._bars.text()


def test_that_a_click_on_a_break_or_an_alert_brings_all_charts_there(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_window(qtbot, tmp_path)
    window.show_snapshot(a_snapshot())
    session = window.panels.breaks.latest()
    view = window.panels.breaks.view
    view.setFocus()
    view.setCurrentIndex(view.model().index(0, 0))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert ("zoom_to", "^RUT", session) in window.charts.asked  # type: ignore[attr-defined]


def test_that_zooming_to_a_symbol_without_a_pane_gives_it_one(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_window(qtbot, tmp_path)
    window.show_snapshot(a_snapshot())
    with qtbot.waitSignal(window.panes_changed) as changed:
        window.zoom_to("SOL-USD", dt.date(2026, 1, 5))
    assert changed.args == [("^RUT", "BTC-USD", "SOL-USD")]
    assert window.watchlist.symbol == "SOL-USD"


def test_that_a_theme_reaches_every_part(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_window(qtbot, tmp_path)
    window.show_snapshot(a_snapshot())
    light = load_theme("light")
    window.set_theme(light)
    assert ("set_theme", light) in window.charts.asked  # type: ignore[attr-defined]
    assert window.watchlist._delegate.theme is light


def test_that_choosing_a_theme_asks_for_it_to_be_kept(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_window(qtbot, tmp_path)
    with qtbot.waitSignal(window.settings_changed) as changed:
        window.actions_by_id["theme_light"].trigger()
    assert changed.args == [Settings(theme="light")]


def test_that_ages_and_countdown_tick_only_while_the_window_is_seen(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_window(qtbot, tmp_path)
    window.show_snapshot(a_snapshot())
    window.show_next_refresh(NOW + dt.timedelta(seconds=48))
    assert window.status._countdown.text() == "Next refresh 00:48"
    assert window.status._timer.isActive()
    window.hide()
    assert not window.status._timer.isActive()


def test_that_the_window_can_be_a_picture_without_being_shown(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_window(qtbot, tmp_path)
    window.hide()
    window.show_snapshot(a_snapshot())
    image = render_window(window, QSize(1000, 700), 2.0)
    assert (image.width(), image.height()) == (2000, 1400)
    assert png_bytes(image).startswith(b"\x89PNG")


def test_that_the_first_minute_says_what_is_missing_and_offers_three_ways_on(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_window(qtbot, tmp_path)
    window.show_snapshot(nothing_stored(("There is no connection to the internet.",)))
    page = window.first_minute
    assert page.isVisible()
    assert "no connection" in page._state.text()
    with qtbot.waitSignal(window.refresh_requested):
        page.fetch.click()
    with qtbot.waitSignal(window.demo_requested):
        page.demo.click()
    page.import_.click()
    window.show_progress(Progress(2, 10, "Fetching Bitcoin, 2 of 10."))
    assert page._bar.isVisible()
    assert not page.fetch.isEnabled()
    window.show_snapshot(a_snapshot())
    assert not page.isVisible()
    assert window.charts.isVisible()  # type: ignore[attr-defined]


def test_that_a_first_load_that_failed_says_why_once_and_offers_to_try_again(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_window(qtbot, tmp_path)
    page = window.first_minute
    window.show_progress(Progress(0, 2, "Fetching Russell 2000"))
    window.show_snapshot(nothing_stored(("Yahoo cannot be reached.", "Yahoo cannot be reached.", "No source.")))
    assert "on its way" in page._state.text()
    window.show_progress(Progress(0, 0))
    assert page._state.text() == "Yahoo cannot be reached. No source."
    assert page.fetch.text() == "Try again"
    assert page.fetch.isEnabled()


def test_that_the_rows_an_import_refused_can_be_named(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_window(qtbot, tmp_path)
    rows = tuple(Refused(line, "the close “x” is no number") for line in range(2, MOST_ROWS + 5))
    window.show_refused("prices.csv: 1 bar added, 503 rows refused.", rows)
    window.toasts.button.click()
    dialog = window.findChild(DetailsDialog)
    assert dialog is not None
    model = dialog.list.model()
    assert model.index(0, 0).data() == "Line 2"
    assert model.index(0, 1).data() == "The close “x” is no number."
    assert model.index(MOST_ROWS, 1).data() == "3 more rows."


def test_that_one_cause_for_several_assets_is_one_problem(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_window(qtbot, tmp_path)
    whole = a_snapshot()
    views = {symbol: replace(view, problems=("Yahoo cannot be reached.",)) for symbol, view in whole.assets.items()}
    window.show_snapshot(replace(whole, assets=views))
    lines = [detail for detail in problem_details(replace(whole, assets=views)) if "reached" in detail.text]
    assert [detail.about for detail in lines] == [f"Russell 2000 and {len(views) - 1} more"]


def test_that_a_first_window_fits_its_screen(qtbot: QtBot, tmp_path: Path) -> None:
    layout = QSettings(str(tmp_path / "layout.ini"), QSettings.Format.IniFormat)
    window = MainWindow(
        NotedCharts(),
        theme=load_theme("dark"),
        settings=Settings(),
        clock=lambda: NOW,
        layout=layout,
        on_close=lambda: "quit",
    )
    qtbot.addWidget(window)
    room = window.screen().availableSize()
    assert room.width() < 1440, "the screen of the tests is a small one"
    assert window.width() <= room.width()
    assert window.height() < room.height()


def test_that_the_message_of_a_progress_without_an_end_is_shown(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_window(qtbot, tmp_path)
    window.show_progress(Progress(0, 0, "Reading the file"))
    assert window.status._bar.isVisible()
    assert window.status._doing.text() == "Reading the file"
    QApplication.processEvents()


def test_that_no_range_stays_marked_once_it_was_changed_by_hand(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_window(qtbot, tmp_path)
    actions = window.actions_by_id
    assert actions["range_5Y"].isChecked()
    window.charts.preset = None  # type: ignore[misc]
    window.charts.range_changed.emit(None)
    qtbot.waitUntil(lambda: not actions["range_5Y"].isChecked())
    window.charts.preset = "10Y"  # type: ignore[misc]
    window.charts.range_changed.emit(None)
    qtbot.waitUntil(actions["range_10Y"].isChecked)


def test_that_the_real_charts_take_every_chart_command(qtbot: QtBot, tmp_path: Path) -> None:
    charts = LinkedCharts()
    layout = QSettings(str(tmp_path / "layout.ini"), QSettings.Format.IniFormat)
    window = MainWindow(
        charts,
        theme=load_theme("dark"),
        settings=Settings(),
        clock=lambda: NOW,
        layout=layout,
        on_close=lambda: "quit",
    )
    qtbot.addWidget(window)
    window.show_snapshot(a_snapshot())
    for command in (each for each in COMMANDS if each.menu.startswith("Chart") and each.text):
        window.actions_by_id[command.id].trigger()
    window.zoom_to("SOL-USD", dt.date(2026, 1, 5))
    window.set_theme(load_theme("light"))
    assert window.grab().width() > 0


def test_that_the_window_of_the_correlation_is_chosen_kept_and_marked(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_window(qtbot, tmp_path)
    with qtbot.waitSignal(window.settings_changed) as told:
        window.actions_by_id["window_126"].trigger()
    assert told.args[0].correlation_window == 126
    assert window.charts.asked[-1] == ("set_correlation_window", 126)  # type: ignore[attr-defined]
    window.show_settings(replace(told.args[0], correlation_window=100))
    marked = [number for number in (21, 63, 126, 252) if window.actions_by_id[f"window_{number}"].isChecked()]
    assert marked == []


def test_that_a_new_profile_has_one_problem_and_not_one_for_each_asset() -> None:
    blocked = Audit((Finding("empty", "blocking", "There are no settled bars."),))
    nothing = nothing_stored()
    views = {symbol: replace(view, audit=blocked) for symbol, view in nothing.assets.items()}
    (only,) = problem_details(replace(nothing, assets=views))
    assert only.about == f"Russell 2000 and {len(views) - 1} more"
    assert only.text.startswith("No prices are stored yet.")

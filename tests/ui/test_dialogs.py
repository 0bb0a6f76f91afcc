"""The dialogs: settings, search, import and the lists of things to know."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from data.catalog import asset_for
from data.settings import Settings
from data.source import Match
from models.audit import Audit, Finding
from tests.support.window import a_snapshot, a_view, a_window, some_bars, wave
from ui.details import DetailsDialog
from ui.import_dialog import ImportDialog
from ui.search_dialog import SearchDialog
from ui.settings_dialog import SettingsDialog

MATCHES = (Match("SOL-USD", "Solana", "crypto", "CCC"), Match("SOL.AX", "Soul Pattinson", "equity", "Sydney"))


def test_that_every_setting_has_a_named_control(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings())
    qtbot.addWidget(dialog)
    # Levels are drawn in the charts, not typed; forwarders have a dialog of their own.
    elsewhere = ("levels", "forwarders", "forwarders_off")
    assert list(dialog.controls) == [option.name for option in fields(Settings) if option.name not in elsewhere]
    assert all(control.widget.accessibleName() for control in dialog.controls.values())


def test_that_settings_come_back_as_they_were_changed(qtbot: QtBot) -> None:
    before = Settings(refresh_minutes=20, near_percent=2.5, theme="dark", watchlist=("^RUT", "BTC-USD"))
    dialog = SettingsDialog(before)
    qtbot.addWidget(dialog)
    widgets = {name: control.widget for name, control in dialog.controls.items()}
    refresh, notify, closing, panes = (widgets[n] for n in ("refresh_minutes", "notify", "on_close", "panes"))
    assert isinstance(refresh, QSpinBox)
    assert isinstance(notify, QCheckBox)
    assert isinstance(closing, QComboBox)
    assert isinstance(panes, QLineEdit)
    refresh.setValue(30)
    notify.setChecked(False)
    closing.setCurrentIndex(closing.findData("quit"))
    panes.setText("^RUT, SOL-USD")
    with qtbot.waitSignal(dialog.accepted_settings) as accepted:
        dialog.accept()
    wanted = replace(before, refresh_minutes=30, notify=False, on_close="quit", panes=("^RUT", "SOL-USD"))
    assert accepted.args == [wanted]


def test_that_unchanged_settings_are_not_announced(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings(sessions_below=21))
    qtbot.addWidget(dialog)
    announced: list[object] = []
    dialog.accepted_settings.connect(announced.append)
    dialog.accept()
    assert announced == []


def test_that_a_wrong_value_is_named_and_the_dialog_stays(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings())
    qtbot.addWidget(dialog)
    dialog.show()
    panes = dialog.controls["panes"].widget
    assert isinstance(panes, QLineEdit)
    panes.setText("")
    dialog.accept()
    assert dialog.isVisible()
    assert "panes" in dialog._problem.text()


def test_that_defaults_leave_the_users_lists_alone(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings(refresh_minutes=99, watchlist=("^RUT",)))
    qtbot.addWidget(dialog)
    dialog._restore()
    assert dialog.controls["refresh_minutes"].read() == 15
    assert dialog.controls["watchlist"].read() == ("^RUT",)


def test_that_the_search_waits_for_a_pause_and_asks_once(qtbot: QtBot) -> None:
    dialog = SearchDialog()
    qtbot.addWidget(dialog)
    dialog.open_with()
    asked: list[str] = []
    dialog.search_requested.connect(asked.append)
    with qtbot.waitSignal(dialog.search_requested):
        qtbot.keyClicks(dialog.field, "solana")
    assert asked == ["solana"]


def test_that_one_letter_is_not_searched_for(qtbot: QtBot) -> None:
    dialog = SearchDialog()
    qtbot.addWidget(dialog)
    dialog.open_with()
    qtbot.keyClicks(dialog.field, "s")
    assert not dialog._wait.isActive()
    assert "two letters" in dialog.status.text()


def test_that_a_match_is_chosen_by_enter(qtbot: QtBot) -> None:
    dialog = SearchDialog()
    qtbot.addWidget(dialog)
    dialog.open_with("sol")
    dialog.show_matches(MATCHES)
    assert dialog.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "Solana, SOL-USD, Crypto · CCC"
    with qtbot.waitSignal(dialog.symbol_chosen) as chosen:
        qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    assert chosen.args == [MATCHES[0]]


def test_that_no_match_and_a_failure_are_said_in_words(qtbot: QtBot) -> None:
    dialog = SearchDialog()
    qtbot.addWidget(dialog)
    dialog.open_with("qqq")
    dialog.show_matches(())
    assert "Nothing fits" in dialog.status.text()
    dialog.show_failure("Yahoo cannot be reached. Check the connection and try again.")
    assert "cannot be reached" in dialog.status.text()
    assert not dialog.add.isEnabled()


def test_that_a_chosen_match_is_asked_to_be_watched(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_window(qtbot, tmp_path)
    window.actions_by_id["add_symbol"].trigger()
    window.show_matches(MATCHES)
    with qtbot.waitSignal(window.symbol_added) as added:
        window.search._choose_current()
    assert added.args == ["SOL-USD"]


def test_that_an_import_needs_a_file_and_a_symbol(qtbot: QtBot) -> None:
    dialog = ImportDialog(("^RUT", "BTC-USD"), "BTC-USD")
    qtbot.addWidget(dialog)
    assert not dialog.ok.isEnabled()
    dialog.path.setText("prices.csv")
    assert dialog.ok.isEnabled()
    with qtbot.waitSignal(dialog.import_requested) as asked:
        dialog.accept()
    assert asked.args == ["prices.csv", "BTC-USD"]


@pytest.mark.parametrize(("command", "text"), [("problems", "too often"), ("history", "is zero")])
def test_that_problems_and_findings_are_listed_in_full(qtbot: QtBot, tmp_path: Path, command: str, text: str) -> None:
    found = Audit((Finding("zero", "blocking", "The close of 12 Mar 2025 is zero, which cannot be."),))
    view = a_view(asset_for("^RUT"), some_bars(wave()), audit=found, problems=("Yahoo was asked too often.",))
    window = a_window(qtbot, tmp_path)
    window.show_snapshot(a_snapshot(RUT=view))
    window.actions_by_id[command].trigger()
    dialog = next(child for child in window.findChildren(DetailsDialog) if child.isVisible())
    model = dialog.list.model()
    lines = [model.index(row, 1).data() for row in range(model.rowCount())]
    assert any(text in line for line in lines)
    assert isinstance(dialog, QDialog)
    dialog.close()

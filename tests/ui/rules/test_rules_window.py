"""The window of rules shows the book, and asks; it changes nothing by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from models.breakout import State
from models.rules.rule import AtHigh, Rule, Subject, WithinHigh
from ui.rules.past_strip import Firing, Past
from ui.rules.rule_list import RuleLine
from ui.rules.rules_window import RulesWindow
from ui.theme import load_theme

ARMED = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
BREAK = Rule(key="b", name="Break", condition=AtHigh(Subject("^RUT"), (State.BREAK,)))
NEAR = Rule(key="n", name="Near", condition=WithinHigh(Subject("^RUT"), 0.03))


def lines(*rules: Rule, problem: str = "") -> Sequence[RuleLine]:
    return [RuleLine(rule, f"Words of {rule.name}.", ARMED, problem=problem) for rule in rules]


@pytest.fixture
def window(qtbot: QtBot) -> RulesWindow:
    made = RulesWindow(load_theme("dark"))
    qtbot.addWidget(made)
    made.show()
    return made


def test_that_an_empty_book_says_what_to_do_and_offers_nothing_else(window: RulesWindow) -> None:
    window.show_lines(())
    assert "Make one" in window.preview.told.text()
    assert not any(window.buttons[name].isEnabled() for name in ("edit", "switch", "remove", "why", "playback"))
    assert window.buttons["new"].isEnabled()


def test_that_the_past_of_a_rule_no_longer_chosen_is_not_shown(window: RulesWindow) -> None:
    window.show_lines(lines(BREAK, NEAR))
    window.list.choose("n")
    window.show_past(BREAK, Past("Of the other rule."))
    window.show_no_past(BREAK, "Nothing of the other rule.")
    assert "other rule" not in window.preview.told.text()
    window.show_past(NEAR, Past("Of this rule."))
    assert window.preview.told.text() == "Of this rule."


def test_that_the_chosen_rule_stays_chosen_when_the_book_changes(window: RulesWindow) -> None:
    window.show_lines(lines(BREAK, NEAR))
    window.list.choose("n")
    window.show_lines(lines(NEAR, BREAK))
    assert window.list.current is not None
    assert window.list.current.rule == NEAR
    window.show_lines(lines(BREAK))
    assert window.list.current.rule == BREAK


def test_that_each_rule_chosen_has_its_past_asked_for(qtbot: QtBot, window: RulesWindow) -> None:
    window.show_lines(lines(BREAK, NEAR))
    with qtbot.waitSignal(window.past_wanted) as wanted:
        window.list.choose("n")
    assert wanted.args == [NEAR]


def test_that_space_switches_and_enter_changes_and_delete_removes(qtbot: QtBot, window: RulesWindow) -> None:
    window.show_lines(lines(BREAK))
    with qtbot.waitSignal(window.switched) as switched:
        qtbot.keyClick(window.list, Qt.Key.Key_Space)
    assert switched.args == [BREAK, False]
    with qtbot.waitSignal(window.edit_wanted) as edited:
        qtbot.keyClick(window.list, Qt.Key.Key_Return)
    assert edited.args == [BREAK]
    with qtbot.waitSignal(window.removal_wanted) as removed:
        qtbot.keyClick(window.list, Qt.Key.Key_Delete)
    assert removed.args == [BREAK]


def test_that_the_buttons_ask_for_the_same(qtbot: QtBot, window: RulesWindow) -> None:
    off = replace(BREAK, enabled=False)
    window.show_lines(lines(off))
    assert window.buttons["switch"].text() == "Switch on"
    for name, signal, expected in (
        ("switch", window.switched, [off, True]),
        ("edit", window.edit_wanted, [off]),
        ("remove", window.removal_wanted, [off]),
        ("why", window.why_wanted, [off]),
        ("playback", window.playback_wanted, [off]),
        ("new", window.new_wanted, []),
    ):
        with qtbot.waitSignal(signal) as asked:
            window.buttons[name].click()
        assert asked.args == expected


def test_that_a_screen_reader_hears_name_words_and_standing(window: RulesWindow) -> None:
    window.show_lines([*lines(replace(NEAR, enabled=False)), *lines(BREAK, problem="Cannot tell: stale prices")])
    heard = [window.list.model().index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(2)]
    assert heard == ["Near. Words of Near. Off.", "Break. Words of Break. Cannot tell: stale prices."]


def test_that_rules_and_marks_are_painted_in_both_themes(qtbot: QtBot, window: RulesWindow) -> None:
    window.show_lines([*lines(BREAK, NEAR), *lines(replace(NEAR, key="x"), problem="Cannot tell")])
    days = np.arange(np.datetime64("2020-01-01"), np.datetime64("2021-01-01"))
    marks = tuple(
        Firing(days[row].astype(object), ending) for row, ending in ((5, "held"), (50, "failed"), (300, "open"))
    )  # type: ignore[arg-type]
    window.show_past(BREAK, Past("Three times.", marks, days, np.linspace(10, 20, len(days)), (("Times", "3"),)))
    dark = window.grab().toImage()
    window.set_theme(load_theme("light"))
    assert window.grab().toImage() != dark
    window.show_past(BREAK, Past("A single bar.", (), days[:1], np.ones(1)))
    assert not window.grab().isNull()

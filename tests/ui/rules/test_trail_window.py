"""The trail's window asks for what its filters say, shows what it is given, and asks about the line that is chosen."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from pytestqt.qtbot import QtBot

from data.trail import Entry, Wanted
from ui.rules.trail_window import TrailWindow, cell_text, in_words
from ui.theme import load_theme

AT = dt.datetime(2025, 9, 18, 20, 20, tzinfo=dt.UTC)
DAY = dt.date(2025, 9, 18)
ALERT = Entry(AT, "alert", "all-time high", "^RUT", DAY, "break", text="It broke\nClosed at 2,467.", key="k")
JUDGED = Entry(AT, "evaluation", "all-time high", "^RUT", DAY, "break", text=json.dumps({"state": "break"}))
RECEIPT = Entry(AT, "receipt", "all-time high", "^RUT", DAY, "delivered", "notification", "accepted", "k")


@pytest.fixture
def window(qtbot: QtBot) -> TrailWindow:
    made = TrailWindow(load_theme("dark"), dt.date(2025, 10, 1))
    qtbot.addWidget(made)
    made.offer((("all-time high", "All-time high"),), ("^RUT", "BTC-USD"))
    made.show()
    return made


def test_that_an_empty_trail_says_so_and_has_nothing_to_ask_about(window: TrailWindow) -> None:
    window.show_entries(())
    assert window.count.text() == "Nothing fits what is asked for."
    assert not any(window.buttons[name].isEnabled() for name in ("why", "zoom", "export"))


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"reason": "The last session is missing."}, "The last session is missing."),
        ({"readings": [{"says": "At 99 % of it."}, {"says": ""}], "state": "near"}, "At 99 % of it."),
        ({"state": "below"}, "below"),
        ({}, ""),
    ],
)
def test_that_an_evaluation_says_what_it_was_judged_on(inputs: dict[str, object], said: str) -> None:
    assert in_words(Entry(AT, "evaluation", "r", "^RUT", DAY, "x", text=json.dumps(inputs))) == said


def test_that_each_cell_says_its_part_in_words() -> None:
    cells = [cell_text(ALERT, column) for column in range(1, 8)]
    assert cells == ["Alert", "all-time high", "^RUT", "18 Sep 2025", "break", "", "It broke · Closed at 2,467."]
    assert [cell_text(RECEIPT, column) for column in (1, 5, 6)] == ["Receipt", "delivered", "notification"]


def test_that_the_filters_ask_for_what_they_say(qtbot: QtBot, window: TrailWindow) -> None:
    for act, expected in (
        (lambda: window.kind.setCurrentIndex(3), Wanted(kinds=("evaluation",))),
        (lambda: window.rule.setCurrentIndex(1), Wanted(("evaluation",), rule="all-time high")),
        (lambda: window.symbol.setCurrentIndex(2), Wanted(("evaluation",), "all-time high", "BTC-USD")),
        (
            lambda: window.since_on.setChecked(True),
            Wanted(("evaluation",), "all-time high", "BTC-USD", since=dt.date(2025, 9, 1)),
        ),
    ):
        with qtbot.waitSignal(window.wanted) as asked:
            act()
        assert asked.args == [expected]


def test_that_a_search_is_asked_for_once_the_typing_pauses(qtbot: QtBot, window: TrailWindow) -> None:
    with qtbot.waitSignal(window.wanted) as asked:
        qtbot.keyClicks(window.text, "broke")
    assert asked.args[0].text == "broke"


def test_that_what_was_chosen_stays_when_rules_come_and_go(window: TrailWindow) -> None:
    window.rule.setCurrentIndex(1)
    window.offer((("new", "New"), ("all-time high", "All-time high")), ("^RUT",))
    assert window.asked.rule == "all-time high"
    window.offer((("new", "New"),), ("^RUT",))
    assert window.asked.rule is None


def test_that_why_and_the_charts_are_asked_of_the_chosen_line(qtbot: QtBot, window: TrailWindow) -> None:
    window.show_entries((ALERT, JUDGED))
    window.table.selectRow(1)
    with qtbot.waitSignal(window.why_wanted) as why:
        window.buttons["why"].click()
    assert why.args == ["all-time high", "^RUT", DAY]
    with qtbot.waitSignal(window.zoom_requested) as zoom:
        window.buttons["zoom"].click()
    assert zoom.args == ["^RUT", DAY]


def test_that_the_lines_are_counted_and_painted_in_both_themes(window: TrailWindow) -> None:
    window.show_entries((ALERT, JUDGED, RECEIPT))
    assert window.count.text() == "3 lines"
    dark = window.grab().toImage()
    window.set_theme(load_theme("light"))
    assert window.grab().toImage() != dark

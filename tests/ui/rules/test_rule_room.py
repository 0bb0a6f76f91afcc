"""The windows of rules at work on a real profile: rules kept, tried, switched, exchanged, and asked why."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QDate
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import main
from data.calendar import Calendars
from data.ledger import Judgement
from data.levels import Level
from data.profile import Profile
from data.rulebook import Rulebook
from models.desk import Desk
from models.jobs import Jobs
from models.market import Market
from models.rules.keeping import keep, kept_rules
from models.rules.rule import Crosses, Rule, Subject, WithinHigh
from tests.support.profiles import keep as keep_bars
from tests.support.profiles import profile_in, staged_bars
from tests.support.sources import HandClock
from tests.support.staged import BREAK_DAY, SETTLED
from ui.details import DetailsDialog
from ui.rules.day_dialog import DayDialog
from ui.rules.rule_editor import RuleEditor
from ui.rules.rule_room import RuleRoom
from ui.theme import load_theme

NEAR = Rule(key="near", name="Near", condition=WithinHigh(Subject("^RUT"), 0.03))


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    made = profile_in(tmp_path, ["^RUT"])
    keep_bars(made, "^RUT", staged_bars(Calendars()))
    return made


@pytest.fixture
def desk(profile: Profile) -> Iterator[Desk]:
    made = main.build(profile, demo=False, seed=0, clock=HandClock(SETTLED))
    yield made
    made.parts.store.close()


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    assert made.stop(), "a worker outlived its test"


@pytest.fixture
def room(qtbot: QtBot, desk: Desk, jobs: Jobs) -> Iterator[RuleRoom]:
    window = QWidget()
    qtbot.addWidget(window)
    market = Market(desk, jobs)
    made = RuleRoom(desk, jobs, market, load_theme("dark"), window)
    yield made
    market.stop()


def rules(desk: Desk) -> dict[str, Rule]:
    return {each.rule.key: each.rule for each in kept_rules(Rulebook(desk.parts.store), desk.parts.clock()).kept}


def opened(qtbot: QtBot, room: RuleRoom) -> None:
    room.open_rules()
    qtbot.waitUntil(lambda: room._rules is not None and room._rules.list.current is not None)


def test_that_a_store_that_cannot_be_read_is_told_and_nothing_crashes(qtbot: QtBot, room: RuleRoom, desk: Desk) -> None:
    desk.parts.store.close()
    with qtbot.waitSignal(room.told) as told:
        room.follow_level("^RUT", Level(2.0))
    assert "closing" in told.args[0]


def test_that_the_built_in_rule_is_shown_with_its_past(qtbot: QtBot, room: RuleRoom) -> None:
    opened(qtbot, room)
    assert room._rules is not None
    preview = room._rules.preview
    qtbot.waitUntil(lambda: preview.told.text().startswith("It would have spoken"))
    assert preview.words.text().startswith("When the Russell 2000")


def test_that_a_rule_without_prices_says_that_there_is_no_past(qtbot: QtBot, room: RuleRoom, desk: Desk) -> None:
    keep(Rulebook(desk.parts.store), replace(NEAR, condition=WithinHigh(Subject("BTC-USD"), 0.1)), desk.parts.clock())
    opened(qtbot, room)
    assert room._rules is not None
    room._rules.list.choose("near")
    preview = room._rules.preview
    qtbot.waitUntil(lambda: preview.told.text().startswith("No prices of Bitcoin are stored"))


def test_that_a_new_rule_is_previewed_kept_shown_and_chosen(qtbot: QtBot, room: RuleRoom, desk: Desk) -> None:
    opened(qtbot, room)
    room.make_rule()
    editor = room._window.findChild(RuleEditor)
    editor.show_rule(NEAR)
    editor._preview()
    qtbot.waitUntil(lambda: editor.preview.told.text().startswith("It would"))
    with qtbot.waitSignal(room.changed):
        editor.accept()
    assert [rule.name for rule in rules(desk).values()] == ["All-time high", "Near"]
    assert room._rules is not None
    shown = room._rules.list
    qtbot.waitUntil(lambda: shown.current is not None and shown.current.rule.name == "Near")


def test_that_a_rule_can_be_switched_off_and_removed(qtbot: QtBot, room: RuleRoom, desk: Desk) -> None:
    keep(Rulebook(desk.parts.store), NEAR, desk.parts.clock())
    opened(qtbot, room)
    assert room._rules is not None
    room._rules.list.choose("near")
    with qtbot.waitSignal(room.changed):
        room._rules.buttons["switch"].click()
    assert not rules(desk)["near"].enabled
    shown = room._rules.list
    qtbot.waitUntil(lambda: shown.current is not None and not shown.current.rule.enabled)
    with qtbot.waitSignal(room.changed):
        room._rules.buttons["remove"].click()
    assert "near" not in rules(desk)


def test_that_rules_go_out_as_toml_and_come_back_with_the_refused_ones_named(
    qtbot: QtBot, room: RuleRoom, desk: Desk, tmp_path: Path
) -> None:
    keep(Rulebook(desk.parts.store), NEAR, desk.parts.clock())
    opened(qtbot, room)
    assert room._rules is not None
    path = tmp_path / "rules.toml"
    room._rules.export_wanted.emit(str(path))
    qtbot.waitUntil(lambda: "2 rules written" in room._rules.status.text())
    Rulebook(desk.parts.store).remove("near", desk.parts.clock())
    path.write_text(path.read_text() + '\n[[rule]]\nkey = "bad"\nname = "Bad one"\nnonsense = 1\n')
    with qtbot.waitSignal(room.changed):
        room._rules.import_wanted.emit(str(path))
    assert rules(desk)["near"] == NEAR
    assert "1 rule imported" in room._rules.status.text()
    assert "Bad one" in room._rules.status.text()


def test_that_a_file_that_is_no_text_is_refused(qtbot: QtBot, room: RuleRoom, tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_bytes(b"\xff\xfe\x00")
    opened(qtbot, room)
    assert room._rules is not None
    room._rules.import_wanted.emit(str(path))
    qtbot.waitUntil(lambda: "cannot be read as text" in room._rules.status.text())


def test_that_a_rule_on_a_level_follows_it_and_others_stay(qtbot: QtBot, room: RuleRoom, desk: Desk) -> None:
    level = Level(2500.0)
    room.make_rule_at("^RUT", level)
    editor = room._window.findChild(RuleEditor)
    with qtbot.waitSignal(room.changed):
        editor.accept()
    (rule,) = (rule for rule in rules(desk).values() if rule.key.startswith("level-"))
    assert rule.condition == Crosses(Subject("^RUT"), "above", 2500.0)
    with qtbot.waitSignal(room.changed):
        for price in (2550.0, 2580.0, 2600.0):
            room.follow_level("^RUT", level.moved(price))
    assert rules(desk)[rule.key].condition == Crosses(Subject("^RUT"), "above", 2600.0)
    assert len(Rulebook(desk.parts.store).editions(rule.key)) == 2
    with qtbot.assertNotEmitted(room.changed, wait=900):
        room.follow_level("^RUT", Level(2.0))
    assert len(rules(desk)) == 2


def test_that_the_trail_is_read_filtered_and_written(qtbot: QtBot, room: RuleRoom, desk: Desk, tmp_path: Path) -> None:
    desk.ledger.commit(Judgement("near", "^RUT", BREAK_DAY, "holds", {"state": "near"}, SETTLED))
    room.open_trail()
    trail = room._trail
    assert trail is not None
    trail.kind.setCurrentIndex(3)
    qtbot.waitUntil(lambda: trail.count.text() == "1 line")
    path = tmp_path / "trail.json"
    trail.export_wanted.emit(str(path), trail.asked)
    qtbot.waitUntil(path.exists)
    qtbot.waitUntil(lambda: path.stat().st_size > 0)
    assert json.loads(path.read_text())[0]["what"] == "holds"
    room.refresh()
    qtbot.waitUntil(lambda: trail.count.text() == "1 line")


@pytest.mark.parametrize(
    ("rule", "session", "said"),
    [
        ("gone", BREAK_DAY, "no longer in the book"),
        ("all-time high", BREAK_DAY, ""),
        ("all-time high", dt.date(2025, 9, 14), "no settled bar of 14 Sep 2025"),
    ],
)
def test_that_why_is_answered_for_any_rule_and_day(
    qtbot: QtBot, room: RuleRoom, rule: str, session: dt.date, said: str
) -> None:
    room.ask_why(rule, "^RUT", session)
    qtbot.waitUntil(lambda: room._window.findChild(DetailsDialog) is not None)
    dialog = room._window.findChild(DetailsDialog)
    texts = " ".join(child.text() for child in dialog.findChildren(QWidget) if hasattr(child, "text"))
    assert said in texts
    dialog.close()


def test_that_any_day_of_a_rule_can_be_asked_about(qtbot: QtBot, room: RuleRoom) -> None:
    opened(qtbot, room)
    assert room._rules is not None
    room._rules.buttons["why"].click()
    asked = room._window.findChild(DayDialog)
    asked.day.setDate(QDate(2025, 9, 16))
    asked.accept()
    qtbot.waitUntil(lambda: room._window.findChild(DetailsDialog) is not None)
    dialog = room._window.findChild(DetailsDialog)
    assert dialog.windowTitle() == "All-time high: 16 Sep 2025"
    dialog.close()


def test_that_what_is_not_real_is_badged_in_every_window_of_rules(qtbot: QtBot, desk: Desk, jobs: Jobs) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    played = replace(desk, world="playback")
    market = Market(played, jobs)
    room = RuleRoom(played, jobs, market, load_theme("dark"), window)
    room.open_rules()
    room.open_trail()
    room.make_rule()
    assert room._rules is not None
    assert room._trail is not None
    shown = [room._rules.preview._badge, room._trail.badge, window.findChild(RuleEditor).preview._badge]
    assert [badge.text() for badge in shown] == ["PLAYBACK"] * 3
    assert all(not badge.isHidden() for badge in shown)
    market.stop()

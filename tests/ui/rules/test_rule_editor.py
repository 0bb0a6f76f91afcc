"""The editor gives back the rule that it was given, shows its words and past, and refuses what cannot be judged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from pytestqt.qtbot import QtBot

from data.catalog import asset_for
from models.breakout import State
from models.rules.rule import (
    TOLD_STATES,
    AllOf,
    AnyOf,
    AtHigh,
    Condition,
    Crosses,
    Drawdown,
    Extreme,
    InRegime,
    Move,
    Rule,
    Subject,
    WithinHigh,
)
from ui.rules.kinds import KINDS, kind_of
from ui.rules.past_strip import Firing, Past
from ui.rules.rule_editor import RuleEditor, Surroundings
from ui.theme import load_theme

RUT, BTC = Subject("^RUT"), Subject("BTC-USD")
TODAY = dt.date(2026, 11, 23)
BREAK = Rule(key="k", name="Break", condition=AtHigh(RUT, (State.BREAK,)))
FULL = Rule(
    key="k",
    name="A full one",
    condition=AllOf((Crosses(Subject("ETH-USD", "BTC-USD"), "below", 0.0312345678), Move(BTC, -0.1, 5))),
    scope="live",
    rearm=0.0123,
    cooldown=dt.timedelta(hours=7),
    expires=dt.date(2027, 1, 31),
    channels=("toast",),
    urgent=True,
    enabled=False,
    note="By hand.",
)

fractions = st.floats(0.001, 0.5)
named = st.sampled_from([RUT, BTC, Subject("SAP.DE"), Subject("BTC-USD", "^RUT")])
sessions = st.integers(2, 500)
leaves: st.SearchStrategy[Condition] = st.one_of(
    st.builds(
        AtHigh,
        named,
        st.lists(st.sampled_from(TOLD_STATES), min_size=1, unique=True).map(
            lambda chosen: tuple(s for s in TOLD_STATES if s in chosen)
        ),
        st.none() | sessions,
        st.none() | fractions,
        st.none() | st.integers(1, 60),
        fractions,
        st.sampled_from(["close", "high"]),
    ),
    st.builds(Crosses, named, st.sampled_from(["above", "below"]), st.floats(0.01, 1e6)),
    st.builds(Crosses, named, st.just("above"), fractions, st.just("percent"), st.dates(dt.date(1990, 1, 1), TODAY)),
    st.builds(WithinHigh, named, fractions),
    st.builds(Extreme, named, sessions, st.sampled_from(["high", "low"])),
    st.builds(Move, named, fractions | fractions.map(lambda change: -change), sessions),
    st.builds(Drawdown, named, fractions),
    st.builds(InRegime, st.sampled_from(["expanding", "flat", "shrinking"])),
)
several = st.lists(leaves, min_size=2, max_size=3).map(tuple)
conditions = (
    leaves | several.map(AllOf) | several.map(AnyOf) | several.map(lambda parts: AllOf((parts[0], AnyOf(parts))))
)


def around(problem: str | None = None) -> Surroundings:
    return Surroundings(
        assets=tuple(map(asset_for, ("^RUT", "BTC-USD", "ETH-USD"))),
        prices={"^RUT": 2400.0, "BTC-USD": 90_000.0},
        channels=("notification", "tray", "toast"),
        templates=(replace(FULL, key="template"),),
        today=TODAY,
        words=lambda rule: f"Words of {rule.name}",
        problem=lambda rule: problem,
    )


@pytest.fixture
def editor(qtbot: QtBot) -> Callable[[Rule, str | None], RuleEditor]:
    def make(rule: Rule, problem: str | None = None) -> RuleEditor:
        made = RuleEditor(rule, around(problem), load_theme("dark"))
        qtbot.addWidget(made)
        return made

    return make


Make = Callable[..., RuleEditor]


def save(editor: RuleEditor) -> None:
    editor.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save).click()  # type: ignore[union-attr]


def test_that_a_rule_without_a_name_is_not_kept_and_says_so(qtbot: QtBot, editor: Make) -> None:
    made = editor(replace(BREAK, name=""))
    with qtbot.assertNotEmitted(made.saved):
        save(made)
    assert "no name" in made.preview.told.text()


def test_that_a_rule_that_nothing_could_tell_is_not_kept(qtbot: QtBot, editor: Make) -> None:
    made = editor(BREAK)
    for box in made.channels.values():
        box.setChecked(False)
    with qtbot.assertNotEmitted(made.saved):
        save(made)
    assert "No way of telling" in made.preview.told.text()


def test_that_what_cannot_be_judged_is_named_and_not_kept(qtbot: QtBot, editor: Make) -> None:
    made = editor(BREAK, "A live rule can only tell a touch.")
    assert made.preview.told.text() == "A live rule can only tell a touch."
    with qtbot.assertNotEmitted(made.saved), qtbot.assertNotEmitted(made.preview_wanted):
        save(made)
    assert made.preview.strip.accessibleDescription() == ""


@pytest.mark.parametrize("rule", [BREAK, FULL], ids=["short", "full"])
def test_that_a_rule_that_was_only_looked_at_is_saved_unchanged(qtbot: QtBot, editor: Make, rule: Rule) -> None:
    made = editor(rule)
    with qtbot.waitSignal(made.saved) as saved:
        save(made)
    assert saved.args == [rule]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(conditions)
def test_that_every_condition_comes_back_as_it_was(qapp: QApplication, condition: Condition) -> None:
    made = RuleEditor(replace(BREAK, condition=condition), around(), load_theme("dark"))
    assert made.rule.condition == condition
    made.deleteLater()


def test_that_a_template_fills_the_form_and_leaves_the_key(editor: Make) -> None:
    made = editor(BREAK)
    made.template.setCurrentIndex(1)
    made.template.activated.emit(1)
    assert made.rule == replace(FULL, key="k", enabled=False)


def test_that_conditions_can_be_added_joined_and_removed(editor: Make) -> None:
    made = editor(BREAK)
    assert made.rows[0].remove.isHidden()
    made.add.click()
    made.joined.setCurrentIndex(1)
    assert made.rule.condition == AnyOf((BREAK.condition, WithinHigh(RUT, 0.03)))
    made.rows[0].remove.click()
    assert made.rule.condition == WithinHigh(RUT, 0.03)


def test_that_every_kind_can_be_chosen_and_begins_with_something_sensible(editor: Make) -> None:
    made = editor(BREAK)
    for place, kind in enumerate(KINDS):
        made.rows[0].kind.setCurrentIndex(place)
        assert kind_of(made.rows[0].leaf) is kind
    made.rows[0].kind.setCurrentIndex(1)
    assert made.rule.condition == Crosses(RUT, "above", 2400.0)


def test_that_groups_within_groups_are_kept_and_not_flattened(editor: Make) -> None:
    nested = AnyOf((AllOf((BREAK.condition, WithinHigh(BTC, 0.1))), Drawdown(BTC, 0.2)))
    made = editor(replace(BREAK, condition=nested))
    assert made.rows == []
    assert not made.add.isEnabled()
    assert made.rule.condition == nested


def test_that_the_past_of_the_rule_is_asked_for_once_the_typing_pauses(qtbot: QtBot, editor: Make) -> None:
    made = editor(BREAK)
    with qtbot.waitSignal(made.preview_wanted) as wanted:
        for letter in "er":
            qtbot.keyClicks(made.name, letter)
    assert wanted.args[0].name == "Breaker"
    assert made.preview.words.text() == "Words of Breaker"
    made.preview.show_past(Past("It would have spoken once.", (Firing(TODAY, "held"),)))
    assert made.preview.told.text() == "It would have spoken once."


def test_that_every_input_has_a_name_for_a_screen_reader(editor: Make) -> None:
    made = editor(FULL)
    for row in made.rows:
        assert all(each.widget.accessibleName() for each in row._inputs.values())
    for widget in (made.rearm.widget, made.cooldown.widget, made.scope.widget, made.urgent, made.name, made.note):
        assert widget.accessibleName()

"""The inputs of a rule give back exactly what they were given, and what a user types in the rule's own units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDateEdit, QDoubleSpinBox, QSpinBox

from models.breakout import State
from models.rules.rule import TOLD_STATES
from ui.rules.inputs import AS_SET, Make, choice, count, percent, price, session, states

once = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def nothing() -> None:
    """Take no notice of a change."""


def given_back(make: Make, value: object) -> object:
    made = make(nothing)
    made.show(value)
    return made.read()


@once
@given(st.none() | st.floats(0, 0.5))
def test_that_an_untouched_percentage_gives_back_its_fraction_to_the_last_digit(
    qapp: QApplication, fraction: float | None
) -> None:
    assert given_back(percent(0, 50, optional=True), fraction) == fraction


@once
@given(st.floats(1e-8, 1e9))
def test_that_an_untouched_price_gives_back_its_number_to_the_last_digit(qapp: QApplication, level: float) -> None:
    assert given_back(price(), level) == level


@once
@given(st.none() | st.integers(0, 2520))
def test_that_a_count_gives_back_its_number(qapp: QApplication, number: int | None) -> None:
    assert given_back(count(0, 2520, "sessions", optional=True), number) == number


@once
@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)))
def test_that_a_day_is_given_back(qapp: QApplication, day: dt.date) -> None:
    assert given_back(session(), day) == day


@once
@given(st.lists(st.sampled_from(TOLD_STATES), unique=True))
def test_that_states_are_given_back_in_their_own_order(qapp: QApplication, chosen: Sequence[State]) -> None:
    assert given_back(states(TOLD_STATES), tuple(chosen)) == tuple(s for s in TOLD_STATES if s in chosen)


def test_that_a_typed_percentage_becomes_a_fraction_without_noise(qapp: QApplication) -> None:
    heard: list[None] = []
    made = percent(-99.9, 1000)(lambda: heard.append(None))
    made.show(0.5)
    assert isinstance(made.widget, QDoubleSpinBox)
    made.widget.setValue(-7.3)
    assert made.read() == -0.073
    assert len(heard) == 1


def test_that_a_number_left_to_the_settings_says_so_and_is_none(qapp: QApplication) -> None:
    made = count(1, 60, "closes", optional=True)(nothing)
    made.show(None)
    assert isinstance(made.widget, QSpinBox)
    assert made.widget.text() == AS_SET
    made.widget.stepUp()
    assert made.read() == 1


def test_that_showing_a_value_is_no_change_of_the_users(qapp: QApplication) -> None:
    heard: list[None] = []
    for make, value in (
        (percent(0, 50), 0.1),
        (count(0, 9, "days"), 3),
        (price(), 2718.77),
        (choice((("a", 1), ("b", 2))), 2),
        (session(), dt.date(2025, 9, 18)),
        (states(TOLD_STATES), TOLD_STATES),
    ):
        made = make(lambda: heard.append(None))
        made.show(value)
    assert heard == []


@pytest.mark.parametrize("value", [1, 2])
def test_that_a_choice_gives_its_value_and_tells_of_a_change(qapp: QApplication, value: int) -> None:
    heard: list[None] = []
    made = choice((("one", 1), ("two", 2)))(lambda: heard.append(None))
    made.show(value)
    assert made.read() == value
    assert isinstance(made.widget, QComboBox)
    made.widget.setCurrentIndex(2 - value)
    assert (made.read(), len(heard)) == (3 - value, 1)


def test_that_every_box_of_the_states_tells_of_a_change(qapp: QApplication) -> None:
    heard: list[None] = []
    made = states((State.BREAK,))(lambda: heard.append(None))
    made.show(())
    made.widget.findChild(QCheckBox).click()  # type: ignore[union-attr]
    assert (made.read(), len(heard)) == ((State.BREAK,), 1)


def test_that_a_day_tells_of_a_change(qapp: QApplication) -> None:
    heard: list[None] = []
    made = session()(lambda: heard.append(None))
    made.show(dt.date(2025, 9, 18))
    assert isinstance(made.widget, QDateEdit)
    made.widget.setDate(made.widget.date().addDays(1))
    assert (made.read(), len(heard)) == (dt.date(2025, 9, 19), 1)

"""The inputs of a rule's numbers and choices: each reads and shows one value in the rule's own units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDoubleSpinBox,
    QHBoxLayout,
    QSpinBox,
    QWidget,
)

from models.breakout import State
from ui.wording import STATE_NAMES

AS_SET = "as in the settings"
_FINEST = 6  # decimals of a fraction; finer is float noise of the percent that was typed

Changed = Callable[[], None]


@dataclass(frozen=True, slots=True, eq=False)
class Input:
    """One widget for one value: `read` returns it, `show` puts another one in without telling anybody."""

    widget: QWidget
    read: Callable[[], Any]
    show: Callable[[Any], None]


Make = Callable[[Changed], Input]


def percent(least: float, most: float, *, decimals: int = 1, optional: bool = False) -> Make:
    """A fraction, typed as a percentage; an optional one may be None, the number in the settings."""

    def make(changed: Changed) -> Input:
        box = QDoubleSpinBox(decimals=decimals, minimum=least - (1 if optional else 0), maximum=most, suffix=" %")
        box.setSingleStep(0.5)
        return _number(box, changed, optional, lambda value: round(value / 100, _FINEST), lambda value: value * 100)

    return make


def count(least: int, most: int, unit: str, *, optional: bool = False) -> Make:
    """A whole number; an optional one may be None, the number in the settings."""

    def make(changed: Changed) -> Input:
        box = QSpinBox(minimum=least - (1 if optional else 0), maximum=most, suffix=f" {unit}")
        return _number(box, changed, optional, int, int)

    return make


def price() -> Make:
    """A price or ratio, above zero."""

    def make(changed: Changed) -> Input:
        box = QDoubleSpinBox(decimals=8, minimum=0.00000001, maximum=1e12)
        box.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        box.setGroupSeparatorShown(True)
        box.textFromValue = lambda value: f"{value:,.8f}".rstrip("0").rstrip(".")  # type: ignore[method-assign]
        return _number(box, changed, False, float, float)

    return make


def choice(options: Sequence[tuple[str, object]]) -> Make:
    """One of a few values, each with its words."""

    def make(changed: Changed) -> Input:
        box = QComboBox()
        for text, value in options:
            box.addItem(text, value)
        box.currentIndexChanged.connect(lambda _: changed())
        return Input(box, box.currentData, lambda value: _quietly(box, lambda: box.setCurrentIndex(_place(box, value))))

    return make


def session() -> Make:
    """A calendar day, the past included."""

    def make(changed: Changed) -> Input:
        box = QDateEdit(calendarPopup=True, displayFormat="d MMM yyyy")
        box.dateChanged.connect(lambda _: changed())

        def show(day: dt.date) -> None:
            _quietly(box, lambda: box.setDate(QDate(day.year, day.month, day.day)))

        return Input(box, lambda: box.date().toPython(), show)

    return make


def states(offered: Sequence[State]) -> Make:
    """Any of the states against the high, in their order."""

    def make(changed: Changed) -> Input:
        frame = QWidget()
        row = QHBoxLayout(frame)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        boxes = {state: QCheckBox(STATE_NAMES[state]) for state in offered}
        for box in boxes.values():
            box.toggled.connect(lambda _: changed())
            row.addWidget(box)

        def read() -> tuple[State, ...]:
            return tuple(state for state, box in boxes.items() if box.isChecked())

        def show(chosen: tuple[State, ...]) -> None:
            for state, box in boxes.items():
                _quietly(box, lambda box=box, state=state: box.setChecked(state in chosen))

        return Input(frame, read, show)

    return make


def _number(
    box: QSpinBox | QDoubleSpinBox,
    changed: Changed,
    optional: bool,
    read: Callable[[float], float],
    show: Callable[[float], float],
) -> Input:
    if optional:
        box.setSpecialValueText(AS_SET)
    box.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToNearestValue)
    box.setKeyboardTracking(False)
    box.lineEdit().setTextMargins(6, 0, 0, 0)  # the style sheet's padding does not reach it
    box.valueChanged.connect(lambda _: changed())

    given: dict[float, float | None] = {}  # what the box shows may be rounded; untouched it gives back what it got

    def value() -> float | None:
        if box.value() in given:
            return given[box.value()]
        return None if optional and box.value() == box.minimum() else read(box.value())

    def put(new: float | None) -> None:
        _quietly(box, lambda: box.setValue(box.minimum() if new is None else show(new)))
        given.clear()
        given[box.value()] = new

    return Input(box, value, put)


def _place(box: QComboBox, value: object) -> int:
    """Return where a value stands; enums that Qt turned into text are found too."""
    return next((i for i in range(box.count()) if box.itemData(i, Qt.ItemDataRole.UserRole) == value), 0)


def _quietly(widget: QWidget, act: Callable[[], None]) -> None:
    before = widget.blockSignals(True)
    act()
    widget.blockSignals(before)

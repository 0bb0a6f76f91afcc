"""Making or changing a rule, with its words and its past beside the form as it is typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import QDate, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from data.catalog import Asset
from models.rules.rule import AllOf, AnyOf, Condition, Leaf, Rule, Subject, WithinHigh
from ui.card import label
from ui.rules.condition_row import ConditionRow
from ui.rules.inputs import Input, choice, percent
from ui.rules.preview_card import PreviewCard
from ui.theme import Theme

PAUSE_MILLISECONDS = 250
FIELD_WIDTH = 256
YEAR = dt.timedelta(days=365)
_COOLDOWNS = (
    ("no pause", dt.timedelta(0)),
    ("15 minutes", dt.timedelta(minutes=15)),
    ("an hour", dt.timedelta(hours=1)),
    ("four hours", dt.timedelta(hours=4)),
    ("a day", dt.timedelta(days=1)),
    ("three days", dt.timedelta(days=3)),
    ("a week", dt.timedelta(weeks=1)),
    ("30 days", dt.timedelta(days=30)),
    ("90 days", dt.timedelta(days=90)),
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the editor offers and asks: assets with their last prices, channels, templates, and the present day.

    `words` puts a rule into a sentence; `problem` says what is wrong with one, or None.
    """

    assets: tuple[Asset, ...]
    prices: Mapping[str, float]
    channels: tuple[str, ...]
    templates: tuple[Rule, ...]
    today: dt.date
    words: Callable[[Rule], str]
    problem: Callable[[Rule], str | None]


class RuleEditor(QDialog):
    """Shows a rule and emits it as `saved`; while it is changed, `preview_wanted` asks what it would have done."""

    saved = Signal(object)
    preview_wanted = Signal(object)

    def __init__(self, rule: Rule, around: Surroundings, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Rule")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(1088, min(760, self.screen().availableGeometry().height() - 48))
        self._rule, self._around = rule, around
        self._nested: Condition | None = None
        self.rows: list[ConditionRow] = []
        self.name, self.note = QLineEdit(), QLineEdit()
        self.template, self.joined = QComboBox(), QComboBox()
        self.add = QPushButton("Add a condition")
        self.rearm = percent(0, 50, decimals=2)(self._on_change)
        self.scope = choice((("at the close, on settled bars", "close"), ("live, on the price in progress", "live")))(
            self._on_change
        )
        self.cooldown = self._cooldown()
        self.expires, self.expiry = QCheckBox("On"), QDateEdit(calendarPopup=True, displayFormat="d MMM yyyy")
        self.urgent = QCheckBox("Told in quiet hours too")
        self.channels = {name: QCheckBox(name.capitalize()) for name in around.channels}
        self.preview = PreviewCard(theme)
        self._conditions = QVBoxLayout()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MILLISECONDS)
        self._arrange()
        self.show_rule(rule)
        self._connect()
        self._preview()

    @property
    def rule(self) -> Rule:
        """The rule as it stands in the form."""
        chosen = tuple(name for name, box in self.channels.items() if box.isChecked())
        return replace(
            self._rule,
            name=self.name.text().strip(),
            condition=self._condition(),
            scope=self.scope.read(),
            rearm=self.rearm.read(),
            cooldown=self.cooldown.read(),
            expires=self.expiry.date().toPython() if self.expires.isChecked() else None,
            channels=() if len(chosen) == len(self.channels) else chosen,
            urgent=self.urgent.isChecked(),
            note=self.note.text().strip(),
        )

    def show_rule(self, rule: Rule) -> None:
        """Show a rule; the key of the one being edited stays."""
        self._rule = replace(rule, key=self._rule.key)
        self.name.setText(rule.name)
        self.scope.show(rule.scope)
        self.rearm.show(rule.rearm)
        self.cooldown.show(rule.cooldown)
        self.expires.setChecked(rule.expires is not None)
        day = rule.expires or self._around.today + YEAR
        self.expiry.setDate(QDate(day.year, day.month, day.day))
        self.urgent.setChecked(rule.urgent)
        self.note.setText(rule.note)
        for name, box in self.channels.items():
            box.setChecked(not rule.channels or name in rule.channels)
        self._show_condition(rule.condition)

    def accept(self) -> None:
        """Hand over the rule, or say what is wrong with it and stay."""
        rule = self.rule
        problem = self._problem(rule)
        if problem is not None:
            self.preview.show_problem(problem)
            return
        self.saved.emit(rule)
        super().accept()

    # -- the form

    def _arrange(self) -> None:
        form = QWidget()
        column = QVBoxLayout(form)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(12)
        column.addLayout(self._head())
        column.addLayout(self._joining())
        column.addLayout(self._conditions)
        column.addLayout(self._behaviour())
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(form)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        sides = QHBoxLayout()
        sides.setSpacing(16)
        sides.addWidget(area, 3)
        sides.addWidget(self.preview, 2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 20, 24, 20)
        whole.setSpacing(12)
        whole.addWidget(label("Tell me when…", "heading"))
        whole.addLayout(sides, 1)
        whole.addWidget(self._buttons())

    def _head(self) -> QFormLayout:
        self.name.setPlaceholderText("A name of your own")
        self.template.addItem("Choose a template…", None)
        for each in self._around.templates:
            self.template.addItem(each.name, each)
        form = _form()
        _add(form, "Begin with", self.template)
        _add(form, "Name", self.name)
        return form

    def _joining(self) -> QHBoxLayout:
        self.joined.addItem("all of these hold:", AllOf)
        self.joined.addItem("any of these holds:", AnyOf)
        self.joined.setAccessibleName("How the conditions join")
        self.add.setAutoDefault(False)
        row = QHBoxLayout()
        row.addWidget(label("It speaks when", "muted"))
        row.addWidget(self.joined)
        row.addStretch(1)
        row.addWidget(self.add)
        return row

    def _behaviour(self) -> QFormLayout:
        expiry = QHBoxLayout()
        self.expiry.setAccessibleName("Last day")
        expiry.addWidget(self.expires)
        expiry.addWidget(self.expiry)
        expiry.addStretch(1)
        ways = QHBoxLayout()
        for box in self.channels.values():
            ways.addWidget(box)
        ways.addStretch(1)
        form = _form()
        _add(form, "Judged", self.scope.widget)
        _add(form, "Speaks again after it is back by", self.rearm.widget)
        _add(form, "And not sooner than after", self.cooldown.widget)
        form.addRow(label("Ends", "muted"), expiry)
        if self.channels:
            form.addRow(label("Told by", "muted"), ways)
        _add(form, "Urgent", self.urgent)
        _add(form, "Note", self.note)
        return form

    def _buttons(self) -> QDialogButtonBox:
        standard = QDialogButtonBox.StandardButton
        box = QDialogButtonBox(standard.Save | standard.Cancel)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        return box

    def _connect(self) -> None:
        for line in (self.name, self.note):
            line.textEdited.connect(self._on_change)
        for box in (self.expires, self.urgent, *self.channels.values()):
            box.toggled.connect(self._on_change)
        self.expiry.dateChanged.connect(self._on_change)
        self.joined.currentIndexChanged.connect(self._on_change)
        self.template.activated.connect(self._on_template)
        self.add.clicked.connect(self._on_add)
        self._pause.timeout.connect(self._preview)

    def _cooldown(self) -> Input:
        """Offer the usual pauses, and those of the rule and the templates where they are none of them."""
        usual = dict(_COOLDOWNS).values()
        own = {each.cooldown for each in (self._rule, *self._around.templates)}.difference(usual)
        others = [(f"{length.total_seconds() / 3600:g} hours", length) for length in sorted(own)]
        return choice((*_COOLDOWNS, *others))(self._on_change)

    # -- the conditions

    def _condition(self) -> Condition:
        if self._nested is not None:
            return self._nested
        leaves: tuple[Condition, ...] = tuple(row.leaf for row in self.rows)
        if len(leaves) == 1:
            return leaves[0]
        joined: type[AllOf] | type[AnyOf] = self.joined.currentData()
        return joined(leaves)

    def _show_condition(self, condition: Condition) -> None:
        """Show the conditions as rows; groups within groups are kept as they are, and told in words."""
        for row in self.rows[:]:
            self._drop(row)
        parts = condition.conditions if isinstance(condition, AllOf | AnyOf) else (condition,)
        nested = any(isinstance(part, AllOf | AnyOf) for part in parts)
        self._nested = condition if nested else None
        for widget in (self.add, self.joined):
            widget.setEnabled(not nested)
        if isinstance(condition, AnyOf) != (self.joined.currentData() is AnyOf):
            self.joined.setCurrentIndex(int(isinstance(condition, AnyOf)))
        if not nested:
            for part in parts:
                self._append(part)  # type: ignore[arg-type]

    def _append(self, leaf: Leaf) -> None:
        row = ConditionRow(leaf, self._around.assets, self._around.prices, self._around.today)
        row.changed.connect(self._on_change)
        row.removed.connect(self._on_removed)
        self.rows.append(row)
        self._conditions.addWidget(row)
        self._number_rows()

    def _drop(self, row: ConditionRow) -> None:
        self.rows.remove(row)
        self._conditions.removeWidget(row)
        row.hide()
        row.deleteLater()
        self._number_rows()

    def _number_rows(self) -> None:
        several = len(self.rows) > 1
        for number, row in enumerate(self.rows, 1):
            row.setAccessibleName(f"Condition {number} of {len(self.rows)}")
            row.remove.setVisible(several)
        self.joined.setEnabled(several and self._nested is None)

    # -- what happens

    @Slot()
    def _on_change(self) -> None:
        self._pause.start()

    @Slot()
    def _on_add(self) -> None:
        subject = Subject(self._around.assets[0].symbol) if self._around.assets else Subject("^RUT")
        self._append(WithinHigh(subject, 0.03))
        self._on_change()

    @Slot(object)
    def _on_removed(self, row: ConditionRow) -> None:
        self._drop(row)
        self._on_change()

    @Slot(int)
    def _on_template(self, place: int) -> None:
        template: Rule | None = self.template.itemData(place)
        if template is not None:
            self.show_rule(template)
            self._on_change()

    @Slot()
    def _preview(self) -> None:
        rule = self.rule
        self.preview.show_words(self._around.words(rule))
        problem = self._problem(rule)
        if problem is None:
            self.preview.show_waiting()
            self.preview_wanted.emit(rule)
        else:
            self.preview.show_problem(problem)

    def _problem(self, rule: Rule) -> str | None:
        if not rule.name:
            return "The rule has no name yet. Please give it one, so that its alerts can be told apart."
        if self.channels and not any(box.isChecked() for box in self.channels.values()):
            return "No way of telling is chosen, so nothing could ever be told. Please choose at least one."
        return self._around.problem(rule)


def _form() -> QFormLayout:
    form = QFormLayout()
    form.setHorizontalSpacing(16)
    form.setVerticalSpacing(8)
    return form


def _add(form: QFormLayout, words: str, widget: QWidget) -> None:
    name = label(words, "muted")
    name.setBuddy(widget)
    widget.setAccessibleName(words)
    if not isinstance(widget, QLineEdit):
        widget.setMinimumWidth(FIELD_WIDTH)
    form.addRow(name, widget)

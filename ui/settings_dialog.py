"""The settings, one control for each field that they declare."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field, dataclass, fields, replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTime, Signal, SignalInstance, Slot
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QTimeEdit,
    QVBoxLayout,
    QWidget,
)

from data.settings import Settings, problem_with
from ui.card import label

_WORDS = {"system": "As the system", "tray": "Keep watching in the tray", "minimise": "Minimise", "quit": "Quit"}

# Levels are drawn in the charts; forwarders have a dialog of their own, with their addresses.
_ELSEWHERE = ("levels", "names")

# What a low screen must leave for the title bar.
FRAME = 48


@dataclass(frozen=True, slots=True, eq=False)
class Control:
    """The control of one field: how its value is read and set."""

    name: str
    widget: QWidget
    read: Callable[[], object]
    show: Callable[[Any], None]


class SettingsDialog(QDialog):
    """Shows settings, emits changed ones on OK; nothing is changed before."""

    accepted_settings = Signal(object)
    forwarders_requested = Signal()
    key_requested = Signal()

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, min(760, self.screen().availableGeometry().height() - FRAME))
        self._settings = settings
        self.controls: dict[str, Control] = {}
        self._problem = label("", "danger", wrap=True)
        self._problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(label("Settings", "heading"))
        column.addWidget(self._pages(), 1)
        column.addWidget(self._problem)
        column.addWidget(self._buttons())
        self._show(settings)

    def _pages(self) -> QScrollArea:
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(0, 0, 12, 0)
        rows.setSpacing(8)
        group = ""
        for option in (each for each in fields(Settings) if each.metadata["entries"] not in _ELSEWHERE):
            if option.metadata["group"] != group:
                rows.addSpacing(8 if group else 0)
                group = option.metadata["group"]
                rows.addWidget(label(group.upper(), "title"))
            rows.addLayout(self._row(option))
            if option.name == "quiet_to":
                leave = self._leaving("Forward alerts to mail, phone or chat…", self.forwarders_requested)
                rows.addWidget(leave, 0, Qt.AlignmentFlag.AlignLeft)
            if option.name == "use_fred":
                rows.addWidget(self._leaving("Key of FRED…", self.key_requested), 0, Qt.AlignmentFlag.AlignLeft)
        rows.addStretch(1)
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it follows the control that has the keyboard
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return area

    def _row(self, option: Field[Any]) -> QHBoxLayout:
        control = _control(option)
        self.controls[option.name] = control
        control.widget.setAccessibleName(option.metadata["doc"])
        row = QHBoxLayout()
        row.setSpacing(16)
        if isinstance(control.widget, QCheckBox):
            row.addWidget(control.widget, 1)
            return row
        words = label(option.metadata["doc"], wrap=True)
        words.setBuddy(control.widget)
        row.addWidget(words, 1)
        control.widget.setFixedWidth(216)
        row.addWidget(control.widget, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _leaving(self, text: str, wanted: SignalInstance) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(partial(self._leave_for, wanted))
        return button

    def _leave_for(self, wanted: SignalInstance) -> None:
        """Keep what was changed here first: the other dialog may change settings as well."""
        self.accept()
        if self.result() == QDialog.DialogCode.Accepted:
            wanted.emit()

    def _buttons(self) -> QDialogButtonBox:
        standard = QDialogButtonBox.StandardButton
        box = QDialogButtonBox(standard.Ok | standard.Cancel | standard.RestoreDefaults)
        box.button(standard.RestoreDefaults).setText("Defaults")
        box.button(standard.RestoreDefaults).clicked.connect(self._restore)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        return box

    def _show(self, settings: Settings) -> None:
        for name, control in self.controls.items():
            control.show(getattr(settings, name))

    @Slot()
    def _restore(self) -> None:
        """Show the defaults, except for the lists that the user has put together."""
        self._show(replace(Settings(), watchlist=self._settings.watchlist, panes=self._settings.panes))

    def accept(self) -> None:
        """Hand over the settings, or say what is wrong with them and stay."""
        values = {name: control.read() for name, control in self.controls.items()}
        problems = [problem for name, value in values.items() if (problem := problem_with(name, value))]
        if problems:
            self._problem.setText(" ".join(problems))
            self._problem.show()
            return
        chosen = replace(self._settings, **values)  # type: ignore[arg-type]
        if chosen != self._settings:
            self.accepted_settings.emit(chosen)
        super().accept()


def _control(option: Field[Any]) -> Control:
    if isinstance(option.default, tuple):
        return _symbols(option)
    if option.metadata["choices"]:
        return _choice(option)
    if isinstance(option.default, bool):
        box = QCheckBox(option.metadata["doc"].replace("&", "&&"))
        return Control(option.name, box, box.isChecked, box.setChecked)
    if option.metadata["entries"] == "symbol":
        return _symbol(option)
    if isinstance(option.default, str):
        return _time(option)
    return _number(option)


def _time(option: Field[Any]) -> Control:
    box = QTimeEdit()
    box.setDisplayFormat("HH:mm")
    return Control(
        option.name,
        box,
        lambda: box.time().toString("HH:mm"),
        lambda value: box.setTime(QTime.fromString(value, "HH:mm")),
    )


def _number(option: Field[Any]) -> Control:
    box: QSpinBox | QDoubleSpinBox
    if isinstance(option.default, int):
        box = QSpinBox()
        box.setRange(int(option.metadata["min"]), int(option.metadata["max"]))
    else:
        box = QDoubleSpinBox()
        box.setDecimals(1)
        box.setSingleStep(0.5)
        box.setRange(option.metadata["min"], option.metadata["max"])
    box.setSuffix(f" {option.metadata['unit']}" if option.metadata["unit"] else "")
    box.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToNearestValue)
    return Control(option.name, box, box.value, box.setValue)


def _choice(option: Field[Any]) -> Control:
    box = QComboBox()
    for choice in option.metadata["choices"]:
        box.addItem(_WORDS.get(choice, choice.capitalize()), choice)
    return Control(option.name, box, box.currentData, lambda value: box.setCurrentIndex(box.findData(value)))


def _symbol(option: Field[Any]) -> Control:
    line = QLineEdit()
    return Control(option.name, line, lambda: line.text().strip(), line.setText)


def _symbols(option: Field[Any]) -> Control:
    line = QLineEdit()
    line.setToolTip("Symbols with a space between them.")

    def show(symbols: tuple[str, ...]) -> None:
        line.setText(" ".join(symbols))
        line.setCursorPosition(0)

    return Control(option.name, line, lambda: tuple(line.text().replace(",", " ").split()), show)

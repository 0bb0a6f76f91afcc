"""The rules in a window of their own: all of them, what each does, and what it would have done."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal, SignalInstance, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from models.rules.rule import Rule
from ui.card import label
from ui.rules.past_strip import Past
from ui.rules.preview_card import PreviewCard
from ui.rules.rule_list import RuleLine, RuleList
from ui.theme import Theme

KIND = "Rules (*.toml)"


class RulesWindow(QDialog):
    """Shows the rules, and asks for what the user wants of them; it keeps none itself."""

    new_wanted = Signal()
    edit_wanted = Signal(object)  # Rule
    switched = Signal(object, bool)  # Rule, on
    removal_wanted = Signal(object)  # Rule
    past_wanted = Signal(object)  # Rule
    playback_wanted = Signal(object)  # Rule
    why_wanted = Signal(object)  # Rule
    import_wanted = Signal(str)
    export_wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Rules")
        self.setModal(False)
        self.resize(1000, min(680, self.screen().availableGeometry().height() - 48))
        self.list = RuleList(theme)
        self.preview = PreviewCard(theme)
        self.status = label("", "muted", wrap=True)
        self.buttons: dict[str, QPushButton] = {}
        self._arrange()
        self._connect()
        self._follow(None)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.list.set_theme(theme)
        self.preview.set_theme(theme)

    def show_lines(self, lines: Sequence[RuleLine]) -> None:
        """Show the rules of the book."""
        self.list.show_lines(lines)
        self._follow(self.list.current)

    def show_past(self, rule: Rule, past: Past) -> None:
        """Show what a rule would have done, if it is still the one that is chosen."""
        if self._is_chosen(rule):
            self.preview.show_past(past)

    def show_no_past(self, rule: Rule, problem: str) -> None:
        """Say why there is no past of a rule to show."""
        if self._is_chosen(rule):
            self.preview.show_problem(problem)

    def say(self, text: str) -> None:
        """Say what became of something that was asked for."""
        self.status.setText(text)
        self.status.setAccessibleName(text)
        self.status.setVisible(bool(text))

    def _is_chosen(self, rule: Rule) -> bool:
        return self.list.current is not None and self.list.current.rule == rule

    def _arrange(self) -> None:
        sides = QHBoxLayout()
        sides.setSpacing(16)
        sides.addWidget(self.list, 1)
        sides.addWidget(self.preview, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(label("Rules", "heading"))
        column.addLayout(sides, 1)
        column.addWidget(self.status)
        column.addLayout(self._foot())
        self.status.hide()

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for name, text, tip in (
            ("new", "New rule…", "Make a rule, from a template or from nothing."),
            ("edit", "Change…", "Change the chosen rule; what settles after that can be news."),
            ("switch", "Switch off", "Let the chosen rule speak, or be silent. (Space)"),
            ("remove", "Remove", "Take the chosen rule out of the book; its alerts stay. (Del)"),
            ("why", "Why?…", "Say why the chosen rule spoke on a session, or why it did not."),
            ("playback", "Play back…", "Let the past run through the window, with this rule armed."),
        ):
            self._add_button(row, name, text, tip)
        row.addStretch(1)
        self._add_button(row, "import", "Import…", "Read rules from a TOML file.")
        self._add_button(row, "export", "Export…", "Write all rules into a TOML file.")
        self._add_button(row, "close", "Close", "Close this window; the rules go on watching.")
        return row

    def _add_button(self, row: QHBoxLayout, name: str, text: str, tip: str) -> None:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.setToolTip(tip)
        self.buttons[name] = button
        row.addWidget(button)

    def _connect(self) -> None:
        self.list.chosen.connect(self._follow)
        self.list.edit_wanted.connect(lambda line: self.edit_wanted.emit(line.rule))
        self.list.switched.connect(self._switch)
        self.list.removal_wanted.connect(lambda line: self.removal_wanted.emit(line.rule))
        for name, act in (
            ("new", self.new_wanted.emit),
            ("edit", lambda: self._ask(self.edit_wanted)),
            ("switch", lambda: self._switch(self.list.current)),
            ("remove", lambda: self._ask(self.removal_wanted)),
            ("why", lambda: self._ask(self.why_wanted)),
            ("playback", lambda: self._ask(self.playback_wanted)),
            ("import", self._ask_import),
            ("export", self._ask_export),
            ("close", self.reject),
        ):
            self.buttons[name].clicked.connect(act)

    @Slot(object)
    def _follow(self, line: RuleLine | None) -> None:
        """Show the chosen rule, and ask for its past."""
        for name in ("edit", "switch", "remove", "why", "playback"):
            self.buttons[name].setEnabled(line is not None)
        if line is None:
            self.preview.show_words("No rule is there yet.")
            self.preview.show_problem("Make one, or import a file of rules.")
            return
        self.buttons["switch"].setText("Switch off" if line.rule.enabled else "Switch on")
        self.preview.show_words(line.words)
        self.preview.show_waiting()
        self.past_wanted.emit(line.rule)

    def _switch(self, line: RuleLine | None) -> None:
        if line is not None:
            self.switched.emit(line.rule, not line.rule.enabled)

    def _ask(self, signal: SignalInstance) -> None:
        """Ask for something of the chosen rule."""
        if self.list.current is not None:
            signal.emit(self.list.current.rule)

    @Slot()
    def _ask_import(self) -> None:
        dialog = QFileDialog(self, "Import rules", filter=KIND)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.import_wanted)
        dialog.open()

    @Slot()
    def _ask_export(self) -> None:
        dialog = QFileDialog(self, "Export rules", str(Path.home() / "bellwether-rules.toml"), KIND)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("toml")
        dialog.fileSelected.connect(self.export_wanted)
        dialog.open()

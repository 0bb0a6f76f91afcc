"""What a rule says in words, and what it would have done: beside the form while it is typed, and on its own."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ui.card import Card, label, set_kind
from ui.rules.past_strip import Past, PastStrip
from ui.theme import Theme


class PreviewCard(Card):
    """The rule's own words, the sentence and picture of its past, or what is wrong with it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("What this rule does", parent)
        self.words = label("", "lead", wrap=True)
        self.told = label("", "muted", wrap=True)
        self.strip = PastStrip(theme)
        self._figures = QGridLayout()
        self._figures.setVerticalSpacing(4)
        self._figures.setColumnStretch(0, 1)
        self.body.addWidget(self.words)
        self.body.addWidget(label("ON THE PAST", "title"))
        self.body.addWidget(self.told)
        self.body.addWidget(self.strip, 4)
        self.body.addLayout(self._figures)
        self.body.addStretch(1)
        self.setMinimumWidth(320)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.strip.theme = theme
        self.strip.update()

    def show_words(self, words: str) -> None:
        """Say the rule in plain words."""
        self.words.setText(words)
        self.words.setAccessibleName(words)

    def show_waiting(self) -> None:
        """Say that the past is being looked at; what was shown stays until the answer is there."""
        if self.told.property("kind") == "warning" or not self.told.text():
            self._say("Looking at the past…", "muted")

    def show_problem(self, problem: str) -> None:
        """Say why there is no past to show, or why the rule cannot be kept."""
        self._say(problem, "warning")
        self.strip.show_past(None)
        self._show_figures(())

    def show_past(self, past: Past) -> None:
        """Show what the rule would have done."""
        self._say(past.sentence, "muted")
        self.strip.show_past(past)
        self._show_figures(past.figures)

    def _say(self, text: str, kind: str) -> None:
        set_kind(self.told, kind)
        self.told.setText(text)
        self.told.setAccessibleName(text)

    def _show_figures(self, figures: tuple[tuple[str, str], ...]) -> None:
        while (item := self._figures.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, (name, value) in enumerate(figures):
            words = label(name, "muted")
            number: QLabel = label(value, "number")
            number.setAccessibleName(f"{name}: {value}")
            self._figures.addWidget(words, row, 0)
            self._figures.addWidget(number, row, 1, Qt.AlignmentFlag.AlignRight)

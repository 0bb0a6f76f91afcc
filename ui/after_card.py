"""The card on what followed earlier breaks: every course, how many rose, and how often any day did."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from models.followed import HORIZONS, Followed, Question, question_about
from models.snapshot import Snapshot
from ui.card import Card, label
from ui.courses import CoursesPicture
from ui.theme import Theme
from ui.wording import THIN

_USUAL = 90


class AfterCard(Card):
    """Asks what followed the breaks of the asset that is chosen, and shows the answer when it comes.

    `asked` carries a `Question`; whoever answers calls `show_answer`.
    """

    asked = Signal(object)
    zoom_requested = Signal(str, object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("After earlier breaks", parent)
        self.question: Question | None = None
        self._answer: Followed | None = None
        self._symbol, self._snapshot = "", Snapshot(dt.datetime.min.replace(tzinfo=dt.UTC))
        self.picture = CoursesPicture(theme)
        self.horizon = QComboBox()
        self._share = label("", "number")
        self._base = label("", "muted", wrap=True)
        self._finding = label("", "muted", wrap=True)
        for days in HORIZONS:
            self.horizon.addItem(f"{days} days", days)
        self.horizon.setCurrentIndex(HORIZONS.index(_USUAL))
        self.horizon.setAccessibleName("How long after a break")
        row = QHBoxLayout()
        row.addWidget(self._share, 1)
        row.addWidget(self.horizon)
        self.body.setSpacing(4)
        self.body.addWidget(self.picture)
        self.body.addLayout(row)
        self.body.addWidget(self._base)
        self.body.addWidget(self._finding)
        self.horizon.currentIndexChanged.connect(self._ask)
        self.picture.chosen.connect(self._zoom)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.picture.theme = theme
        self.picture.update()

    def show_asset(self, symbol: str, snapshot: Snapshot) -> None:
        """Ask about the chosen asset; the answer on show stays until its successor is there, if it is of the same."""
        self._symbol, self._snapshot = symbol, snapshot
        self.show_world(snapshot.world)
        self._ask()

    @Slot()
    def _ask(self) -> None:
        self.question = question_about(self._symbol, self._snapshot.assets, self.horizon.currentData())
        shown, question = self._answer, self.question
        fits = shown is not None and question is not None and _pair(shown) == _asked_pair(question)
        self.setVisible(fits)
        if question is not None:
            self.asked.emit(question)

    def show_answer(self, answer: Followed) -> None:
        """Show an answer, unless another asset was chosen meanwhile."""
        if self.question is None or _pair(answer) != _asked_pair(self.question):
            return
        if answer.horizon != self.question.horizon:
            return
        self._answer = answer
        self.set_title(f"{answer.follower.name} after earlier breaks of {answer.leader.name}")
        self.picture.show_answer(answer)
        self.picture.setVisible(bool(answer.courses))
        told = answer.hits is not None
        self._share.setText(f"{answer.hits} of {answer.n} higher after" if told else "Not enough to say")
        self._base.setVisible(told)
        if answer.base is not None and answer.low is not None and answer.high is not None:
            span = f"{answer.low * 100:.0f}–{answer.high * 100:.0f}{THIN}%"
            self._base.setText(f"any day: {answer.base * 100:.0f}{THIN}% · interval {span}")
        self._finding.setText(answer.finding)
        for widget in (self._share, self._base, self._finding):
            widget.setToolTip(answer.says)
        self.setAccessibleDescription(answer.says)
        self.picture.setAccessibleName(f"{len(answer.courses)} courses. {answer.says}")
        self.show()

    @Slot(object)
    def _zoom(self, session: dt.date) -> None:
        if self._answer is not None:
            self.zoom_requested.emit(self._answer.leader.symbol, session)


def _pair(answer: Followed) -> tuple[str, str]:
    return answer.leader.symbol, answer.follower.symbol


def _asked_pair(question: Question) -> tuple[str, str]:
    return question.leader.asset.symbol, question.follower.asset.symbol

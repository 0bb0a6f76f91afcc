"""Answers the window's questions to the evidence: in a worker, one at a time, the newest one next, none twice."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from data.calendar import Calendars
from data.source import Cancelled
from models.followed import Followed, Question, answer
from models.jobs import Jobs

_KEPT = 32


class StudyDesk(QObject):
    """`ask` returns at once and `answered` follows, unless a newer question came before this one was begun."""

    answered = Signal(object)

    def __init__(self, calendars: Calendars, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._calendars, self._jobs = calendars, jobs
        self._known: dict[str, Followed] = {}
        self._waiting: Question | None = None
        self._last: Question | None = None
        self._is_busy = False

    @Slot(object)
    def ask(self, question: Question) -> None:
        """Answer from what is known, or have it studied."""
        if self._last is not None and _is_same(question, self._last):
            return
        self._last = question
        self._waiting = question
        if not self._is_busy:
            self._begin()

    def _begin(self) -> None:
        question, self._waiting = self._waiting, None
        if question is None:
            return
        key = question.key
        if key in self._known:
            self.answered.emit(self._known[key])
            return
        self._is_busy = True
        self._jobs.run(partial(_study, question, self._calendars), partial(self._keep, key), self._on_failure)

    def _keep(self, key: str, found: Followed) -> None:
        while len(self._known) >= _KEPT:
            del self._known[next(iter(self._known))]
        self._known[key] = found
        self._is_busy = False
        self.answered.emit(found)
        self._begin()

    def _on_failure(self, _error: Exception) -> None:
        self._is_busy = False
        self._begin()


def _study(question: Question, calendars: Calendars, _cancelled: Cancelled) -> Followed:
    return answer(question, calendars)


def _is_same(one: Question, other: Question) -> bool:
    """Whether two questions are about the very same bars, so that nothing needs to be compared."""
    return (
        one.leader.bars is other.leader.bars
        and one.follower.bars is other.follower.bars
        and one.leader.breaks == other.leader.breaks
        and one.horizon == other.horizon
    )

"""The line at the foot of the window: how old the prices are, what comes next, what is wrong, what is under way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from models.progress import Progress
from models.snapshot import Snapshot
from ui.card import label
from ui.details import Detail, shape_icon
from ui.theme import Theme
from ui.wording import age_text, count_text, countdown_text

Clock = Callable[[], dt.datetime]
TICK_MS = 1000

_NOTHING_STORED = "No prices are stored yet. Refresh fetches them, or import a file of them."


class StatusLine(QFrame):
    """Freshness by source on the left, problems and progress on the right.

    Ages and the countdown tick only while the line can be seen.
    """

    problems_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, theme: Theme, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "status")
        self.setFixedHeight(28)
        self._clock = clock
        self._theme = theme
        self._snapshot: Snapshot | None = None
        self._next: dt.datetime | None = None
        self._fresh = label("", "muted")
        self._stale = label("", "warning")
        self._bars = label("", "muted")
        self._countdown = label("", "muted")
        self._problems = QPushButton()
        self._problems.setProperty("kind", "link")
        self._problems.clicked.connect(self.problems_requested)
        self._doing = label("", "muted")
        self._bar = QProgressBar()
        self._bar.setFixedWidth(120)
        self._bar.setTextVisible(False)
        self._cancel = QPushButton("Stop")
        self._cancel.setProperty("kind", "link")
        self._cancel.setAccessibleName("Stop loading")
        self._cancel.clicked.connect(self.cancel_requested)
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self.show_progress(Progress(0, 0))

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(16)
        for widget in (self._fresh, self._stale, self._bars, self._countdown):
            row.addWidget(widget)
        row.addStretch(1)
        for part in (self._doing, self._bar, self._cancel, self._problems):
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        if self._snapshot is not None:
            self._show_problems(self._snapshot)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Tell the age of what each source gave, the number of bars and of problems."""
        self._snapshot = snapshot
        bars = sum(len(view.bars) for view in snapshot.assets.values())
        kind = "bars" if snapshot.world == "real" else f"{snapshot.world} bars"
        self._bars.setText(count_text(bars, kind.removesuffix("s"), kind) if bars else "No bars stored")
        self._show_problems(snapshot)
        self._tick()

    def show_next_refresh(self, at: dt.datetime | None) -> None:
        """Count down to a refresh at an instant (UTC); None when none is planned."""
        self._next = at
        self._tick()

    def show_progress(self, progress: Progress) -> None:
        """Show how far the loading is; nothing once it has finished."""
        busy = bool(progress.text) and not progress.finished
        for widget in (self._doing, self._bar, self._cancel):
            widget.setVisible(busy)
        self._doing.setText(progress.text)
        self._bar.setRange(0, progress.total)
        self._bar.setValue(progress.done)
        self._bar.setAccessibleName(progress.text)

    def _show_problems(self, snapshot: Snapshot) -> None:
        count = len(problem_details(snapshot))
        self._problems.setText(count_text(count, "problem", "problems") if count else "No problems")
        self._problems.setIcon(shape_icon("warning" if count else "ok", self._theme, 12))
        self._problems.setAccessibleDescription("Lists what is wrong at the moment, and what to do.")

    @Slot()
    def _tick(self) -> None:
        now = self._clock()
        if self._snapshot is not None:
            _put(self._fresh, _ages(self._snapshot, now))
            stale = sum(view.freshness != "fresh" and len(view.bars) > 0 for view in self._snapshot.assets.values())
            _put(self._stale, f"◔ {count_text(stale, 'symbol', 'symbols')} not fresh" if stale else "")
            self._stale.setVisible(bool(stale))
        left = None if self._next is None else self._next - now
        _put(self._countdown, "" if left is None else f"Next refresh {countdown_text(left)}")

    def showEvent(self, event: QShowEvent) -> None:
        """Start to tick."""
        self._tick()
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop ticking: a hidden window costs nothing."""
        self._timer.stop()
        super().hideEvent(event)


def problem_details(snapshot: Snapshot) -> tuple[Detail, ...]:
    """Return every problem of a snapshot, once: of the app, of each asset, and what blocks a verdict."""
    found = [Detail("Bellwether", problem, "warning") for problem in snapshot.problems]
    for view in snapshot.assets.values():
        found.extend(Detail(view.asset.name, problem, "warning") for problem in view.problems)
        blocking = [finding.message for finding in view.audit.findings if finding.severity == "blocking"]
        # A new profile has one problem, not one for each asset.
        named = blocking if len(view.bars) else [_NOTHING_STORED] * bool(blocking and not view.problems)
        found.extend(Detail(view.asset.name, message, "blocking") for message in named)
        if view.held_back:
            found.append(Detail(view.asset.name, view.held_back, "warning"))
    return _once(found)


def _once(details: Iterable[Detail]) -> tuple[Detail, ...]:
    """Return each sentence once, with all that it is about: one cause is one problem."""
    about: dict[tuple[str, str], list[str]] = {}
    for each in details:
        about.setdefault((each.text, each.shape), []).append(each.about)
    return tuple(Detail(_names(names), text, shape) for (text, shape), names in about.items())


def _names(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _put(shown: QLabel, text: str) -> None:
    if shown.text() != text:
        shown.setText(text)


def _ages(snapshot: Snapshot, now: dt.datetime) -> str:
    """Return how old the newest answer of each source is; imported files count as one."""
    newest: dict[str, dt.datetime] = {}
    for view in snapshot.assets.values():
        if view.fetched_at is not None:
            source = "Imported files" if view.source.startswith("import:") else view.source
            newest[source] = max(newest.get(source, view.fetched_at), view.fetched_at)
    ages = [f"{source} {age_text(now - at)}" for source, at in newest.items()]
    return "   ·   ".join(ages) if ages else "Nothing fetched yet"

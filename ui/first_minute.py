"""The first minute: nothing is stored yet, and the window says what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from models.progress import Progress
from models.snapshot import Snapshot
from ui.card import label, set_kind
from ui.icons import app_icon, themed_icon
from ui.theme import Theme

_WELCOME = (
    "Bellwether sets the Russell 2000 against its all-time high, above bitcoin and ether. "
    "It needs their daily prices, and none are stored on this computer yet."
)
_LOADING = "The price history is on its way. Each chart appears as soon as its prices are here."
_READY = "Fetching takes about a minute. Prices you import stay on this computer."

MOST_PROBLEMS = 3


class FirstMinute(QFrame):
    """What is missing, three ways on, and the progress of the first load."""

    fetch_requested = Signal()
    import_requested = Signal()
    demo_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.setMinimumWidth(320)
        self._busy = False
        self._problems: tuple[str, ...] = ()
        self._mark = label()
        self._mark.setPixmap(app_icon().pixmap(QSize(56, 56), 3.0))
        self._say = label(_WELCOME, "lead", wrap=True)
        self._state = label(_READY, "muted", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self.fetch = QPushButton("Fetch prices")
        self.import_ = QPushButton("Import a file…")
        self.demo = QPushButton("Try the simulated market")
        self.fetch.setProperty("kind", "primary")
        self.fetch.clicked.connect(self.fetch_requested)
        self.import_.clicked.connect(self.import_requested)
        self.demo.clicked.connect(self.demo_requested)
        self._lay_out()
        self.set_theme(theme)
        self.show_progress(Progress(0, 0))

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setMaximumWidth(560)
        inner.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(inner)
        column.setSpacing(16)
        column.addWidget(self._mark)
        column.addWidget(label("No prices yet", "heading"))
        column.addWidget(self._say)
        column.addWidget(self._state)
        column.addWidget(self._bar)
        row = QHBoxLayout()
        row.setSpacing(12)
        for button in (self.fetch, self.import_, self.demo):
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 24, 24, 24)
        outer.addStretch(2)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(inner, 100)
        middle.addStretch(1)
        outer.addLayout(middle)
        outer.addStretch(3)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.fetch.setIcon(themed_icon("refresh", theme, "window"))
        self.import_.setIcon(themed_icon("import", theme, "text"))
        self.demo.setIcon(themed_icon("flask", theme, "simulated"))

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Explain why there is nothing, where that is known; the same sentence is said once for all assets."""
        problems = [*snapshot.problems, *(p for view in snapshot.assets.values() for p in view.problems)]
        self._problems = tuple(dict.fromkeys(problems))[:MOST_PROBLEMS]
        self._explain()

    def show_progress(self, progress: Progress) -> None:
        """Show how far the first load is."""
        self._busy = bool(progress.text) and not progress.finished
        self._bar.setVisible(self._busy)
        self.fetch.setEnabled(not self._busy)
        if self._busy:
            self._bar.setRange(0, progress.total)
            self._bar.setValue(progress.done)
            self._bar.setAccessibleName(progress.text)
            set_kind(self._state, "muted")
            self._state.setText(f"{_LOADING} {progress.text}")
        self._explain()

    def _explain(self) -> None:
        if self._busy:
            return
        set_kind(self._state, "warning" if self._problems else "muted")
        self._state.setText(" ".join(self._problems) or _READY)
        self.fetch.setText("Try again" if self._problems else "Fetch prices")

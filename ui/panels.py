"""The panels on the right, about the one asset that is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from models.snapshot import Snapshot
from ui.after_card import AfterCard
from ui.alerts_card import AlertsCard, Told
from ui.break_card import BreakCard
from ui.breaks_card import BreaksCard
from ui.theme import Theme

WIDTH = 304


class Panels(QScrollArea):
    """Where it stands, when it broke before, what followed, what was told; they scroll in a low window."""

    zoom_requested = Signal(str, object)
    history_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.standing = BreakCard(theme)
        self.breaks = BreaksCard()
        self.after = AfterCard(theme)
        self.alerts = AlertsCard(theme)
        self.breaks.setMinimumHeight(144)
        self.alerts.setMinimumHeight(112)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.standing)
        column.addWidget(self.breaks, 3)
        column.addWidget(self.after)
        column.addWidget(self.alerts, 2)
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the lists in it take the keyboard
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(288)
        self.standing.history_requested.connect(self.history_requested)
        self.breaks.zoom_requested.connect(self.zoom_requested)
        self.after.zoom_requested.connect(self.zoom_requested)
        self.alerts.zoom_requested.connect(self.zoom_requested)

    def sizeHint(self) -> QSize:
        """As wide as the figures need."""
        return QSize(WIDTH, 600)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.standing.set_theme(theme)
        self.after.set_theme(theme)
        self.alerts.set_theme(theme)

    def show_asset(self, symbol: str, snapshot: Snapshot, sessions_below: int) -> None:
        """Show the cards about one asset; without it they are hidden."""
        view = snapshot.assets.get(symbol)
        self.standing.setVisible(view is not None)
        self.breaks.setVisible(view is not None and len(view.bars) > 0)
        self.after.show_asset(symbol, snapshot)
        self.alerts.show_world(snapshot.world)
        if view is not None:
            self.standing.show_asset(view, snapshot)
            self.breaks.show_asset(view, snapshot, sessions_below)

    def show_alerts(self, alerts: Sequence[Told]) -> None:
        """Show the latest alerts, newest first."""
        self.alerts.show_alerts(alerts)

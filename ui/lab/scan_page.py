"""The page that asks the same of many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QListWidget, QListWidgetItem, QMenu, QPushButton, QWidget, QWidgetAction

from data.catalog import Asset, asset_for
from models.evidence.event_study import HORIZONS
from models.lab.asking import Request
from models.lab.scan import SESSIONS_BELOW, ScanRequest
from ui.lab.event_page import OUTCOMES
from ui.lab.page import Page
from ui.lab.scan_presentation import present
from ui.theme import Theme

_ROW, _MOST_ROWS = 24, 16


class ManyChoice(QPushButton):
    """A button that opens a list of which any number can be chosen; `changed` when another lot is."""

    changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._list = QListWidget()
        self._list.setAccessibleName(name)
        self._list.itemChanged.connect(self._tell)
        menu = QMenu(self)
        action = QWidgetAction(menu)
        action.setDefaultWidget(self._list)
        menu.addAction(action)
        self.setMenu(menu)

    def offer(self, options: Sequence[tuple[str, object]], usual: Sequence[object]) -> None:
        """Offer these; what was there before stays as it was, the rest is chosen where it is usual."""
        before = {item.data(Qt.ItemDataRole.UserRole): item.checkState() for item in self._items()}
        self._list.blockSignals(True)
        self._list.clear()
        for text, value in options:
            item = QListWidgetItem(text, self._list)
            item.setData(Qt.ItemDataRole.UserRole, value)
            fallback = Qt.CheckState.Checked if value in usual else Qt.CheckState.Unchecked
            item.setCheckState(before.get(value, fallback))
        self._list.setFixedHeight(min(len(options), _MOST_ROWS) * _ROW + 8)
        self._list.blockSignals(False)
        self._show()

    def chosen(self) -> tuple[Any, ...]:
        """Return what is chosen, in the order offered."""
        return tuple(
            item.data(Qt.ItemDataRole.UserRole)
            for item in self._items()
            if item.checkState() is Qt.CheckState.Checked
        )  # fmt: skip

    def choose(self, values: Sequence[object]) -> None:
        """Choose these alone."""
        for item in self._items():
            wanted = item.data(Qt.ItemDataRole.UserRole) in values
            item.setCheckState(Qt.CheckState.Checked if wanted else Qt.CheckState.Unchecked)

    def _items(self) -> list[QListWidgetItem]:
        return [self._list.item(row) for row in range(self._list.count())]

    @Slot()
    def _tell(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        text = f"{self._name}: {len(self.chosen())} of {self._list.count()}"
        self.setText(text)
        self.setAccessibleName(text)


class ScanPage(Page):
    """Any leaders, followers, N and horizons, and the question whether one leader is special."""

    title = "Scan"

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, present)

    def make_controls(self) -> None:
        """Add the four lists, the outcome, and the leader in question."""
        self.leaders, self.followers = self._many("Leaders"), self._many("Followers")
        self.below, self.horizons = self._many("N"), self._many("Horizons")
        self.below.setToolTip("Sessions below the high before a break")
        self.below.offer([(f"{n} sessions below", n) for n in SESSIONS_BELOW], SESSIONS_BELOW)
        self.horizons.offer([(f"{days} days", days) for days in HORIZONS], HORIZONS)
        self.outcome = self.add_choice("Outcome", OUTCOMES)
        self.special = self.add_choice("Special?", ())
        for box in (self.outcome, self.special):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(11)

    def show_choices(self, assets: Sequence[Asset]) -> None:
        """Offer the watchlist: coins follow, all others lead, unless chosen otherwise."""
        options = [(asset.name, asset.symbol) for asset in assets]
        coins = [asset.symbol for asset in assets if asset.kind == "crypto"]
        self.leaders.offer(options, [symbol for _, symbol in options if symbol not in coins])
        self.followers.offer(options, coins)
        self._offer_special()

    def request(self) -> Request[Any] | None:
        """Return the scan, once there is something of each."""
        leaders, followers = self.leaders.chosen(), self.followers.chosen()
        below, horizons = self.below.chosen(), self.horizons.chosen()
        pairs = any(leader != follower for leader in leaders for follower in followers)
        if not (pairs and below and horizons):
            return None
        special = self.special.currentData() or leaders[0]
        return ScanRequest(leaders, followers, below, horizons, self.outcome.currentData(), special=special)

    def _many(self, name: str) -> ManyChoice:
        choice = ManyChoice(name)
        choice.changed.connect(self._follow)
        self.controls.addWidget(choice)
        return choice

    @Slot()
    def _follow(self) -> None:
        self._offer_special()
        self.touch()

    def _offer_special(self) -> None:
        """Offer the chosen leaders; the Russell 2000 is the one people ask about."""
        before = self.special.currentData() or "^RUT"
        self.special.blockSignals(True)
        self.special.clear()
        for symbol in self.leaders.chosen():
            self.special.addItem(asset_for(symbol).name, symbol)
        self.special.setCurrentIndex(max(0, self.special.findData(before)))
        self.special.blockSignals(False)

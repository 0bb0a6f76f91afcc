"""The earlier breaks of the high, newest first."""

from __future__ import annotations

import datetime as dt
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTreeView, QWidget

from data.catalog import Asset
from models.breakout import Break
from models.snapshot import AssetView, Snapshot
from ui.card import Card, label
from ui.wording import count_text, date_text, percent_text, price_text

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
_HEADINGS = ("Session", "Close", "Sessions", "Deepest")
_TIPS = ("The session that closed above the high", "Its close", "Sessions spent below that high", "The deepest close")


class BreaksModel(QAbstractTableModel):
    """One break a row."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.breaks: tuple[Break, ...] = ()
        self._asset: Asset | None = None

    def show_breaks(self, breaks: tuple[Break, ...], asset: Asset) -> None:
        """Replace the rows by these breaks, given oldest first."""
        newest_first = tuple(reversed(breaks))
        if newest_first == self.breaks and asset == self._asset:
            return
        self.beginResetModel()
        self.breaks, self._asset = newest_first, asset
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        """How many breaks."""
        return 0 if parent.isValid() else len(self.breaks)

    def columnCount(self, parent: Index = ROOT) -> int:
        """Session, close, sessions below, worst fall."""
        return 0 if parent.isValid() else len(_HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return a column's heading."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEADINGS[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole:
            return _TIPS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section > 0:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return a cell's text, what a screen reader says, or the break."""
        event = self.breaks[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cell(event, index.column())
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return (
                f"{date_text(event.session)}: closed above the high of {date_text(event.prior_high_session)} after "
                f"{count_text(event.sessions_below, 'session', 'sessions')} below it "
                f"({count_text(event.calendar_days, 'day', 'days')}), at worst {percent_text(event.depth, 1)}"
            )
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() > 0:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return event if role == Qt.ItemDataRole.UserRole else None

    def _cell(self, event: Break, column: int) -> str:
        close = price_text(event.close, self._asset, short=True) if self._asset else ""
        return (date_text(event.session), close, f"{event.sessions_below:,}", percent_text(event.depth, 1))[column]


class BreaksCard(Card):
    """A list of breaks; choosing one asks the charts to go there."""

    zoom_requested = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Earlier breaks", parent)
        self.layout().setContentsMargins(12, 12, 8, 8)  # type: ignore[union-attr]
        self.head.setContentsMargins(4, 0, 8, 0)
        self._symbol = ""
        self.model = BreaksModel(self)
        self.view = QTreeView()
        self.view.setModel(self.model)
        self.view.setAccessibleName("Earlier breaks")
        self.view.setProperty("kind", "plain")
        self.view.setRootIsDecorated(False)
        self.view.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.view.setUniformRowHeights(True)
        self.view.setIndentation(0)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.header().setStretchLastSection(False)
        self.view.header().setMinimumSectionSize(40)
        self.view.header().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for column, width in ((1, 64), (2, 58), (3, 58)):
            self.view.header().resizeSection(column, width)
        self.view.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.view.activated.connect(self._choose)
        self.view.clicked.connect(self._choose)
        self._none = label("", "muted", wrap=True)
        self._none.setContentsMargins(4, 0, 8, 0)
        self._none.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self._none, 1)
        self.body.addWidget(self.view, 1)

    def show_asset(self, view: AssetView, snapshot: Snapshot, sessions_below: int) -> None:
        """Show the breaks of one asset, found with the given least number of sessions below the high."""
        self._symbol = view.asset.symbol
        self.show_world(snapshot.world)
        breaks = count_text(len(view.breaks), "break", "breaks")
        self.set_title(f"{breaks} · {sessions_below}+ sessions below")
        self.model.show_breaks(view.breaks, view.asset)
        self._none.setText(f"No break of the high after {sessions_below} or more sessions below it in this history.")
        self._none.setVisible(not view.breaks)
        self.view.setVisible(bool(view.breaks))

    def latest(self) -> dt.date | None:
        """Return the session of the newest break shown."""
        return self.model.breaks[0].session if self.model.breaks else None

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        event = index.data(Qt.ItemDataRole.UserRole)
        if event is not None:
            self.zoom_requested.emit(self._symbol, event.session)

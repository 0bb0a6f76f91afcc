"""The watchlist: every watched asset with its price, its way to the high, and how fresh that is."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QToolButton, QWidget

from models.snapshot import Snapshot
from ui.card import Card
from ui.icons import themed_icon
from ui.theme import Theme
from ui.watch_delegate import WatchDelegate
from ui.watch_rows import WatchRow, watch_rows

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


class WatchModel(QAbstractListModel):
    """The lines of the watchlist; the line itself is under `Qt.UserRole`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[WatchRow, ...] = ()

    def show_rows(self, rows: tuple[WatchRow, ...]) -> None:
        """Replace the lines; the view keeps its place when the symbols are the same."""
        same = [row.symbol or row.title for row in rows] == [row.symbol or row.title for row in self.rows]
        if same:
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        """How many lines there are, headings included."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return a line's title, what a screen reader says of it, or the line."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return row.spoken
        return row if role == Qt.ItemDataRole.UserRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings cannot be chosen."""
        if index.isValid() and self.rows[index.row()].symbol:
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.NoItemFlags

    def find(self, symbol: str) -> QModelIndex:
        """Return where a symbol stands; an invalid index when it is not there."""
        for number, row in enumerate(self.rows):
            if symbol and row.symbol == symbol:
                return self.index(number)
        return ROOT


class WatchView(QListView):
    """The list itself; Enter opens the line."""

    opened = Signal(object)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Ctrl+Enter is left to the window's commands."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex())
            return
        super().keyPressEvent(event)


class Watchlist(Card):
    """The panel on the left: choose, open, add and remove symbols."""

    selected = Signal(str)
    open_requested = Signal(str)
    add_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Watchlist", parent)
        self.layout().setContentsMargins(0, 12, 0, 8)  # type: ignore[union-attr]
        self.layout().setSpacing(0)  # type: ignore[union-attr]
        self.head.setContentsMargins(16, 0, 8, 0)
        self._symbol = ""
        self._items: list[QAction] = []
        self.model = WatchModel(self)
        self._delegate = WatchDelegate(theme, self)
        self.view = WatchView()
        self._set_up_view()
        self._add = QToolButton()
        self._add.setAccessibleName("Add a symbol")
        self._add.setToolTip("Add a symbol (Ctrl+N)")
        self._add.clicked.connect(self.add_requested)
        self.head.addWidget(self._add)
        self.body.addWidget(self.view)
        self.setMinimumWidth(200)
        self.set_theme(theme)

    def _set_up_view(self) -> None:
        view = self.view
        view.setModel(self.model)
        view.setItemDelegate(self._delegate)
        view.setAccessibleName("Watchlist")
        view.setProperty("kind", "plain")
        view.setMouseTracking(True)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._show_menu)
        view.opened.connect(self._open)
        view.doubleClicked.connect(self._open)
        view.selectionModel().currentChanged.connect(self._on_current)

    @property
    def symbol(self) -> str:
        """The chosen symbol, or an empty text."""
        return self._symbol

    def sizeHint(self) -> QSize:
        """Wide enough for the longest name beside its price."""
        return QSize(264, 600)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._delegate.theme = theme
        self._add.setIcon(themed_icon("plus", theme, "text"))
        self.view.viewport().update()

    def set_menu(self, items: list[QAction]) -> None:
        """Name the commands of the context menu."""
        self._items = items

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show all assets of the snapshot; the chosen one stays chosen."""
        self.show_world(snapshot.world)
        before = self._symbol
        self.model.show_rows(watch_rows(snapshot))
        if not self.select(before):
            self._symbol = ""
            self.select(next(iter(snapshot.assets), ""))

    def select(self, symbol: str) -> bool:
        """Choose a symbol; False when it is not in the list."""
        index = self.model.find(symbol)
        if index.isValid():
            self.view.setCurrentIndex(index)
        return index.isValid()

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        row = current.data(Qt.ItemDataRole.UserRole) if current.isValid() else None
        if row is not None and row.symbol and row.symbol != self._symbol:
            self._symbol = row.symbol
            self.selected.emit(self._symbol)

    @Slot(object)
    def _open(self, index: QModelIndex) -> None:
        row = index.data(Qt.ItemDataRole.UserRole)
        if row is not None and row.symbol:
            self.open_requested.emit(row.symbol)

    @Slot(QPoint)
    def _show_menu(self, at: QPoint) -> None:
        if not self.view.indexAt(at).isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self._items)
        menu.popup(self.view.viewport().mapToGlobal(at))

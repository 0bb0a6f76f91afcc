"""Ctrl+K: find a command or a symbol by a few of its letters, without the mouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ui.card import label
from ui.theme import Theme, interface_font

WIDTH = 560
ROWS = 9
ROW_HEIGHT = 36


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to choose: a command or a symbol, what it is called, and what stands beside it."""

    kind: str
    id: str
    title: str
    hint: str = ""
    keys: str = ""


def fuzzy(needle: str, text: str) -> int | None:
    """Return how well the letters of `needle` are found in order in `text`; None when they are not.

    Letters at the start of a word and letters next to each other count more.
    """
    low, wanted = text.casefold(), needle.casefold().strip()
    score, at, before = 0, -1, -2
    whole = low.find(wanted)
    if whole >= 0:
        score += 8 * len(wanted) + (8 if whole == 0 or not low[whole - 1].isalnum() else 0)
    for letter in wanted:
        if letter == " ":
            continue
        at = _next(low, letter, at + 1)
        if at < 0:
            return None
        starts = at == 0 or not low[at - 1].isalnum()
        score += 8 if starts else 6 if at == before + 1 else 1
        before = at
    return score * 16 - min(len(text), 255) // 8


def _next(text: str, letter: str, start: int) -> int:
    """Return where the letter is next: at once, else at the start of a word, else anywhere."""
    near = text.find(letter, start)
    if near in (-1, start):
        return near
    for place in range(start, len(text)):
        if text[place] == letter and not text[place - 1].isalnum():
            return place
    return near


def ranked(needle: str, entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries that fit, best first; all of them, in their order, when nothing is asked."""
    if not needle.strip():
        return list(entries)
    scored = []
    for entry in entries:
        scores = [fuzzy(needle, text) for text in (entry.title, entry.hint) if text]
        found = [score for score in scores if score is not None]
        if found:
            scored.append((max(found), entry))
    scored.sort(key=lambda pair: -pair[0])
    return [entry for _, entry in scored]


class EntryDelegate(QStyledItemDelegate):
    """Paints title, hint and keys."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._title = interface_font(13, QFont.Weight.Medium)
        self._small = interface_font(12)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """One line."""
        return QSize(100, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one entry."""
        entry: Entry = index.data(Qt.ItemDataRole.UserRole)
        box = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setBrush(self.theme.colour("selection"))
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 6, 6)
        inner = box.adjusted(12, 0, -12, 0)
        self._keys(painter, inner, entry.keys)
        painter.setFont(self._title)
        painter.setPen(self.theme.colour("text"))
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(inner, middle, entry.title)
        start = QFontMetrics(self._title).horizontalAdvance(entry.title) + 12
        painter.setFont(self._small)
        painter.setPen(self.theme.colour("muted"))
        hint = inner.adjusted(start, 0, -120 if entry.keys else 0, 0)
        shown = painter.fontMetrics().elidedText(entry.hint, Qt.TextElideMode.ElideRight, int(hint.width()))
        painter.drawText(hint, middle, shown)
        painter.restore()

    def _keys(self, painter: QPainter, inner: QRectF, keys: str) -> None:
        if not keys:
            return
        painter.setFont(self._small)
        width = painter.fontMetrics().horizontalAdvance(keys) + 12
        cap = QRectF(inner.right() - width, inner.center().y() - 10, width, 20)
        painter.setBrush(self.theme.colour("raised"))
        painter.setPen(self.theme.colour("border"))
        painter.drawRoundedRect(cap, 4, 4)
        painter.setPen(self.theme.colour("muted"))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, keys)


class Palette(QFrame):
    """A field and a list over the window; Up, Down, Enter and Esc do everything."""

    chosen = Signal(object)
    search_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "palette")
        self.setAccessibleName("Search symbols and commands")
        self._entries: tuple[Entry, ...] = ()
        self._came_from: QWidget | None = None
        self._over = parent
        self.field = QLineEdit()
        self.field.setProperty("kind", "palette")
        self.field.setPlaceholderText("Search symbols and commands…")
        self.field.setAccessibleName("Search symbols and commands")
        self.field.textChanged.connect(self._filter)
        self.field.installEventFilter(self)
        self.model = QStandardItemModel(self)
        self._delegate = EntryDelegate(theme, self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(self._delegate)
        self.list.setProperty("kind", "plain")
        self.list.setAccessibleName("Found")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.clicked.connect(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addWidget(self.list, 1)
        column.addWidget(label("↑ ↓ to move   ·   Enter to choose   ·   Esc to leave", "faint"))
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._delegate.theme = theme

    def open(self, entries: Sequence[Entry]) -> None:
        """Show the palette over its window with these entries."""
        self._entries = tuple(entries)
        self._came_from = self.window().focusWidget()
        self.field.clear()
        self._filter("")
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus()

    def _place(self) -> None:
        """Stand in the upper middle of the window, as high as what was found."""
        width = min(WIDTH, self._over.width() - 32)
        rows = min(self.model.rowCount(), ROWS)
        self.resize(width, min(ROW_HEIGHT * rows + 104, self._over.height() - 64))
        self.move(QPoint((self._over.width() - width) // 2, 80))

    def leave(self) -> None:
        """Hide the palette and give the keyboard back to where it was."""
        self.hide()
        if self._came_from is not None:
            self._came_from.setFocus()
            self._came_from = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the field steer the list; leave when the keyboard goes elsewhere."""
        if event.type() == QEvent.Type.FocusOut and self.isVisible() and self.window().isActiveWindow():
            self.hide()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: ROWS, Qt.Key.Key_PageUp: -ROWS}
        if key in steps:
            self._move(steps[Qt.Key(key)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentIndex())
        elif key == Qt.Key.Key_Escape:
            self.leave()
        else:
            return False
        return True

    def _move(self, by: int) -> None:
        count = self.model.rowCount()
        if not count:
            return
        now = self.list.currentIndex().row()
        after = (now + by) % count if abs(by) == 1 else min(max(now + by, 0), count - 1)
        self.list.setCurrentIndex(self.model.index(after, 0))

    @Slot(str)
    def _filter(self, text: str) -> None:
        self.model.clear()
        found = ranked(text, self._entries)
        if text.strip():
            found.append(Entry("search", text.strip(), f"Search for “{text.strip()}” to add it", "Symbols"))
        for entry in found:
            item = QStandardItem(entry.title)
            item.setEditable(False)
            item.setData(entry, Qt.ItemDataRole.UserRole)
            spoken = ", ".join(part for part in (entry.title, entry.hint, entry.keys) if part)
            item.setData(spoken, Qt.ItemDataRole.AccessibleTextRole)
            self.model.appendRow(item)
        self.list.setCurrentIndex(self.model.index(0, 0))
        self._place()

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        entry = index.data(Qt.ItemDataRole.UserRole) if index.isValid() else None
        if entry is None:
            return
        self.leave()
        if entry.kind == "search":
            self.search_requested.emit(entry.id)
        else:
            self.chosen.emit(entry)

"""The rules in the book, one below the other: name, words, and whether each is on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from models.rules.rule import Rule
from ui.shapes import draw_shape
from ui.theme import Theme, interface_font
from ui.wording import date_text

_Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole.UserRole
_HEIGHT, _EDGE, _MARK = 64, 12, 12  # pixels


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule as the list shows it: in words, since when it is armed (UTC), and when it last spoke.

    `problem` says why it cannot be judged at the moment, or is empty.
    """

    rule: Rule
    words: str
    armed_at: dt.datetime
    last: dt.date | None = None
    problem: str = ""

    @property
    def standing(self) -> str:
        """Say in a few words how the rule stands."""
        if not self.rule.enabled:
            return "Off"
        if self.problem:
            return self.problem
        spoke = f"last spoke for {date_text(self.last)}" if self.last else "has not spoken yet"
        return f"Armed since {date_text(self.armed_at.astimezone().date())}, {spoke}"


class RuleDelegate(QStyledItemDelegate):
    """Paints a mark for on or off, the name, the words and the standing."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._name = interface_font(13, QFont.Weight.DemiBold)
        self._small = interface_font(11)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """Three lines of text."""
        return QSize(280, _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one rule."""
        line: RuleLine = index.data(_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
            painter.setPen(self.theme.colour("accent", 0.8) if focused else Qt.PenStyle.NoPen)
            painter.setBrush(self.theme.colour("selection"))
            painter.drawRoundedRect(QRectF(option.rect).adjusted(1.5, 1.5, -1.5, -1.5), 6, 6)
        box = QRectF(option.rect).adjusted(_EDGE, 7, -_EDGE, -7)
        on = line.rule.enabled
        role = "warning" if line.problem and on else "ok" if on else "faint"
        mark = QRectF(box.left(), box.top() + 3, _MARK, _MARK)
        draw_shape(
            painter, "warning" if line.problem and on else "fresh" if on else "off", mark, self.theme.colour(role)
        )
        text = box.adjusted(_MARK + 10, 0, 0, 0)
        third = text.height() / 3
        for number, (words, font, colour) in enumerate(
            (
                (line.rule.name, self._name, "text" if on else "muted"),
                (line.words, self._small, "text" if on else "muted"),
                (line.standing, self._small, "warning" if line.problem and on else "muted"),
            )
        ):
            painter.setFont(font)
            painter.setPen(self.theme.colour(colour))
            shown = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, text.width())
            row = QRectF(text.left(), text.top() + number * third, text.width(), third)
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()


class RuleList(QListView):
    """Shows rules; `chosen` follows the current one, Space switches it on or off, Del asks to remove it."""

    chosen = Signal(object)
    switched = Signal(object)
    edit_wanted = Signal(object)
    removal_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._delegate = RuleDelegate(theme, self)
        self._lines = QStandardItemModel(self)
        self.setModel(self._lines)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName("Rules")
        self.setMouseTracking(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.selectionModel().currentChanged.connect(lambda index, _: self.chosen.emit(index.data(_ROLE)))
        self.doubleClicked.connect(lambda index: self.edit_wanted.emit(index.data(_ROLE)))

    @property
    def current(self) -> RuleLine | None:
        """The rule that is chosen."""
        line: RuleLine | None = self.currentIndex().data(_ROLE)
        return line

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._delegate.theme = theme
        self.viewport().update()

    def show_lines(self, lines: Sequence[RuleLine]) -> None:
        """Show these rules; the one that was chosen stays so, or its neighbour where it is gone."""
        before, row = self.current, max(self.currentIndex().row(), 0)
        self._lines.clear()
        for line in lines:
            item = QStandardItem(line.rule.name)
            item.setData(line, _ROLE)
            item.setData(f"{line.rule.name}. {line.words} {line.standing}.", Qt.ItemDataRole.AccessibleTextRole)
            item.setToolTip(f"{line.words}\n{line.standing}")
            self._lines.appendRow(item)
        keys = [line.rule.key for line in lines]
        if before is not None and before.rule.key in keys:
            row = keys.index(before.rule.key)
        self.setCurrentIndex(self._lines.index(min(row, len(lines) - 1), 0))

    def choose(self, key: str) -> None:
        """Choose a rule by its key, where it is there."""
        for row in range(self._lines.rowCount()):
            if self._lines.item(row).data(_ROLE).rule.key == key:
                self.setCurrentIndex(self._lines.index(row, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Switch, edit or remove the rule by keys."""
        signals = {
            Qt.Key.Key_Space: self.switched,
            Qt.Key.Key_Return: self.edit_wanted,
            Qt.Key.Key_Enter: self.edit_wanted,
            Qt.Key.Key_Delete: self.removal_wanted,
        }
        signal = signals.get(Qt.Key(event.key())) if event.type() is QEvent.Type.KeyPress else None
        if signal is not None and self.current is not None:
            signal.emit(self.current)
        else:
            super().keyPressEvent(event)

"""The bars that the charts show, as a table: the same figures for who reads rather than looks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from models.resample import is_intraday
from ui.card import label
from ui.charts.crosshair import date_text, minute_text, shown_decimals
from ui.charts.shown import Shown, ShownBars
from ui.charts.ticks import MINUS, percent_text, price_text
from ui.wording import IF_CLOSED_NOW, STATE_NAMES, badge_of, count_text

COLUMNS = ("Session", "Open", "High", "Low", "Close", "To the high", "State")
TIPS = (
    "The exchange's own date of the bar; of a week or a month, its last session; the begin of a shorter one.",
    *("In the asset's currency, not adjusted for dividends.",) * 4,
    "How far the close was below the highest close up to then.",
    "The state of the watch on the high after this bar.",
)
ROW_HEIGHT = 24
_SESSION, _OPEN, _CLOSE, _DISTANCE, _STATE = 0, 1, 4, 5, 6
_PRICES = ("open", "high", "low", "close")
_BARS = {
    "day": ("daily bar", "daily bars"),
    "week": ("weekly bar", "weekly bars"),
    "month": ("monthly bar", "monthly bars"),
    "1m": ("1-minute bar", "1-minute bars"),
    "5m": ("5-minute bar", "5-minute bars"),
    "15m": ("15-minute bar", "15-minute bars"),
    "1h": ("1-hour bar", "1-hour bars"),
}
_MISSING = "–"
_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole


def cell_text(shown: ShownBars, row: int, column: int) -> str:
    """Return what a cell says; a dash where there is no figure."""
    bars, at = shown.bars, shown.start + row
    if column == _SESSION:
        day = date_text(bars.session[at].astype(object))
        if is_intraday(shown.period):
            day = minute_text(float(bars.time[at]), dt.UTC)
        return day + ("" if bars.final[at] else " · in progress")
    if column == _DISTANCE:
        distance = float(shown.distances(row, 1)[0])
        if not np.isfinite(distance):
            return _MISSING
        return "at the high" if distance == 0 else f"{100 * distance:.2f} %".replace("-", MINUS)
    if column == _STATE:
        return _state_text(shown, row)
    if shown.measure:
        return measure_text(shown, float(bars.close[at])) if column == _CLOSE else _MISSING
    price = float(getattr(bars, _PRICES[column - _OPEN])[at])
    return price_text(price, shown_decimals(price, shown.asset.decimals)) if np.isfinite(price) else _MISSING


def measure_text(shown: ShownBars, value: float) -> str:
    """Return what was worked out from prices as it is shown."""
    if not np.isfinite(value):
        return _MISSING
    if shown.unit == "fraction":
        return percent_text(value, 2)
    return price_text(value, 3 if shown.unit == "number" else shown_decimals(value, shown.asset.decimals))


def _state_text(shown: ShownBars, row: int) -> str:
    state = shown.state(row)
    if state is None:
        return _MISSING
    return STATE_NAMES[state] if shown.bars.final[shown.start + row] else IF_CLOSED_NOW[state]


def spoken(shown: ShownBars, row: int, column: int) -> str:
    """Return what a screen reader says of a cell, in words where signs would be skipped."""
    text = cell_text(shown, row, column)
    if text == _MISSING:
        return f"{COLUMNS[column]}: missing"
    if column == _DISTANCE and text.startswith(MINUS):
        return f"{text.removeprefix(MINUS)} below the high"
    return text.replace(" · ", ", ")


def tab_separated(shown: ShownBars, rows: Iterable[int]) -> str:
    """Return rows with a head as spreadsheets take them: ISO dates, plain figures, nothing where one is missing."""
    head = ("Session", "Open", "High", "Low", "Close", "Distance to the high, %", "State", "Final")
    lines = ["\t".join(head), *("\t".join(_plain_row(shown, row)) for row in rows)]
    return "\n".join(lines) + "\n"


def _plain_row(shown: ShownBars, row: int) -> tuple[str, ...]:
    bars, at = shown.bars, shown.start + row
    state = shown.state(row)
    figures = [float(getattr(bars, name)[at]) for name in _PRICES]
    if shown.measure:
        value = figures[-1]
        figures = [np.nan, np.nan, np.nan, 100 * (value - 1) if shown.unit == "fraction" else value]
    distance = 100 * float(shown.distances(row, 1)[0])
    label = f"{bars.time[at].astype('datetime64[s]')}Z" if is_intraday(shown.period) else str(bars.session[at])
    return (
        label,
        *(f"{figure:.10g}" if np.isfinite(figure) else "" for figure in figures),
        f"{distance:.4f}" if np.isfinite(distance) else "",
        "" if state is None else state.value,
        "yes" if bars.final[at] else "in progress",
    )


class BarModel(QAbstractTableModel):
    """Reads each cell from the columns of the bars when it is asked for; keeps nothing per bar."""

    def __init__(self, shown: ShownBars | None = None) -> None:
        super().__init__()
        self.shown = shown

    def show(self, shown: ShownBars | None) -> None:
        """Show other bars."""
        self.beginResetModel()
        self.shown = shown
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return how many bars there are."""
        return 0 if parent.isValid() or self.shown is None else len(self.shown)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return how many figures each bar has."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:  # noqa: ANN401 - Qt's own signature
        """Return a cell's text, its alignment, or how a screen reader says it."""
        if self.shown is None or not index.isValid():
            return None
        if role == _Role.TextAlignmentRole:
            return _alignment(index.column())
        if role == _Role.AccessibleTextRole:
            return spoken(self.shown, index.row(), index.column())
        return cell_text(self.shown, index.row(), index.column()) if role == _Role.DisplayRole else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:  # noqa: ANN401
        """Return the name of a column and what it means."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _Role.TextAlignmentRole:
            return _alignment(section)
        measure = self.shown.measure if self.shown is not None else ""
        if measure and section == _CLOSE:
            return {_Role.DisplayRole: "Value", _Role.ToolTipRole: f"{measure}, from closes."}.get(_Role(role))
        return {_Role.DisplayRole: COLUMNS[section], _Role.ToolTipRole: TIPS[section]}.get(_Role(role))

    def row_of(self, time: int) -> int:
        """Return the row of the bar that began last before or at an instant (UTC epoch seconds), at least 0."""
        if self.shown is None or len(self.shown) == 0:
            return 0
        return max(int(np.searchsorted(self.shown.shown.time, time, side="right")) - 1, 0)


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if _OPEN <= column <= _DISTANCE else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


class BarTable(QDialog):
    """The table in a window of its own, which follows the charts while it is open.

    `read` returns what the charts show at that moment; call `follow` when that may have changed.
    """

    def __init__(self, read: Callable[[], Shown], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Bars in view")
        self.setModal(False)
        self.resize(760, 560)
        self._read = read
        self._shown = Shown()
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._take)
        self.model = BarModel()
        self.view = _table_view(self.model)
        self.asset = QComboBox()
        self.asset.setAccessibleName("Asset")
        self.asset.currentIndexChanged.connect(self._choose)
        self.about = label(kind="muted", wrap=True)
        self.badge = label("", "simulated")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy_button = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        self.copy_button.setToolTip("Copy the chosen rows, or all of them, for a spreadsheet.")
        self.copy_button.setAutoDefault(False)
        self.copy_button.clicked.connect(self.copy)
        buttons.rejected.connect(self.reject)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self, self.copy)
        self._arrange(buttons)

    def _arrange(self, buttons: QDialogButtonBox) -> None:
        head = QHBoxLayout()
        head.addWidget(self.asset)
        head.addWidget(self.about, 1)
        head.addWidget(self.badge)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        column.addWidget(buttons)

    def open_at_active(self) -> None:
        """Show the bars of the pane that the keys act upon, the newest one chosen."""
        self._shown = self._read()
        self._list(self._shown.active)
        self._go_to(self.model.rowCount() - 1)
        self.show()
        self.activateWindow()
        self.view.setFocus()

    @Slot()
    def follow(self) -> None:
        """Read the charts again; many calls in a row make one."""
        if self.isVisible():
            self._later.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Be up to date whenever it appears."""
        super().showEvent(event)
        self.follow()

    @Slot()
    def copy(self) -> None:
        """Put the chosen rows, or all when at most one is chosen, on the clipboard."""
        shown = self.model.shown
        if shown is None:
            return
        chosen = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        rows = chosen if len(chosen) > 1 else range(len(shown))
        QGuiApplication.clipboard().setText(tab_separated(shown, rows))

    @Slot()
    def _take(self) -> None:
        held = self.asset.currentData()
        self._shown = self._read()
        keys = [_key(each) for each in self._shown.bars]
        self._list(keys.index(held) if held in keys else self._shown.active)

    def _list(self, chosen: int) -> None:
        self.asset.blockSignals(True)
        self.asset.clear()
        for each in self._shown.bars:
            self.asset.addItem(_name(each), _key(each))
        self.asset.setCurrentIndex(chosen if self._shown.bars else -1)
        self.asset.blockSignals(False)
        self._choose()

    @Slot()
    def _choose(self) -> None:
        at = self._time_at_cursor()
        chosen = self.asset.currentIndex()
        shown = self._shown.bars[chosen] if 0 <= chosen < len(self._shown.bars) else None
        self.model.show(shown)
        self.badge.setText(badge_of(self._shown.world))
        self.badge.setVisible(self._shown.world != "real")
        self.about.setText(about(shown))
        self.view.setAccessibleName(f"{shown.asset.name}: {about(shown)}" if shown is not None else about(shown))
        self.copy_button.setEnabled(shown is not None)
        self._go_to(self.model.row_of(at) if at is not None else self.model.rowCount() - 1)

    def _time_at_cursor(self) -> int | None:
        shown, row = self.model.shown, self.view.currentIndex().row()
        return int(shown.shown.time[row]) if shown is not None and 0 <= row < len(shown) else None

    def _go_to(self, row: int) -> None:
        if row >= 0:
            column = max(self.view.currentIndex().column(), 0)
            self.view.setCurrentIndex(self.model.index(row, column))
            self.view.scrollTo(self.view.currentIndex())


def _key(shown: ShownBars) -> str:
    return f"{shown.asset.symbol} {shown.measure}"


def _name(shown: ShownBars) -> str:
    """Return what an entry is called: the asset's name, or what is worked out from its prices."""
    return f"{shown.measure}: {shown.asset.name}" if shown.measure else shown.asset.name


def about(shown: ShownBars | None) -> str:
    """Return how many bars of what kind, from when to when, from where."""
    if shown is None:
        return "No prices are in view."
    count = count_text(len(shown), *_BARS[shown.period])
    if len(shown) == 0:
        return f"{count} in view."
    first, last = (date_text(shown.shown.session[row].astype(object)) for row in (0, -1))
    parts = (f"{count}, {first} to {last}", shown.asset.currency, shown.source)
    return " · ".join(filter(None, parts))


def _table_view(model: BarModel) -> QTableView:
    view = QTableView()
    view.setModel(model)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    view.setTabKeyNavigation(False)
    view.setAlternatingRowColors(True)
    view.setShowGrid(False)
    view.setWordWrap(False)
    rows, columns = view.verticalHeader(), view.horizontalHeader()
    rows.hide()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)  # all alike: nobody measures a million rows
    rows.setDefaultSectionSize(ROW_HEIGHT)
    columns.setStretchLastSection(True)
    columns.setHighlightSections(False)
    for section, width in enumerate((160, 84, 84, 84, 84, 92)):
        columns.resizeSection(section, width)
    return view

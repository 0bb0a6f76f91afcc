"""The trail in a window of its own: every evaluation, alert, delivery and receipt, to be searched and asked about."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QDate, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from data.trail import MOST, Entry, Kind, Wanted
from models.snapshot import World
from ui.card import label
from ui.details import shape_icon
from ui.theme import Theme
from ui.wording import badge_of, count_text, date_text, time_text

COLUMNS = ("When", "What", "Rule", "Asset", "Session", "Came to", "By", "In words")
WIDTHS = (140, 90, 150, 80, 90, 120, 100)
PAUSE_MILLISECONDS = 250
ROW_HEIGHT = 26
_WORDS: dict[Kind, str] = {"evaluation": "Judged", "alert": "Alert", "delivery": "Delivery", "receipt": "Receipt"}
_CHOICES: tuple[tuple[str, tuple[Kind, ...]], ...] = (
    ("Alerts and what became of them", ("alert", "delivery", "receipt")),
    ("Alerts", ("alert",)),
    ("Deliveries and receipts", ("delivery", "receipt")),
    ("Judgements", ("evaluation",)),
    ("Everything", ("evaluation", "alert", "delivery", "receipt")),
)
FILES = "CSV (*.csv);;JSON (*.json)"
_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole


def cell_text(entry: Entry, column: int) -> str:
    """Return what a cell of the trail says."""
    return (
        time_text(entry.at),
        _WORDS[entry.kind],
        entry.rule,
        entry.symbol,
        date_text(entry.session),
        entry.what,
        entry.channel,
        in_words(entry),
    )[column]


def in_words(entry: Entry) -> str:
    """Return an entry's text on one line; of an evaluation what it was judged on, as far as it is worth a glance."""
    if entry.kind != "evaluation":
        return " · ".join(entry.text.split("\n"))
    inputs = json.loads(entry.text)
    reason = inputs.get("reason")
    if reason:
        return str(reason)
    readings = [str(each["says"]) for each in inputs.get("readings", ()) if each.get("says")]
    return " · ".join(readings) or str(inputs.get("state", ""))


class TrailModel(QAbstractTableModel):
    """The lines of the trail as a table."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._icons: dict[str, QIcon] = {}
        self.entries: tuple[Entry, ...] = ()

    def show(self, entries: Sequence[Entry]) -> None:
        """Show other lines."""
        self.beginResetModel()
        self.entries = tuple(entries)
        self.endResetModel()

    def set_theme(self, theme: Theme) -> None:
        """Draw the shapes in another theme."""
        self.beginResetModel()
        self._theme, self._icons = theme, {}
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return how many lines there are."""
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return how many things each line says."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:  # noqa: ANN401 - Qt's own signature
        """Return a cell's text, the shape of what it came to, or the whole of it as a tool tip."""
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role == _Role.DisplayRole:
            return cell_text(entry, index.column())
        if role == _Role.DecorationRole and index.column() == 5 and entry.kind in ("evaluation", "alert"):
            return self._icon(entry.what)
        return cell_text(entry, index.column()) if role == _Role.ToolTipRole else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:  # noqa: ANN401
        """Return the name of a column."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return COLUMNS[section] if role == _Role.DisplayRole else None

    def _icon(self, what: str) -> QIcon:
        if what not in self._icons:
            self._icons[what] = shape_icon(what, self._theme, 12)
        return self._icons[what]


class TrailWindow(QDialog):
    """Asks for the lines that are wanted, shows them, and asks about one; it reads nothing itself."""

    wanted = Signal(object)  # Wanted
    why_wanted = Signal(str, str, object)  # rule, symbol, session
    zoom_requested = Signal(str, object)  # symbol, session
    export_wanted = Signal(str, object)  # path, Wanted

    def __init__(self, theme: Theme, today: dt.date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Trail of alerts")
        self.setModal(False)
        self.resize(1120, min(680, self.screen().availableGeometry().height() - 48))
        self.text, self.kind, self.rule, self.symbol = QLineEdit(), QComboBox(), QComboBox(), QComboBox()
        self.since_on, self.since = QCheckBox("Sessions since"), QDateEdit(calendarPopup=True)
        self.model = TrailModel(theme)
        self.table = QTableView()
        self.count = label("", "muted")
        self.badge = label("", "simulated")
        self.buttons: dict[str, QPushButton] = {}
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MILLISECONDS)
        self._fill(today)
        self._arrange()
        self._connect()

    @property
    def asked(self) -> Wanted:
        """The lines that the filters ask for."""
        return Wanted(
            kinds=self.kind.currentData(),
            rule=self.rule.currentData(),
            symbol=self.symbol.currentData(),
            since=self.since.date().toPython() if self.since_on.isChecked() else None,  # type: ignore[arg-type]
            text=self.text.text().strip(),
        )

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.model.set_theme(theme)

    def show_world(self, world: World) -> None:
        """Say which world the trail is of, unless it is the real one."""
        self.badge.setText(badge_of(world))
        self.badge.setVisible(world != "real")

    def offer(self, rules: Sequence[tuple[str, str]], symbols: Sequence[str]) -> None:
        """Offer rules (key and name) and symbols to choose from; what is chosen stays."""
        for box, every, options in (
            (self.rule, "Every rule", rules),
            (self.symbol, "Every asset", tuple((symbol, symbol) for symbol in symbols)),
        ):
            held = box.currentData()
            before = box.blockSignals(True)
            box.clear()
            box.addItem(every, None)
            for key, name in options:
                box.addItem(name, key)
            box.setCurrentIndex(max(box.findData(held), 0))
            box.blockSignals(before)

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show what was found, the newest line chosen."""
        self.model.show(entries)
        most = " at most; the newest are shown" if len(entries) >= MOST else ""
        found = count_text(len(entries), "line", "lines") + most if entries else "Nothing fits what is asked for."
        self.count.setText(found)
        self.table.setAccessibleDescription(found)
        if entries:
            self.table.setCurrentIndex(self.model.index(0, 0))
        self._on_current()

    def ask(self) -> None:
        """Ask for the lines anew, as when something was added to the trail."""
        self.wanted.emit(self.asked)

    @property
    def current(self) -> Entry | None:
        """The line that is chosen."""
        row = self.table.currentIndex().row()
        return self.model.entries[row] if 0 <= row < len(self.model.entries) else None

    def _fill(self, today: dt.date) -> None:
        self.text.setPlaceholderText("Search the trail")
        self.text.setClearButtonEnabled(True)
        for words, kinds in _CHOICES:
            self.kind.addItem(words, kinds)
        self.offer((), ())
        first = today - dt.timedelta(days=30)
        self.since.setDate(QDate(first.year, first.month, first.day))
        self.since.setDisplayFormat("d MMM yyyy")
        names = ((self.text, "Search"), (self.kind, "Kind"), (self.rule, "Rule"), (self.symbol, "Asset"))
        for widget, name in (*names, (self.since, "First session")):
            widget.setAccessibleName(name)

    def _arrange(self) -> None:
        filters = QHBoxLayout()
        filters.setSpacing(8)
        filters.addWidget(self.text, 1)
        for widget in (self.kind, self.rule, self.symbol, self.since_on, self.since):
            filters.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.addWidget(label("Trail of alerts", "heading"))
        head.addWidget(self.badge)
        head.addStretch(1)
        self.badge.hide()
        column.addLayout(head)
        column.addLayout(filters)
        column.addWidget(self.table, 1)
        column.addLayout(self._foot())
        self._set_up_table()

    def _set_up_table(self) -> None:
        self.table.setModel(self.model)
        self.table.setAccessibleName("Trail of alerts")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setAlternatingRowColors(True)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.horizontalHeader().setHighlightSections(False)
        for column, width in enumerate(WIDTHS):
            self.table.setColumnWidth(column, width)

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.count, 1)
        for name, text, tip in (
            ("why", "Why?", "Show what was known on that session, and why the rule spoke or did not."),
            ("zoom", "Show on the charts", "Bring all charts to the session."),
            ("export", "Export…", "Write the lines that are shown into a CSV or JSON file."),
            ("close", "Close", "Close this window."),
        ):
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.setToolTip(tip)
            self.buttons[name] = button
            row.addWidget(button)
        return row

    def _connect(self) -> None:
        self.text.textChanged.connect(lambda _: self._pause.start())
        self._pause.timeout.connect(self.ask)
        for box in (self.kind, self.rule, self.symbol):
            box.currentIndexChanged.connect(lambda _: self.ask())
        self.since_on.toggled.connect(self._on_since)
        self.since.dateChanged.connect(self._on_since)
        self.since.setEnabled(False)
        self.table.selectionModel().currentChanged.connect(self._on_current)
        self.table.doubleClicked.connect(lambda _: self._zoom())
        self.table.activated.connect(lambda _: self._why())
        for name, act in (
            ("why", self._why),
            ("zoom", self._zoom),
            ("export", self._ask_export),
            ("close", self.reject),
        ):
            self.buttons[name].clicked.connect(act)

    @Slot()
    def _on_since(self) -> None:
        self.since.setEnabled(self.since_on.isChecked())
        self.ask()

    @Slot()
    def _on_current(self) -> None:
        for name in ("why", "zoom"):
            self.buttons[name].setEnabled(self.current is not None)
        self.buttons["export"].setEnabled(bool(self.model.entries))

    @Slot()
    def _why(self) -> None:
        if self.current is not None:
            self.why_wanted.emit(self.current.rule, self.current.symbol, self.current.session)

    @Slot()
    def _zoom(self) -> None:
        if self.current is not None:
            self.zoom_requested.emit(self.current.symbol, self.current.session)

    @Slot()
    def _ask_export(self) -> None:
        dialog = QFileDialog(self, "Export the trail", str(Path.home() / "bellwether-trail.csv"), FILES)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(lambda path: self.export_wanted.emit(path, self.asked))
        dialog.open()

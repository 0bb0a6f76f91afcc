"""The frame of every page of the lab: controls, what a careful person would say, pictures, tables, how it was done."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLayoutItem,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from data.catalog import Asset
from models.lab.asking import Request
from ui.card import label
from ui.lab.plot import Plot
from ui.lab.presentation import Presentation, Table
from ui.theme import Theme

REST_MILLISECONDS = 250
_ROW, _MOST_ROWS = 26, 14
_LONG, _WRAPPED = 60, 400  # characters that are a sentence, and how wide one may be

Presenter = Callable[[Any, Any], Presentation]


class Page(QWidget):
    """One study.  `asked` carries its request once the controls have come to rest; answers come by `show_result`.

    A page has a `title`, fills `controls` in `make_controls`, and says in `request` what its controls ask for.
    """

    title = ""
    asked = Signal(object)
    stopped = Signal()
    zoom_requested = Signal(str, object)
    report_wanted = Signal(object)

    def __init__(self, theme: Theme, present: Presenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._present = theme, present
        self._plots: list[Plot] = []
        self._presentation: Presentation | None = None
        self._rest = QTimer(self, singleShot=True, interval=REST_MILLISECONDS)
        self._rest.timeout.connect(self.ask)
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._go_on)
        self._coming: Iterator[QWidget] = iter(())
        self._row = 0
        self._answered: Request[Any] | None = None
        self.controls = QHBoxLayout()
        self.controls.setSpacing(8)
        self._waiting, self._bar, self._doing = QWidget(), QProgressBar(), label("", "muted")
        self._body = QVBoxLayout()
        self._body.setSpacing(12)
        self._lay_out()
        self.make_controls()
        self.controls.addStretch(1)
        self._save = QPushButton("Save as report…", enabled=False)
        self._save.clicked.connect(lambda: self.report_wanted.emit(self._presentation))
        self.controls.addWidget(self._save)

    # -- what a page says of itself

    def make_controls(self) -> None:
        """Add the controls; connect their changes to `touch`."""
        raise NotImplementedError

    def request(self) -> Request[Any] | None:
        """Return what the controls ask for, or None as long as they ask for nothing."""
        raise NotImplementedError

    def show_choices(self, assets: Sequence[Asset]) -> None:
        """Offer these assets."""
        raise NotImplementedError

    # -- asking

    @Slot()
    def touch(self) -> None:
        """Ask again once the controls have come to rest."""
        self._rest.start()

    @Slot()
    def ask(self) -> None:
        """Ask now."""
        asked = self.request()
        if asked is not None:
            self.asked.emit(asked)

    @Slot()
    def _stop(self) -> None:
        self._waiting.hide()
        self.stopped.emit()

    # -- answers

    def show_progress(self, done: float, doing: str) -> None:
        """Say how far it is; what was shown before stays."""
        self._bar.setValue(round(done * 100))
        self._doing.setText(doing)
        self._waiting.show()

    def show_result(self, request: Request[Any], result: object) -> None:
        """Show an answer, unless the controls ask for something else by now."""
        if request != self.request():
            return
        self._waiting.hide()
        is_same, self._answered = request == self._answered, request
        self.show_presentation(self.presented(result, request), in_pieces=is_same)

    def presented(self, result: object, request: Request[Any]) -> Presentation:
        """Return how an answer is shown."""
        return self._present(result, request)

    def show_refusal(self, request: Request[Any], text: str) -> None:
        """Say why there is no answer."""
        if request == self.request():
            self._waiting.hide()
            self.show_presentation(Presentation(self.title, text))

    def show_presentation(self, shown: Presentation, *, in_pieces: bool = False) -> None:
        """Show this in place of what was shown before; `in_pieces` one a turn, so that no frame of a chart waits."""
        self._presentation = shown
        self._save.setEnabled(bool(shown.tables))
        self._plots = []
        self._coming, self._row = self._pieces(shown), 0
        if in_pieces and self.isVisible():
            self._turn.start()
        else:
            for piece in self._coming:
                self._put(piece)
            self._trim()

    @Slot()
    def _go_on(self) -> None:
        piece = next(self._coming, None)
        if piece is None:
            self._trim()
        else:
            self._put(piece)
            self._turn.start()

    def _pieces(self, shown: Presentation) -> Iterator[QWidget]:
        """Yield what is shown from top to bottom, each piece made when its turn comes."""
        if shown.verdict:
            yield label(f"{shown.verdict.capitalize()}. {shown.reason}", "title", wrap=True)
        yield _said(label(shown.sentence, "", wrap=True))
        yield from map(_struck, shown.struck)
        for note in shown.notes:
            yield _said(label(note, "muted", wrap=True))
        for picture in shown.pictures:
            plot = Plot(self._theme, picture)
            plot.chosen.connect(self._zoom)
            self._plots.append(plot)
            yield plot
        for table in shown.tables:
            if table.title:
                yield label(table.title, "muted")
            yield self._table(table)
        yield from self._explanation(shown)

    def is_building(self) -> bool:
        """Return whether pieces of what is shown are still to come."""
        return self._turn.isActive()

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        for plot in self._plots:
            plot.theme = theme
            plot.update()

    def presentation(self) -> Presentation | None:
        """Return what is shown, as for a report."""
        return self._presentation

    # -- controls

    def add_control(self, name: str, control: QWidget) -> None:
        """Put a control with its name before it into the row of controls."""
        caption = QLabel(name)
        caption.setBuddy(control)
        caption.setProperty("kind", "muted")
        control.setAccessibleName(name)
        self.controls.addWidget(caption)
        self.controls.addWidget(control)

    def add_choice(self, name: str, options: Sequence[tuple[str, object]], chosen: object = None) -> QComboBox:
        """Add and return a choice of values, each with what is written for it."""
        box = QComboBox()
        for text, value in options:
            box.addItem(text, value)
        at = next((row for row, (_, value) in enumerate(options) if value == chosen), 0)
        box.setCurrentIndex(at if options else -1)
        box.currentIndexChanged.connect(self.touch)
        self.add_control(name, box)
        return box

    def fill(self, box: QComboBox, options: Sequence[tuple[str, object]], usual: object) -> None:
        """Offer other values; what was chosen stays chosen, and nothing is asked."""
        before = box.currentData() or usual
        box.blockSignals(True)
        box.clear()
        for text, value in options:
            box.addItem(text, value)
        box.setCurrentIndex(max(0, box.findData(before)) if options else -1)
        box.blockSignals(False)

    def add_number(self, name: str, low: int, high: int, value: int) -> QSpinBox:
        """Add and return a whole number."""
        box = QSpinBox(minimum=low, maximum=high, value=value)
        box.valueChanged.connect(self.touch)
        self.add_control(name, box)
        return box

    # -- parts

    def _lay_out(self) -> None:
        stop = QPushButton("Stop")
        stop.clicked.connect(self._stop)
        row = QHBoxLayout(self._waiting)
        row.setContentsMargins(0, 0, 0, 0)
        self._bar.setRange(0, 100)
        self._bar.setFixedWidth(160)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("How far it is")
        for part in (self._bar, self._doing, stop):
            row.addWidget(part)
        row.addStretch(1)
        self._waiting.hide()
        inner = QWidget()
        inner.setLayout(self._body)
        self._body.setContentsMargins(0, 0, 12, 0)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 4, 12)
        column.setSpacing(10)
        column.addWidget(label(self.title, "title"))
        column.addLayout(self.controls)
        column.addWidget(self._waiting)
        column.addWidget(area, 1)

    def _put(self, widget: QWidget) -> None:
        """Put a piece in the place of the one that was there before."""
        before = self._body.takeAt(self._row)
        self._body.insertWidget(self._row, widget)
        self._row += 1
        _drop(before)

    def _trim(self) -> None:
        while (item := self._body.takeAt(self._row)) is not None:
            _drop(item)
        self._body.addStretch(1)

    def _table(self, table: Table) -> QTableWidget:
        view = table_view(table)
        if table.keys:
            view.cellActivated.connect(lambda row, _column: self._choose(table.keys[row]))
        return view

    def _explanation(self, shown: Presentation) -> Iterator[QWidget]:
        if shown.how:
            button = QToolButton(text="How this is computed", checkable=True)
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            text = _said(label("\n\n".join(shown.how), "muted", wrap=True))
            text.hide()
            button.toggled.connect(text.setVisible)
            yield button
            yield text
        if shown.provenance:
            yield _said(label(" · ".join(shown.provenance), "faint", wrap=True))

    def _choose(self, key: Hashable) -> None:
        link = self._presentation.links.get(key, "") if self._presentation is not None else ""
        if link.startswith("https://"):
            QDesktopServices.openUrl(QUrl(link))
        else:
            self._zoom(key)

    @Slot(object)
    def _zoom(self, key: Hashable) -> None:
        if self._presentation is not None and key in self._presentation.charts:
            self.zoom_requested.emit(*self._presentation.charts[key])


class AssetPage(Page):
    """A page about a leader and a follower; `make_more` adds what else it asks."""

    captions = ("Leader", "Follower")
    usual = ("^RUT", "BTC-USD")

    def make_controls(self) -> None:
        """Add both assets, then the rest."""
        self.leader, self.follower = (self.add_choice(caption, ()) for caption in self.captions)
        self.make_more()

    def make_more(self) -> None:
        """Add further controls."""

    def show_choices(self, assets: Sequence[Asset]) -> None:
        """Offer the watchlist; what was chosen stays chosen."""
        for box, usual in zip((self.leader, self.follower), self.usual, strict=True):
            self.fill(box, [(asset.name, asset.symbol) for asset in assets], usual)


class _Rows(QTableWidget):
    """A table as high as its rows, up to a limit."""

    def sizeHint(self) -> QSize:
        """Every row, if they are not too many."""
        rows = range(min(self.rowCount(), _MOST_ROWS))
        return QSize(640, self.horizontalHeader().sizeHint().height() + sum(map(self.rowHeight, rows)) + 14)


def table_view(table: Table) -> QTableWidget:
    """Return the table as a widget that can be walked and read."""
    view = _Rows(len(table.rows), len(table.heads))
    view.setHorizontalHeaderLabels(list(table.heads))
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setAccessibleName(table.title or ", ".join(table.heads))
    view.setShowGrid(False)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(_ROW)
    for row, texts in enumerate(table.rows):
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            if column in table.right:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            view.setItem(row, column, item)
    view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    view.horizontalHeader().setMinimumSectionSize(64)
    _wrap_long(view, table)
    view.setFixedHeight(view.sizeHint().height())
    return view


def _wrap_long(view: QTableWidget, table: Table) -> None:
    """Let sentences run over several lines instead of out of the window."""
    long = {column for row in table.rows for column, text in enumerate(row) if len(text) > _LONG}
    for column in long:
        view.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        view.setColumnWidth(column, _WRAPPED)
    if long:
        view.setWordWrap(True)
        view.resizeRowsToContents()


def _drop(item: QLayoutItem | None) -> None:
    widget = item.widget() if item is not None else None
    if widget is not None:
        widget.hide()  # or it would be painted once more before it goes
        widget.deleteLater()


def _said(text: QLabel) -> QLabel:
    text.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return text


def _struck(said: str) -> QLabel:
    text = label(said, "muted")
    font = text.font()
    font.setStrikeOut(True)
    text.setFont(font)
    text.setAccessibleName(f"Crossed out: {said}")
    return text

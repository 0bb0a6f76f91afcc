"""One condition in the editor: of what, which kind, and its numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from data.catalog import Asset
from models.rules.rule import InRegime, Leaf, Subject
from ui.card import label
from ui.rules.inputs import Input
from ui.rules.kinds import KINDS, Kind, kind_of

ALONE = "its price"
INPUT_WIDTH = 208
NAME_WIDTH = 124


class ConditionRow(QFrame):
    """Shows a condition and gives it back as it was changed; `changed` follows every edit.

    `assets` are those that can be chosen, `prices` their last prices, which a new level begins at.
    """

    changed = Signal()
    removed = Signal(object)

    def __init__(
        self,
        leaf: Leaf,
        assets: Sequence[Asset],
        prices: Mapping[str, float],
        today: dt.date,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self._prices, self._today = prices, today
        self._inputs: dict[str, Input] = {}
        self._kind = kind_of(leaf)
        self.symbol, self.over, self.kind = QComboBox(), QComboBox(), QComboBox()
        self.remove = QPushButton("Remove")
        self._fill(assets)
        self._grid = QGridLayout()
        self._arrange()
        self.show_leaf(leaf)
        for box in (self.symbol, self.over):
            box.currentIndexChanged.connect(self._on_subject)
        self.kind.currentIndexChanged.connect(self._on_kind)
        self.remove.clicked.connect(lambda: self.removed.emit(self))

    @property
    def leaf(self) -> Leaf:
        """The condition as it stands."""
        values = dict(self._kind.fixed) | {name: each.read() for name, each in self._inputs.items()}
        if self._kind.has_subject:
            values["subject"] = self._subject()
        made: Leaf = self._kind.leaf(**values)
        return made

    def show_leaf(self, leaf: Leaf) -> None:
        """Show a condition, its kind's inputs with it."""
        self._kind = kind_of(leaf)
        self._choose(self.kind, KINDS.index(self._kind))
        if not isinstance(leaf, InRegime):
            self._choose(self.symbol, self._place(self.symbol, leaf.subject.symbol))
            self._choose(self.over, self._place(self.over, leaf.subject.over))
        for box in (self.symbol, self.over):
            box.setVisible(self._kind.has_subject)
        self._show_inputs(leaf)

    def _fill(self, assets: Sequence[Asset]) -> None:
        self.over.addItem(ALONE, None)
        for asset in assets:
            self.symbol.addItem(asset.name, asset.symbol)
            self.over.addItem(f"its ratio to {asset.name}", asset.symbol)
        for kind in KINDS:
            self.kind.addItem(kind.words)
        for box, name in ((self.symbol, "Asset"), (self.over, "Price or ratio"), (self.kind, "Condition")):
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(14)
        self.remove.setProperty("kind", "link")
        self.remove.setAutoDefault(False)
        self.remove.setAccessibleName("Remove this condition")

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        for box in (self.symbol, self.over):
            head.addWidget(box, 1)
        head.addWidget(self.remove)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(2, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.kind)
        column.addLayout(self._grid)

    def _show_inputs(self, leaf: Leaf) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._inputs = {}
        for row, field in enumerate(self._kind.inputs):
            made = field.make(self.changed.emit)
            made.show(getattr(leaf, field.name))
            made.widget.setAccessibleName(field.words)
            words = label(field.words, "muted")
            words.setBuddy(made.widget)
            words.setFixedWidth(NAME_WIDTH)
            self._grid.addWidget(words, row, 0)
            if made.widget.layout() is None:  # a row of boxes is as wide as it needs to be
                made.widget.setFixedWidth(INPUT_WIDTH)
            self._grid.addWidget(made.widget, row, 1, Qt.AlignmentFlag.AlignLeft)
            self._inputs[field.name] = made

    def _subject(self) -> Subject:
        symbol, over = self.symbol.currentData(), self.over.currentData()
        return Subject(symbol, over if over != symbol else None)

    def _place(self, box: QComboBox, symbol: str | None) -> int:
        place = box.findData(symbol)
        if place < 0:  # of a rule from elsewhere: kept, though it is not watched
            box.addItem(symbol or ALONE, symbol)
            place = box.count() - 1
        return place

    def _choose(self, box: QComboBox, place: int) -> None:
        before = box.blockSignals(True)
        box.setCurrentIndex(place)
        box.blockSignals(before)

    @Slot()
    def _on_subject(self) -> None:
        self.changed.emit()

    @Slot(int)
    def _on_kind(self, place: int) -> None:
        kind: Kind = KINDS[place]
        subject = self._subject()
        price = self._prices.get(subject.symbol, 100.0)
        if subject.over in self._prices:
            price /= self._prices[subject.over]
        self.show_leaf(kind.begin(subject, price, self._today))
        self.changed.emit()

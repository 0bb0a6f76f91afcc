"""The latest alerts, and whether they arrived."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QListView, QSizePolicy, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from data.ledger import Alert, Receipt
from ui.card import Card, label
from ui.shapes import STATE_ROLES, draw_shape
from ui.theme import Theme, interface_font
from ui.wording import date_text, time_text

Told = tuple[Alert, tuple[Receipt, ...]]
_ARRIVED = ("delivered", "clicked", "dismissed")


def delivery_text(receipts: Sequence[Receipt]) -> str:
    """Return what became of an alert, in words."""
    arrived = [receipt for receipt in receipts if receipt.outcome in _ARRIVED]
    if arrived:
        return f"delivered by {arrived[-1].channel}"
    if any(receipt.outcome == "unknown" for receipt in receipts):
        return "delivery unknown"
    return "could not be delivered" if receipts else "not delivered yet"


class AlertDelegate(QStyledItemDelegate):
    """Paints shape and title, and below them the session and what became of the alert."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._strong = interface_font(12, QFont.Weight.DemiBold)
        self._small = interface_font(11)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Two lines of text."""
        return QSize(200, 44)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one alert."""
        alert, receipts = index.data(Qt.ItemDataRole.UserRole)
        box = QRectF(option.rect).adjusted(8, 4, -8, -4)
        painter.save()
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.theme.colour("selection"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if option.state & QStyle.StateFlag.State_HasFocus:
                painter.setPen(self.theme.colour("accent", 0.8))
            painter.drawRoundedRect(QRectF(option.rect).adjusted(0.5, 1.5, -0.5, -1.5), 6, 6)
        role = STATE_ROLES.get(alert.transition, "muted")
        draw_shape(painter, alert.transition, QRectF(box.left(), box.top() + 3, 12, 12), self.theme.colour(role))
        half = box.height() / 2
        line = QRectF(box.left() + 20, box.top(), box.width() - 20, half)
        self._line(painter, line, alert.title, "late" if alert.late else "", self._strong, "text")
        below = f"{date_text(alert.session)} · {delivery_text(receipts)}"
        self._line(painter, line.translated(0, half), below, "", self._small, "muted")
        painter.restore()

    def _line(self, painter: QPainter, box: QRectF, left: str, right: str, font: QFont, role: str) -> None:
        painter.setFont(self._small)
        taken = painter.fontMetrics().horizontalAdvance(right) + 8 if right else 0
        painter.setPen(self.theme.colour("warning"))
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, right)
        painter.setFont(font)
        painter.setPen(self.theme.colour(role))
        shown = painter.fontMetrics().elidedText(left, Qt.TextElideMode.ElideRight, int(box.width() - taken))
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


class AlertsCard(Card):
    """A list of alerts, newest first; choosing one asks the charts to go there."""

    zoom_requested = Signal(str, object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Alerts", parent)
        self.layout().setContentsMargins(8, 12, 8, 8)  # type: ignore[union-attr]
        self.head.setContentsMargins(8, 0, 8, 0)
        self.model = QStandardItemModel(self)
        self._delegate = AlertDelegate(theme, self)
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(self._delegate)
        self.view.setAccessibleName("Alerts")
        self.view.setProperty("kind", "plain")
        self.view.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.view.setMouseTracking(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.activated.connect(self._choose)
        self.view.clicked.connect(self._choose)
        self._none = label("No alert yet. Only a session that settles from now on can be news.", "muted", wrap=True)
        self._none.setContentsMargins(8, 0, 8, 4)
        self._none.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self._none, 1)
        self.body.addWidget(self.view, 1)
        self.show_alerts(())

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._delegate.theme = theme
        self.view.viewport().update()

    def show_alerts(self, alerts: Sequence[Told]) -> None:
        """Show these alerts, newest first, each with its receipts."""
        self.model.clear()
        for told in alerts:
            alert, receipts = told
            item = QStandardItem(alert.title)
            item.setEditable(False)
            item.setData(told, Qt.ItemDataRole.UserRole)
            late = ", late" if alert.late else ""
            spoken = (
                f"{alert.title}, session of {date_text(alert.session)}{late}; {delivery_text(receipts)}. {alert.body}"
            )
            item.setData(spoken, Qt.ItemDataRole.AccessibleTextRole)
            told_at = "".join(
                f"\n{each.outcome.capitalize()}: {each.channel}, {time_text(each.at)}" for each in receipts
            )
            item.setToolTip(f"{alert.body}{told_at}")
            self.model.appendRow(item)
        self._none.setVisible(not alerts)
        self.view.setVisible(bool(alerts))

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        told = index.data(Qt.ItemDataRole.UserRole)
        if told is not None:
            self.zoom_requested.emit(told[0].symbol, told[0].session)

"""The row of buttons above the charts, and the head of the window; both show commands of the table."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QMenuBar, QPushButton, QSizePolicy, QToolButton, QWidget

from ui.card import label
from ui.commands import RANGES
from ui.icons import app_icon, themed_icon
from ui.theme import Theme

_PERIOD_TEXTS = (
    ("1m", "1m"), ("5m", "5m"), ("15m", "15m"), ("1h", "1h"), ("day", "Day"), ("week", "Week"), ("month", "Month"),
)  # fmt: skip
_GROUPS: tuple[tuple[tuple[str, str], ...], ...] = (
    tuple((f"range_{name}", name) for name in RANGES),
    (("style_line", "Line"), ("style_candle", "Candle")),
    (("log", "Log"), ("compare", "Compare")),
    tuple((f"period_{name}", text) for name, text in _PERIOD_TEXTS),
)
_GAP = 12
_SHOWN = (0, 3, 1, 2)  # order on the screen; in a narrow window the groups give way from the last of _GROUPS


class CommandButton(QToolButton):
    """A button with a short text that stands for a command."""

    def __init__(self, action: QAction, text: str) -> None:
        super().__init__()
        self._action = action
        self.setText(text)
        self.setProperty("kind", "segment")
        self.setToolTip(action.toolTip())
        self.setAccessibleName(action.text().replace("&", "").rstrip("…"))
        self.setCheckable(action.isCheckable())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._press)
        action.changed.connect(self._follow)
        self._follow()

    def _press(self) -> None:
        self._action.trigger()
        self._follow()

    def _follow(self) -> None:
        self.setChecked(self._action.isChecked())
        self.setEnabled(self._action.isEnabled())


class ChartBar(QFrame):
    """Range, period, style, scale and compare; groups that do not fit are in a menu at the end."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(36)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        self._actions = actions
        self.groups = [self._group(group, actions) for group in _GROUPS]
        for number in _SHOWN:
            row.addWidget(self.groups[number])
            if number == 0:
                row.addStretch(1)
        self.more = QToolButton()
        self.more.setText("⋯")
        self.more.setAccessibleName("More chart commands")
        self.more.setToolTip("More chart commands")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(QMenu(self.more))
        self.more.hide()
        row.addWidget(self.more)

    def _group(self, group: tuple[tuple[str, str], ...], actions: Mapping[str, QAction]) -> QFrame:
        frame = QFrame()
        frame.setProperty("kind", "segments")
        frame.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(frame)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        for command, text in group:
            row.addWidget(CommandButton(actions[command], text))
        return frame

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many groups as fit; the others are behind the last button."""
        wanted = [group.sizeHint().width() + _GAP for group in self.groups]
        room = event.size().width() + _GAP
        if sum(wanted) > room:
            room -= self.more.sizeHint().width() + _GAP
        menu = self.more.menu()
        menu.clear()
        for number, group in enumerate(self.groups):
            fits = sum(wanted[: number + 1]) <= room
            group.setVisible(fits)
            if not fits:
                menu.addActions([self._actions[command] for command, _ in _GROUPS[number]])
                menu.addSeparator()
        self.more.setVisible(not menu.isEmpty())
        super().resizeEvent(event)


class TopBar(QFrame):
    """The mark, the menus, and the field that opens the palette."""

    def __init__(self, theme: Theme, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "top")
        self.setFixedHeight(48)
        self.menus = QMenuBar()
        self.menus.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._mark = label()
        self._mark.setPixmap(app_icon().pixmap(QSize(20, 20), 3.0))
        self._refresh = actions["refresh"]
        self.search = QPushButton("Search symbols and commands…")
        self.search.setProperty("kind", "field")
        self.search.setAccessibleName("Search symbols and commands")
        self.search.setToolTip(actions["palette"].toolTip())
        self.search.clicked.connect(actions["palette"].trigger)
        self.search.setMinimumWidth(120)
        self.search.setMaximumWidth(320)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        keys = label(
            QKeySequence(actions["palette"].shortcut()).toString(QKeySequence.SequenceFormat.NativeText), "keys"
        )
        inside = QHBoxLayout(self.search)
        inside.setContentsMargins(8, 0, 8, 0)
        inside.addStretch(1)
        inside.addWidget(keys)
        self.reload = QToolButton()
        self.reload.setAccessibleName("Refresh now")
        self.reload.setToolTip(self._refresh.toolTip())
        self.reload.clicked.connect(self._refresh.trigger)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        row.addWidget(self._mark)
        row.addWidget(label("Bellwether", "brand"))
        row.addSpacing(8)
        row.addWidget(self.menus)
        row.addStretch(1)
        row.addWidget(self.search, 100)
        row.addWidget(self.reload)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.search.setIcon(themed_icon("search", theme, "muted"))
        self.reload.setIcon(themed_icon("refresh", theme, "muted"))

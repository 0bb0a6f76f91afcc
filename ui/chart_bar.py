"""The row of buttons above the charts, and the head of the window; both show commands of the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QMenuBar, QPushButton, QSizePolicy, QToolButton, QWidget

from ui.card import label
from ui.icons import app_icon, themed_icon
from ui.ranges import RANGES
from ui.theme import Theme

_PERIODS = ("1m", "5m", "15m", "1h", "day", "week", "month")
_TEXTS = {f"range_{name}": name for name in RANGES}
_ICONS = {
    "style_line": "chart-line",
    "style_area": "chart-area",
    "style_candle": "chart-candle",
    "style_ohlc": "chart-ohlc",
    "log": "chart-log",
    "percent": "chart-percent",
    "compare": "chart-compare",
    "volume": "chart-volume",
    "bands": "chart-bands",
    "ratio": "chart-ratio",
    "drawdown": "chart-drawdown",
    "correlation": "chart-correlation",
}
# From left to right; in a narrow window they give way from the last on.
_GROUPS: tuple[tuple[str, ...], ...] = (
    tuple(_TEXTS),
    tuple(f"period_{name}" for name in _PERIODS),
    ("style_line", "style_area", "style_candle", "style_ohlc"),
    ("log", "percent"),
    ("compare", "volume", "bands"),
    ("ratio", "drawdown", "correlation"),
)
_PERIOD_GROUP = 1
_GAP = 8
ICON = 18


class CommandButton(QToolButton):
    """A button with a short text or an icon that stands for a command."""

    def __init__(self, action: QAction, text: str = "") -> None:
        super().__init__()
        self._action = action
        self.setText(text)
        self.setProperty("kind", "segment")
        self.setToolTip(f"{_name(action)}. {action.toolTip()}" if not text else action.toolTip())
        self.setAccessibleName(_name(action))
        self.setCheckable(action.isCheckable())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._press)
        action.changed.connect(self._follow)
        self._follow()

    @property
    def command(self) -> str:
        """The id of the command."""
        return self._action.objectName()

    def _press(self) -> None:
        self._action.trigger()
        self._follow()

    def _follow(self) -> None:
        self.setChecked(self._action.isChecked())
        self.setEnabled(self._action.isEnabled())
        self.setVisible(self._action.isEnabled())  # which ranges there are depends on how long a bar is


class ChoiceButton(QToolButton):
    """A button that says which of several commands is in force, and offers all of them in a menu."""

    def __init__(self, actions: Sequence[QAction], name: str) -> None:
        super().__init__()
        self._actions = actions
        self._name = name
        self.setProperty("kind", "segment")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMenu(QMenu(self))
        self.menu().addActions(list(actions))
        for action in actions:
            action.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        chosen = next((_name(action) for action in self._actions if action.isChecked()), self._name)
        self.setText(f"{chosen} ▾")
        self.setAccessibleName(f"{self._name}: {chosen}")
        self.setToolTip(f"{self._name}: {chosen}")


class ChartBar(QFrame):
    """Range, length of bars, style, scale and layers; groups that do not fit are in a menu at the end."""

    def __init__(self, theme: Theme, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(36)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        self._actions = actions
        self.groups = [self._group(number, group) for number, group in enumerate(_GROUPS)]
        for number, group in enumerate(self.groups):
            row.addWidget(group)
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
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in another theme."""
        for button in self.findChildren(CommandButton):
            if button.command in _ICONS:
                button.setIcon(themed_icon(_ICONS[button.command], theme, "muted", ICON, chosen="text"))
                button.setIconSize(QSize(ICON, ICON))

    def _group(self, number: int, group: Sequence[str]) -> QFrame:
        frame = QFrame()
        frame.setProperty("kind", "segments")
        frame.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(frame)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        if number == _PERIOD_GROUP:
            row.addWidget(ChoiceButton([self._actions[command] for command in group], "Length of bars"))
            return frame
        for command in group:
            row.addWidget(CommandButton(self._actions[command], _TEXTS.get(command, "")))
        return frame

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many groups as fit; the others are behind the last button."""
        self._fit()
        super().resizeEvent(event)

    def event(self, event: QEvent) -> bool:
        """Fit anew when a button has come or gone."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        wanted = [group.sizeHint().width() + _GAP for group in self.groups]
        room = self.width() + _GAP
        if sum(wanted) > room:
            room -= self.more.sizeHint().width() + _GAP
        menu = self.more.menu()
        menu.clear()
        for number, group in enumerate(self.groups):
            fits = sum(wanted[: number + 1]) <= room
            group.setVisible(fits)
            if not fits:
                menu.addActions([self._actions[command] for command in _GROUPS[number]])
                menu.addSeparator()
        self.more.setVisible(not menu.isEmpty())


def _name(action: QAction) -> str:
    return action.text().replace("&", "").rstrip("…")


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

"""The icon in the system's tray: the state at a glance, the distance in its tooltip, the way back to the window."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from models.snapshot import Snapshot
from ui.channel import Clock
from ui.tray_words import icon_name, line_of, tomorrow_morning
from ui.wording import badge_of, count_text, time_text

ICONS = Path(__file__).resolve().parent.parent / "resources/icons"
EAGER_MS, EAGER_TRIES, PATIENT_MS = 1000, 60, 30_000
_SHOWN_MS = 10_000

HostThere = Callable[[], bool]


class Tray(QObject):
    """The tray icon, made as soon as a tray is there.  The first of `symbols` is the lead, whose state the icon shows.

    `mute_requested` carries the UTC instant until which alerts shall wait, or None for "now again"; `asset_requested`
    the symbol of a line that was chosen; `availability_changed` tells that the tray has come or gone.
    """

    open_requested = Signal()
    refresh_requested = Signal()
    quit_requested = Signal()
    asset_requested = Signal(str)
    mute_requested = Signal(object)
    availability_changed = Signal(bool)
    message_clicked = Signal()

    def __init__(
        self,
        symbols: Sequence[str],
        clock: Clock,
        parent: QObject | None = None,
        *,
        is_host_there: HostThere = QSystemTrayIcon.isSystemTrayAvailable,
        eager_ms: int = EAGER_MS,
        patient_ms: int = PATIENT_MS,
    ) -> None:
        super().__init__(parent)
        self._symbols = tuple(symbols)
        self._clock = clock
        self._is_host_there = is_host_there
        self._patient_ms = patient_ms
        self._snapshot: Snapshot | None = None
        self._muted_until: dt.datetime | None = None
        self._unseen = 0
        self._icon: QSystemTrayIcon | None = None
        self._is_available = False
        self._tries = 0
        self.menu = self._build_menu()
        self._watch = QTimer(self, interval=eager_ms)
        self._watch.timeout.connect(self._look)

    @property
    def can_hide(self) -> bool:
        """Whether the window may be hidden now: only while the icon is there, so the desktop is asked anew."""
        return self._icon is not None and self._icon.isVisible() and self._is_host_there()

    def available(self) -> bool:
        """Whether the icon was in a tray when last looked: asking anew means to ask the desktop, and to wait for it."""
        return self._is_available

    @property
    def tooltip(self) -> str:
        """What the icon says when pointed at."""
        news = [count_text(self._unseen, "new alert", "new alerts")] if self._unseen else []
        return "\n".join(news + self._sentences()[:1]) or "Bellwether"

    @Slot()
    def start(self) -> None:
        """Show the icon once there is a tray.

        An icon made before its tray would stay in the old protocol for good, so the tray is waited for: every second
        for a minute, now and then afterwards, which also notices a tray that has gone.
        """
        self._watch.start()
        self._look()

    @Slot()
    def stop(self) -> None:
        """Take the icon and its menu away, for good."""
        self._watch.stop()
        if self._icon is not None:
            self._icon.hide()
            self._icon.deleteLater()
            self._icon = None
        self._tell_availability()
        self.menu.deleteLater()

    @Slot(object)
    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show how things stand."""
        self._snapshot = snapshot
        self._update()

    def set_symbols(self, symbols: Sequence[str]) -> None:
        """Watch other assets; the first one leads."""
        self._symbols = tuple(symbols)
        self._update()

    def set_unseen(self, count: int) -> None:
        """Say how many alerts nobody has looked at."""
        self._unseen = count
        self._update()

    def set_muted(self, until: dt.datetime | None) -> None:
        """Say in the menu until when (UTC) alerts wait."""
        self._muted_until = until
        self._update()

    def balloon(self, title: str, body: str) -> bool:
        """Show a message beside the icon; False when there is no icon to show it at."""
        if self._icon is None or not self._is_available or not QSystemTrayIcon.supportsMessages():
            return False
        # Only this icon's messages can be clicked on Linux.
        self._icon.showMessage(title, body, QSystemTrayIcon.MessageIcon.Critical, _SHOWN_MS)
        return True

    @Slot()
    def _look(self) -> None:
        self._tries += 1
        if self._icon is None and self._is_host_there():
            self._icon = self._build_icon()
            self._update()
            self._icon.show()
            self._tries = EAGER_TRIES
        if self._tries == EAGER_TRIES:
            self._watch.setInterval(self._patient_ms)
        self._tell_availability()

    def _tell_availability(self) -> None:
        if self.can_hide != self._is_available:
            self._is_available = not self._is_available
            self.availability_changed.emit(self._is_available)

    def _build_icon(self) -> QSystemTrayIcon:
        icon = QSystemTrayIcon(self)
        icon.setContextMenu(self.menu)
        icon.activated.connect(self._on_activated)
        icon.messageClicked.connect(self.message_clicked)
        return icon

    def _build_menu(self) -> QMenu:
        menu = QMenu()
        self._lines: list[QAction] = []
        self._before_lines = menu.addSeparator()
        menu.addAction("&Open Bellwether").triggered.connect(self.open_requested)
        menu.addAction("&Refresh now").triggered.connect(self.refresh_requested)
        mute = menu.addMenu("&Mute alerts")
        mute.addAction("For &1 hour").triggered.connect(self._mute_for_an_hour)
        mute.addAction("Until &tomorrow, 08:00").triggered.connect(self._mute_until_tomorrow)
        self._unmute = mute.addAction("&Off")
        self._unmute.setEnabled(False)
        self._unmute.triggered.connect(self._end_mute)
        self._mute_menu = mute
        menu.addSeparator()
        menu.addAction("&Quit Bellwether").triggered.connect(self.quit_requested)
        return menu

    def _sentences(self) -> list[str]:
        """Return a line for each watched asset, the lead first, each marked when the world is not the real one."""
        if self._snapshot is None:
            return []
        badge = badge_of(self._snapshot.world).capitalize()
        mark = f"{badge} · " if badge else ""
        views = [self._snapshot.assets[symbol] for symbol in self._symbols if symbol in self._snapshot.assets]
        return [mark + line_of(view) for view in views]

    def _update(self) -> None:
        self._update_lines()
        muted = self._muted_until is not None
        self._unmute.setEnabled(muted)
        title = f"&Muted until {time_text(self._muted_until)}" if self._muted_until is not None else "&Mute alerts"
        self._mute_menu.setTitle(title)
        if self._icon is not None:
            name = icon_name(self._snapshot, self._symbols[0]) if self._snapshot and self._symbols else "warmup"
            self._icon.setIcon(QIcon(str(ICONS / f"tray-{name}.svg")))
            self._icon.setToolTip(self.tooltip)

    def _update_lines(self) -> None:
        """Bring the lines up to date in place: an open menu must not move under the pointer."""
        texts = [(s, t) for s, t in zip(self._shown_symbols(), self._sentences(), strict=True)]
        while len(self._lines) > len(texts):
            action = self._lines.pop()
            self.menu.removeAction(action)
            action.deleteLater()
        while len(self._lines) < len(texts):
            action = QAction(self.menu)
            action.triggered.connect(partial(self._on_line, len(self._lines)))
            self.menu.insertAction(self._before_lines, action)
            self._lines.append(action)
        for action, (symbol, text) in zip(self._lines, texts, strict=True):
            action.setData(symbol)
            action.setText(text.replace("&", "&&"))

    def _shown_symbols(self) -> list[str]:
        if self._snapshot is None:
            return []
        return [symbol for symbol in self._symbols if symbol in self._snapshot.assets]

    def _on_line(self, position: int, _checked: bool = False) -> None:
        self.asset_requested.emit(self._lines[position].data())

    @Slot(QSystemTrayIcon.ActivationReason)
    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.open_requested.emit()

    @Slot()
    def _mute_for_an_hour(self) -> None:
        self.mute_requested.emit(self._clock() + dt.timedelta(hours=1))

    @Slot()
    def _mute_until_tomorrow(self) -> None:
        self.mute_requested.emit(tomorrow_morning(self._clock().astimezone()).astimezone(dt.UTC))

    @Slot()
    def _end_mute(self) -> None:
        self.mute_requested.emit(None)

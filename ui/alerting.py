"""The ways in which the running window tells alerts: notifications, tray and toasts, and the delivery over them."""

from __future__ import annotations

import os
import uuid
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication

from data.holds import HoldBook
from data.ledger import Receipt
from data.secrets import KeyringSecrets
from data.settings import Settings
from models.desk import Desk
from models.jobs import Jobs
from models.quiet import policy_of
from models.snapshot import Snapshot
from ui.delivery import Delivery
from ui.forwarding import Forwarding
from ui.native import desktop_channel
from ui.toast_channel import ToastChannel
from ui.tray import Tray
from ui.tray_messages import TrayMessages
from ui.unseen import Unseen
from ui.window import MainWindow

if TYPE_CHECKING:
    from ui.forwarder_room import ForwarderRoom


class Alerting(QObject):
    """The tray, the notifications and the delivery of one window.

    Made after the first paint: none of it is needed for that, and some of it is slow to come up.
    """

    settings_changed = Signal(object)

    def __init__(self, desk: Desk, jobs: Jobs, window: MainWindow, parent: QObject | None = None) -> None:
        super().__init__(parent)
        clock = desk.parts.clock
        self.tray = Tray(desk.settings.panes, clock, self)
        self.notifications = desktop_channel(clock, self)
        toast = ToastChannel(window.toasts, window, clock, self)
        self._world = desk.world
        self._window, self._run, self._clock = window, jobs.run, clock
        self._room: ForwarderRoom | None = None
        self._is_playback = desk.world == "playback"
        outside = () if self._is_playback else (self.notifications, TrayMessages(self.tray, clock, self))
        channels = (*outside, toast)
        owner = f"window-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        book, policy = HoldBook(desk.parts.store), policy_of(desk.settings, desk.world)
        self.delivery = Delivery(channels, desk.ledger, jobs.run, clock, owner, self, book=book, policy=policy)
        self.secrets = KeyringSecrets()
        self.forwarding = Forwarding(desk.parts.store, desk.ledger, self.secrets, jobs.run, clock, owner, book, self)
        self.delivery.holds_changed.connect(self.forwarding.deliver_waiting)
        self.delivery.recorded.connect(self._on_recorded)
        self._sounds = False
        self.tray.mute_requested.connect(self.delivery.mute)
        self.delivery.mute_changed.connect(self.tray.set_muted)
        toast.rule_muted.connect(self.delivery.mute_rule)
        unseen = Unseen(window, self)
        self.delivery.recorded.connect(unseen.note)
        unseen.changed.connect(window.show_unseen)
        unseen.changed.connect(self.tray.set_unseen)

    def start(self, settings: Settings, snapshot: Snapshot) -> None:
        """Come up, with what is known so far, and tell what waits."""
        if not self._is_playback:  # the past is told inside its own window only
            self.notifications.start()  # first of all: a way that is not known to be coming is not waited for
        self.change(settings)
        if not self._is_playback:
            self.tray.show_snapshot(snapshot)
            self.tray.start()
        self.delivery.deliver_waiting()

    @Slot()
    def stop(self) -> None:
        """Tell nothing more, and take the icon away."""
        self.delivery.stop()
        self.forwarding.stop()
        self.notifications.stop()
        self.tray.stop()

    def change(self, settings: Settings) -> None:
        """Put changed settings into force."""
        self.tray.set_symbols(settings.panes)
        policy = policy_of(settings, self._world)
        self.delivery.set_policy(policy)
        self.forwarding.change(policy)
        self.delivery.keep_to_window(not settings.notify)
        self._sounds = settings.sound
        if self._room is not None:
            self._room.show_settings(settings)

    def open_forwarders(self, settings: Settings) -> None:
        """Show where alerts are passed on to; `settings_changed` follows with each change."""
        from ui.forwarder_room import ForwarderRoom  # late: hardly ever needed

        if self._room is None:
            is_real = self._world == "real"
            self._room = ForwarderRoom(self.secrets, self._run, self._clock, self._window, is_real=is_real)
            self._room.changed.connect(self.settings_changed)
        self._room.open(settings)

    @Slot()
    def deliver_waiting(self) -> None:
        """Tell what waits, here and elsewhere."""
        self.delivery.deliver_waiting()
        self.forwarding.deliver_waiting()

    @Slot(object)
    def _on_recorded(self, receipt: Receipt) -> None:
        if self._sounds and receipt.outcome in ("delivered", "unknown"):
            QApplication.beep()

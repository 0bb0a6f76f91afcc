"""The notifications of whatever system this is: D-Bus on Linux, desktop-notifier on Windows and macOS."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from data.ledger import Alert, Outcome, Receipt
from ui.channel import Clock

if TYPE_CHECKING:
    import asyncio

    from ui.notifications import DesktopNotifications

ICON = Path(__file__).resolve().parent.parent / "resources/icons/bellwether.svg"
ANSWER_SECONDS = 5.0
NO_NOTIFIER = "The part that shows notifications on this system is not installed. Alerts appear in the window instead."


class Notifier(Protocol):
    """The part of desktop-notifier that is used."""

    def send(
        self,
        title: str,
        message: str,
        *,
        on_dispatched: Callable[[], Any] | None = None,
        on_clicked: Callable[[], Any] | None = None,
        on_dismissed: Callable[[], Any] | None = None,
    ) -> Coroutine[Any, Any, str]:
        """Hand a notification to the system."""
        ...


def service_for(platform: str) -> Literal["bus", "native"]:
    """Return how notifications are shown on a platform, named as `sys.platform` does."""
    return "native" if platform in ("win32", "darwin") else "bus"


def desktop_channel(clock: Clock, parent: QObject | None = None) -> DesktopNotifications | NativeNotifications:
    """Return this system's channel for notifications, not started yet."""
    if service_for(sys.platform) == "native":
        return NativeNotifications(clock, parent, proves=sys.platform == "darwin")
    from ui.notifications import DesktopNotifications
    from ui.session_bus import session_bus_address

    return DesktopNotifications(session_bus_address(os.environ), clock, parent, icon=str(ICON))


def _desktop_notifier() -> Notifier:
    from desktop_notifier import DesktopNotifier

    notifier: Notifier = DesktopNotifier(app_name="Bellwether")
    return notifier


class NativeNotifications(QObject):
    """Delivers alerts through desktop-notifier, whose loop runs in a thread that starts with the first alert.

    `proves` says whether the system confirms what it was handed: macOS does, Windows takes it without a word, and
    then the outcome is "unknown".
    """

    name = "notification"
    in_window = False
    reported = Signal(object)
    activated = Signal(object)
    availability_changed = Signal(bool)
    _heard = Signal(object, str, str)

    def __init__(
        self,
        clock: Clock,
        parent: QObject | None = None,
        *,
        proves: bool,
        make: Callable[[], Notifier] = _desktop_notifier,
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._proves = proves
        self._make = make
        self._notifier: Notifier | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._is_available = False
        self.problem: str | None = None
        self._heard.connect(self._on_heard)

    def available(self) -> bool:
        """Whether the system's notifications can be tried."""
        return self._is_available

    @Slot()
    def start(self) -> None:
        """Find desktop-notifier; `availability_changed` follows."""
        QTimer.singleShot(0, self, partial(self._settle, available=True))

    @Slot()
    def stop(self) -> None:
        """End the thread; notifications on the screen stay there."""
        self._is_available = False
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
        self._loop = self._thread = self._notifier = None

    def deliver(self, alert: Alert) -> None:
        """Hand the alert to the system; `reported` tells what is known of it."""
        import asyncio  # late: it takes its time, and Linux never needs it

        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, name="notifications", daemon=True)
            self._thread.start()
        asyncio.run_coroutine_threadsafe(self._send(alert), self._loop)

    def _settle(self, *, available: bool) -> None:
        self.problem = None if available else NO_NOTIFIER
        if available != self._is_available:
            self._is_available = available
            self.availability_changed.emit(available)

    async def _send(self, alert: Alert) -> None:
        """Send on the loop's thread; what comes back crosses to the GUI thread as a signal."""
        import asyncio

        dispatched: list[bool] = []
        try:
            if self._notifier is None:
                self._notifier = self._make()
            call = self._notifier.send(
                alert.title,
                alert.body,
                on_dispatched=lambda: dispatched.append(True),
                on_clicked=lambda: self._heard.emit(alert, "clicked", ""),
                on_dismissed=lambda: self._heard.emit(alert, "dismissed", ""),
            )
            await asyncio.wait_for(call, ANSWER_SECONDS)
        except TimeoutError:
            self._heard.emit(alert, "unknown", "the system has not answered in time")
        except ImportError as error:
            self._heard.emit(alert, "missing", str(error))
        except (OSError, RuntimeError) as error:
            self._heard.emit(alert, "failed", str(error))
        else:
            # Its own failures are only logged there: what was not handed on has failed.
            outcome = ("delivered" if self._proves else "unknown") if dispatched else "failed"
            self._heard.emit(alert, outcome, "handed to the system")

    @Slot(object, str, str)
    def _on_heard(self, alert: Alert, outcome: Outcome | Literal["missing"], detail: str) -> None:
        if outcome == "missing":
            self._settle(available=False)
            outcome = "failed"
        self.reported.emit(Receipt(alert.key, self.name, outcome, self._clock(), detail))
        if outcome == "clicked":
            self.activated.emit(alert)

"""What a test may not do: reach the network, or leave a thread or a window behind."""

from __future__ import annotations

import gc
import ipaddress
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

# Nobody listens at the discard port: clients that heed proxies end here, those written in C and child processes too.
DEAD_PROXY = ("127.0.0.1", 9)


class NetworkRefusedError(RuntimeError):
    """A test reached for the network.  No OSError on purpose: code that handles a lost network must not handle this."""


def is_local(host: object) -> bool:
    """Whether `host`, as sockets take it, is this machine."""
    if host in (None, "", b"", "localhost", b"localhost", "0.0.0.0", "::", socket.gethostname()):
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False


class NetworkGuard:
    """Refuses every connection that leaves the machine, and remembers it, whatever the code did with the refusal."""

    def __init__(self) -> None:
        self.attempts: list[str] = []

    def check(self, host: object, port: object = None) -> None:
        """Raise `NetworkRefusedError` unless the address is on this machine."""
        if not is_local(host) or (host, port) == DEAD_PROXY:
            self.attempts.append(f"{host}:{port}" if port is not None else str(host))
            raise NetworkRefusedError(f"a test reached for {self.attempts[-1]}; give it a loopback source instead")

    def taken(self) -> list[str]:
        """Return what was attempted since the last call."""
        attempts, self.attempts = self.attempts, []
        return attempts

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Guard the sockets of this process."""
        with pytest.MonkeyPatch.context() as patch:
            for name in ("connect", "connect_ex"):
                patch.setattr(socket.socket, name, self._guarded_connect(getattr(socket.socket, name)))
            patch.setattr(socket, "getaddrinfo", self._guarded_lookup(socket.getaddrinfo))
            yield

    def _guarded_connect(self, connect: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(this: socket.socket, address: Any) -> Any:
            if this.family in (socket.AF_INET, socket.AF_INET6):
                self.check(*address[:2])
            return connect(this, address)

        return guarded

    def _guarded_lookup(self, look_up: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(host: Any, *rest: Any, **named: Any) -> Any:
            self.check(host)
            return look_up(host, *rest, **named)

        return guarded


class ThreadWatch:
    """Finds threads that run Python and were not there before: Python's own, and those of Qt's thread pools."""

    def __init__(self) -> None:
        self._known: set[int] = set()
        self.accept()

    def accept(self) -> None:
        """Take every thread that runs now for granted."""
        self._known = set(self._running())

    def leaked(self, patience: float = 2.0) -> list[str]:
        """Return where each new thread is, giving those that are about to end `patience` seconds."""
        end = time.monotonic() + patience
        while (new := self._new()) and time.monotonic() < end:
            time.sleep(0.005)
        return [self._where(ident) for ident in new]

    def _new(self) -> set[int]:
        return {ident for ident, name in self._running().items() if ident not in self._known and not _serves(name)}

    @staticmethod
    def _running() -> dict[int, str]:
        names = {thread.ident: thread.name for thread in threading.enumerate()}
        return {ident: names.get(ident, "a thread of Qt") for ident in sys._current_frames()}

    def _where(self, ident: int) -> str:
        frame = sys._current_frames().get(ident)
        stack = "".join(traceback.format_stack(frame, limit=6)) if frame else "(just ended)"
        return f"{self._running().get(ident, ident)}:\n{stack}"


def _serves(name: str) -> bool:
    # One connection of a loopback server that a wider fixture owns; it ends with the connection.
    return "process_request_thread" in name


class WindowWatch:
    """Finds top-level widgets that were not there before."""

    def __init__(self) -> None:
        self._known: set[int] = set()
        self.accept()

    def accept(self) -> None:
        """Take every window there is for granted."""
        self._known = {pointer for pointer, _ in _windows()}

    def leaked(self) -> list[str]:
        """Return what each new window is, after those that only wait to be deleted are gone."""
        if not self._new():
            return []
        _delete_what_waits()
        if self._new():
            gc.collect()
            _delete_what_waits()
        return self._new()

    def _new(self) -> list[str]:
        return [text for pointer, text in _windows() if pointer not in self._known]


def _windows() -> list[tuple[int, str]]:
    if "PySide6.QtWidgets" not in sys.modules:
        return []
    import shiboken6
    from PySide6.QtWidgets import QApplication

    if QApplication.instance() is None:
        return []
    return [
        (shiboken6.getCppPointer(widget)[0], f"{type(widget).__name__} {widget.objectName() or widget.windowTitle()}")
        for widget in QApplication.topLevelWidgets()
        # Qt keeps the last tool tip for the next one.
        if widget.parent() is None and widget.metaObject().className() != "QTipLabel"
    ]


def _delete_what_waits() -> None:
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

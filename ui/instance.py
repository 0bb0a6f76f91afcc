"""One window per profile: a second launch raises the first."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QThread, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

ANSWER_MILLISECONDS = 500
START_MILLISECONDS = 2000


class FirstInstance(QObject):
    """Listens for later launches on the same profile; `raised` when one asks for the window."""

    raised = Signal()

    def __init__(self, profile: Path) -> None:
        super().__init__()
        self._name = _name(profile)
        self._lock = QLockFile(str(profile / "window.lock"))
        self._lock.setStaleLockTime(0)  # stale when its process has ended, however long it has been held
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)

    def listen(self) -> bool:
        """Take the place, and say whether it was free; what a crash left behind is cleared away.

        The lock decides between two launches at the same moment: a local server would push the earlier one aside.
        """
        if not self._lock.tryLock(0) and self._lock.error() is QLockFile.LockError.LockFailedError:
            return False
        QLocalServer.removeServer(self._name)
        return self._server.listen(self._name)

    def close(self) -> None:
        """Give the place up."""
        self._server.close()
        self._lock.unlock()

    @Slot()
    def _answer(self) -> None:
        connection = self._server.nextPendingConnection()
        connection.disconnected.connect(connection.deleteLater)
        connection.disconnectFromServer()
        self.raised.emit()


def take_place(profile: Path) -> FirstInstance | None:
    """Become the only window on this profile; None when there is one already, which is then raised."""
    if raise_first(profile):
        return None
    first = FirstInstance(profile)
    if first.listen():
        return first
    # Another launch was a moment earlier and is about to listen; if it never does, the user still gets a window.
    for _ in range(START_MILLISECONDS // 100):
        if raise_first(profile):
            return None
        QThread.msleep(100)
    return first


def raise_first(profile: Path) -> bool:
    """Ask a window that is open on this profile to show itself; False when there is none."""
    socket = QLocalSocket()
    socket.connectToServer(_name(profile))
    found = socket.waitForConnected(ANSWER_MILLISECONDS)
    socket.abort()
    return found


def _name(profile: Path) -> str:
    return f"bellwether-{hashlib.sha256(str(profile.resolve()).encode()).hexdigest()[:16]}"

"""One window per profile: a second launch raises the first."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

ANSWER_MILLISECONDS = 500


class FirstInstance(QObject):
    """Listens for later launches on the same profile; `raised` when one asks for the window."""

    raised = Signal()

    def __init__(self, profile: Path) -> None:
        super().__init__()
        self._name = _name(profile)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)

    def listen(self) -> bool:
        """Take the place; a socket that a crash left behind is cleared away."""
        if self._server.listen(self._name):
            return True
        QLocalServer.removeServer(self._name)
        return self._server.listen(self._name)

    def close(self) -> None:
        """Give the place up."""
        self._server.close()

    @Slot()
    def _answer(self) -> None:
        connection = self._server.nextPendingConnection()
        connection.disconnected.connect(connection.deleteLater)
        connection.disconnectFromServer()
        self.raised.emit()


def raise_first(profile: Path) -> bool:
    """Ask a window that is open on this profile to show itself; False when there is none."""
    socket = QLocalSocket()
    socket.connectToServer(_name(profile))
    found = socket.waitForConnected(ANSWER_MILLISECONDS)
    socket.abort()
    return found


def _name(profile: Path) -> str:
    return f"bellwether-{hashlib.sha256(str(profile.resolve()).encode()).hexdigest()[:16]}"

"""The desktop's session bus on Qt's own loop: nothing here waits, and there is no thread."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from jeepney import DBusAddress, HeaderFields, Message, MessageFlag, MessageType, Parser, new_method_call
from jeepney.auth import AuthenticationError, Authenticator
from jeepney.bus import get_connectable_addresses
from jeepney.bus_messages import MatchRule, message_bus
from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal, Slot

NO_ANSWER = "org.freedesktop.DBus.Error.NoReply"
DISCONNECTED = "org.freedesktop.DBus.Error.Disconnected"
_CHUNK = 65536


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one call: the values it returned, or the name of the D-Bus error with its text."""

    body: tuple[object, ...] = ()
    error: str | None = None
    detail: str = ""


Answered = Callable[[Reply], None]


@dataclass(frozen=True, slots=True)
class _Pending:
    answered: Answered
    timer: QTimer


def session_bus_address(environment: Mapping[str, str]) -> str | None:
    """Return where the session bus listens, or None when this session has none."""
    address = environment.get("DBUS_SESSION_BUS_ADDRESS")
    if address:
        return address
    runtime = environment.get("XDG_RUNTIME_DIR")
    if runtime and (Path(runtime) / "bus").is_socket():
        return f"unix:path={runtime}/bus"
    return None


class SessionBus(QObject):
    """One connection to the session bus.

    `connected` once calls can be made, `lost` with a plain reason when the connection ends by itself or cannot be
    made, `signalled` with each signal message that was subscribed to.
    """

    connected = Signal()
    lost = Signal(str)
    signalled = Signal(object)

    def __init__(self, address: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._address = address
        self._socket: socket.socket | None = None
        self._notifiers: tuple[QSocketNotifier, ...] = ()
        self._authenticator = Authenticator()
        self._parser = Parser()
        self._serials = itertools.count(1)
        self._unsent = bytearray()
        self._pending: dict[int, _Pending] = {}
        self._ready = False

    @property
    def is_ready(self) -> bool:
        """Whether calls can be made now."""
        return self._ready

    def open(self) -> None:
        """Connect; the outcome is told by `connected` or `lost`."""
        self.close()
        try:
            self._socket = _connect(self._address)
        except (OSError, RuntimeError, ValueError) as error:
            self.lost.emit(str(error))
            return
        self._authenticator = Authenticator()
        self._parser = Parser()
        self._serials = itertools.count(1)
        descriptor = self._socket.fileno()
        reading = QSocketNotifier(descriptor, QSocketNotifier.Type.Read, self)
        writing = QSocketNotifier(descriptor, QSocketNotifier.Type.Write, self)
        reading.activated.connect(self._read)
        writing.activated.connect(self._write)
        self._notifiers = (reading, writing)
        self._send(self._authenticator.data_to_send() or b"")

    def close(self) -> None:
        """End the connection; calls under way are answered as disconnected."""
        self._ready = False
        for notifier in self._notifiers:
            notifier.setEnabled(False)
            notifier.deleteLater()
        self._notifiers = ()
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self._unsent.clear()
        pending, self._pending = self._pending, {}
        for call in pending.values():
            call.timer.deleteLater()
            call.answered(Reply(error=DISCONNECTED))

    def call(self, message: Message, answered: Answered, within_ms: int) -> None:
        """Send a method call; `answered` is called once, with an error reply when nothing comes in time."""
        if not self._ready:
            QTimer.singleShot(0, self, partial(answered, Reply(error=DISCONNECTED)))
        else:
            self._request(message, answered, within_ms)

    def _request(self, message: Message, answered: Answered, within_ms: int) -> None:
        serial = next(self._serials)
        timer = QTimer(self, singleShot=True, interval=within_ms)
        timer.timeout.connect(partial(self._expire, serial))
        self._pending[serial] = _Pending(answered, timer)
        timer.start()
        self._send(message.serialise(serial=serial))

    def subscribe(self, rule: MatchRule) -> None:
        """Ask the bus for the signals that match; they arrive through `signalled`."""
        message = message_bus.AddMatch(rule)
        message.header.flags |= MessageFlag.no_reply_expected
        self._send(message.serialise(serial=next(self._serials)))

    def _send(self, data: bytes) -> None:
        self._unsent += data
        self._write()

    @Slot()
    def _write(self) -> None:
        """Send what the socket takes now; the notifier calls again when it takes more."""
        if self._socket is None:
            return
        try:
            while self._unsent:
                del self._unsent[: self._socket.send(self._unsent)]
        except BlockingIOError:
            pass
        except OSError as error:
            self._lose(str(error))
            return
        self._notifiers[1].setEnabled(bool(self._unsent))

    @Slot()
    def _read(self) -> None:
        if self._socket is None:
            return
        try:
            data = self._socket.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError as error:
            self._lose(str(error))
            return
        if not data:
            self._lose("the session bus closed the connection")
        elif self._authenticator.authenticated:
            self._receive(data)
        else:
            self._authenticate(data)

    def _authenticate(self, data: bytes) -> None:
        try:
            self._authenticator.feed(data)
        except AuthenticationError as error:
            self._lose(str(error))
            return
        # "BEGIN" is produced on the way to success, when data_to_send() already answers None.
        if self._authenticator.authenticated:
            self._send(b"BEGIN\r\n")
            self._request(message_bus.Hello(), self._greeted, 5000)

    def _greeted(self, reply: Reply) -> None:
        if reply.error is not None:
            if self._socket is not None:
                self._lose(reply.error)
            return
        self._ready = True
        self.connected.emit()

    def _receive(self, data: bytes) -> None:
        for message in self._parser.feed(data):
            kind = message.header.message_type
            if kind in (MessageType.method_return, MessageType.error):
                self._answer(message)
            elif kind is MessageType.signal:
                self.signalled.emit(message)

    def _answer(self, message: Message) -> None:
        call = self._pending.pop(message.header.fields.get(HeaderFields.reply_serial, 0), None)
        if call is None:
            return
        call.timer.stop()
        call.timer.deleteLater()
        if message.header.message_type is MessageType.error:
            name = str(message.header.fields.get(HeaderFields.error_name))
            call.answered(Reply(error=name, detail=str(message.body[0]) if message.body else ""))
        else:
            call.answered(Reply(body=tuple(message.body)))

    def _expire(self, serial: int) -> None:
        call = self._pending.pop(serial, None)
        if call is not None:
            call.timer.deleteLater()
            call.answered(Reply(error=NO_ANSWER, detail="no answer in time"))

    def _lose(self, reason: str) -> None:
        self.close()
        self.lost.emit(reason)


def method_call(address: DBusAddress, method: str, signature: str | None, *body: object) -> Message:
    """Return a call of `method` with the values of `body`, typed by the D-Bus `signature`."""
    return new_method_call(address, method, signature, body)


def _connect(address: str) -> socket.socket:
    """Connect to the first address that can be reached; a unix socket answers at once or not at all."""
    failure: OSError = FileNotFoundError("the session bus has no address")
    for path in get_connectable_addresses(address):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.setblocking(False)
        try:
            connection.connect(path)
        except OSError as error:
            connection.close()
            failure = error
        else:
            return connection
    raise failure

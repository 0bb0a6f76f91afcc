"""The accessibility bus of a private desktop, walked and listened to as a screen reader does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from jeepney import DBusAddress, HeaderFields, MatchRule, Message, MessageType, Properties, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from tests.support.desktop import Desktop

ACCESSIBLE = "org.a11y.atspi.Accessible"
REGISTRY = "org.a11y.atspi.Registry"
FOCUSED = 1 << 12  # of the states, ATSPI_STATE_FOCUSED


@dataclass(frozen=True, slots=True)
class Node:
    """One object that a screen reader can stand on."""

    owner: str
    path: str
    name: str
    description: str
    role: str
    focused: bool


class AccessibilityBus:
    """A connection to the accessibility bus.  What goes over it waits in the socket until somebody asks."""

    def __init__(self, desktop: Desktop) -> None:
        launcher = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
        self._connection: DBusConnection = open_dbus_connection(bus=desktop.call(launcher, "GetAddress")[0])
        self._waiting: list[Message] = []

    def close(self) -> None:
        """Leave the bus."""
        self._connection.close()

    def listen(self, event: str) -> None:
        """Ask applications to tell of an event such as "object:property-change:accessible-description"."""
        registry = DBusAddress("/org/a11y/atspi/registry", REGISTRY, REGISTRY)
        self._call(registry, "RegisterEvent", "sass", event, [], "")
        rule = MatchRule(type="signal", interface="org.a11y.atspi.Event.Object")
        self._send(message_bus.AddMatch(rule))

    def heard(self) -> list[tuple[str, Any]]:
        """Return what was told since the last time: the detail of each event, and its value."""
        with suppress(TimeoutError):
            while True:
                self._waiting.append(self._connection.receive(timeout=0.1))
        told, self._waiting = self._waiting, []
        return [
            (each.body[0], each.body[3][1])
            for each in told
            if each.header.message_type is MessageType.signal
            and each.header.fields.get(HeaderFields.interface) == "org.a11y.atspi.Event.Object"
        ]

    def application(self, name: str, pid: int) -> Node | None:
        """Return the application of this name that the process is, once it is there.

        Qt announces a process twice, the second time by name.  Other processes are not asked anything: the tests'
        own may be among them, and it waits for the answer.
        """
        desktop = DBusAddress("/org/a11y/atspi/accessible/root", REGISTRY, ACCESSIBLE)
        there = self._call(desktop, "GetChildren")[0]
        own = [self._node(owner, path) for owner, path in there if self._process(owner) == pid]
        return next((node for node in own if node.name == name), None)

    def below(self, node: Node) -> Iterator[Node]:
        """Yield everything within a node, from the top down."""
        for child in self._children(DBusAddress(node.path, node.owner, ACCESSIBLE)):
            yield child
            yield from self.below(child)

    def again(self, node: Node) -> Node:
        """Return the node as it is now."""
        return self._node(node.owner, node.path)

    def _process(self, owner: str) -> int | None:
        """Return whose connection this is; None when it has just left."""
        reply = self._connection.send_and_get_reply(message_bus.GetConnectionUnixProcessID(owner), timeout=10)
        return None if reply.header.message_type is MessageType.error else int(reply.body[0])

    def _children(self, address: DBusAddress) -> list[Node]:
        return [self._node(owner, path) for owner, path in self._call(address, "GetChildren")[0]]

    def _node(self, owner: str, path: str) -> Node:
        address = DBusAddress(path, owner, ACCESSIBLE)
        name, description = (self._send(Properties(address).get(each))[0][1] for each in ("Name", "Description"))
        role = self._call(address, "GetRoleName")[0]
        states = self._call(address, "GetState")[0]
        return Node(owner, path, name, description, role, bool(states[0] & FOCUSED))

    def _call(self, address: DBusAddress, method: str, signature: str | None = None, *body: object) -> tuple[Any, ...]:
        return self._send(new_method_call(address, method, signature, body))

    def _send(self, message: Message) -> tuple[Any, ...]:
        reply = self._connection.send_and_get_reply(message, timeout=10)
        if reply.header.message_type is MessageType.error:
            raise RuntimeError(f"{reply.header.fields.get(HeaderFields.error_name)}: {reply.body}")
        return tuple(reply.body)

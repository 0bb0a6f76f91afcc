"""A notification daemon that can do as little as its first argument says, for what no real one does on demand.

"plain" has no capabilities at all, "refuses" answers Notify with an error, "silent" never answers it, "dies" ends
without an answer, "slow" answers the first one only when the next arrives.  What it was asked to show is printed, a
JSON line each.
"""

from __future__ import annotations

import json
import os
import sys

from jeepney import HeaderFields, Message, MessageType, new_error, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

NAME = "org.freedesktop.Notifications"


def main(manner: str) -> None:
    connection = open_dbus_connection(bus="SESSION")
    connection.send_and_get_reply(message_bus.RequestName(NAME))
    owed: list[Message] = []
    while True:
        message = connection.receive()
        if message.header.message_type is not MessageType.method_call:
            continue
        member = message.header.fields[HeaderFields.member]
        if member == "GetCapabilities":
            connection.send(new_method_return(message, "as", ([],)))
        elif member == "Notify":
            shown = {"summary": message.body[3], "body": message.body[4], "actions": message.body[5]}
            print(json.dumps(shown), flush=True)  # noqa: T201 - what the test reads
            owed.append(message)
            answer(connection, manner, owed)


def answer(connection: DBusConnection, manner: str, owed: list[Message]) -> None:
    if manner == "dies":
        os._exit(1)
    if manner == "refuses":
        connection.send(new_error(owed.pop(), f"{NAME}.Error.ExcessNotificationGeneration", "s", ("too many",)))
    elif manner == "plain" or (manner == "slow" and len(owed) > 1):
        for number, message in enumerate(owed, start=1):
            connection.send(new_method_return(message, "u", (number,)))
        owed.clear()


if __name__ == "__main__":
    main(sys.argv[1])

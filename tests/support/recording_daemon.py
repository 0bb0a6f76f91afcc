"""A notification daemon that keeps a log: each notification is a JSON line on standard output before it is answered.

It does what the specification asks for and nothing else; a notification lives on when whoever sent it is gone.
"""

from __future__ import annotations

import itertools
import json
import sys

from jeepney import HeaderFields, MessageType, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from tests.support.plain_daemon import NAME


def main() -> None:
    connection = open_dbus_connection(bus="SESSION")
    connection.send_and_get_reply(message_bus.RequestName(NAME))
    fresh = itertools.count(1)
    while True:
        message = connection.receive()
        if message.header.message_type is not MessageType.method_call:
            continue
        member = message.header.fields[HeaderFields.member]
        if member == "GetCapabilities":
            connection.send(new_method_return(message, "as", (["body"],)))
        elif member == "Notify":
            _app, replaces, _icon, summary, body = message.body[:5]
            given = replaces or next(fresh)
            sys.stdout.write(json.dumps({"id": given, "replaces": replaces, "summary": summary, "body": body}) + "\n")
            sys.stdout.flush()
            connection.send(new_method_return(message, "u", (given,)))


if __name__ == "__main__":
    main()

"""Alerts to elsewhere: mail, ntfy, Telegram, Discord, webhooks, through apprise, one guarded attempt at a time.

An address holds the secrets of its service (a token, a password, a topic that nobody else should know): none of it may
appear in what is raised or logged here.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from apprise import NotifyBase

ForwardFailure = Literal[
    "address", "offline", "limited", "refused", "redirected", "certificate", "silent", "down", "partly", "failed"
]

TIMEOUT = 10.0
"""Seconds after which an attempt ends; quitting waits for it at worst."""

LONGEST_BODY = 3000
_LOGGER = "apprise"
_MESSAGES: dict[ForwardFailure, str] = {
    "address": "The address of {name} cannot be used. Please enter it again; one for ntfy, for example, looks like "
    "ntfys://host/topic.",
    "offline": "{name} cannot be reached. Please check the connection; alerts are tried again by themselves.",
    "limited": "{name} has asked for fewer messages. Alerts are tried again when it allows.",
    "refused": "{name} has refused the message. Please check its address, with the password or token in it.",
    "redirected": "{name} wanted the message sent on to another address, which was not done. "
    "Please enter the address where it is now.",
    "certificate": "{name} could not prove that it is the one it claims to be, so nothing was sent to it. "
    "Please check its address, and the certificates that your network needs.",
    "silent": "{name} has not answered in time, so it is not known whether the message has arrived.",
    "down": "{name} has a fault of its own at the moment. Alerts are tried again by themselves.",
    "partly": "{name} has passed the message on to some of its recipients only.",
    "failed": "{name} has not taken the message. Alerts are tried again by themselves.",
}


class ForwardError(Exception):
    """A message that was not forwarded, or of which that is not known ("silent", "partly").

    `message` is for the user and names the forwarder as the user did; neither it nor the cause holds any part of the
    address.  `retry_after` are the seconds for which the service wants to be left alone.
    """

    def __init__(self, kind: ForwardFailure, name: str, retry_after: float | None = None) -> None:
        message = _MESSAGES[kind].format(name=f"“{name}”")
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.retry_after = retry_after


class Forwarders:
    """Sends messages through apprise, one after the other; every call blocks, for about ten seconds at most.

    apprise decides how a service is spoken to.  What it sends goes over a wire of ours, which follows no redirect,
    insists on certificates, bounds time and size, and says what went wrong.
    """

    def __init__(self, clock: Callable[[], dt.datetime], timeout: float = TIMEOUT) -> None:
        self._clock = clock
        self._timeout = timeout
        self._turn = threading.Lock()

    def check(self, name: str, address: str) -> None:
        """Raise `ForwardError` ("address") unless apprise understands the address; sends nothing."""
        self._plugin(name, address)

    def send(self, name: str, address: str, title: str, body: str) -> None:
        """Send one message; raises `ForwardError`."""
        from data.wire import Wire

        plugin = self._plugin(name, address)
        with self._turn:
            wire = Wire(self._timeout, self._clock)
            with wire.under(plugin):
                sent, crash = _notify(plugin, title, body[:LONGEST_BODY])
        if sent and not wire.is_over:
            return
        if wire.accepted and len(plugin) > 1:
            raise ForwardError("partly", name)
        if wire.failure is not None:
            raise ForwardError(wire.failure, name, wire.retry_after)
        # Only the kind of an error goes on: a service's part may quote the address in its words.
        raise ForwardError("failed", name) from (RuntimeError(crash) if crash else None)

    def _plugin(self, name: str, address: str) -> NotifyBase:
        plugin = _understood(address.strip())
        if plugin is None:
            raise ForwardError("address", name)
        plugin.request_rate_per_sec = 0
        plugin.throttle = _no_pause  # type: ignore[method-assign]  # our own pauses are kept in the ledger
        return plugin


def _understood(address: str) -> NotifyBase | None:
    """Return apprise's part for an address; None for one that it does not understand."""
    from apprise import Apprise, AppriseAsset

    logging.getLogger(_LOGGER).disabled = True  # it would write addresses and topics into our log
    asset = AppriseAsset(app_id="Bellwether", app_desc="Bellwether", http_redirects=False, storage_mode="memory")
    try:
        plugin = Apprise.instantiate(address, asset=asset, suppress_exceptions=True)
    except Exception:  # noqa: BLE001 - a hundred services' parsers, and whatever they raise quotes the address
        return None
    return plugin


def _notify(plugin: NotifyBase, title: str, body: str) -> tuple[bool, str]:
    """Return whether the message was sent, and the kind of error that it ended with, if any."""
    try:
        return bool(plugin.notify(body=body, title=title)), ""
    except Exception as error:  # noqa: BLE001 - a hundred services' parts, and whatever they raise quotes the address
        return False, type(error).__name__


def _no_pause(*_: object, **__: object) -> None:
    """Stand for apprise's pauses between requests, in which a worker would only sleep."""

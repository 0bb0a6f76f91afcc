"""The connections that apprise is made to use: bounded in time and size, with no redirects, and certificates checked.

Import it late: requests and apprise take their time.
"""

from __future__ import annotations

import datetime as dt
import json
import smtplib
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, Literal

import requests
from apprise.plugins.email.smtp import AppriseSMTPController

WireFailure = Literal["offline", "limited", "refused", "redirected", "certificate", "silent", "down"]
Clock = Callable[[], dt.datetime]

MOST_BYTES = 65_536
_FINAL = ("limited", "redirected", "certificate", "silent", "offline")


class Wire:
    """One attempt's connections, and the first thing that went wrong on them."""

    def __init__(self, seconds: float, clock: Clock) -> None:
        self._deadline = time.monotonic() + seconds
        self._clock = clock
        self.failure: WireFailure | None = None
        self.retry_after: float | None = None
        self.accepted = 0

    @property
    def is_over(self) -> bool:
        """Whether the attempt has ended already: nothing more is sent then, whatever a service's part would like."""
        return self.failure in _FINAL

    def left(self) -> float:
        """Return the seconds that are left."""
        return max(0.05, self._deadline - time.monotonic())

    def note(self, failure: WireFailure, retry_after: float | None = None) -> None:
        """Remember what went wrong; the first thing counts."""
        if self.failure is None:
            self.failure, self.retry_after = failure, retry_after

    def judge(self, response: requests.Response) -> None:
        """Note what an answer means."""
        status = response.status_code
        if response.is_redirect or 300 <= status < 400:
            self.note("redirected")
        elif status == 429:
            self.note("limited", _pause(response, self._clock()))
        elif status >= 500:
            self.note("down", _pause(response, self._clock()))
        elif status >= 400:
            self.note("refused")
        elif response.request.method not in ("GET", "HEAD"):
            self.accepted += 1

    @contextmanager
    def under(self, plugin: object) -> Iterator[None]:
        """Let a service's part of apprise speak over this wire and nothing else."""
        changed: list[tuple[Any, str, Any]] = []
        for module in _modules(type(plugin)):
            for name, stand_in in (
                ("requests", lambda: _Requests(self)),
                ("AppriseSMTPController", lambda: partial(_Mail, self)),
            ):
                if hasattr(module, name):
                    changed.append((module, name, getattr(module, name)))
                    setattr(module, name, stand_in())
        try:
            yield
        finally:
            for module, name, before in changed:
                setattr(module, name, before)


class _Session(requests.Session):
    """Sends what a service's part asks for, but as the wire wants it."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self._wire = wire

    def request(self, method: Any, url: Any, *rest: Any, **named: Any) -> requests.Response:  # noqa: ANN401 - requests' own
        """Send one request; what went wrong is noted, and raised anew without a word of the address."""
        if self._wire.is_over:
            raise requests.ConnectionError("the attempt is over")
        seconds = self._wire.left()
        named |= {"allow_redirects": False, "verify": True, "stream": True, "timeout": (seconds / 2, seconds)}
        response, failure = self._attempt(method, url, *rest, **named)
        if response is None:
            self._wire.note(failure)
            raise requests.ConnectionError("the request did not succeed")
        self._wire.judge(response)
        return response

    def _attempt(self, *asked: Any, **named: Any) -> tuple[requests.Response | None, WireFailure]:  # noqa: ANN401
        try:
            response = super().request(*asked, **named)
        except (requests.RequestException, OSError, ValueError) as error:
            return None, _transport(error)
        with response:
            self._read(response)
        return response, "silent"

    def _read(self, response: requests.Response) -> None:
        """Read the beginning of the answer: the status says enough, and a body that never ends must not hold us."""
        body = b""
        with suppress(requests.RequestException, OSError):
            for chunk in response.iter_content(4096):
                body += chunk
                if len(body) > MOST_BYTES or self._wire.left() <= 0.05:
                    break
        response._content = body[:MOST_BYTES]
        response._content_consumed = True  # type: ignore[attr-defined]


class _Requests:
    """Stands for the module `requests` inside a service's part: every way to send leads over the wire."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module has
        if name in ("Session", "session"):
            return lambda: _Session(self._wire)
        if name in ("get", "post", "put", "patch", "delete", "head", "options", "request"):
            return getattr(_Session(self._wire), name)
        return getattr(requests, name)


class _Mail(AppriseSMTPController):
    """Speaks to a mail server as apprise does, its failures noted and its whole time bounded."""

    def __init__(self, wire: Wire, **named: Any) -> None:  # noqa: ANN401 - apprise's own
        super().__init__(**(named | {"verify_certificate": True, "socket_connect_timeout": wire.left() / 2}))
        self._wire = wire
        self._bound = threading.Timer(wire.left(), self._hang_up)
        self._bound.daemon = True

    def __enter__(self) -> Any:  # noqa: ANN401 - itself
        failure: WireFailure | None = None
        try:
            entered = super().__enter__()
        except (OSError, smtplib.SMTPException, RuntimeError) as error:
            failure = _mail_failure(error)
        if failure is not None:
            self._wire.note(failure)
            raise smtplib.SMTPException("the mail server could not be used")
        self._bound.start()
        return entered

    def sendmail(self, from_addr: str, to_addrs: list[str], message: str) -> bool:
        """Send one prepared mail, and return whether the server took it."""
        connection: smtplib.SMTP = self._socket  # type: ignore[assignment]
        try:
            refused = connection.sendmail(from_addr, to_addrs, message)
        except (OSError, smtplib.SMTPException, RuntimeError) as error:
            self._wire.note(_mail_failure(error, sent=True))
            return False
        self._wire.accepted += not refused
        return not refused

    def __exit__(self, *details: Any) -> None:  # noqa: ANN401 - what a context manager gets
        self._bound.cancel()
        super().__exit__(*details)

    def _hang_up(self) -> None:
        connection = getattr(self._socket, "sock", None)
        if connection is not None:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def _modules(kind: type) -> list[Any]:
    names = {base.__module__ for base in kind.__mro__ if base.__module__.startswith("apprise.plugins.")}
    return [sys.modules[name] for name in sorted(names)]


def _transport(error: BaseException) -> WireFailure:
    """Return what a failed request means: "silent" only where it may have reached the other end."""
    names = {base.__name__ for each in _chain(error) for base in type(each).__mro__}
    if "CertificateError" in names or "SSLCertVerificationError" in names:
        return "certificate"
    before = {"ConnectTimeout", "NewConnectionError", "ProxyError", "SSLError", "NameResolutionError", "InvalidURL"}
    if names & before or isinstance(error, ValueError):
        return "offline"
    return "silent"


def _mail_failure(error: BaseException, *, sent: bool = False) -> WireFailure:
    if any(isinstance(each, ssl.SSLCertVerificationError) for each in _chain(error)):
        return "certificate"
    code = getattr(error, "smtp_code", 0)
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPRecipientsRefused):
        return "refused"
    if isinstance(error, smtplib.SMTPResponseException) and code > 0:
        return "down" if 400 <= code < 500 else "refused"
    return "silent" if sent else "offline"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error with everything that it wraps: urllib3 hides the cause in an argument."""
    waiting, seen = [error], set[int]()
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        inner = (each.__cause__, each.__context__, getattr(each, "reason", None), *each.args)
        waiting += [one for one in inner if isinstance(one, BaseException)]


def _pause(response: requests.Response, now: dt.datetime) -> float | None:
    """Return the seconds that a service asks to be left alone: from its header, or as Telegram and Discord say it."""
    header = response.headers.get("Retry-After", "")
    with suppress(ValueError, TypeError):
        return max(0.0, float(header))
    with suppress(ValueError, TypeError):
        return max(0.0, (parsedate_to_datetime(header) - now).total_seconds())
    with suppress(ValueError, TypeError, AttributeError, LookupError):
        told = json.loads(response.content)
        return float(told.get("retry_after") or told["parameters"]["retry_after"])
    return None

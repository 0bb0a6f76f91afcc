"""The connection that yfinance is made to use: bounded in time, and ending at the first answer that settles the matter.

Import it late: curl_cffi takes its time.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from curl_cffi.requests import Response, Session
from curl_cffi.requests.exceptions import Timeout

from data.answers import AnswerError, down, status_failure, transport_failure
from data.source import Cancelled, FetchError

_COOKIE_TIMEOUT = 4.0  # seconds; cookies are a courtesy, the charts come without them too
_CONNECTING = 0.4  # the share of the time limit after which a host that cannot even be connected to is given up
_PRICES = ("/v8/finance/chart/", "/v1/finance/search")


class Courier(Session[Response]):
    """A curl_cffi session for one lane, hence for one thread at a time.

    yfinance answers a failure by fetching new cookies and asking again: seven requests for one "too many requests".
    Here the first answer that settles the matter raises `FetchError` straight through it; only "unauthorised" may be
    tried again, with the fresh cookies that it asks for.
    """

    def __init__(self, source: str, timeout: float) -> None:
        super().__init__(impersonate="chrome", use_thread_local_curl=False)
        self._source = source
        self._limit = timeout
        self._subject = ""
        self._cancelled: Cancelled = lambda: False
        self._unauthorised = 0
        self._silent: set[str] = set()
        self.answer = ""

    def begin(self, subject: str, cancelled: Cancelled) -> None:
        """Start a new errand about `subject` (a symbol, or what was searched for)."""
        self._subject = subject
        self._cancelled = cancelled
        self._unauthorised = 0
        self.answer = ""

    def request(self, method: Any, url: str, *rest: Any, **named: Any) -> Response:  # noqa: ANN401 - curl_cffi's own
        """Send one request, within the time limit whatever yfinance asks for."""
        if self._cancelled():
            raise FetchError("cancelled", "The request was no longer needed and has been dropped.")
        address = urlsplit(url)
        if not address.path.startswith(_PRICES):
            return self._fetch_cookie(address.hostname or "", method, url, *rest, **named)
        connecting = self._limit * _CONNECTING
        named["timeout"] = (connecting, self._limit - connecting)
        try:
            answer = super().request(method, url, *rest, **named)
        except OSError as error:
            raise transport_failure(self._source, error) from error
        self.answer = answer.text
        self._judge(answer)
        return answer

    def _fetch_cookie(self, host: str, method: Any, url: str, *rest: Any, **named: Any) -> Response:  # noqa: ANN401
        """Send a request on the way to the charts, which yfinance can do without when it fails."""
        if host in self._silent:  # a firewall that swallows it would cost every chart these seconds again
            raise ConnectionError(f"{host} kept silent before and is not waited for again")
        named["timeout"] = min(self._limit, _COOKIE_TIMEOUT)
        try:
            return super().request(method, url, *rest, **named)
        except Timeout:
            self._silent.add(host)
            raise

    def _judge(self, answer: Response) -> None:
        if answer.status_code in (401, 403):
            self._unauthorised += 1
            if self._unauthorised == 1:
                self._silent.clear()  # now a cookie is worth waiting for
                return
        if "Will be right back" in self.answer:
            raise down(self._source) from _useless(answer)
        if answer.status_code >= 400:
            retry_after = answer.headers.get("Retry-After")
            raise status_failure(self._source, self._subject, answer.status_code, retry_after) from _useless(answer)


def _useless(answer: Response) -> AnswerError:
    return AnswerError(answer.status_code, answer.url, answer.text)

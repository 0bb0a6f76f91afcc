"""A world of prices on 127.0.0.1 that answers as Yahoo, Coinbase and Kraken do, faults included.

Unmodified clients reach it over real TLS: it is also the CONNECT proxy that `environment()` names, with a certificate
authority of its own.  A whole-app test hands that environment to its subprocess:

    with Loopback() as loopback:
        loopback.serve("^RUT", bars)
        loopback.fail("BTC-USD", TOO_MANY, times=1)
        subprocess.run([sys.executable, "main.py", "refresh"], env=os.environ | loopback.environment())
"""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import ssl
import struct
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, urlsplit

import trustme

from data.bars import BarRow, Bars
from tests.support.faults import Fault, Reply
from tests.support.venues import Listing, Seen, Venue, rows_of, truth

HOSTS = (
    "finance.yahoo.com",
    "query1.finance.yahoo.com",
    "query2.finance.yahoo.com",
    "fc.yahoo.com",
    "guce.yahoo.com",
    "consent.yahoo.com",
    "api.exchange.coinbase.com",
    "api.kraken.com",
)


class Loopback:
    """The served world.  Set `now` to play a day: later bars are hidden, and a `live` bar stands in until it closes."""

    def __init__(self) -> None:
        self.now: dt.datetime | None = None
        self.requests: list[Seen] = []
        self.errors: list[BaseException] = []
        self._listings: dict[tuple[Venue, str, str], Listing] = {}
        self._live: dict[tuple[str, dt.date], tuple[dt.datetime, BarRow]] = {}
        self._faults: defaultdict[tuple[Venue, str], list[tuple[Fault, int | None]]] = defaultdict(list)
        self._lock = threading.Lock()
        self.closing = threading.Event()

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="loopback-")
        self._authority = Path(self._folder.name) / "authority.pem"
        authority = trustme.CA()
        authority.cert_pem.write_to_path(self._authority)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*HOSTS).configure_cert(context)
        self._server = _Server(self, context)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()
        self._folder.cleanup()

    @property
    def url(self) -> str:
        """The same world over plain HTTP, for clients whose base address can be set."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def environment(self) -> dict[str, str]:
        """The variables that lead every client of a process here; nothing else is reachable with them."""
        proxies = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"), self.url)
        authority = dict.fromkeys(("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"), str(self._authority))
        return proxies | authority | {"NO_PROXY": "", "no_proxy": ""}

    def serve(
        self,
        symbol: str,
        bars: Bars | Iterable[BarRow],
        *,
        currency: str = "USD",
        name: str | None = None,
        instrument: str = "INDEX",
        timezone: str | None = None,
        venue: Venue = "yahoo",
        interval: str = "1d",
    ) -> None:
        """Put an asset's bars of an interval into the world, or replace them; `symbol` is ours at every venue."""
        bars = bars if isinstance(bars, Bars) else Bars.of(bars)
        zone = timezone or ("UTC" if symbol.endswith("-USD") else "America/New_York")
        self._listings[venue, symbol, interval] = Listing(bars, currency, name or symbol, instrument, zone)

    def live(self, symbol: str, bar: BarRow, until: dt.datetime) -> None:
        """Show `bar` instead of the served one of its session while `now` is before `until` (its close)."""
        self._live[symbol, bar.session] = (until, bar)

    def fail(self, symbol: str, fault: Fault, *, times: int | None = None, venue: Venue = "yahoo") -> None:
        """Answer requests for the symbol with the fault, `times` times.

        "*" means any request, and "crumb", "search" and "cookie" stand for Yahoo's other endpoints.
        """
        self._faults[venue, symbol].append((fault, times))

    def heal(self) -> None:
        """Forget all faults."""
        self._faults.clear()

    def count(self, part: str = "") -> int:
        """How many requests so far had `part` in their host and path."""
        return sum(part in f"{seen.host}{seen.path}" for seen in tuple(self.requests))

    def time(self) -> dt.datetime:
        """Return what the world takes for the present."""
        return self.now or dt.datetime.now(dt.UTC)

    def listing(self, venue: Venue, symbol: str, interval: str = "1d") -> Listing | None:
        """Return the asset as it stands at `now`."""
        listing = self._listings.get((venue, symbol, interval))
        if listing is None or self.now is None:
            return listing
        second = int(self.now.timestamp())
        begun = (row for row in rows_of(listing.bars) if row.time <= second)
        shown = [self._shown(symbol, row, second) if interval == "1d" else row for row in begun]
        return replace(listing, bars=Bars.of(shown))

    def listed(self, venue: Venue) -> dict[str, Listing]:
        """Return every asset of the venue."""
        return {
            symbol: listing
            for (where, symbol, each), listing in self._listings.items()
            if (where, each) == (venue, "1d")
        }

    def fault(self, venue: Venue, symbol: str) -> Fault | None:
        """Return the fault that this request meets, and use up one of its times."""
        with self._lock:
            for key in ((venue, symbol), (venue, "*")):
                for place, (fault, times) in enumerate(self._faults[key]):
                    if times != 0:
                        self._faults[key][place] = (fault, times if times is None else times - 1)
                        return fault
        return None

    def _shown(self, symbol: str, row: BarRow, second: int) -> BarRow:
        until, live = self._live.get((symbol, row.session), (None, row))
        if until is None or second >= until.timestamp():
            return row
        return live._replace(time=second)  # Yahoo stamps the bar in progress with the last trade

    def answer(self, seen: Seen) -> Reply | Fault:
        """Return what this request gets."""
        venue, subject, tell = truth(self, seen)
        fault = self.fault(venue, subject)
        if fault is None:
            return tell(None)
        if fault.wire is not None:
            return fault
        if fault.reply is not None:
            return fault.reply
        reply = tell(fault.alter)
        return fault.reshape(reply) if fault.reshape is not None else reply


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for every connection: nothing outlives its test
    request_queue_size = 64

    def __init__(self, world: Loopback, context: ssl.SSLContext) -> None:
        self.world = world
        self.context = context
        self.open: set[socket.socket] = set()
        self.guard = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def hang_up(self) -> None:
        """Wake every thread that still waits for a request."""
        with self.guard:
            for connection in self.open:
                _shut(connection)

    def handle_error(self, request: object, client_address: object) -> None:
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, OSError):  # a client that went away is no error of ours
            self.world.errors.append(error)


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # gone already
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes, and 40 ms between them otherwise
    server: _Server
    tunnel = ""

    def setup(self) -> None:
        super().setup()
        self._register(self.connection)

    def finish(self) -> None:
        with self.server.guard:
            self.server.open.discard(self.connection)
        super().finish()
        self.connection.close()

    def do_CONNECT(self) -> None:
        """Become the host that the client asked for, with its certificate."""
        self.tunnel = self.path.partition(":")[0]
        if self.tunnel not in HOSTS:
            self._send(Reply(502, "no such host in this world", "text/plain"))
            return
        self.send_response_only(200)
        self.end_headers()
        with self.server.guard:
            self.server.open.discard(self.connection)
        self.rfile.close()
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        self._register(self.connection)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", 0)
        self.close_connection = False

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        seen = Seen(self.tunnel or parts.hostname or "plain", self.command, parts.path, query)
        self.server.world.requests.append(seen)
        answer = self.server.world.answer(seen)
        if isinstance(answer, Reply):
            self._send(answer)
        else:
            self._fall_silent(answer.wire == "hang")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _register(self, connection: socket.socket) -> None:
        with self.server.guard:
            self.server.open.add(connection)
            if self.server.world.closing.is_set():
                _shut(connection)

    def _send(self, reply: Reply) -> None:
        body = reply.body.encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: int(len(body) * reply.cut)])
        self.close_connection |= reply.cut < 1.0

    def _fall_silent(self, hang: bool) -> None:
        if hang:
            self.server.world.closing.wait(30)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

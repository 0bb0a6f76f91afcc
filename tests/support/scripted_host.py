"""A host on 127.0.0.1 that answers each path with what a test laid out for it, over plain HTTP."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qs, urlsplit

from tests.support.faults import Reply

MISSING = Reply(404, "<html>nothing here</html>", "text/html")


class ScriptedHost:
    """`lay(path, reply, ...)`: the replies come in this order, the last one from then on."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self._replies: dict[str, list[Reply]] = {}

    def __enter__(self) -> Self:
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def lay(self, path: str, *replies: Reply) -> None:
        """Answer requests for a path with these replies, one after the other."""
        self._replies[path] = list(replies)

    def reply(self, path: str, query: dict[str, str]) -> Reply:
        """Return what this request gets."""
        self.asked.append((path, query))
        waiting = self._replies.get(path, [MISSING])
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]


class _Server(ThreadingHTTPServer):
    def __init__(self, host: ScriptedHost) -> None:
        self.host = host
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        reply = self.server.host.reply(parts.path, {name: value[-1] for name, value in parse_qs(parts.query).items()})
        body = reply.body.encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

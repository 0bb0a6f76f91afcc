"""Points at which a test ends its own process by SIGKILL: around every commit of SQLite and every call of a channel."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject

T = TypeVar("T")


class Cuts:
    """Counts the points that a process passes, writes each to a file, and ends the process at number `fatal`."""

    def __init__(self, record: Path, fatal: int | None) -> None:
        self._record = os.open(record, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        self._fatal = fatal
        self._passed = 0
        self._lock = threading.Lock()

    def arm(self, points: int | None) -> None:
        """End the process at this many points from now; None: not at all."""
        with self._lock:
            self._fatal = None if points is None else self._passed + points

    def at(self, label: str) -> None:
        """Pass a point, or end there."""
        with self._lock:
            os.write(self._record, f"{label}\n".encode())
            self._passed += 1
            if self._passed == self._fatal:
                os.kill(os.getpid(), signal.SIGKILL)

    def around(self, what: str, call: Callable[..., T]) -> Callable[..., T]:
        """Return the call with a point before and one after it."""

        def counted(*arguments: Any) -> T:
            self.at(f"before {what}")
            answer = call(*arguments)
            self.at(f"after {what}")
            return answer

        return counted

    def into_sqlite(self) -> None:
        """Put points around every commit that this process will make."""
        cuts = self

        class Counted(sqlite3.Connection):
            writes = False
            said = ""

            def execute(self, sql: str, *arguments: Any) -> sqlite3.Cursor:
                words = sql.split()
                if words[0] == "BEGIN":
                    self.writes = words[1] == "IMMEDIATE"
                elif words[0] in ("INSERT", "UPDATE", "DELETE", "CREATE"):
                    self.said = " ".join([word for word in words if word not in ("OR", "IGNORE", "REPLACE")][:3])
                if words[0] == "COMMIT" and self.writes:
                    return cuts.around(f"commit of {self.said.partition('(')[0]}", super().execute)(sql, *arguments)
                return super().execute(sql, *arguments)

        sqlite3.connect = partial(sqlite3.connect, factory=Counted)  # type: ignore[assignment]

    def into_channel(self, channel: QObject) -> None:
        """Put points around every alert that this channel is given, and one where its answer has come."""
        name = channel.name  # type: ignore[attr-defined]
        channel.deliver = self.around(f"telling on {name}", channel.deliver)  # type: ignore[attr-defined]
        if hasattr(channel, "accept"):
            channel.accept = self.around(f"answer on {name}", channel.accept)

"""A warm process that forks others to order, on a bus of its own with a daemon that keeps a log."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jeepney import DBusAddress

from data.ledger import Alert
from models.dates import date_text
from tests.support.desktop import NOTIFICATIONS, Desktop, Program, until

ROOT = Path(__file__).resolve().parents[2]
DAEMON = DBusAddress("/org/freedesktop/Notifications", NOTIFICATIONS, NOTIFICATIONS)


@dataclass(frozen=True, slots=True)
class Told:
    """One notification, as the daemon wrote it down before it answered."""

    summary: str
    body: str

    def tells(self, alert: Alert) -> bool:
        """Whether this is the alert, or a digest that names it."""
        line = f"{date_text(alert.session)}: {alert.title}"
        if line in (each.removesuffix(" (late)") for each in self.body.splitlines()):
            return True
        return self.summary.removeprefix("Late: ") == alert.title and self.body.startswith(alert.body)


class World:
    """A bus, a recording daemon and a warm process, to be used by one thread at a time."""

    def __init__(self, desktop: Desktop, daemon: Program, warm: subprocess.Popen[str]) -> None:
        self._desktop = desktop
        self._daemon = daemon
        self._warm = warm
        self._forgotten = 0

    @property
    def environment(self) -> dict[str, str]:
        """The environment of whoever is to speak with this daemon."""
        return self._desktop.environment()

    def settle(self) -> None:
        """Make room for what comes next; where all is written down there is nothing to make room for."""

    def run(self, order: Any) -> int:
        """Run an order (a dataclass) in a process of its own; returns its exit code, negative for a signal."""
        assert self._warm.stdin is not None
        assert self._warm.stdout is not None
        self._warm.stdin.write(json.dumps(asdict(order)) + "\n")
        self._warm.stdin.flush()
        return int(self._warm.stdout.readline())

    def told(self) -> list[Told]:
        """Return what was shown since the last `forget`; all that was sent before this call is in it."""
        # The bus hands on in order: when this call is answered, whatever was sent before it has been written.
        self._desktop.call(DAEMON, "GetCapabilities")
        lines = [json.loads(line) for line in self._daemon.lines()[self._forgotten :]]
        return [Told(line["summary"], line["body"]) for line in lines]

    def forget(self) -> None:
        """Let `told` begin anew."""
        self._forgotten += len(self.told())


class DunstWorld(World):
    """The same with a real daemon, which is asked for its own history."""

    def __init__(self, desktop: Desktop, warm: subprocess.Popen[str]) -> None:
        self._desktop = desktop
        self._warm = warm

    def settle(self) -> None:
        """Close what is shown: a notification that another one replaces is not in the history."""
        self._desktop.history()

    def told(self) -> list[Told]:
        """Return what the daemon says that it has shown since the last `forget`."""
        return [Told(entry["summary"], entry["body"]) for entry in self._desktop.history()]

    def forget(self) -> None:
        """Let `told` begin anew."""
        self._desktop.forget_notifications()


@contextmanager
def dunst_world(module: str) -> Iterator[World]:
    """Yield a world whose notifications are shown by dunst on a screen of its own."""
    with Desktop(tray=False) as desktop, warm_process(module, desktop.environment()) as warm:
        yield DunstWorld(desktop, warm)


@contextmanager
def world(module: str) -> Iterator[World]:
    """Yield a world whose warm process is this module of tests/support, ready for orders."""
    with Desktop(screen=False, notify=False, tray=False) as desktop:
        daemon = Program(desktop, sys.executable, "-m", "tests.support.recording_daemon", cwd=ROOT)
        try:
            until(lambda: desktop.owns(NOTIFICATIONS), "the recording daemon")
            with warm_process(module, desktop.environment()) as warm:
                yield World(desktop, daemon, warm)
        finally:
            daemon.end()


@contextmanager
def warm_process(module: str, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Yield a process of this module of tests/support that is ready for orders; it ends with its input."""
    # One thread for numpy: what forks must not have others.
    environment = {**environment, "OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", f"tests.support.{module}"],
        cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as warm:  # fmt: skip
        assert warm.stdin is not None
        assert warm.stdout is not None
        try:
            assert warm.stdout.readline() == "ready\n"
            yield warm
        finally:
            warm.stdin.close()


def count_told(told: Sequence[Told], alert: Alert) -> int:
    """Return how many of the notifications tell the alert."""
    return sum(each.tells(alert) for each in told)

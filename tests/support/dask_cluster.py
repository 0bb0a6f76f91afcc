"""A Dask scheduler and its workers, each a process of its own, on this machine's loopback."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
QUIET = {"DASK_DISTRIBUTED__WORKER__MEMORY__TERMINATE": "False"}


class DaskProcesses:
    """Starts what it is told to, and ends it all."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "scheduler.json"
        self._folder = folder
        self._running: list[subprocess.Popen[bytes]] = []

    def scheduler(self) -> str:
        """Start the scheduler and return its address."""
        self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show", "--no-jupyter")
        until = time.monotonic() + 30
        while not (self._file.exists() and self._file.read_text(encoding="utf-8").strip()):
            if time.monotonic() > until:
                raise TimeoutError("the scheduler did not come up")
            time.sleep(0.05)
        address: str = json.loads(self._file.read_text(encoding="utf-8"))["address"]
        return address

    def worker(self, where: Path = ROOT) -> subprocess.Popen[bytes]:
        """Start a worker in a folder, which is where it looks for the program."""
        return self._start("worker", "--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1",
                           "--local-directory", str(self._folder), where=where)  # fmt: skip

    def end(self) -> None:
        """End every process."""
        for process in reversed(self._running):
            process.kill()
            process.wait(10)

    def _start(self, kind: str, *options: str, where: Path = ROOT) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "distributed.cli.dask_" + kind, "--scheduler-file", str(self._file), *options]
        environment = os.environ | QUIET | {"PYTHONPATH": str(where)}
        process = subprocess.Popen(
            command, cwd=where, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._running.append(process)
        return process


@contextlib.contextmanager
def dask_processes(folder: Path) -> Iterator[DaskProcesses]:
    """Give a starter of processes, and end what it started."""
    started = DaskProcesses(folder)
    try:
        yield started
    finally:
        started.end()

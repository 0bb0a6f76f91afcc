"""How much processor time the app uses while it is hidden in the tray.

The app runs as main.py, hidden, on a private desktop with a tray; where no such desktop can be made it runs minimised
and offscreen instead, and the row says so.  It is given time to fetch and to judge first (from a loopback Yahoo), so
that what is measured is the waiting.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.bench.report import options, say, tell
from tests.support.desktop import PROGRAMS, Desktop
from tests.support.served_program import served
from tests.support.stored import PANES, stored_profile

ROOT = Path(__file__).resolve().parents[2]
QUIET = 3.0  # seconds without any work to speak of, after which the start is over
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Row:
    """What the process used; `percent` of one processor, `wakes` counts how often its threads gave up the processor."""

    where: str
    seconds: float
    processor_ms: float
    percent: float
    wakes_a_second: float
    threads: int
    resident_mb: float


@contextmanager
def desktop() -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield where the app is hidden, and the environment for that."""
    if any(shutil.which(name) is None for name in PROGRAMS):
        yield "minimised, offscreen", {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        return
    with Desktop() as private:
        yield "hidden in the tray", private.environment()


def settle(process: psutil.Process) -> None:
    """Wait until the process has done nothing for a while."""
    end, calm, last = time.monotonic() + PATIENCE, time.monotonic(), -1.0
    # What starts hidden looks for a tray for ten seconds.
    begun = time.monotonic() + 12
    while time.monotonic() < end and (time.monotonic() - calm < QUIET or time.monotonic() < begun):
        time.sleep(0.25)
        used = sum(process.cpu_times()[:2])
        if used - last > 0.02:
            calm, last = time.monotonic(), used


def measured(process: psutil.Process, where: str, seconds: float) -> Row:
    """Watch the process for so long."""

    def used() -> tuple[float, float, int]:
        switches = sum(
            int(line.split()[1])
            for status in Path(f"/proc/{process.pid}/task").glob("*/status")
            for line in status.read_text().splitlines()
            if line.startswith("voluntary")
        )
        return time.monotonic(), sum(process.cpu_times()[:2]), switches

    begun, before, switched = used()
    time.sleep(seconds)
    ended, after, switched_then = used()
    spent, took = after - before, ended - begun
    return Row(
        where, took, spent * 1000, spent / took * 100, (switched_then - switched) / took, process.num_threads(),
        process.memory_info().rss / 2**20,
    )  # fmt: skip


def main() -> int:
    """Measure, print the table, write the file."""
    chosen = options(__doc__)
    symbols = tuple(PANES)
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        served((*symbols, "IWM"), 4000) as environment,
        desktop() as (where, screen),
    ):
        profile = stored_profile(Path(folder), PANES, dt.datetime.now(dt.UTC))
        command = [sys.executable, "main.py", "--profile", str(profile.folder), "--minimized"]
        with subprocess.Popen(command, cwd=ROOT, env={**screen, **environment}) as app:
            try:
                process = psutil.Process(app.pid)
                settle(process)
                say(f"start and first refresh used {sum(process.cpu_times()[:2]):.2f} s of processor time")
                rows = [measured(process, where, 10 if chosen.quick else 120)]
            finally:
                app.terminate()
    tell("Processor use while hidden (goal: under 0.2 %)", rows, chosen.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())

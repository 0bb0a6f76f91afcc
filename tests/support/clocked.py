"""The app with a clock that a test sets: `python -m tests.support.clocked CLOCK_FILE ARGUMENT...`."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import main

ROOT = Path(__file__).resolve().parents[2]


class FileClock:
    """A clock that shows what is written in a file, and stands still in between."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self._path.read_text())

    def set(self, now: dt.datetime) -> None:
        """Show another instant; the file is replaced whole, so that nobody reads half of one."""
        fresh = self._path.with_suffix(".new")
        fresh.write_text(now.isoformat())
        fresh.replace(self._path)


def start(clock: Path | None, *arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """Start the app as a process of its own: with the clock in a file, or with the real one."""
    program = ["main.py"] if clock is None else ["-m", "tests.support.clocked", str(clock)]
    return subprocess.Popen(
        [sys.executable, *program, *arguments],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process: subprocess.Popen[str], seconds: float = 30) -> tuple[int, str, str]:
    """Wait for the end of a process; returns exit code, standard output and standard error."""
    with process:
        out, errors = process.communicate(timeout=seconds)
    return process.returncode, out, errors


if __name__ == "__main__":
    sys.exit(main.main(sys.argv[2:], FileClock(Path(sys.argv[1]))))

"""Runs the benchmarks one after the other, each in a process of its own.

`python -m tests.bench [NAME ...] [--quick] [--json FOLDER]`: all of them, or the named ones; with --json each writes
its rows to FOLDER/NAME.json.  Each also runs alone: `python -m tests.bench.startup --help`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMES = (
    "startup",
    "refreshing",
    "memory",
    "idle",
    "frames",
    "ticking",
    "gestures",
    "rehearsing",
    "notifying",
    "studying",
    "scanning",
    "forecasting",
    "leading",
    "panels",
)


def main() -> int:
    """Run what was asked for; 1 when any of it failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path, metavar="FOLDER")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(NAMES):
        parser.error(f"there is no benchmark called {', '.join(sorted(unknown))}")
    if chosen.json:
        chosen.json.mkdir(parents=True, exist_ok=True)
    failed = [name for name in chosen.names or NAMES if run(name, chosen.json, quick=chosen.quick)]
    if failed:
        sys.stderr.write(f"These did not end well: {', '.join(failed)}\n")
    return 1 if failed else 0


def run(name: str, folder: Path | None, *, quick: bool) -> int:
    """Run one benchmark and return its exit code."""
    sys.stdout.write(f"\n== {name}\n")
    sys.stdout.flush()
    options = ["--quick"] if quick else []
    if folder is not None:
        options = [*options, "--json", str((folder / f"{name}.json").resolve())]
    return subprocess.run([sys.executable, "-m", f"tests.bench.{name}", *options], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

"""How long it takes from the start of the process until prices are painted, beside a bare pyqtgraph window.

The app starts on a stored profile of made-up prices and has no network; the bare window (PySide6 and pyqtgraph alone)
shows one line of 9,700 points.  Both are run in turns.  "warm": everything was read before.  "cold": the pages of the
app, its profile and the packages are dropped from the page cache first, as far as no other process has them mapped.
"first": cold, and the app's own bytecode is missing, as at the first start after installing.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.report import options, say, tell
from tests.support.desktop import PROGRAMS, Desktop
from tests.support.stored import PANES, WATCHLIST, stored_profile

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "tests/support/first_paint.py"
PACKAGES = Path(sysconfig.get_paths()["platlib"])
USED = ("PySide6", "shiboken6", "numpy", "numpy.libs", "pyqtgraph")
# Nothing answers there, and nothing else is asked: the first picture must not need the network.
NOWHERE = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"), "http://127.0.0.1:9")


@dataclass(frozen=True, slots=True)
class Row:
    """The runs of one program under one condition; milliseconds, `ratio` to the bare window's median."""

    platform: str
    cache: str
    program: str
    runs: int
    median_ms: float
    fastest_ms: float
    slowest_ms: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Bench:
    """The app in a folder of its own, and the profiles it is started on."""

    app: Path
    profiles: Mapping[str, Path]

    def commands(self) -> dict[str, list[str]]:
        """Return what is run, by name."""
        shown = {name: ["app", str(path)] for name, path in self.profiles.items()}
        return {"bare window": ["bare", str(PANES["^RUT"])]} | shown

    def prepare(self, cache: str) -> None:
        """Make the caches what the condition wants them to be."""
        if cache == "first":
            for folder in tuple(self.app.rglob("__pycache__")):
                shutil.rmtree(folder)
        if cache != "warm":
            for folder in (self.app, *self.profiles.values(), *(PACKAGES / name for name in USED)):
                _drop(folder)


def _drop(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            number = os.open(path, os.O_RDONLY)
            os.fdatasync(number)
            os.posix_fadvise(number, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(number)


def milliseconds(bench: Bench, arguments: list[str], environment: Mapping[str, str]) -> float:
    """Start the program once and return how long it took until it had painted."""
    begun = time.monotonic_ns()
    done = subprocess.run(
        [sys.executable, str(PROGRAM), *arguments], cwd=bench.app, env=environment, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    if done.returncode or not done.stdout.strip():
        raise SystemExit(f"{arguments} ended with {done.returncode} before it had painted:\n{done.stderr[-3000:]}")
    return (int(done.stdout.split()[-1]) - begun) / 1e6


def rows_of(bench: Bench, platform: str, cache: str, environment: Mapping[str, str], runs: int) -> Iterator[Row]:
    """Run everything in turns under one condition."""
    spent: defaultdict[str, list[float]] = defaultdict(list)
    for number in range(runs + 1):
        for name, arguments in bench.commands().items():
            bench.prepare(cache)
            took = milliseconds(bench, arguments, environment)
            if number or cache != "warm":  # the first warm run only warms
                spent[name].append(took)
    floor = statistics.median(spent["bare window"])
    for name, times in spent.items():
        median = statistics.median(times)
        yield Row(platform, cache, name, len(times), median, min(times), max(times), median / floor)


@contextmanager
def screens() -> Iterator[dict[str, dict[str, str]]]:
    """Yield the environments to measure in: in memory, and on a virtual screen where there is one."""
    memory = {"offscreen": {**os.environ, "QT_QPA_PLATFORM": "offscreen", **NOWHERE}}
    if any(shutil.which(name) is None for name in PROGRAMS):
        say("No virtual screen here: xcb is not measured.")
        yield memory
        return
    with Desktop(notify=False, tray=False) as desktop:
        yield memory | {"xcb": {**desktop.environment(), **NOWHERE}}


def main() -> int:
    """Measure, print the table, write the file."""
    chosen = options(__doc__)
    caches = ("warm",) if not hasattr(os, "posix_fadvise") else ("warm", "cold", "first")
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, screens() as environments:
        bench = made(Path(folder))
        for platform, environment in environments.items():
            for cache in caches:
                rows += rows_of(bench, platform, cache, environment, 1 if chosen.quick else 9)
                say(f"{platform} {cache}: done")
    tell("Process start to painted prices (goal: a ratio of at most 1.5)", rows, chosen.json)
    return 0


def made(folder: Path) -> Bench:
    """Copy the app, so that its bytecode can be dropped, and make the profiles."""
    app, now = folder / "app", dt.datetime.now(dt.UTC)
    for room in ("data", "models", "ui", "resources"):
        shutil.copytree(ROOT / room, app / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "main.py", app)
    worlds = {"app, 3 assets": PANES, "app, 10 assets": WATCHLIST}
    return Bench(app, {name: stored_profile(folder / f"profile{len(w)}", w, now).folder for name, w in worlds.items()})


if __name__ == "__main__":
    sys.exit(main())

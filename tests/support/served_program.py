"""A loopback world of random walks in a process of its own, so that serving costs the measured process nothing.

`python -m tests.support.served_program COUNT SYMBOL ...` prints its environment as JSON and serves until its standard
input is closed.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen

from data.calendar import Calendars
from data.catalog import asset_for
from tests.support.loopback import Loopback
from tests.support.stored import walk

ROOT = Path(__file__).resolve().parents[2]
INSTRUMENTS = {"index": "INDEX", "fund": "ETF", "equity": "EQUITY", "crypto": "CRYPTOCURRENCY"}


@contextmanager
def served(symbols: Sequence[str], count: int) -> Iterator[dict[str, str]]:
    """Serve so many bars of each symbol from another process; yields the variables that lead there."""
    command = [sys.executable, "-m", "tests.support.served_program", str(count), *symbols]
    with Popen(command, cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.stdin.close()


def main(count: int, symbols: Sequence[str]) -> None:
    """Serve until standard input ends."""
    calendars, now = Calendars(), dt.datetime.now(dt.UTC)
    with Loopback() as loopback:
        for symbol in symbols:
            asset = asset_for(symbol)
            bars = walk(symbol, count, calendars.last_settled(asset.calendar, now), calendars)
            for venue in ("yahoo", "coinbase", "kraken") if asset.kind == "crypto" else ("yahoo",):
                loopback.serve(symbol, bars, name=asset.name, instrument=INSTRUMENTS[asset.kind], venue=venue)
        sys.stdout.write(json.dumps(loopback.environment()) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])

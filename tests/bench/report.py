"""What every benchmark shares: its options, its table, its file."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any


def options(about: str | None) -> argparse.Namespace:
    """Return `quick` and `json` as the command line has them."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a short run that shows that the benchmark works")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows to this file")
    return parser.parse_args()


def say(line: str) -> None:
    """Print a line at once, so that a long run shows where it is."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def machine() -> str:
    """Say where the figures come from."""
    return f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def tell(title: str, rows: Sequence[Any], file: Path | None) -> None:
    """Print rows (dataclasses of one kind) as a table, and write them to the file where one is wanted."""
    say(f"\n{title}\n{machine()}")
    names = [field.name for field in fields(rows[0])]
    cells = [[_cell(getattr(row, name)) for name in names] for row in rows]
    widths = [max(len(line[column]) for line in [names, *cells]) for column in range(len(names))]
    for line in [names, *cells]:
        say("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)))
    if file is not None:
        file.write_text(json.dumps([asdict(row) for row in rows], indent=1), encoding="utf-8")


def _cell(value: object) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else str(value)

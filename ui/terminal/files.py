"""`import` and `export`: bars from and to files."""

from __future__ import annotations

import argparse
import sys

from data.catalog import asset_for
from data.files import FileRefused, read_prices, write_prices
from data.source import Fetched
from models.desk import Desk
from ui.terminal import side_by_side
from ui.terminal.refusal import Refusal

SHOWN = 20


def bring(desk: Desk, options: argparse.Namespace) -> int:
    """Read a file into the store, and name every row that was refused."""
    asset = asset_for(options.symbol)
    try:
        imported = read_prices(options.file, asset, desk.parts.calendars, desk.parts.clock(), options.interval)
    except FileRefused as error:
        raise Refusal(error.message) from error
    merged = desk.parts.store.merge(
        Fetched(asset.symbol, imported.bars, f"import: {options.file.name}", desk.parts.clock()), options.interval
    )
    print(f"{asset.symbol}: {merged.added:,} bars added, {merged.unchanged:,} were there already, ", end="")
    print(f"{len(merged.revisions):,} revised, {len(imported.refused):,} rows refused.")
    if merged.kept:
        primary = desk.parts.store.bars(asset.symbol).primary
        print(f"{merged.kept:,} bars differ from those of {primary}, which were kept.")
    for note in imported.notes:
        print(f"Note: {note}")
    for refused in imported.refused[:SHOWN]:
        print(f"Line {refused.line}: {refused.reason}", file=sys.stderr)
    if len(imported.refused) > SHOWN:
        print(f"… and {len(imported.refused) - SHOWN:,} more rows refused", file=sys.stderr)
    return 0


def give(desk: Desk, options: argparse.Namespace) -> int:
    """Write the stored bars of an asset, or closes of several side by side, to a file."""
    if side_by_side.is_asked_for(options):
        return side_by_side.give(desk, options)
    asset = asset_for(options.symbol)
    stored = desk.parts.store.bars(asset.symbol, options.interval)
    if len(stored.bars) == 0:
        raise Refusal(f"No {options.interval} prices of {asset.symbol} are stored, so there is nothing to export.")
    try:
        write_prices(options.to, stored, asset)
    except FileRefused as error:
        raise Refusal(error.message) from error
    print(f"{asset.symbol}: {len(stored.bars):,} bars written to {options.to}")
    return 0

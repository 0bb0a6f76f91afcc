"""`refresh`: fetch now, and say what changed."""

from __future__ import annotations

import argparse
import json
import sys

from data.catalog import asset_for
from models.desk import Desk
from models.refresh import Refreshed, refresh_asset


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Fetch the named assets, or all that are watched; the exit code is 1 when none could be fetched."""
    assets = [asset_for(symbol) for symbol in options.symbols] or list(desk.assets)
    results = []
    for asset in assets:
        print(f"Fetching {asset.name}", file=sys.stderr)
        results.append(refresh_asset(desk.parts, asset, lambda: False))
    if options.json:
        print(json.dumps([_as_json(result) for result in results], indent=2))
    else:
        for result in results:
            print(_sentence(result))
    failed = [result for result in results if result.failure]
    if failed and len(failed) == len(results):
        print(failed[0].failure, file=sys.stderr)
        return 1
    return 0


def _as_json(result: Refreshed) -> dict[str, object]:
    failure = result.failure
    return {
        "symbol": result.view.asset.symbol,
        "source": result.view.source or None,
        "fetched_at": result.view.fetched_at.isoformat() if result.view.fetched_at else None,
        "added": result.added,
        "revised": result.revised,
        "failure": None if failure is None else {"kind": failure.kind, "message": failure.message},
    }


def _sentence(result: Refreshed) -> str:
    symbol = result.view.asset.symbol
    if result.failure:
        return f"{symbol}: {result.failure.message}"
    return f"{symbol}: {result.added:,} bars added, {result.revised:,} revised, from {result.view.source}"

"""`refresh`: fetch now, and say what changed."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys

from data.catalog import Asset, asset_for
from models.desk import Desk
from models.intraday import RefreshedIntraday, refresh_intraday
from models.refresh import Refreshed, refresh_asset


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Fetch the named assets, or all that are watched; the exit code is 1 when none could be fetched."""
    assets = [asset_for(symbol) for symbol in options.symbols] or list(desk.assets)
    results: list[Refreshed | RefreshedIntraday] = []
    for asset in assets:
        print(f"Fetching {asset.name}", file=sys.stderr)
        results.append(_fetch(desk, asset, options.interval))
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


def _fetch(desk: Desk, asset: Asset, interval: str) -> Refreshed | RefreshedIntraday:
    if interval == "1d":
        return refresh_asset(desk.parts, asset, lambda: False)
    return refresh_intraday(desk.parts, asset, interval, lambda: False)


def _kept(result: Refreshed | RefreshedIntraday) -> tuple[str, str, dt.datetime | None]:
    """Return the symbol, and the source and instant of the last good fetch."""
    if isinstance(result, Refreshed):
        return result.view.asset.symbol, result.view.source, result.view.fetched_at
    return result.asset.symbol, result.stored.source, result.stored.fetched_at


def _as_json(result: Refreshed | RefreshedIntraday) -> dict[str, object]:
    failure = result.failure
    symbol, source, fetched_at = _kept(result)
    return {
        "symbol": symbol,
        "source": source or None,
        "fetched_at": fetched_at.isoformat() if fetched_at else None,
        "added": result.added,
        "revised": result.revised,
        "failure": None if failure is None else {"kind": failure.kind, "message": failure.message},
    }


def _sentence(result: Refreshed | RefreshedIntraday) -> str:
    symbol, source, _ = _kept(result)
    if result.failure:
        return f"{symbol}: {result.failure.message}"
    bars = "bars" if isinstance(result, Refreshed) else f"bars of {result.interval}"
    return f"{symbol}: {result.added:,} {bars} added, {result.revised:,} revised, from {source}"

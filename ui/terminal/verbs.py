"""Which verb does what."""

from __future__ import annotations

import argparse
import importlib
import os
import sys

from data.catalog import asset_for
from data.database import StoreError
from data.intervals import INTRADAY
from models.desk import Desk
from models.intraday import refresh_intraday
from models.refresh import refresh_asset
from ui.terminal.refusal import Refusal

_VERBS = {  # verb: module, function
    "status": ("status", "run"),
    "refresh": ("refresh", "run"),
    "watch": ("watch", "run"),
    "import": ("files", "bring"),
    "export": ("files", "give"),
    "breakouts": ("breakouts", "run"),
    "scan": ("scan", "run"),
    "claims": ("claims", "run"),
    "macro": ("macro", "run"),
    "rules": ("rules", "run"),
    "alerts": ("alerts", "run"),
    "rehearse": ("rehearse", "run"),
    "snapshot": ("snapshot", "run"),
    "doctor": ("doctor", "run"),
}
_STUDIES = {
    "event": ("study", "event"),
    "leadlag": ("lead_lag", "run"),
    "cycle": ("cycles", "run"),
    "liquidity": ("liquidity", "run"),
    "within": ("within", "run"),
    "probability": ("probability", "run"),
    "analog": ("analogs", "run"),
}
_READERS = ("status", "export", "breakouts", "study", "scan", "claims", "rehearse", "snapshot", "doctor")


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Run the chosen verb and return its exit code; what cannot be done is one line on standard error and a 1."""
    module, function = _STUDIES[options.study] if options.verb == "study" else _VERBS[options.verb]
    try:
        for notice in desk.parts.store.notices:
            print(notice, file=sys.stderr)
        if desk.world == "simulated" and options.verb in _READERS:
            _simulate(desk, options)
        code: int = getattr(importlib.import_module(f"ui.terminal.{module}"), function)(desk, options)
        sys.stdout.flush()  # here, where a reader who has gone can still be noticed
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except StoreError as error:
        print(error.message, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. What was stored before is kept.", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Python flushes once more at its end, and would complain of the pipe then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _simulate(desk: Desk, options: argparse.Namespace) -> None:
    """Fill a simulated world, which begins with nothing stored, so that there is something to read."""
    symbols = (options.symbol, *getattr(options, "beside", ())) if "symbol" in options else ()
    symbols = (options.leader, *options.followers) if "leader" in options and "followers" in options else symbols
    if "leaders" in options:
        watched = (asset.symbol for asset in desk.assets)
        symbols = tuple(dict.fromkeys((*(options.leaders or ()), *(options.followers or ()), *watched)))
    symbols = (options.leader, options.follower) if "follower" in options else symbols
    symbols = (options.query, options.history or options.query) if "query" in options else symbols
    asked = [asset_for(symbol) for symbol in symbols] or desk.assets
    for asset in asked:
        refresh_asset(desk.parts, asset, lambda: False)
        if getattr(options, "interval", "1d") in INTRADAY:
            refresh_intraday(desk.parts, asset, options.interval, lambda: False)

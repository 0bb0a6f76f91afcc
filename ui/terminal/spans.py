"""The range of a verb, which its bars must be able to fill."""

from __future__ import annotations

import argparse

from ui.ranges import ranges_for
from ui.terminal.refusal import Refusal


def span_of(options: argparse.Namespace, usual: str) -> str:
    """Return the range that was asked for, or the usual one; raises `Refusal` where the bars cannot fill it."""
    wanted: str = options.range or usual
    offered = ranges_for(short=options.interval != "1d")
    if wanted in offered:
        return wanted
    bars = "Daily bars" if options.interval == "1d" else f"Bars of {options.interval}"
    raise Refusal(f"{bars} cannot fill a range of {wanted}: choose one of {', '.join(offered)}.")

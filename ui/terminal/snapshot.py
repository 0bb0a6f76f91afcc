"""`snapshot`: the window as a picture, without a screen."""

from __future__ import annotations

import argparse
import os
from types import MappingProxyType

from data.catalog import asset_for
from data.intervals import INTRADAY
from models.desk import Desk
from models.intraday import Intraday, stored_intraday
from models.refresh import stored_view
from models.snapshot import Snapshot
from ui.ranges import FIRST_RANGES
from ui.terminal.refusal import Refusal
from ui.terminal.spans import span_of


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Draw the window from what is stored, and write it as PNG or SVG."""
    kind = options.out.suffix.lower()
    if kind not in (".png", ".svg"):
        raise Refusal(f"{options.out.name} must end in .png or .svg, which says how to draw it.")
    span = span_of(options, FIRST_RANGES.get(options.interval, "5Y"))
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    snapshot = _snapshot(desk)
    from ui.snapshot_image import draw_window

    picture = draw_window(
        snapshot,
        desk.settings,
        desk.ledger.history(),
        size=options.size,
        theme=options.theme,
        preset=span,
        intraday=_intraday(desk, options.interval),
        vector=kind == ".svg",
        calendars=desk.parts.calendars,
    )
    try:
        options.out.write_bytes(picture)
    except OSError as error:
        raise Refusal(
            f"The picture could not be written to {options.out}. Check that the folder exists and has room."
        ) from error
    print(
        f"{options.out}: {options.size[0]}×{options.size[1]} pixels, {_told(options.interval)}{span}, {options.theme}"
    )
    return 0


def _told(interval: str) -> str:
    return "" if interval == "1d" else f"bars of {interval}, "


def _intraday(desk: Desk, interval: str) -> Intraday | None:
    """Return what is stored of bars shorter than a day of the assets with a chart."""
    short = next((each for each in INTRADAY if each == interval), None)
    if short is None:
        return None
    views = {symbol: stored_intraday(desk.parts, asset_for(symbol), short) for symbol in desk.settings.panes}
    return Intraday(desk.parts.clock(), short, MappingProxyType(views))


def _snapshot(desk: Desk) -> Snapshot:
    views = {asset.symbol: stored_view(desk.parts, asset, calendars=desk.parts.calendars) for asset in desk.assets}
    world = desk.world
    return Snapshot(desk.parts.clock(), MappingProxyType(views), world, desk.parts.store.notices)

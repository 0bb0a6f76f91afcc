"""`snapshot`: the window as a picture, without a screen."""

from __future__ import annotations

import argparse
import os
from types import MappingProxyType

from models.desk import Desk
from models.refresh import stored_view
from models.snapshot import Snapshot
from ui.terminal.refusal import Refusal


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Draw the window from what is stored, and write it as PNG or SVG."""
    kind = options.out.suffix.lower()
    if kind not in (".png", ".svg"):
        raise Refusal(f"{options.out.name} must end in .png or .svg, which says how to draw it.")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    snapshot = _snapshot(desk)
    from ui.snapshot_image import draw_window

    picture = draw_window(
        snapshot,
        desk.settings,
        desk.ledger.history(),
        size=options.size,
        theme=options.theme,
        preset=options.range,
        vector=kind == ".svg",
    )
    try:
        options.out.write_bytes(picture)
    except OSError as error:
        raise Refusal(
            f"The picture could not be written to {options.out}. Check that the folder exists and has room."
        ) from error
    print(f"{options.out}: {options.size[0]}×{options.size[1]} pixels, {options.range}, {options.theme}")
    return 0


def _snapshot(desk: Desk) -> Snapshot:
    views = {asset.symbol: stored_view(desk.parts, asset, calendars=desk.parts.calendars) for asset in desk.assets}
    world = desk.world
    return Snapshot(desk.parts.clock(), MappingProxyType(views), world, desk.parts.store.notices)

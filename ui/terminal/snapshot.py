"""`snapshot`: the window as a picture, without a screen."""

from __future__ import annotations

import argparse
import os
from types import MappingProxyType

from models.refresh import stored_view
from models.snapshot import Snapshot
from ui.terminal.desk import Desk, Refusal


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Draw the window from what is stored, and write it as PNG."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    views = {asset.symbol: stored_view(desk.parts, asset, calendars=desk.parts.calendars) for asset in desk.assets}
    snapshot = Snapshot(
        desk.parts.clock(),
        MappingProxyType(views),
        "simulated" if desk.simulated else "real",
        desk.parts.store.notices,
    )
    from ui.snapshot_image import save_picture

    if not save_picture(options.out, snapshot, desk.settings, desk.ledger.history(), options):
        raise Refusal(f"The picture could not be written to {options.out}. Check that the folder exists and has room.")
    print(f"{options.out}: {options.size[0]}×{options.size[1]} pixels, {options.range}, {options.theme}")
    return 0

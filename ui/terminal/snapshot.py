"""`snapshot`: the window as a picture, without a screen."""

from __future__ import annotations

import argparse
import os
from types import MappingProxyType

from data.catalog import Asset
from models.desk import Desk
from models.refresh import refresh_asset, stored_view
from models.snapshot import AssetView, Snapshot
from ui.terminal.refusal import Refusal


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Draw the window from what is stored, and write it as PNG."""
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
    )
    try:
        options.out.write_bytes(picture)
    except OSError as error:
        raise Refusal(
            f"The picture could not be written to {options.out}. Check that the folder exists and has room."
        ) from error
    print(f"{options.out}: {options.size[0]}×{options.size[1]} pixels, {options.range}, {options.theme}")
    return 0


def _view(desk: Desk, asset: Asset) -> AssetView:
    """Return what is stored; a simulated world begins with nothing stored, so it is asked."""
    if desk.simulated:
        return refresh_asset(desk.parts, asset, lambda: False).view
    return stored_view(desk.parts, asset, calendars=desk.parts.calendars)


def _snapshot(desk: Desk) -> Snapshot:
    views = {asset.symbol: _view(desk, asset) for asset in desk.assets}
    world = "simulated" if desk.simulated else "real"
    return Snapshot(desk.parts.clock(), MappingProxyType(views), world, desk.parts.store.notices)

"""What the panes will show, read and derived while the window is still being imported and built."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Thread
from typing import TypeAlias

from data.database import StoreError
from models.desk import Desk
from models.refresh import stored_view
from models.snapshot import AssetView

Loaded: TypeAlias = tuple[AssetView, ...] | StoreError


def read_ahead(desk: Desk) -> Future[Loaded]:
    """Begin to read what is stored of the panes' assets, in a thread of its own; no calendar is needed for it."""
    ahead: Future[Loaded] = Future()
    Thread(target=_read, args=(desk, ahead), name="read ahead", daemon=True).start()
    return ahead


def _read(desk: Desk, ahead: Future[Loaded]) -> None:
    panes = [asset for asset in desk.assets if asset.symbol in desk.settings.panes]
    try:
        ahead.set_result(tuple(stored_view(desk.parts, asset) for asset in panes))
    except StoreError as error:
        ahead.set_result(error)
    except Exception as error:  # noqa: BLE001 - handed to whoever waits for the result, which raises it
        ahead.set_exception(error)

"""Opening the profile's database: making, checking, migrating, and rebuilding a damaged one."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from pathlib import Path

from data.database import BUSY_TIMEOUT, StoreError, connect, told_plainly
from data.schema import NewerSchemaError, migrate


def open_file(path: Path, now: dt.datetime, timeout: dt.timedelta = BUSY_TIMEOUT) -> tuple[str, ...]:
    """Leave a sound file of the newest schema at `path`, and return what the user should be told."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError("readonly") from error
    with told_plainly(), closing(connect(path, timeout)) as connection:
        try:
            migrate(connection, path, now)
        except NewerSchemaError as error:
            raise StoreError("newer") from error
    return ()

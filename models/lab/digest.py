"""What tells one set of prices and figures from another."""

from __future__ import annotations

import hashlib

from models.lab.asking import Inputs


def digest_of(inputs: Inputs) -> str:
    """Return a digest of the settled histories: the same one and the same request have the same answer."""
    digest = hashlib.blake2b(digest_size=16)
    for symbol, history in inputs.histories.items():
        digest.update(symbol.encode())
        for column in (history.series.session, history.series.close, history.series.ends, history.bars.high):
            digest.update(column.tobytes())
    for name, figures in inputs.macro.items():
        digest.update(f"{name} {figures!r}".encode())
    return digest.hexdigest()

"""Typographic signs on terminals and in pipes that know only plain ones."""

from __future__ import annotations

import codecs
import io
from typing import TextIO

_PLAIN = str.maketrans({"−": "-", "–": "-", "×": "x", "·": "-", "’": "'", "“": '"', "”": '"', "…": "..."})


def speak_plainly(*streams: TextIO) -> None:
    """Let these streams write what their encoding lacks in plain signs, so that a minus is never lost."""
    codecs.register_error("bellwether-plain", _plainly)
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="bellwether-plain")


def _plainly(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    plain = error.object[error.start : error.end].translate(_PLAIN)
    return plain.encode("ascii", "replace").decode(), error.end
